//! Logins during which the account changes.
//!
//! The password's hash takes long here, so that the change falls between the verification and its effect; what must
//! hold does so in whatever order things happen.

use entity::session;
use portcullis::platform::crypto::Asker;
use sea_orm::{ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use tokio::task::JoinSet;

use crate::support::{Answer, PASSWORD, Person, TestApp};

/// Ada, whose stored hash takes long to verify and is to be made anew at her next login.
async fn slow_ada() -> (TestApp, Person) {
    let app = TestApp::with(|config| {
        config.argon2_iterations = 5;
        config.hash_threads = 1;
        config.hash_queue = 1;
    })
    .await;
    let ada = app.user("ada").await;
    let slow = app
        .another(|config| {
            config.argon2_memory_kib = 96 * 1024;
            config.argon2_iterations = 4;
        })
        .await;
    let hash = slow
        .app
        .hasher
        .hash(Asker::Stranger, &PASSWORD.into())
        .await
        .unwrap();
    app.put_hash(&ada.email, Some(hash.as_str())).await;
    (app, ada)
}

/// Logins of Ada's, one of which is being hashed: another one found no place any more.
async fn logins_under_way(app: &TestApp, ada: &Person) -> JoinSet<Answer> {
    let mut logins = JoinSet::new();
    for _ in 0..3 {
        let (client, email) = (app.anonymous(), ada.email.clone());
        logins.spawn(async move { client.login(&email, PASSWORD).await });
    }
    let first = logins.join_next().await.unwrap().unwrap();
    assert_eq!(first.codes(), ["SERVICE_UNAVAILABLE"], "{}", first.text);
    logins
}

async fn live_sessions(app: &TestApp) -> u64 {
    session::Entity::find()
        .filter(session::Column::RevokedAt.is_null())
        .count(app.app.db.writer())
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_was_begun_before_the_account_was_disabled_leaves_no_session() {
    let (app, ada) = slow_ada().await;
    let mut logins = logins_under_way(&app, &ada).await;
    app.disable(&ada.email).await;
    while let Some(answer) = logins.join_next().await {
        let answer = answer.unwrap();
        let token = &answer.body["data"]["login"]["tokens"]["accessToken"];
        if let Some(token) = token.as_str() {
            assert_eq!(app.bearer(token).me().await.reason(), "SESSION_REVOKED");
        }
    }
    assert_eq!(live_sessions(&app).await, 0);
    let status = app.row(&ada.email).await.unwrap().status;
    assert_eq!(status, entity::user::Status::Disabled);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_changes_during_a_login_is_not_overwritten() {
    let (app, ada) = slow_ada().await;
    let new = "another lantern under snow";
    let other = app.another(|_| {}).await;
    let hash = other.app.hasher.hash(Asker::Stranger, &new.into()).await.unwrap();
    let mut logins = logins_under_way(&app, &ada).await;
    app.put_hash(&ada.email, Some(hash.as_str())).await;
    while let Some(answer) = logins.join_next().await {
        let answer = answer.unwrap();
        assert!(
            !answer.codes().contains(&"INTERNAL_SERVER_ERROR"),
            "{}",
            answer.text
        );
    }
    let stored = app.row(&ada.email).await.unwrap().password_hash;
    assert_eq!(stored.as_deref(), Some(hash.as_str()));
    // On a busy machine the hashes of the logins above can keep the pool from taking another one at once.
    let login = async |password| loop {
        let answer = app.anonymous().login(&ada.email, password).await;
        if answer.codes() != ["SERVICE_UNAVAILABLE"] {
            return answer;
        }
    };
    let answer = login(PASSWORD).await;
    assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
    let answer = login(new).await;
    assert_eq!(answer.data("login")["user"]["id"], ada.id);
}
