//! Rows of the audit log, and all that is done with them.

use std::time::Duration;

use entity::{AuditEventId, UserId, audit_event, audit_seal};
use portcullis::{
    features::{
        audit::{self, EventFilter, SealReference, SignInRefusal},
        user as users,
    },
    platform::{
        db::{Executor, Invalidates},
        keyset::{Direction, PageRequest},
    },
};
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use uuid::Uuid;

use crate::{
    audit::{request, rows, sign_in},
    support::TestApp,
};

/// Events of one seal.
const ROWS: i64 = 4;

/// A seal of the server itself, with which the chain begins. Those of `fill` follow it.
pub(super) async fn begin(app: &TestApp) {
    sign_in(app, 1).await;
    app.pass(Duration::from_mins(2));
    assert_eq!(audit::seal(&app.app).await.unwrap(), 1);
}

/// An event for each user, and a seal for each four of them; a few are not sealed. Nobody has authenticated them.
pub(super) async fn fill(database: &Executor, ids: &[u128], now: i64) {
    let number = |id: &u128| i64::try_from(id >> 64).unwrap();
    let rows = ids.iter().map(|id| {
        let event = audit_event::Model {
            id: AuditEventId(Uuid::from_u128(*id)),
            kind: "login_succeeded".to_owned(),
            created_at: now,
            actor_kind: "owner".to_owned(),
            actor_id: Some(UserId(Uuid::from_u128(*id))),
            subject_id: Some(UserId(Uuid::from_u128(*id))),
            session_id: None,
            request_id: Some("0".repeat(32)),
            details: "{}".to_owned(),
            ip_address: Some("192.0.2.1".to_owned()),
            user_agent: Some("Firefox".to_owned()),
            actor_facts: None,
            actor_salt: Some("s".repeat(22)),
            actor_hash: Some("h".repeat(43)),
            subject_facts: None,
            subject_salt: Some("s".repeat(22)),
            subject_hash: Some("h".repeat(43)),
            key_id: "k".to_owned(),
            mac: "m".repeat(43),
            seal: (number(id) % 100 != 0).then(|| number(id) / ROWS + 2),
        };
        event.into_active_model().reset_all()
    });
    let insert = audit_event::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
    let sealed = ids.iter().map(number).filter(|number| number % ROWS == 0);
    let rows = sealed.map(|number| {
        let seal = audit_seal::Model {
            seq: number / ROWS + 1,
            created_at: now,
            until_id: None,
            row_count: ROWS,
            late_count: 0,
            root: "r".repeat(43),
            previous_mac: Some("p".repeat(43)),
            removed_to: (number % 100 == 0).then_some(number / ROWS),
            key_id: "k".to_owned(),
            mac: "m".repeat(43),
        };
        seal.into_active_model().reset_all()
    });
    let insert = audit_seal::Entity::insert_many(rows);
    insert.exec_without_returning(database).await.unwrap();
}

/// Does it once, on a server that keeps events for a day.
pub(super) async fn live(app: &TestApp) {
    let db = &app.app.db;
    let context = request(app, "192.0.2.1", "Firefox");
    for number in [1, 2] {
        sign_in(app, number).await;
    }
    audit::note_refused(&context, None, SignInRefusal::Credentials);
    audit::flush_refused(&app.app).await.unwrap();
    let newest = rows(app).await.pop().unwrap();
    // With as many events before theirs as after.
    list(app, UserId(Uuid::from_u128(1_501 << 64))).await;
    audit::find(db, newest.id).await.unwrap().unwrap();
    assert_eq!(audit::find_all(db, vec![newest.id]).await.unwrap().len(), 1);
    users::find_all(db, vec![UserId(Uuid::from_u128(7))])
        .await
        .unwrap();

    let now = app.app.clock.now();
    for since in [None, Some(now)] {
        let mut export = audit::export(&app.app, since, "ada").await.unwrap();
        while !export.next().await.unwrap().is_empty() {}
    }
    let ada = crate::audit::user(1);
    let tx = db.begin(Invalidates::Nothing).await.unwrap();
    audit::erase(&tx, ada, now).await.unwrap();
    tx.commit().await.unwrap();

    app.pass(Duration::from_hours(25));
    audit::erase_noted(&app.app).await.unwrap();
    assert_ne!(audit::seal(&app.app).await.unwrap(), 0);
    assert_eq!(audit::purge(&app.app).await.unwrap(), 1);
    let last = SealReference {
        seq: 2,
        mac: String::new(),
    };
    assert_ne!(
        audit::verify(&app.app, Some(&last)).await.unwrap().finding_count,
        0
    );
}

/// The pages of the list.
async fn list(app: &TestApp, user: UserId) {
    for filter in [EventFilter::All, EventFilter::Of(user)] {
        assert_ne!(audit::count(&app.app.db, filter, 10).await.unwrap(), 0);
        for direction in [Direction::Forward, Direction::Backward] {
            let request = PageRequest {
                direction,
                size: 20,
                after: None,
                before: None,
            };
            let page = audit::page(&app.app.db, filter, &request).await.unwrap();
            let (position, _) = page.items.last().unwrap();
            let (after, before) = match direction {
                Direction::Forward => (Some(*position), None),
                Direction::Backward => (None, Some(*position)),
            };
            let request = PageRequest {
                after,
                before,
                ..request
            };
            audit::page(&app.app.db, filter, &request).await.unwrap();
        }
    }
}
