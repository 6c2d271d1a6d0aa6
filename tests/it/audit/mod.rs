//! The audit log.

mod actions;
mod cut;
mod erase;
mod mails;
mod mistyped;
mod reading;
mod record;
mod recorded_reads;
mod retention;
mod seal;
mod tampered;
mod watch;

use std::time::Duration;

use axum::http::{HeaderMap, Method};
use entity::{AuditEventId, UserId, audit_event, audit_seal};
use portcullis::{
    context::OpContext,
    features::audit::{self, Actor, EventKind, Finding, NewEvent},
    platform::{
        db::Invalidates,
        http::{client::Client, request_auth::RequestAuth, request_id::RequestId},
    },
};
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, EntityTrait as _, IntoActiveModel as _, QueryFilter as _,
    QueryOrder as _,
};
use uuid::Uuid;

pub(crate) use self::watch::{By, LOOPBACK, Watch, on_this_machine};
use crate::support::TestApp;

/// A user that only the log knows.
pub(crate) fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

/// The context of a request from this client.
pub(crate) fn request(app: &TestApp, address: &str, agent: &str) -> OpContext {
    let client = Client {
        address: Some(address.parse().unwrap()),
        user_agent: Some(agent.to_owned()),
        ..Client::default()
    };
    let id = RequestId::new(app.clock.as_ref(), &*app.app.rng);
    let auth = RequestAuth::at_page(&Method::GET, &HeaderMap::new(), &app.app.config);
    OpContext::new(app.app.clone(), client, id, auth)
}

/// Saves an event in a transaction of its own.
pub(crate) async fn save(app: &TestApp, event: NewEvent<'_>) {
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    event.save(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// Saves a sign-in of this user.
pub(crate) async fn sign_in(app: &TestApp, number: u128) {
    let context = request(app, "192.0.2.1", "Firefox");
    let actor = Actor::owner(&context, user(number));
    let event = NewEvent::new(&app.app, EventKind::LoginSucceeded, actor)
        .about(user(number))
        .detail("method", "password")
        .personal("email", "ada@example.com");
    save(app, event).await;
}

/// All rows, the oldest first.
pub(crate) async fn rows(app: &TestApp) -> Vec<audit_event::Model> {
    audit_event::Entity::find()
        .order_by_asc(audit_event::Column::Id)
        .all(app.app.db.writer())
        .await
        .unwrap()
}

/// All seals, the oldest first.
pub(crate) async fn seals(app: &TestApp) -> Vec<audit_seal::Model> {
    audit_seal::Entity::find()
        .order_by_asc(audit_seal::Column::Seq)
        .all(app.app.db.writer())
        .await
        .unwrap()
}

/// Time passes, and the server seals. Returns the number of rows.
pub(crate) async fn seal(app: &TestApp) -> u64 {
    app.pass(Duration::from_mins(2));
    audit::seal(&app.app).await.unwrap()
}

/// Whether no personal part is left of an event.
pub(crate) fn is_erased(row: &audit_event::Model) -> bool {
    [
        &row.ip_address,
        &row.user_agent,
        &row.actor_facts,
        &row.actor_salt,
        &row.subject_facts,
        &row.subject_salt,
    ]
    .iter()
    .all(|column| column.is_none())
}

/// A log with three seals of three rows each.
pub(crate) async fn sealed_log(app: &TestApp) {
    for batch in 0..3 {
        for number in 1..=3 {
            sign_in(app, batch * 10 + number).await;
            app.pass(Duration::from_millis(1));
        }
        assert_eq!(seal(app).await, 3);
    }
}

/// What a verification finds.
pub(crate) async fn findings(app: &TestApp) -> Vec<Finding> {
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!(report.findings.len() as u64, report.finding_count);
    report.findings
}

/// Writes a row of events by hand, over the one with this id.
pub(crate) async fn overwrite(app: &TestApp, id: AuditEventId, row: audit_event::Model) {
    audit_event::Entity::update_many()
        .set(row.into_active_model().reset_all())
        .filter(audit_event::Column::Id.eq(id))
        .exec(app.app.db.writer())
        .await
        .unwrap();
}

/// Adds a row of events by hand.
pub(crate) async fn add(app: &TestApp, row: audit_event::Model) {
    audit_event::Entity::insert(row.into_active_model().reset_all())
        .exec_without_returning(app.app.db.writer())
        .await
        .unwrap();
}

/// Removes a row of events by hand.
pub(crate) async fn remove(app: &TestApp, id: AuditEventId) {
    let done = audit_event::Entity::delete_by_id(id)
        .exec(app.app.db.writer())
        .await;
    assert_eq!(done.unwrap().rows_affected, 1);
}

/// Writes a seal by hand, over the one with this number.
pub(crate) async fn overwrite_seal(app: &TestApp, seq: i64, seal: audit_seal::Model) {
    audit_seal::Entity::update_many()
        .set(seal.into_active_model().reset_all())
        .filter(audit_seal::Column::Seq.eq(seq))
        .exec(app.app.db.writer())
        .await
        .unwrap();
}

/// Adds a seal by hand.
pub(crate) async fn add_seal(app: &TestApp, seal: audit_seal::Model) {
    audit_seal::Entity::insert(seal.into_active_model().reset_all())
        .exec_without_returning(app.app.db.writer())
        .await
        .unwrap();
}

/// Removes a seal by hand.
pub(crate) async fn remove_seal(app: &TestApp, seq: i64) {
    let done = audit_seal::Entity::delete_by_id(seq)
        .exec(app.app.db.writer())
        .await;
    assert_eq!(done.unwrap().rows_affected, 1);
}
