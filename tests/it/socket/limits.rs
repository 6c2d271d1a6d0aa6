//! How many sockets there are.

use std::time::Duration;

use serde_json::json;

use crate::support::{TestApp, until};

const SUBSCRIPTION: &str = "subscription { sessionRevoked { reason } }";

#[tokio::test]
async fn a_network_has_half_of_its_connections_and_gets_them_back() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| config.max_connections_per_address = 4)
        .start()
        .await;
    let from = |address| [("x-forwarded-for", address)];
    let first = app.try_socket(&from("192.0.2.1")).await.unwrap();
    let _second = app.try_socket(&from("192.0.2.1")).await.unwrap();
    let refused = app.try_socket(&from("192.0.2.1")).await.err().unwrap();
    assert_eq!(refused.as_u16(), 503);
    let _other = app.try_socket(&from("198.51.100.1")).await.unwrap();
    drop(first);
    until("the place is free again", async || {
        app.try_socket(&from("192.0.2.1")).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn there_is_a_maximum_for_all() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| config.max_sockets = 8)
        .start()
        .await;
    let ada = app.user("ada").await;
    let mut open = Vec::new();
    for address in ["192.0.2.1", "198.51.100.1"] {
        for _ in 0..4 {
            let mut socket = app.try_socket(&[("x-forwarded-for", address)]).await.unwrap();
            socket
                .init(json!({ "authorization": format!("Bearer {}", ada.token) }))
                .await;
            assert_eq!(socket.next().await["type"], "connection_ack");
            open.push(socket);
        }
    }
    let other = [("x-forwarded-for", "203.0.113.1")];
    assert_eq!(app.try_socket(&other).await.err().unwrap().as_u16(), 503);
    assert_eq!(app.app.metrics.open_sockets.get(), 8);
    drop(open);
    until("all are free again", async || {
        app.app.metrics.open_sockets.get() == 0
    })
    .await;
}

#[tokio::test]
async fn an_account_has_fifty() {
    let app = TestApp::start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mut open = Vec::new();
    for _ in 0..50 {
        open.push(app.socket_of(&ada.token).await);
    }
    let mut one_more = app.socket().await;
    one_more
        .init(json!({ "authorization": format!("Bearer {}", ada.token) }))
        .await;
    assert_eq!(one_more.closed().await.0, 1013);
    app.socket_of(&bob.token).await;
}

#[tokio::test]
async fn a_socket_has_ten_subscriptions() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    for id in 0..10 {
        socket.subscribe(&id.to_string(), SUBSCRIPTION).await;
    }
    socket.subscribe("10", SUBSCRIPTION).await;
    let message = socket.next().await;
    assert_eq!(
        (&message["id"], &message["type"]),
        (&json!("10"), &json!("error"))
    );
    assert_eq!(
        message["payload"][0]["extensions"]["code"],
        "QUERY_LIMIT_EXCEEDED"
    );
    socket.send(json!({ "type": "complete", "id": "0" })).await;
    socket.subscribe("10", SUBSCRIPTION).await;
    assert!(socket.is_open().await);
}

#[tokio::test]
async fn an_open_socket_holds_no_connection_of_the_database() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut open = Vec::new();
    for _ in 0..40 {
        open.push(app.subscribed(&ada.token).await);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    app.until_database_is_idle().await;
    assert!(ada.client.me().await.data("me").is_object());
}
