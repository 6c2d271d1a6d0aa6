//! `/admin/users/<id>`: the account of one person, and the forms that change it.

mod delete;
mod factors;
mod forms;
mod person_form;
mod reset;
mod roles;
mod sessions;
mod status;
mod update;
mod view;

use std::sync::Arc;

use axum::{
    extract::Path,
    http::StatusCode,
    response::Response,
    routing::{MethodRouter, get, post},
};
use entity::UserId;

use self::{forms::Forms, view::render};
use super::{Route, permitted::Permitted};
use crate::{
    context::App,
    features::{
        authority::ReadUsers,
        page::{link::Link, next},
    },
};

/// The page and its forms.
pub(super) fn table() -> Vec<Route> {
    let form = |sent: MethodRouter<Arc<App>>| sent.get(to_page);
    vec![
        ("/admin/users/{id}", get(show)),
        ("/admin/users/{id}/update", form(post(update::submit))),
        ("/admin/users/{id}/roles", form(post(roles::submit))),
        ("/admin/users/{id}/disable", form(post(status::disable))),
        ("/admin/users/{id}/enable", form(post(status::enable))),
        ("/admin/users/{id}/sessions", form(post(sessions::end))),
        ("/admin/users/{id}/reset", form(post(reset::send))),
        ("/admin/users/{id}/factors", form(post(factors::reset))),
        ("/admin/users/{id}/delete", form(post(delete::submit))),
    ]
}

async fn show(
    Permitted {
        page, permissions, ..
    }: Permitted<ReadUsers>,
    Path(id): Path<String>,
    link: Link,
) -> Result<Response, Response> {
    let Ok(id) = id.parse::<UserId>() else {
        return Err(page.missing(true));
    };
    let notice = link.notice.as_deref();
    render(&page, &permissions, id, StatusCode::OK, Forms::default(), notice).await
}

/// Redirects to the page: the browser shows the address of a form when its answer was a page.
async fn to_page(
    Permitted { page, .. }: Permitted<ReadUsers>,
    Path(id): Path<String>,
) -> Result<Response, Response> {
    let id = id.parse::<UserId>().map_err(|_| page.missing(true))?;
    Ok(page.see_other(&next::person(id)))
}
