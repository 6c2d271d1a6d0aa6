//! Connections that go on with another protocol.

use axum::response::Response;

use super::*;

const SWITCH: &str = "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";

/// Switches to a protocol in which the server repeats the first bytes, and says at the end why it ends.
pub(super) async fn switch() -> Response {
    let upgrade = Upgrade::new(
        async |mut stream: TcpStream, mut read: Bytes, end_signal: EndSignal| {
            if read.is_empty() {
                let mut buffer = [0; 16];
                let length = stream.read(&mut buffer).await.unwrap();
                read = Bytes::copy_from_slice(&buffer[..length]);
            }
            stream.write_all(&read).await.unwrap();
            let end = format!("{:?}", end_signal.wait().await);
            let _ = stream.write_all(end.as_bytes()).await;
        },
    );
    Response::builder()
        .status(StatusCode::SWITCHING_PROTOCOLS)
        .header("connection", "upgrade")
        .header("upgrade", "echo")
        .extension(upgrade)
        .body(Body::empty())
        .unwrap()
}

/// A connection that has switched and got its first bytes back.
async fn switched(server: &Server) -> TcpStream {
    let mut stream = connect(server.address, SWITCH).await;
    let answer = some(&mut stream).await.to_ascii_lowercase();
    assert!(
        answer.starts_with("http/1.1 101") && answer.contains("connection: upgrade"),
        "{answer}"
    );
    stream.write_all(b"hello").await.unwrap();
    assert_eq!(some(&mut stream).await, "hello");
    stream
}

#[tokio::test]
async fn the_bytes_after_the_request_reach_the_other_protocol() {
    let server = start(short());
    let mut stream = connect(server.address, &format!("{SWITCH}early")).await;
    let mut text = some(&mut stream).await;
    while !text.ends_with("early") {
        text += &some(&mut stream).await;
    }
    assert!(text.starts_with("HTTP/1.1 101"), "{text}");
}

#[tokio::test]
async fn it_outlives_the_deadlines_of_requests() {
    let server = start(short());
    let mut stream = switched(&server).await;
    let silence = timeout(SHORT * 14, stream.read(&mut [0; 16])).await;
    assert!(silence.is_err(), "it was ended: {silence:?}");
}

#[tokio::test]
async fn it_makes_room_for_others_when_connections_run_short() {
    let server = start(ConnectionLimits {
        connections: 1,
        ..ConnectionLimits::default()
    });
    let mut stream = switched(&server).await;
    let mut waiting = connect(server.other, GET).await;
    assert!(some(&mut waiting).await.starts_with("HTTP/1.1 200"));
    assert_eq!(rest(&mut stream).await.0, "Evicted");
}

#[tokio::test]
async fn a_stop_waits_for_its_end() {
    let server = start(short());
    let mut stream = switched(&server).await;
    server.signals.send(()).unwrap();
    assert_eq!(rest(&mut stream).await.0, "Stop");
    server.running.await.unwrap().unwrap();
}
