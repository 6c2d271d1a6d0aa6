//! A database that is out of reach for a while.

use std::time::Duration;

use portcullis::platform::config::DatabaseUrl;
use sea_orm::{
    ConnectionTrait as _, Database, SqliteTransactionMode, TransactionOptions, TransactionTrait as _,
};
use serde_json::json;

use crate::support::{Answer, PASSWORD, Proxy, TestApp, until};

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.codes(), ["SERVICE_UNAVAILABLE"], "{}", answer.text);
    assert!(
        answer.body["errors"][0]["extensions"]["retryAfterSeconds"]
            .as_u64()
            .unwrap()
            >= 1
    );
    assert!(answer.header("retry-after").is_some());
    for word in ["postgres", "mysql", "mariadb", "sqlite", "sql", "locked", "pool"] {
        assert!(!answer.text.to_lowercase().contains(word), "{}", answer.text);
    }
}

#[tokio::test]
async fn nobody_hears_that_a_password_is_wrong_because_the_database_is_out_of_reach() {
    let database = crate::support::TestDatabase::empty().await;
    if database.is_sqlite() {
        locked().await;
    } else {
        gone().await;
    }
}

/// A database server that goes away and comes back.
async fn gone() {
    let mut proxy = None;
    let app = TestApp::with(|config| {
        let made = Proxy::before(config.database_url.expose());
        config.database_url = DatabaseUrl::parse(&made.url).unwrap();
        proxy = Some(made);
    })
    .await;
    let proxy = proxy.unwrap();
    let ada = app.user("ada").await;
    let anonymous = app.anonymous();
    assert_eq!(anonymous.get("/readyz").await.status, 200);

    for _ in 0..2 {
        proxy.cut();
        // Until then `me` is answered by what was read before.
        app.pass(app.app.config.session_cache);
        let form = json!({ "name": "Eve", "email": "eve@example.com", "password": PASSWORD });
        let (ready, healthy, login, wrong, me, signup) = tokio::join!(
            anonymous.get("/readyz"),
            anonymous.get("/healthz"),
            anonymous.login(&ada.email, PASSWORD),
            anonymous.login("nobody@example.com", "not the password"),
            ada.client.me(),
            anonymous.signup(form),
        );
        assert_eq!(
            (ready.status.as_u16(), ready.body),
            (503, json!({ "status": "unavailable" }))
        );
        assert_eq!(healthy.status, 200);
        for answer in [login, wrong, me, signup] {
            assert_unavailable(&answer);
        }

        proxy.mend();
        until("the server is ready again", async || {
            anonymous.get("/readyz").await.status == 200
        })
        .await;
        until("people sign in again", async || {
            let answer = anonymous.login(&ada.email, PASSWORD).await;
            answer.codes().is_empty() && answer.data("login")["userErrors"] == json!([])
        })
        .await;
        until("people are known again", async || {
            ada.client.me().await.codes().is_empty()
        })
        .await;
    }
}

/// A SQLite file that another process does not let go of: reading goes on, writing has to wait.
#[expect(clippy::disallowed_methods, reason = "the transaction of another process")]
async fn locked() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let other = Database::connect(&app.database.url).await.unwrap();
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let writing = other.begin_with_options(options).await.unwrap();
    writing
        .execute_unprepared("UPDATE users SET name = 'Eve'")
        .await
        .unwrap();

    // So that the use of the session is due to be noted: reading must not fail for that.
    app.pass(Duration::from_mins(1));
    let anonymous = app.anonymous();
    let (login, me, healthy) = tokio::join!(
        anonymous.login(&ada.email, PASSWORD),
        ada.client.me(),
        anonymous.get("/healthz"),
    );
    assert_unavailable(&login);
    assert_eq!(me.data("me")["name"], "ada");
    assert_eq!(healthy.status, 200);

    writing.rollback().await.unwrap();
    let answer = anonymous.login(&ada.email, PASSWORD).await;
    assert_eq!(answer.data("login")["userErrors"], json!([]));
    other.close().await.unwrap();
}
