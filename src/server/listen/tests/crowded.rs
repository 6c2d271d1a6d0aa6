//! When connections run short: which ones end, and who can still connect.

use std::net::Ipv4Addr;

use tokio::net::TcpSocket;

use super::*;

/// Twenty slots, two of them reserved for networks that have few connections.
fn twenty() -> ConnectionLimits {
    ConnectionLimits {
        connections: 20,
        ..ConnectionLimits::default()
    }
}

/// Connects from an address of this machine, and sends some bytes; none if the server closes at once.
async fn connect_from(server: &Server, from: [u8; 4], bytes: &str) -> Option<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind((Ipv4Addr::from(from), 0).into()).unwrap();
    let mut stream = socket.connect(server.address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.ok()?;
    Some(stream)
}

/// Whether a client from that address gets an answer.
async fn is_answered(server: &Server, from: [u8; 4]) -> bool {
    let Some(mut stream) = connect_from(server, from, GET).await else {
        return false;
    };
    let mut buffer = [0; 4_096];
    let read = timeout(Duration::from_secs(2), stream.read(&mut buffer)).await;
    matches!(read, Ok(Ok(length)) if buffer[..length].starts_with(b"HTTP/1.1 200"))
}

#[tokio::test]
async fn addresses_that_hold_idle_connections_keep_nobody_out() {
    let server = start(twenty());
    let mut held = Vec::new();
    for _ in 0..20 {
        for last in 2..7 {
            if let Some(mut stream) = connect_from(&server, [127, 0, 1, last], GET).await {
                let _ = timeout(Duration::from_secs(2), stream.read(&mut [0; 4_096])).await;
                held.push(stream);
            }
        }
        assert!(is_answered(&server, [127, 0, 2, 1]).await);
    }
}

#[tokio::test]
async fn addresses_that_hold_unfinished_requests_keep_nobody_out() {
    let server = start(twenty());
    let mut held = Vec::new();
    for _ in 0..10 {
        for last in 2..7 {
            held.extend(connect_from(&server, [127, 0, 1, last], "GET / HTTP/1.1\r\n").await);
        }
        assert!(is_answered(&server, [127, 0, 2, 1]).await);
    }
}

#[tokio::test]
async fn a_connection_that_makes_room_has_its_request_answered_first() {
    let server = start(ConnectionLimits {
        connections: 1,
        ..ConnectionLimits::default()
    });
    let mut slow = connect(server.address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT / 3).await;
    let mut waiting = connect(server.other, GET).await;
    assert!(some(&mut slow).await.starts_with("HTTP/1.1 200"));
    assert!(
        some(&mut waiting).await.starts_with("HTTP/1.1 200"),
        "the first one is idle"
    );
    assert_eq!(rest(&mut slow).await.0, "");
}
