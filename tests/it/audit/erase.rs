//! What the log knows about a person can be erased, and the log verifies.

use entity::SessionId;
use portcullis::{
    features::audit::{self, Actor, EventKind, NewEvent},
    platform::db::Invalidates,
};
use uuid::Uuid;

use super::{request, rows, save, seal, sign_in, user};
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

#[tokio::test]
async fn an_erased_person_leaves_events_without_anything_personal() {
    let app = TestApp::start().await;
    events(&app).await;
    seal(&app).await;
    events(&app).await;
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    audit::erase(&tx, user(1)).await.unwrap();
    tx.commit().await.unwrap();
    let about_ada: Vec<_> = rows(&app)
        .await
        .into_iter()
        .filter(|row| row.subject_id == Some(user(1)))
        .collect();
    assert_eq!(about_ada.len(), 4);
    for row in &about_ada {
        assert_eq!((&row.ip_address, &row.user_agent), (&None, &None));
        assert_eq!((&row.personal, &row.personal_salt), (&None, &None));
        assert!(row.details.contains("password") || row.details.contains("field"));
    }
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.erased, report.events), (vec![], 4, 6));
    // Bob's are whole.
    let whole = rows(&app)
        .await
        .into_iter()
        .filter(|row| row.personal_salt.is_some());
    assert!(
        whole
            .clone()
            .all(|row| row.subject_id == Some(user(2)) && row.ip_address.is_some())
    );
    assert_eq!(whole.count(), 2);
    // Those that an administrator caused, too, about any account.
    let tx = app.app.db.begin(Invalidates::Nothing).await.unwrap();
    audit::erase(&tx, user(3)).await.unwrap();
    audit::erase(&tx, user(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert!(rows(&app).await.iter().all(|row| row.personal_salt.is_none()));
    assert_eq!(seal(&app).await, 3);
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
    assert_eq!(audit::erase_ahead(&app.app, user(1)).await.unwrap(), 1_200);
    assert_eq!(audit::erase_ahead(&app.app, user(1)).await.unwrap(), 0);
    let report = audit::verify(&app.app, None).await.unwrap();
    assert_eq!((report.findings, report.erased), (vec![], 1_200));
}
