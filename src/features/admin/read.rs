//! Use cases: find and list users.

use entity::UserId;

use crate::{
    context::{App, OpContext},
    features::{
        audit::{self, EventKind},
        authority::{Authority, ReadUsers},
        user::{self as users, EmailAddress, Listed, Listing, SortKey},
    },
    platform::{
        failure::{Denied, Failed, Failure},
        graphql::connection::Total,
        keyset::{Page, PageRequest, Position},
    },
};

/// By what a user is found.
#[derive(Debug, Clone)]
pub enum Lookup {
    /// The id.
    Id(String),
    /// The address.
    Email(String),
}

/// One user; none if there is no such user. Who reads the account of somebody else is recorded.
pub async fn find(authority: &Authority<'_, ReadUsers>, by: &Lookup) -> Result<Option<Listed>, Failed> {
    let app = authority.app();
    let found = match by {
        Lookup::Id(id) => match id.parse::<UserId>() {
            Ok(id) => users::find(&app.db, id).await?,
            Err(_) => None,
        },
        Lookup::Email(email) => match EmailAddress::parse(email) {
            Ok(email) => users::find_by_email(&app.db, &email).await?,
            Err(_) => None,
        },
    };
    let Some(user) = found else { return Ok(None) };
    if authority.caller().is_none_or(|caller| caller.user.id != user.id) {
        audit::record_read(app, EventKind::UserViewed, authority.actor(), Some(user.id)).await?;
    }
    let roles = users::roles(&app.db, user.id).await?;
    Ok(Some(Listed { user, roles }))
}

/// Those of the users with these ids that exist, if the caller may read users; else none. Call [`audit::record_view`]
/// for those that are shown.
pub async fn find_readable(context: &OpContext, ids: Vec<UserId>) -> Result<Vec<Listed>, Failed> {
    let authority = match Authority::<ReadUsers>::to_read(context).await {
        Ok(authority) => authority,
        Err(Failed::Denied(Denied::Forbidden)) => return Ok(Vec::new()),
        Err(failed) => return Err(failed),
    };
    let found = users::find_all(&authority.app().db, ids).await;
    Ok(found.map_err(Failure::from)?)
}

/// A page of a list of users. That lists are read is recorded, without the people who are on them.
pub async fn list(
    authority: &Authority<'_, ReadUsers>,
    listing: &Listing,
    request: &PageRequest<SortKey>,
) -> Result<Page<(Position<SortKey>, Listed)>, Failed> {
    let app = authority.app();
    audit::record_read(app, EventKind::UserViewed, authority.actor(), None).await?;
    let page = users::list(app, listing, request).await;
    Ok(page.map_err(Failure::from)?)
}

/// How many users a list has.
///
/// It runs only after the page was read, so it takes no authority: it could not outlive the request.
pub async fn count(app: &App, listing: &Listing) -> Result<Total, Failed> {
    let count = users::count_listed(app, listing, Total::MAX + 1).await;
    Ok(Total::capped(count.map_err(Failure::from)?))
}
