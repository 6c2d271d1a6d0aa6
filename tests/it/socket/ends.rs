//! What ends a socket, and what its client learns.

use std::time::Duration;

use entity::{
    SessionId,
    session::{self, RevocationReason},
};
use portcullis::{
    features::{
        audit::Actor,
        key::{self, Start},
    },
    platform::db::Invalidates,
    server::socket::SocketLimits,
};
use sea_orm::{ColumnTrait as _, EntityTrait as _, Iterable as _, QueryFilter as _, sea_query::Expr};
use serde_json::json;

use crate::support::{PASSWORD, Program, Socket, TestApp};

const FAST: SocketLimits = SocketLimits {
    init_timeout: Duration::from_secs(10),
    ping_interval: Duration::from_millis(100),
    check_interval: Duration::from_millis(100),
    idle_pings: 3,
    write_timeout: Duration::from_secs(10),
    message_bytes: 64 * 1024,
    first_message_bytes: 16 * 1024,
    first_frames: 10,
    frames_per_second: 100,
    subscriptions: 10,
};

#[tokio::test]
async fn every_reason_for_the_end_of_a_session_is_reported() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    for reason in RevocationReason::iter() {
        let session = app.sign_in(&ada.email).await;
        let mut socket = app.subscribed(&session.token).await;
        let (id, word) = (&session.session_id, reason.word());
        // Each database stores ids in a form of its own.
        let update = session::Entity::update_many()
            .col_expr(session::Column::RevokedAt, Expr::value(1))
            .col_expr(session::Column::RevocationReason, Expr::value(reason))
            .filter(session::Column::Id.eq(id.parse::<SessionId>().unwrap()));
        let change = app.app.db.invalidation_guard(Invalidates::All);
        update.exec(app.app.db.writer()).await.unwrap();
        drop(change);
        let expected = if reason == RevocationReason::Reported {
            "REVOKED_BY_USER".to_owned()
        } else {
            word.to_uppercase()
        };
        assert_eq!(socket.revoked(id).await, expected);
    }
}

#[tokio::test]
async fn an_expired_session_completes_the_subscription_without_an_event() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    assert!(socket.is_open().await);
    app.sql("UPDATE sessions SET expires_at = 1").await;
    assert_eq!(socket.next().await, json!({ "id": "1", "type": "complete" }));
    assert_eq!(socket.closed().await, (4401, "SESSION_EXPIRED".to_owned()));
}

#[tokio::test]
async fn a_stop_of_the_server_closes_its_sockets() {
    let program = Program::new().await;
    let mut running = program.serve().await;
    let mut socket = Socket::open(running.url(), &[]).await.unwrap();
    running.terminate();
    assert_eq!(socket.closed().await.0, 1001);
    assert!(running.wait().success());
}

#[tokio::test]
async fn each_way_to_end_a_session_is_reported_with_its_reason() {
    let app = TestApp::patient().await;
    let ada = app.user("ada").await;
    let second = app.sign_in(&ada.email).await;
    let mut socket = app.subscribed(&second.token).await;
    second.client.logout().await;
    assert_eq!(socket.revoked(&second.session_id).await, "LOGOUT");

    let second = app.sign_in(&ada.email).await;
    let mut socket = app.subscribed(&second.token).await;
    ada.client.revoke_session(&second.session_id).await;
    assert_eq!(socket.revoked(&second.session_id).await, "REVOKED_BY_USER");

    let second = app.sign_in(&ada.email).await;
    let mut socket = app.subscribed(&second.token).await;
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "another lantern under snow" });
    ada.client
        .call("changePassword", "userErrors { code }", input)
        .await;
    assert_eq!(socket.revoked(&second.session_id).await, "PASSWORD_CHANGED");

    let mut socket = app.subscribed(&ada.token).await;
    app.disable(&ada.email).await;
    assert_eq!(socket.revoked(&ada.session_id).await, "ACCOUNT_CLOSED");
}

#[tokio::test]
async fn a_stolen_refresh_token_is_reported() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    app.anonymous().refresh(&ada.refresh_token).await;
    app.pass(Duration::from_mins(5));
    app.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(socket.revoked(&ada.session_id).await, "TOKEN_REUSE");
}

