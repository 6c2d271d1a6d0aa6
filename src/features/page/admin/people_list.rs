//! The lists on the page of people: which there are for an address, and a page of each.

use entity::user::Status;

use super::address::address;
use crate::{
    features::{
        admin,
        authority::{Authority, ReadUsers},
        page::{
            link::only,
            next::{self, ADMIN},
            page_context::PageContext,
            shown_time::ShownTime,
        },
        user::{Filter, Listed, Listing, SortKey, SortedBy},
    },
    platform::{
        failure::Failed,
        graphql::connection::{ListTag, PageArguments},
        keyset::{Direction, Page, PageRequest, Position},
    },
};

/// Number of people on a page of a list.
const SIZE: i32 = 20;

/// Maximum length of a search, in characters: that of an address.
const MAX_SEARCH: usize = 320;

/// Which people to show, if no text is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Active,
    Disabled,
    Role(String),
}

impl Which {
    fn read(value: &str) -> Self {
        match value {
            "active" => Self::Active,
            "disabled" => Self::Disabled,
            _ => value
                .strip_prefix("role.")
                .map_or(Self::All, |role| Self::Role(role.to_owned())),
        }
    }

    /// The value in addresses.
    pub(super) fn value(&self) -> String {
        match self {
            Self::All => String::new(),
            Self::Active => "active".to_owned(),
            Self::Disabled => "disabled".to_owned(),
            Self::Role(role) => format!("role.{role}"),
        }
    }
}

/// One of the lists that an address asks for.
struct List {
    /// Its name in addresses.
    name: &'static str,
    filter: Filter,
    /// None for the usual order.
    order: Option<(SortedBy, bool)>,
}

/// What an address asks for.
#[derive(Debug)]
pub(super) struct PeopleQuery {
    pub(super) search: String,
    pub(super) which: Which,
    /// The only list to show, of several.
    by: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl PeopleQuery {
    pub(super) fn read(query: &str) -> Self {
        let search = only(query, "search").unwrap_or_default();
        Self {
            search: search.trim().chars().take(MAX_SEARCH).collect(),
            which: Which::read(&only(query, "show").unwrap_or_default()),
            by: only(query, "by"),
            after: only(query, "after"),
            before: only(query, "before"),
        }
    }

    /// The lists. A search is no filter: no index serves both.
    fn lists(&self) -> Vec<List> {
        if self.search.is_empty() {
            let filter = match &self.which {
                Which::All => Filter::default(),
                Which::Active => Filter {
                    status: Some(Status::Active),
                    ..Filter::default()
                },
                Which::Disabled => Filter {
                    status: Some(Status::Disabled),
                    ..Filter::default()
                },
                Which::Role(role) => Filter {
                    role: Some(role.clone()),
                    ..Filter::default()
                },
            };
            return vec![List {
                name: "",
                filter,
                order: None,
            }];
        }
        let list = |name, by| {
            let filter = Filter {
                search: Some(self.search.clone()),
                ..Filter::default()
            };
            List {
                name,
                filter,
                order: Some((by, true)),
            }
        };
        let (name, email) = (list("name", SortedBy::Name), list("email", SortedBy::Email));
        match self.by.as_deref() {
            _ if self.search.contains('@') => vec![email],
            Some("name") => vec![name],
            Some("email") => vec![email],
            _ => vec![name, email],
        }
    }
}

/// A page of a list.
pub(super) struct Section {
    /// Name of its heading's text.
    pub(super) heading: &'static str,
    pub(super) count: String,
    pub(super) rows: Vec<Row>,
    pub(super) newer: Option<String>,
    pub(super) older: Option<String>,
}

/// A person, as a line of the list.
pub(super) struct Row {
    pub(super) to: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: Vec<String>,
    pub(super) is_disabled: bool,
    pub(super) is_verified: bool,
    pub(super) last_login: Option<ShownTime>,
}

impl Row {
    pub(super) fn of(Listed { user, roles }: Listed) -> Self {
        Self {
            to: next::person(user.id),
            name: user.name,
            email: user.email,
            roles,
            is_disabled: user.status == Status::Disabled,
            is_verified: user.email_verified_at.is_some(),
            last_login: user.last_login_at.map(ShownTime::of),
        }
    }
}

/// The lists that the address asks for, without empty ones if another has somebody.
pub(super) async fn sections(page: &PageContext, query: &PeopleQuery) -> Result<Vec<Section>, Failed> {
    let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
    let mut sections = Vec::new();
    for List { name, filter, order } in query.lists() {
        sections.push(section(page, &authority, query, name, Listing::of(filter, order)?).await?);
    }
    if sections.iter().any(|section| !section.rows.is_empty()) {
        sections.retain(|section| !section.rows.is_empty());
    } else {
        sections.truncate(1);
    }
    Ok(sections)
}

async fn section(
    page: &PageContext,
    authority: &Authority<'_, ReadUsers>,
    query: &PeopleQuery,
    name: &'static str,
    listing: Listing,
) -> Result<Section, Failed> {
    let tag = ListTag(listing.tag());
    let list = admin::list(authority, &listing, &request(query, tag)).await?;
    let total = admin::count(&page.context.app, &listing).await?;
    let text = if total.is_exact() {
        "people-count"
    } else {
        "people-more-than"
    };
    let (newer, older) = links(query, name, tag, &list);
    Ok(Section {
        heading: match name {
            "name" => "people-by-name",
            "email" => "people-by-email",
            _ => "people",
        },
        count: page.t.with(text, &[("count", total.count().into())]),
        rows: list
            .items
            .into_iter()
            .map(|(_, listed)| Row::of(listed))
            .collect(),
        newer,
        older,
    })
}

/// The page of the list that the address names; the first one if it names none.
fn request(query: &PeopleQuery, tag: ListTag) -> PageRequest<SortKey> {
    let is_backward = query.before.is_some() && query.after.is_none();
    let arguments = PageArguments {
        first: (!is_backward).then_some(SIZE),
        after: query.after.clone(),
        last: is_backward.then_some(SIZE),
        before: query.before.clone().filter(|_| is_backward),
    };
    arguments.request(tag).unwrap_or(PageRequest {
        direction: Direction::Forward,
        size: u16::try_from(SIZE).unwrap_or(1),
        after: None,
        before: None,
    })
}

/// The addresses of the pages before and after.
fn links(
    query: &PeopleQuery,
    name: &str,
    tag: ListTag,
    list: &Page<(Position<SortKey>, Listed)>,
) -> (Option<String>, Option<String>) {
    let which = query.which.value();
    let link = |parameter, at: Option<&(Position<SortKey>, Listed)>| {
        let (position, _) = at?;
        let cursor = tag.cursor(position);
        let parameters = [
            ("search", query.search.as_str()),
            ("show", &which),
            ("by", name),
            (parameter, &cursor),
        ];
        Some(address(ADMIN, &parameters))
    };
    (
        link("before", list.items.first().filter(|_| list.has_previous)),
        link("after", list.items.last().filter(|_| list.has_next)),
    )
}
