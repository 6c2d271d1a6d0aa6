//! `/admin`: administration for people with a permission, by the same use cases as in GraphQL.
//!
//! A page or a form without the caller's permission is answered like a path that does not exist, so that nobody learns
//! from the addresses what others may do. Only what the caller may do is offered; the use cases check it again.

mod address;
mod audit;
mod audit_query;
mod event_rows;
mod import;
mod import_report;
mod invite;
mod nav;
mod people;
mod people_list;
mod permitted;
mod person;
mod problems;
mod role_options;
mod waiting;

use std::sync::Arc;

use axum::{
    Router,
    routing::{MethodRouter, get},
};

use super::{
    next::{ADMIN, AUDIT, IMPORT, INVITE},
    page_context::PageContext,
};
use crate::{
    context::{App, Caller},
    features::authority,
    platform::{config::Permission, failure::Failed},
};

/// A path, and what answers there.
type Route = (&'static str, MethodRouter<Arc<App>>);

/// Each page with the permission that opens it, in the order in which they are offered.
const PAGES: [(&str, Permission); 4] = [
    (ADMIN, Permission::ReadUsers),
    (AUDIT, Permission::ReadAudit),
    (INVITE, Permission::ManageUsers),
    (IMPORT, Permission::ImportUsers),
];

/// The routes of administration.
pub(super) fn routes() -> Router<Arc<App>> {
    let add = |router: Router<Arc<App>>, (path, methods)| router.route(path, methods);
    table().into_iter().fold(Router::new(), add)
}

/// The paths of administration, as the router has them.
pub fn paths() -> Vec<&'static str> {
    table().into_iter().map(|(path, _)| path).collect()
}

fn table() -> Vec<Route> {
    let pages = [
        (ADMIN, get(people::show)),
        (AUDIT, get(audit::show)),
        (INVITE, get(invite::show).post(invite::submit)),
        (
            "/admin/invite/again",
            get(invite::to_page).post(invite::send_again),
        ),
        (IMPORT, get(import::show).post(import::check)),
        ("/admin/import/run", get(import::to_page).post(import::run)),
    ];
    pages.into_iter().chain(person::table()).collect()
}

/// The first page that the caller may see; none without a permission.
pub(super) async fn first(page: &PageContext, caller: &Caller) -> Result<Option<&'static str>, Failed> {
    let permissions = authority::permissions_of(&page.context, caller).await?;
    let mut open = PAGES
        .iter()
        .filter(|(_, permission)| permissions.contains(permission));
    Ok(open.next().map(|(path, _)| *path))
}
