//! `/admin/audit`: what happened on this server, the newest first.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};

use super::{
    audit_query::{AuditQuery, SIZE},
    event_rows::{EventRow, event_rows},
    nav::Nav,
    permitted::Permitted,
};
use crate::{
    features::{
        activity::{Activity, Scope},
        admin::{self, Lookup},
        audit::EventKind,
        authority::{Authority, ReadAudit, ReadUsers},
        page::{event_text::text_of, next::AUDIT, page_context::PageContext, response::Frame},
    },
    platform::{
        config::{Permission, Permissions},
        failure::Failed,
        i18n::Language,
    },
};

#[derive(Template)]
#[template(path = "admin_audit.html")]
struct AuditPage<'a> {
    frame: Frame<'a>,
    nav: Nav,
    query: &'a AuditQuery,
    kinds: Vec<Choice>,
    rows: Vec<EventRow>,
    newer: Option<String>,
    older: Option<String>,
    /// Whether the search stopped before it found a whole page.
    is_cut: bool,
}

/// A kind of event that can be chosen.
struct Choice {
    word: &'static str,
    text: String,
    is_chosen: bool,
}

/// The events of a page, and where newer and older ones are.
struct Found {
    events: Vec<Activity>,
    newer: Option<String>,
    older: Option<String>,
    is_cut: bool,
}

pub(super) async fn show(
    Permitted {
        page, permissions, ..
    }: Permitted<ReadAudit>,
    RawQuery(query): RawQuery,
) -> Result<Response, Response> {
    let query = AuditQuery::read(query.as_deref().unwrap_or_default());
    let found = page.done(find(&page, &permissions, &query).await)?;
    let rows = page.done(event_rows(&page, &permissions, found.events).await)?;
    let nonce = page.nonce();
    let template = AuditPage {
        frame: page.frame(&nonce, None),
        nav: Nav::of(&page, &permissions, AUDIT),
        kinds: kinds(&page.t, query.kind),
        query: &query,
        rows,
        newer: found.newer,
        older: found.older,
        is_cut: found.is_cut,
    };
    Ok(page.page(StatusCode::OK, &nonce, &template))
}

async fn find(page: &PageContext, permissions: &Permissions, query: &AuditQuery) -> Result<Found, Failed> {
    let whose = whose(page, permissions, &query.person).await?;
    let scope = Scope::of(&page.context, whose.as_deref()).await?;
    let app = &page.context.app;
    let Some(kind) = query.kind else {
        let list = scope.page(app, &query.request()).await?;
        let newest = list.items.first().filter(|_| list.has_previous);
        let oldest = list.items.last().filter(|_| list.has_next);
        return Ok(Found {
            newer: newest.map(|(_, it)| query.link("before", &it.event.id.to_string())),
            older: oldest.map(|(_, it)| query.link("after", &it.event.id.to_string())),
            events: list.items.into_iter().map(|(_, it)| it).collect(),
            is_cut: false,
        });
    };
    let search = scope.search(app, kind, query.bounds(), usize::from(SIZE)).await?;
    Ok(Found {
        newer: (!query.is_first()).then(|| query.link("", "")),
        older: search.resume.map(|at| query.link("after", &at.id.to_string())),
        is_cut: search.resume.is_some() && search.items.len() < usize::from(SIZE),
        events: search.items,
    })
}

/// The id of the person that was typed; none if nobody was. An address is looked up by those who may read people.
async fn whose(page: &PageContext, permissions: &Permissions, typed: &str) -> Result<Option<String>, Failed> {
    if typed.is_empty() {
        return Ok(None);
    }
    if typed.contains('@') && permissions.contains(&Permission::ReadUsers) {
        let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
        let found = admin::find(&authority, &Lookup::Email(typed.to_owned())).await?;
        return Ok(Some(found.map(|it| it.user.id.to_string()).unwrap_or_default()));
    }
    Ok(Some(typed.to_owned()))
}

fn kinds(t: &Language, chosen: Option<EventKind>) -> Vec<Choice> {
    let choice = |kind: &EventKind| Choice {
        word: kind.word(),
        text: t.with(&text_of(*kind), &[("count", 1.into())]),
        is_chosen: Some(*kind) == chosen,
    };
    EventKind::ALL.iter().map(choice).collect()
}
