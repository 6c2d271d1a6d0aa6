//! What the log knows about a person can be erased, and the log verifies.

use std::time::Duration;

use entity::{SessionId, audit_event};
use portcullis::{
    features::audit::{self, Actor, EventKind, NewEvent},
    platform::db::Invalidates,
};
use uuid::Uuid;

use super::{is_erased, request, rows, save, seal, sign_in, user};
use crate::support::TestApp;

/// Three events: by Ada, by an administrator about Ada, and by Bob.
async fn events(app: &TestApp) {
    sign_in(app, 1).await;
    let admin = Actor::administrator(
        &request(app, "198.51.100.7", "Lynx"),
        user(3),
        SessionId(Uuid::nil()),
    );
    let event = NewEvent::new(&app.app, EventKind::UserUpdated, admin)
        .about(user(1))
        .detail("field", "email")
        .personal("email_before", "ada@example.com")
        .personal("email_after", "lovelace@example.com");
    save(app, event).await;
    sign_in(app, 2).await;
}

async fn erase(app: &TestApp, number: u128) {
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    let now = app.app.clock.now();
    audit::erase(&tx, user(number), now).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn an_erased_person_leaves_events_without_anything_about_them() {
    let app = TestApp::start().await;
    events(&app).await;
    seal(&app).await;
    events(&app).await;
    erase(&app, 1).await;
    let about_ada: Vec<_> = rows(&app)
        .await
        .into_iter()
        .filter(|row| row.subject_id == Some(user(1)))
        .collect();
    assert_eq!(about_ada.len(), 4);
    for row in &about_ada {
        assert_eq!((&row.subject_facts, &row.subject_salt), (&None, &None));
        assert!(row.details.contains("password") || row.details.contains("field"));
        if row.actor_id == Some(user(1)) {
            assert!(is_erased(row));
        } else {
            // From where the administrator acted is not about Ada.
            assert_eq!(row.ip_address.as_deref(), Some("198.51.100.7"));
            assert_eq!(row.user_agent.as_deref(), Some("Lynx"));
        }
    }
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.erased, report.events), (vec![], 4, 6));
    // Bob's are whole.
    let rows = rows(&app).await;
    let of_bob: Vec<_> = rows
        .iter()
        .filter(|row| row.subject_id == Some(user(2)))
        .collect();
    assert_eq!(of_bob.len(), 2);
    assert!(
        of_bob
            .iter()
            .all(|row| row.ip_address.is_some() && row.subject_facts.is_some())
    );
    assert_eq!(seal(&app).await, 3);
    assert_eq!(audit::verify(&app.app, None).await.unwrap().findings, []);
}

#[tokio::test]
async fn an_erased_administrator_leaves_the_facts_about_others() {
    let app = TestApp::start().await;
    events(&app).await;
    seal(&app).await;
    erase(&app, 3).await;
    let by_admin = |row: &audit_event::Model| row.actor_id == Some(user(3));
    let row = rows(&app).await.into_iter().find(by_admin).unwrap();
    let network = (&row.ip_address, &row.user_agent, &row.actor_salt);
    assert_eq!(network, (&None, &None, &None));
    let facts = row.subject_facts.as_deref().unwrap();
    assert!(facts.contains("ada@example.com") && facts.contains("lovelace@example.com"));
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.erased), (vec![], 1));
    // The facts go with the account that they are about.
    erase(&app, 1).await;
    erase(&app, 2).await;
    assert!(rows(&app).await.iter().all(is_erased));
    assert_eq!(audit::verify(&app.app, None).await.unwrap().findings, []);
}

#[tokio::test]
async fn what_a_stranger_did_to_an_account_is_erased_with_it() {
    let app = TestApp::start().await;
    let context = request(&app, "192.0.2.1", "Firefox");
    save(
        &app,
        NewEvent::by_stranger(&context, EventKind::PasswordResetRequested, user(1)),
    )
    .await;
    let command = Actor::command_line("root");
    save(
        &app,
        NewEvent::new(&app.app, EventKind::UserEnabled, command).about(user(1)),
    )
    .await;
    erase(&app, 1).await;
    let [by_stranger, by_command] = rows(&app).await.try_into().unwrap();
    assert!(is_erased(&by_stranger));
    // Who ran a command is not about the account.
    assert_eq!(by_command.actor_facts.as_deref(), Some("{\"os_user\":\"root\"}"));
    assert_eq!(audit::verify(&app.app, None).await.unwrap().findings, []);
}

#[tokio::test]
async fn a_long_history_is_erased_in_batches() {
    let app = TestApp::start().await;
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    let context = request(&app, "192.0.2.1", "Firefox");
    for _ in 0..1_200 {
        let actor = Actor::owner(&context, user(1));
        let event = NewEvent::new(&app.app, EventKind::LoginSucceeded, actor).about(user(1));
        event.save(&tx).await.unwrap();
    }
    tx.commit().await.unwrap();
    sign_in(&app, 2).await;
    // The deletion keeps no other writer waiting for all of it.
    erase(&app, 1).await;
    assert_eq!(rows(&app).await.into_iter().filter(is_erased).count(), 500);
    assert_eq!(audit::erase_noted(&app.app).await.unwrap(), 700);
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.erased), (vec![], 1_200));
}

#[tokio::test]
async fn an_event_that_comes_after_the_deletion_is_erased_within_an_hour() {
    let app = TestApp::start().await;
    sign_in(&app, 1).await;
    erase(&app, 1).await;
    // Such as one of another server, which counted refused sign-ins.
    sign_in(&app, 1).await;
    assert_eq!(audit::erase_noted(&app.app).await.unwrap(), 0);
    app.pass(Duration::from_hours(1));
    assert_eq!(audit::erase_noted(&app.app).await.unwrap(), 2);
    assert!(rows(&app).await.iter().all(is_erased));
    assert_eq!(app.row_counts(&["audit_erasures"]).await, "audit_erasures: 1\n");
    // Once more, until an hour passes without one.
    app.pass(Duration::from_hours(1));
    assert_eq!(audit::erase_noted(&app.app).await.unwrap(), 0);
    assert_eq!(app.row_counts(&["audit_erasures"]).await, "audit_erasures: 0\n");
}
