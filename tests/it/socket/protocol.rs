//! The rules of the sub-protocol, and what happens to clients that break them.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{io::AsyncWriteExt as _, time::timeout};
use tokio_tungstenite::tungstenite::{
    Bytes, Message,
    protocol::frame::{
        Frame,
        coding::{Data, OpCode},
    },
};

use crate::support::TestApp;

const SUBSCRIPTION: &str = "subscription { sessionRevoked { reason } }";

#[tokio::test]
async fn nothing_but_pings_is_answered_before_the_init() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    assert!(socket.is_open().await);
    socket
        .send(json!({ "type": "ping", "payload": { "a": 1 } }))
        .await;
    assert_eq!(
        socket.next().await,
        json!({ "type": "pong", "payload": { "a": 1 } })
    );
    socket.subscribe("1", SUBSCRIPTION).await;
    assert_eq!(socket.closed().await, (4401, "Unauthorized".to_owned()));
}

#[tokio::test]
async fn a_second_init_closes_the_socket() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    socket.init(Value::Null).await;
    assert_eq!(socket.closed().await.0, 4429);
}

#[tokio::test]
async fn an_id_is_used_once_while_it_is_open() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    socket.send(json!({ "type": "complete", "id": "1" })).await;
    socket.send(json!({ "type": "complete", "id": "unknown" })).await;
    socket.subscribe("1", SUBSCRIPTION).await;
    assert!(socket.is_open().await, "the id was free again");
    socket.subscribe("1", SUBSCRIPTION).await;
    assert_eq!(
        socket.closed().await,
        (4409, "Subscriber for 1 already exists".to_owned())
    );
}

#[tokio::test]
async fn a_completed_subscription_tells_nothing_more() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.subscribed(&ada.token).await;
    socket.send(json!({ "type": "complete", "id": "1" })).await;
    assert!(socket.is_open().await);
    ada.client.logout().await;
    assert_eq!(socket.closed().await, (4401, "SESSION_REVOKED".to_owned()));
}

#[tokio::test]
async fn what_is_no_message_closes_the_socket() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for text in [
        "",
        "[]",
        r#"{"type":"start","id":"1","payload":{}}"#,
        r#"{"type":"ping","type":"ping"}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{ a }"}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":1}}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":"{ a }","variables":[]}}"#,
        r#"{"type":"subscribe","id":"1","payload":"{ a }"}"#,
        r#"{"type":"subscribe","id":"1"}"#,
    ] {
        let mut socket = app.socket_of(&ada.token).await;
        socket.text(text).await;
        assert_eq!(socket.closed().await.0, 4400, "{text}");
    }
    let mut socket = app.socket_of(&ada.token).await;
    let nested = format!(r#"{{"type":"ping","payload":{}}}"#, "[".repeat(60_000));
    socket.text(&nested).await;
    assert_eq!(socket.closed().await.0, 4400);
    let mut socket = app.socket().await;
    socket.frame(Message::binary(&b"{}"[..])).await;
    assert_eq!(socket.closed().await.0, 4400);
}

#[tokio::test]
async fn a_message_has_a_maximum_size_however_it_is_sent() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    socket.text(&" ".repeat(64 * 1024 + 1)).await;
    assert_eq!(socket.closed().await.0, 1009);
    let mut socket = app.socket().await;
    for (number, is_last) in [false, false, true].into_iter().enumerate() {
        let opcode = if number == 0 { Data::Text } else { Data::Continue };
        let part = Frame::message(vec![b' '; 30 * 1024], OpCode::Data(opcode), is_last);
        socket.frame(Message::Frame(part)).await;
    }
    assert_eq!(socket.closed().await.0, 1009);
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    socket.subscribe("1", &" ".repeat(60_000)).await;
    assert_eq!(
        socket.next().await["type"],
        "error",
        "the document is too large, not the message"
    );
    socket
        .send(json!({ "type": "ping", "payload": "a".repeat(1_024) }))
        .await;
    assert_eq!(socket.closed().await.0, 4400, "pings are sent back");
    let mut socket = app.socket().await;
    let long = "a".repeat(16 * 1024);
    socket
        .init(json!({ "authorization": format!("Bearer {long}") }))
        .await;
    assert_eq!(socket.closed().await.0, 1009, "nobody knows yet who sends it");
}

#[tokio::test]
async fn a_ping_of_the_websocket_is_answered() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    socket.frame(Message::Ping(Bytes::from_static(b"a"))).await;
    assert_eq!(socket.raw_frame().await, Message::Pong(Bytes::from_static(b"a")));
}

#[tokio::test]
async fn little_is_read_before_the_init() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    for _ in 0..9 {
        assert!(socket.is_open().await);
    }
    socket.send(json!({ "type": "pong" })).await;
    assert_eq!(socket.closed().await.0, 4400);
}

#[tokio::test]
async fn a_close_is_answered() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    socket.frame(Message::Close(None)).await;
    assert!(matches!(socket.raw_frame().await, Message::Close(_)));
}

#[tokio::test]
async fn a_frame_that_breaks_the_rules_closes_the_socket() {
    let app = TestApp::start().await;
    let mut socket = app.socket().await;
    let mut reserved = Frame::message(b"{}".to_vec(), OpCode::Data(Data::Text), true);
    reserved.header_mut().rsv1 = true;
    socket.frame(Message::Frame(reserved)).await;
    assert_eq!(socket.closed().await.0, 1002);
}

#[tokio::test]
async fn a_flood_of_pings_is_read_slowly() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut stream = app.connect().await;
    let head = "GET /graphql HTTP/1.1\r\nhost: localhost\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
                sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
    let token = format!("Bearer {}", ada.token);
    let init = json!({ "type": "connection_init", "payload": { "authorization": token } }).to_string();
    let length = u16::try_from(init.len()).unwrap().to_be_bytes();
    // Masked with zeros, which change nothing.
    let init = [&[0x81, 0xfe], &length[..], &[0; 4], init.as_bytes()].concat();
    let ping = [&[0x89, 0xfd, 0, 0, 0, 0][..], &[0; 125]].concat();
    let flood = [head.as_bytes(), &init, &ping.repeat(200_000)].concat();
    let sent = timeout(Duration::from_secs(5), stream.write_all(&flood)).await;
    assert!(sent.is_err(), "25 MB were read, or the socket ended: {sent:?}");
}
