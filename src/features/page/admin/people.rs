//! `/admin`: the list of people.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};

use super::{
    nav::Nav,
    people_list::{PeopleQuery, Section, Which, sections},
    permitted::Permitted,
};
use crate::features::{
    authority::ReadUsers,
    page::{link::only, next::ADMIN, page_context::PageContext, response::Frame},
};

#[derive(Template)]
#[template(path = "admin_people.html")]
struct PeoplePage<'a> {
    frame: Frame<'a>,
    nav: Nav,
    search: &'a str,
    choices: Vec<Choice>,
    sections: Vec<Section>,
}

/// A filter that can be chosen.
struct Choice {
    value: String,
    text: String,
    is_chosen: bool,
}

pub(super) async fn show(
    Permitted {
        page, permissions, ..
    }: Permitted<ReadUsers>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    const NOTICES: [&str; 4] = [
        "person-deleted",
        "confirmed",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let text = query.as_deref().unwrap_or_default();
    let query = PeopleQuery::read(text);
    let sections = page.done(sections(&page, &query).await)?;
    let nonce = page.nonce();
    let notice = page.notice(only(text, "notice").as_deref(), &NOTICES);
    let template = PeoplePage {
        frame: page.frame(&nonce, notice),
        nav: Nav::of(&page, &permissions, ADMIN),
        search: &query.search,
        choices: choices(&page, &query),
        sections,
    };
    Ok(page.page(StatusCode::OK, &nonce, &template))
}

/// Everybody, those of each status, and those of each role.
fn choices(page: &PageContext, query: &PeopleQuery) -> Vec<Choice> {
    let choice = |which: Which, text: String| Choice {
        is_chosen: query.which == which,
        value: which.value(),
        text,
    };
    let mut choices = vec![
        choice(Which::All, page.t.text("people-all")),
        choice(Which::Active, page.t.text("people-active")),
        choice(Which::Disabled, page.t.text("people-disabled")),
    ];
    let roles = page.context.app.config.roles.names();
    choices.extend(roles.map(|role| {
        let text = page.t.with("people-with-role", &[("role", role.into())]);
        choice(Which::Role(role.to_owned()), text)
    }));
    choices
}
