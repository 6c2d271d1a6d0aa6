//! Events are written with what they tell, and can be listed.

use std::time::Duration;

use entity::SessionId;
use portcullis::{
    features::audit::{self, Actor, ActorKind, EventFilter, EventKind, NewEvent, SignInRefusal},
    platform::{
        db::Invalidates,
        keyset::{Direction, PageRequest, Position},
    },
};
use uuid::Uuid;

use super::{request, rows, save, sign_in, user};
use crate::support::TestApp;

fn first(size: u16, after: Option<Position>) -> PageRequest {
    PageRequest {
        direction: Direction::Forward,
        size,
        after,
        before: None,
    }
}

#[tokio::test]
async fn an_event_tells_who_did_what_to_whom_and_from_where() {
    let app = TestApp::start().await;
    let context = request(&app, "::ffff:192.0.2.7", &"ü".repeat(300));
    let session = SessionId(Uuid::from_u128(9));
    let actor = Actor::administrator(&context, user(1), session);
    let event = NewEvent::new(&app.app, EventKind::RolesChanged, actor)
        .about(user(2))
        .detail("roles_before", "")
        .detail("roles_after", "admin,staff")
        .personal("email", "bob@example.com");
    save(&app, event).await;
    let request = first(1, None);
    let page = audit::page(&app.app.db, EventFilter::All, &request)
        .await
        .unwrap();
    let (position, found) = &page.items[0];
    assert_eq!(position.id, found.id.0);
    assert_eq!(found.kind, Some(EventKind::RolesChanged));
    assert_eq!(found.actor_kind, Some(ActorKind::Administrator));
    let ids = (found.actor_id, found.subject_id, found.session_id);
    assert_eq!(ids, (Some(user(1)), Some(user(2)), Some(session)));
    assert_eq!(found.request_id.as_deref(), Some(context.request_id.as_str()));
    assert_eq!(found.ip_address.as_deref(), Some("192.0.2.7"));
    assert_eq!(found.user_agent, Some("ü".repeat(128)));
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let details = [pair("roles_after", "admin,staff"), pair("roles_before", "")];
    assert_eq!(found.details, details);
    assert_eq!(found.personal, [pair("email", "bob@example.com")]);
    assert_eq!(format!("{found:?}").matches("192").count(), 0);
    let again = audit::find(&app.app.db, found.id).await.unwrap();
    assert_eq!(again.as_ref(), Some(found));
}

#[tokio::test]
async fn an_event_is_gone_with_the_transaction_that_is_rolled_back_and_can_be_saved_again() {
    let app = TestApp::start().await;
    let event = NewEvent::new(&app.app, EventKind::Logout, Actor::system());
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    event.save(&tx).await.unwrap();
    tx.rollback().await.unwrap();
    assert_eq!(rows(&app).await, []);
    app.pass(Duration::from_secs(5));
    save(&app, event.clone()).await;
    let row = rows(&app).await.remove(0);
    let millis = app.app.clock.now().as_millisecond();
    assert_eq!(row.created_at, millis - 5_000);
    let (seconds, nanos) = row.id.0.get_timestamp().unwrap().to_unix();
    let of_id = i64::try_from(seconds).unwrap() * 1_000 + i64::from(nanos / 1_000_000);
    assert_eq!(of_id, row.created_at);
}

#[tokio::test]
async fn pages_are_of_one_account_or_all_newest_first() {
    let app = TestApp::start().await;
    for number in [1, 2, 1, 2, 1] {
        sign_in(&app, number).await;
        app.pass(Duration::from_millis(1));
    }
    let by_admin = Actor::administrator(&request(&app, "192.0.2.1", "x"), user(3), SessionId(Uuid::nil()));
    save(
        &app,
        NewEvent::new(&app.app, EventKind::UserViewed, by_admin).about(user(1)),
    )
    .await;
    let db = &app.app.db;
    let all: Vec<_> = rows(&app).await.into_iter().rev().map(|row| row.id).collect();
    let mut seen = Vec::new();
    let mut after = None;
    loop {
        let page = audit::page(db, EventFilter::All, &first(2, after)).await.unwrap();
        seen.extend(page.items.iter().map(|(_, event)| event.id));
        after = page.items.last().map(|(position, _)| *position);
        if !page.has_next {
            break;
        }
    }
    assert_eq!(seen, all);
    for (filter, wanted) in [
        (EventFilter::Of(user(1)), 4),
        (EventFilter::Of(user(2)), 2),
        (EventFilter::Of(user(3)), 1),
        (EventFilter::Of(user(4)), 0),
    ] {
        let page = audit::page(db, filter, &first(100, None)).await.unwrap();
        assert_eq!(page.items.len(), wanted, "{filter:?}");
    }
    let back = PageRequest {
        direction: Direction::Backward,
        ..first(2, None)
    };
    let page = audit::page(db, EventFilter::All, &back).await.unwrap();
    let ids: Vec<_> = page.items.iter().map(|(_, event)| event.id).collect();
    assert_eq!(ids, all[4..]);
    assert!(page.has_previous && !page.has_next);
}

#[tokio::test]
async fn refused_sign_ins_are_one_row_per_account_and_one_for_all_unknown_addresses() {
    let app = TestApp::start().await;
    let from_here = request(&app, "192.0.2.1", "Firefox");
    for address in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
        let context = request(&app, address, "Firefox");
        for _ in 0..50 {
            audit::note_refused(&context, None, SignInRefusal::Credentials);
            audit::note_refused(&from_here, Some(user(1)), SignInRefusal::Credentials);
        }
    }
    audit::note_refused(&from_here, Some(user(1)), SignInRefusal::RateLimited);
    assert_eq!(rows(&app).await, [], "requests write nothing");
    assert_eq!(audit::flush_refused(&app.app).await.unwrap(), 2);
    assert_eq!(audit::flush_refused(&app.app).await.unwrap(), 0);
    let rows = rows(&app).await;
    assert!(
        rows.iter()
            .all(|row| row.kind == "login_failed" && row.actor_kind == "anonymous")
    );
    let of = |subject| rows.iter().find(|row| row.subject_id == subject).unwrap();
    let known = of(Some(user(1)));
    assert_eq!(known.details, r#"{"credentials":"150","rate_limited":"1"}"#);
    assert_eq!(known.ip_address.as_deref(), Some("192.0.2.1"));
    let unknown = of(None);
    assert_eq!(
        unknown.details,
        r#"{"accounts":"unknown","clients":"several","credentials":"150"}"#
    );
    assert_eq!((&unknown.ip_address, &unknown.user_agent), (&None, &None));
}

#[tokio::test]
async fn counts_that_cannot_be_written_are_kept_for_the_next_minute() {
    let app = TestApp::start().await;
    let context = request(&app, "192.0.2.1", "Firefox");
    for number in 0..250 {
        audit::note_refused(&context, Some(user(number)), SignInRefusal::Credentials);
    }
    app.sql("ALTER TABLE audit_events RENAME TO hidden").await;
    assert!(audit::flush_refused(&app.app).await.is_err());
    app.sql("ALTER TABLE hidden RENAME TO audit_events").await;
    audit::note_refused(&context, Some(user(0)), SignInRefusal::Credentials);
    assert_eq!(audit::flush_refused(&app.app).await.unwrap(), 250);
    let rows = rows(&app).await;
    let of = rows.iter().find(|row| row.subject_id == Some(user(0))).unwrap();
    assert_eq!(of.details, r#"{"credentials":"2"}"#);
}