#[tokio::test]
async fn the_oldest_of_too_many_sessions_is_reported() {
    let app = TestApp::with(|config| config.logins_per_network = 0).await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    app.pass(Duration::from_mins(2));
    for _ in 0..100 {
        app.sign_in(&ada.email).await;
    }
    assert_eq!(socket.revoked(&ada.session_id).await, "SUPERSEDED");
}

#[tokio::test]
async fn a_deleted_account_is_reported() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    app.sql(&format!("DELETE FROM users WHERE email_key = '{}'", ada.email))
        .await;
    assert_eq!(socket.revoked(&ada.session_id).await, "ACCOUNT_CLOSED");
}

#[tokio::test]
async fn a_change_of_roles_closes_the_socket_so_that_the_client_gets_a_new_token() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["editor", "staff"]).await;
    let mut socket = app.subscribed(&ada.token).await;
    assert!(socket.is_open().await);
    // Until its first check, the socket knows no roles.
    tokio::time::sleep(Duration::from_millis(500)).await;
    app.set_roles(&ada, &["editor"]).await;
    assert_eq!(socket.closed().await, (4403, "ROLES_CHANGED".to_owned()));
    let mut again = app.subscribed(&ada.token).await;
    assert!(again.is_open().await, "the session lives on");
}

#[tokio::test]
async fn the_end_of_the_token_closes_the_socket_and_the_session_lives_on() {
    let app = TestApp::builder().sockets(FAST).start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    app.pass(Duration::from_mins(14));
    assert!(socket.is_open().await);
    app.pass(Duration::from_mins(2));
    assert_eq!(socket.closed().await, (4403, "TOKEN_EXPIRED".to_owned()));
    let tokens = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert!(app.subscribed(&tokens.access).await.is_open().await);
}

#[tokio::test]
async fn a_removed_key_closes_the_socket_and_a_token_under_the_next_one_opens_another() {
    let app = TestApp::builder().sockets(FAST).start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    let kid = app.app.tokens.keys().signing().kid().to_owned();
    key::rotate(&app.app, Start::Now, Actor::system()).await.unwrap();
    app.pass(Duration::from_secs(11));
    key::refresh(&app.app).await.unwrap();
    assert!(socket.is_open().await);
    key::retire(&app.app, &kid, Actor::system()).await.unwrap();
    key::refresh(&app.app).await.unwrap();
    assert_eq!(socket.closed().await, (4403, "TOKEN_INVALID".to_owned()));
    let tokens = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert!(app.subscribed(&tokens.access).await.is_open().await);
}

#[tokio::test]
async fn the_sockets_of_other_sessions_stay_open() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut socket = app.subscribed(&bob.token).await;
    let second = app.sign_in(&ada.email).await;
    let (mut first, mut other) = (
        app.subscribed(&ada.token).await,
        app.subscribed(&second.token).await,
    );
    second.client.logout().await;
    assert_eq!(other.revoked(&second.session_id).await, "LOGOUT");
    assert!(first.is_open().await && socket.is_open().await);
}

#[tokio::test]
async fn another_server_learns_it_too() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    let ada = app.user("ada").await;
    let mut socket = other.subscribed(&ada.token).await;
    ada.client.logout().await;
    assert_eq!(socket.revoked(&ada.session_id).await, "LOGOUT");
}

#[tokio::test]
async fn an_end_before_the_subscription_is_reported_all_the_same() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    // Bypassing the server, which therefore does not know yet.
    app.another(|_| {}).await.bearer(&ada.token).logout().await;
    socket
        .subscribe("1", "subscription { sessionRevoked { sessionId reason } }")
        .await;
    assert_eq!(socket.revoked(&ada.session_id).await, "LOGOUT");
}

#[tokio::test]
async fn a_socket_without_a_subscription_closes_after_a_while() {
    let app = TestApp::builder().sockets(FAST).start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    assert_eq!(socket.closed().await.0, 1000);
    let mut used = app.subscribed(&ada.token).await;
    for _ in 0..10 {
        tokio::time::sleep(Duration::from_millis(80)).await;
        assert!(used.is_open().await);
    }
}

#[tokio::test]
async fn without_an_init_the_socket_closes() {
    let limits = SocketLimits {
        init_timeout: Duration::from_millis(100),
        ..SocketLimits::default()
    };
    let app = TestApp::builder().sockets(limits).start().await;
    assert_eq!(app.socket().await.closed().await.0, 4408);
}
