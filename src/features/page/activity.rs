//! `/account/activity`: what happened to an account, the newest first.

use askama::Template;
use axum::{extract::RawQuery, http::StatusCode, response::Response};
use entity::AuditEventId;

use super::{
    event_text::{fact, sentence},
    link::only,
    next::ACTIVITY,
    page_context::{Frame, PageContext},
};
use crate::{
    features::{
        activity::{self, Activity},
        device::DeviceName,
        identity,
    },
    platform::{
        clock::from_millis,
        failure::Failed,
        keyset::{Direction, PageRequest, Position},
    },
};

/// Number of events on a page.
const SIZE: u16 = 20;

#[derive(Template)]
#[template(path = "activity.html")]
struct ActivityPage<'a> {
    frame: Frame<'a>,
    rows: Vec<Row>,
    /// Where newer events are; none on the first page.
    newer: Option<String>,
    older: Option<String>,
}

/// An event, as a line of the list.
struct Row {
    /// What happened, in a sentence.
    sentence: String,
    /// For people without JavaScript.
    time: String,
    at: String,
    device: Option<String>,
    address: Option<String>,
    /// The provider, or the address before and after.
    detail: Option<String>,
    /// Whether it happened to the account of somebody else.
    is_of_another: bool,
}

pub(super) async fn show(page: PageContext, RawQuery(query): RawQuery) -> Response {
    let Some(caller) = page.caller.as_ref() else {
        return page.to_login_for(ACTIVITY);
    };
    let request = request(query.as_deref().unwrap_or_default());
    let found = activity::own(&page.context.app, caller, &request).await;
    let list = match page.done(found.map_err(Failed::from)) {
        Ok(list) => list,
        Err(response) => return response,
    };
    let link = |parameter: &str, at: Option<&(Position, Activity)>| {
        at.map(|(_, it)| format!("{ACTIVITY}?{parameter}={}", it.event.id))
    };
    let nonce = page.nonce();
    let template = ActivityPage {
        frame: page.frame(&nonce, None),
        newer: link("before", list.items.first().filter(|_| list.has_previous)),
        older: link("after", list.items.last().filter(|_| list.has_next)),
        rows: list
            .items
            .iter()
            .map(|(_, it)| Row::of(&page, it, it.event.subject_id != Some(caller.user.id)))
            .collect(),
    };
    page.page(StatusCode::OK, &nonce, &template)
}

/// The page that an address names; the first one if it names none.
fn request(query: &str) -> PageRequest {
    let position = |parameter: &str| {
        let id: AuditEventId = only(query, parameter)?.parse().ok()?;
        Some(Position { key: 0, id: id.0 })
    };
    let (after, before) = (position("after"), position("before"));
    let is_backward = before.is_some() && after.is_none();
    PageRequest {
        direction: if is_backward {
            Direction::Backward
        } else {
            Direction::Forward
        },
        size: SIZE,
        after,
        before: before.filter(|_| is_backward),
    }
}

impl Row {
    fn of(page: &PageContext, activity: &Activity, is_of_another: bool) -> Self {
        let event = &activity.event;
        let time = from_millis(event.created_at);
        let agent = event.user_agent.as_deref();
        Self {
            sentence: sentence(&page.t, activity),
            time: time.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            at: format!("{time:.3}"),
            device: agent.map(|agent| DeviceName::family(Some(agent))),
            address: event.ip_address.clone(),
            detail: detail(page, activity),
            is_of_another,
        }
    }
}

fn detail(page: &PageContext, activity: &Activity) -> Option<String> {
    let event = &activity.event;
    if let Some(provider) = fact(&event.details, "provider") {
        return Some(identity::provider_name(&page.context.app, provider).to_owned());
    }
    let before = fact(&event.personal, "email_before")?;
    let after = fact(&event.personal, "email_after")?;
    Some(format!("{before} → {after}"))
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_names_one_page_at_most() {
        let id = Uuid::from_u128(7);
        let at = Some(Position { key: 0, id });
        let first = request("");
        assert_eq!((first.direction, first.size), (Direction::Forward, 20));
        assert_eq!((first.after, first.before), (None, None));
        let older = request(&format!("after={id}"));
        assert_eq!((older.direction, older.after), (Direction::Forward, at));
        let newer = request(&format!("before={id}"));
        assert_eq!((newer.direction, newer.before), (Direction::Backward, at));
        let both = request(&format!("after={id}&before={id}"));
        assert_eq!(
            (both.direction, both.after, both.before),
            (Direction::Forward, at, None)
        );
        for other in ["after=", "after=7", "before=x", &format!("after={id}&after={id}")] {
            assert_eq!(request(other), first, "{other}");
        }
    }
}
