//! Which lists of users there are: each is one range of one index, so that a page costs the same with a thousand users
//! and with millions.

use entity::{
    UserId,
    user::{self, Status},
};

use super::{EmailAddress, Listed, name::search_key, store};
use crate::{
    context::App,
    platform::{
        db::{Db, DbResult},
        failure::Denied,
        graphql::connection::CursorKey,
        keyset::{Page, PageRequest, Position},
    },
};

/// A list of users.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Which users, and sorted by what.
    pub which: Which,
    /// Whether the smallest or oldest come first.
    pub is_ascending: bool,
}

/// Which users a list has, and by what they are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// By creation: those of a time, a status or a role.
    Creation {
        /// With this status or role.
        having: Having,
        /// Created at or after; milliseconds since 1970.
        from: Option<i64>,
        /// Created before; milliseconds since 1970.
        to: Option<i64>,
    },
    /// By address: those whose address begins with this, in the normalised form.
    Email(String),
    /// By name: those whose name begins with this, in lower case.
    Name(String),
    /// By last sign-in; who never signed in counts as the oldest.
    LastLogin,
}

/// What the users of a list by creation have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Having {
    /// Nothing special.
    Anything,
    /// This status.
    Status(Status),
    /// This role.
    Role(String),
}

/// What a list is requested by. All that are given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Beginning of name or address.
    pub search: Option<String>,
    /// Status.
    pub status: Option<Status>,
    /// Role.
    pub role: Option<String>,
    /// Created at or after; milliseconds since 1970.
    pub created_from: Option<i64>,
    /// Created before; milliseconds since 1970.
    pub created_to: Option<i64>,
}

/// What a list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortedBy {
    /// Creation.
    Creation,
    /// Name.
    Name,
    /// Address.
    Email,
    /// Last sign-in.
    LastLogin,
}

/// The answer to a combination that no index serves.
const PAIRS: &str = "Send one of these: by creation (CREATED_AT) with `status` or with `role`, each with or without \
                     `createdFrom` and `createdTo`; by NAME or EMAIL with or without `search`, which is then the \
                     beginning of that; by LAST_LOGIN_AT without filter.";

impl Listing {
    /// The list for this filter and order. Without an order, a search is sorted by what it finds: by address if it has
    /// an `@`, else by name; everything else is sorted by creation, newest first.
    pub fn of(filter: Filter, order: Option<(SortedBy, bool)>) -> Result<Self, Denied> {
        let Filter {
            search,
            status,
            role,
            created_from,
            created_to,
        } = filter;
        let search = search.map(|text| text.trim().to_owned());
        let search = search.filter(|text| !text.is_empty());
        let (by, is_ascending) = order.unwrap_or_else(|| match &search {
            Some(text) if text.contains('@') => (SortedBy::Email, true),
            Some(_) => (SortedBy::Name, true),
            None => (SortedBy::Creation, false),
        });
        let has_time = created_from.is_some() || created_to.is_some();
        let having = match (status, role) {
            (None, None) => Having::Anything,
            (Some(status), None) => Having::Status(status),
            (None, Some(role)) => Having::Role(role),
            (Some(_), Some(_)) => return Err(Denied::BadUserInput(PAIRS.into())),
        };
        let is_plain = having == Having::Anything && !has_time;
        let which = match (by, search) {
            (SortedBy::Creation, None) => Which::Creation {
                having,
                from: created_from,
                to: created_to,
            },
            (SortedBy::Email, search) if is_plain => {
                Which::Email(EmailAddress::search_key(&search.unwrap_or_default()))
            }
            (SortedBy::Name, search) if is_plain => Which::Name(search_key(&search.unwrap_or_default())),
            (SortedBy::LastLogin, None) if is_plain => Which::LastLogin,
            _ => return Err(Denied::BadUserInput(PAIRS.into())),
        };
        Ok(Self { which, is_ascending })
    }

    /// Three letters that name the order: a cursor of another one leads nowhere.
    pub fn tag(&self) -> [u8; 3] {
        match self.which {
            Which::Creation { .. } => *b"cre",
            Which::Email(_) => *b"ema",
            Which::Name(_) => *b"nam",
            Which::LastLogin => *b"log",
        }
    }
}

/// What a user is sorted by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SortKey {
    /// Nothing but the id, which contains the time of creation.
    Id,
    /// Name or address, in the form that is searched.
    Text(String),
    /// Last sign-in, in milliseconds since 1970; none if there was none.
    LastLogin(Option<i64>),
}

/// A byte for the kind, then the key.
impl CursorKey for SortKey {
    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Id => b"i".to_vec(),
            Self::Text(text) => [b"t", text.as_bytes()].concat(),
            Self::LastLogin(None) => b"n".to_vec(),
            Self::LastLogin(Some(at)) => [&b"l"[..], &at.to_be_bytes()].concat(),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, key) = bytes.split_first()?;
        match kind {
            b'i' if key.is_empty() => Some(Self::Id),
            b't' => Some(Self::Text(String::from_bytes(key)?)),
            b'n' if key.is_empty() => Some(Self::LastLogin(None)),
            b'l' => Some(Self::LastLogin(Some(i64::from_bytes(key)?))),
            _ => None,
        }
    }
}

impl Listing {
    /// The position of a user in this list.
    fn position(&self, user: &user::Model) -> Position<SortKey> {
        let key = match self.which {
            Which::Creation { .. } => SortKey::Id,
            Which::Email(_) => SortKey::Text(user.email_key.clone()),
            Which::Name(_) => SortKey::Text(user.name_key.clone()),
            Which::LastLogin => SortKey::LastLogin(user.last_login_at),
        };
        Position { key, id: user.id.0 }
    }
}

/// A page of a list, each user with its position and roles.
pub async fn list(
    app: &App,
    listing: &Listing,
    request: &PageRequest<SortKey>,
) -> DbResult<Page<(Position<SortKey>, Listed)>> {
    let rows = store::list::page(&app.db, listing, request).await?;
    let page = request.page(rows);
    let ids: Vec<_> = page.items.iter().map(|user| user.id).collect();
    let mut roles = store::role::roles_of(&app.db, &ids).await?;
    Ok(page.map(|user| {
        let roles = roles.remove(&user.id).unwrap_or_default();
        (listing.position(&user), Listed { user, roles })
    }))
}

/// Those of the users with these ids that exist, with their roles.
pub async fn find_all(db: &Db, ids: Vec<UserId>) -> DbResult<Vec<Listed>> {
    let users = store::find_all(db, ids).await?;
    let ids: Vec<_> = users.iter().map(|user| user.id).collect();
    let mut roles = store::role::roles_of(db, &ids).await?;
    let listed = |user: user::Model| Listed {
        roles: roles.remove(&user.id).unwrap_or_default(),
        user,
    };
    Ok(users.into_iter().map(listed).collect())
}

/// How many users a list has, counted up to `most`.
pub async fn count_listed(app: &App, listing: &Listing, most: u64) -> DbResult<u64> {
    store::list::count(&app.db, listing, most).await
}
