//! Who may open a socket, and by which credential.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{Socket, TestApp};

const FOREIGN: &str = "https://evil.example";

async fn closed_after_init(mut socket: Socket, payload: Value) -> (u16, String) {
    socket.init(payload).await;
    socket.closed().await
}

#[tokio::test]
async fn foreign_pages_are_refused_and_trusted_ones_are_not() {
    let app = TestApp::with(|config| {
        config.cors_origins.exact = vec!["https://app.example".to_owned()];
    })
    .await;
    let own = app.app.config.public_url.as_str().to_owned();
    for (headers, expected) in [
        (vec![("origin", FOREIGN)], Some(403)),
        (vec![("origin", "null")], Some(403)),
        (
            vec![("origin", FOREIGN), ("authorization", "Bearer a")],
            Some(403),
        ),
        (vec![("origin", "https://app.example.evil.example")], Some(403)),
        (vec![("sec-fetch-site", "cross-site")], Some(403)),
        (
            vec![("origin", own.as_str()), ("sec-fetch-site", "same-site")],
            Some(403),
        ),
        (vec![("cookie", "portcullis-access=a.b.c")], Some(403)),
        (
            vec![("origin", FOREIGN), ("cookie", "portcullis-access=a")],
            Some(403),
        ),
        (vec![("origin", own.as_str())], None),
        (vec![("origin", "https://app.example")], None),
        (vec![], None),
    ] {
        let opened = app.try_socket(&headers).await;
        assert_eq!(
            opened.err().map(|status| status.as_u16()),
            expected,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn what_is_no_handshake_is_refused() {
    let app = TestApp::start().await;
    for headers in [
        [("sec-websocket-protocol", "")],
        [("sec-websocket-protocol", "graphql-ws")],
        [("sec-websocket-protocol", "graphql-transport-ws2")],
        [("sec-websocket-version", "8")],
    ] {
        let refused = app.try_socket(&headers).await.err().unwrap();
        assert_eq!(refused.as_u16(), 400, "{headers:?}");
    }
    let head = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\n\
                sec-websocket-protocol: graphql-transport-ws\r\n";
    for rest in [
        "connection: upgrade\r\n",
        "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ] {
        let answer = app.wire(format!("{head}{rest}\r\n").as_bytes()).await;
        assert_eq!(answer.status.as_u16(), 400, "{rest}");
    }
    let offered = app
        .try_socket(&[("sec-websocket-protocol", "graphql-ws, graphql-transport-ws")])
        .await;
    assert!(offered.is_ok());
}

#[tokio::test]
async fn cookies_of_an_own_page_authenticate() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let own = app.app.config.public_url.as_str().to_owned();
    let cookie = format!("portcullis-access={}", ada.token);
    let mut socket = app
        .try_socket(&[("origin", &own), ("cookie", &cookie)])
        .await
        .unwrap();
    socket.init(Value::Null).await;
    assert_eq!(socket.next().await["type"], "connection_ack");
    socket
        .subscribe("1", "subscription { sessionRevoked { sessionId reason } }")
        .await;
    ada.client.logout().await;
    assert_eq!(socket.revoked(&ada.session_id).await, "LOGOUT");
}

#[tokio::test]
async fn a_bad_token_never_falls_back_to_the_cookie() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let own = app.app.config.public_url.as_str().to_owned();
    let cookie = format!("portcullis-access={}", ada.token);
    for payload in [
        json!({ "authorization": "Bearer bad" }),
        json!({ "authorization": "" }),
        json!({ "authorization": "Bearer" }),
        json!({ "authorization": ada.token }),
        json!({ "Authorization": 1 }),
        json!({ "authorization": "Bearer a", "Authorization": format!("Bearer {}", ada.token) }),
    ] {
        let socket = app
            .try_socket(&[("origin", &own), ("cookie", &cookie)])
            .await
            .unwrap();
        let closed = closed_after_init(socket, payload.clone()).await;
        assert_eq!(closed, (4401, "TOKEN_INVALID".to_owned()), "{payload}");
    }
}

#[tokio::test]
async fn each_kind_of_bad_token_has_its_code() {
    let app = TestApp::with(|config| config.audience = "https://api.example".to_owned()).await;
    let ada = app.user("ada").await;
    let bearer = |token: &str| json!({ "authorization": format!("Bearer {token}") });
    let missing = closed_after_init(app.socket().await, json!({})).await;
    assert_eq!(missing, (4401, "TOKEN_MISSING".to_owned()));
    let service = bearer(ada.service_token.as_deref().unwrap());
    let service = closed_after_init(app.socket().await, service).await;
    assert_eq!(
        service,
        (4401, "TOKEN_INVALID".to_owned()),
        "a token for services"
    );
    let bob = app.user("bob").await;
    bob.client.logout().await;
    let ended = closed_after_init(app.socket().await, bearer(&bob.token)).await;
    assert_eq!(ended, (4401, "SESSION_REVOKED".to_owned()));
    app.pass(Duration::from_mins(20));
    let expired = closed_after_init(app.socket().await, bearer(&ada.token)).await;
    assert_eq!(expired, (4403, "TOKEN_EXPIRED".to_owned()));
}

#[tokio::test]
async fn a_bearer_token_in_the_handshake_authenticates_programs() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let bearer = format!("Bearer {}", ada.token);
    let mut socket = app.try_socket(&[("authorization", &bearer)]).await.unwrap();
    socket.init(Value::Null).await;
    assert_eq!(socket.next().await["type"], "connection_ack");
}

#[tokio::test]
async fn sockets_can_be_switched_off() {
    let app = TestApp::with(|config| config.max_sockets = 0).await;
    assert_eq!(app.try_socket(&[]).await.err().unwrap().as_u16(), 404);
}
