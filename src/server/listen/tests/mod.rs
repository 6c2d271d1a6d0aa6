mod arrived;
mod crowded;
mod half_closed;
mod stop;
mod upgrade;

use std::{
    future::pending,
    net::SocketAddr,
    time::{Duration, Instant},
};

use axum::{
    Extension,
    body::{Body, Bytes},
    extract::ConnectInfo,
    http::StatusCode,
    routing::get,
};
use futures_util::stream;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::mpsc,
    task::JoinHandle,
};

use super::*;

const SHORT: Duration = Duration::from_millis(150);
const GET: &str = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
/// More than the buffers of both ends of a connection hold.
const LARGE: usize = 32 * 1024 * 1024;

/// A running server, its address, and the way to signal it.
struct Server {
    address: SocketAddr,
    other: SocketAddr,
    signals: mpsc::UnboundedSender<()>,
    running: JoinHandle<io::Result<()>>,
}

fn short() -> ConnectionLimits {
    ConnectionLimits {
        head_timeout: SHORT,
        idle_timeout: SHORT * 12,
        half_closed_timeout: SHORT * 8,
        ..ConnectionLimits::default()
    }
}

fn start(limits: ConnectionLimits) -> Server {
    let router = Router::new()
        .route(
            "/",
            get(async |ConnectInfo(peer): ConnectInfo<SocketAddr>| peer.to_string()),
        )
        .route("/slow", get(async || sleep(SHORT * 4).await))
        .route("/stream", get(async || Body::from_stream(slow_parts())))
        .route("/large", get(async || vec![b'a'; LARGE]))
        .route("/budgeted", get(budgeted))
        .route("/upgrade", get(upgrade::switch))
        .route("/never", get(async || pending::<()>().await))
        .route("/echo", axum::routing::post(async |body: Bytes| body));
    let listeners = [(); 2].map(|()| std::net::TcpListener::bind("127.0.0.1:0").unwrap());
    let [address, other] = listeners.each_ref().map(|it| it.local_addr().unwrap());
    let (signals, received) = mpsc::unbounded_channel();
    let signalled = stream::unfold(received, async |mut received| {
        Some((received.recv().await?, received))
    });
    let running = tokio::spawn(async move { serve(Vec::from(listeners), router, limits, signalled).await });
    Server {
        address,
        other,
        signals,
        running,
    }
}

/// A large response, if there is room for it.
async fn budgeted(Extension(unsent): Extension<Arc<UnsentAnswers>>) -> Result<Vec<u8>, StatusCode> {
    if unsent.admit(None, LARGE) {
        Ok(vec![b'a'; LARGE])
    } else {
        Err(StatusCode::SERVICE_UNAVAILABLE)
    }
}

/// Two parts of a body with a pause between them.
fn slow_parts() -> impl Stream<Item = io::Result<&'static str>> {
    stream::unfold(["first", "second"].into_iter(), async |mut parts| {
        let part = parts.next()?;
        if part == "second" {
            sleep(SHORT * 4).await;
        }
        Some((Ok(part), parts))
    })
}

async fn connect(address: SocketAddr, bytes: &str) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(bytes.as_bytes()).await.unwrap();
    stream
}

/// Everything until the server closes, and the time it took.
async fn rest(stream: &mut TcpStream) -> (String, Duration) {
    let start = now();
    let mut text = Vec::new();
    // A reset is an end too.
    let _ = timeout(Duration::from_secs(5), stream.read_to_end(&mut text))
        .await
        .expect("the server keeps the connection");
    (String::from_utf8(text).unwrap(), start.elapsed())
}

/// The next bytes.
async fn some(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 4_096];
    let read = timeout(Duration::from_secs(5), stream.read(&mut buffer));
    let length = read.await.expect("nothing comes").unwrap();
    String::from_utf8(buffer[..length].to_vec()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "only durations are measured")]
fn now() -> Instant {
    Instant::now()
}

#[tokio::test]
async fn requests_are_answered_on_every_listener_with_the_peers_address() {
    let server = start(short());
    for address in [server.address, server.other] {
        let mut stream = connect(address, GET).await;
        let peer = stream.local_addr().unwrap().to_string();
        assert!(some(&mut stream).await.ends_with(&peer));
    }
}

#[tokio::test]
async fn connections_that_say_nothing_or_only_part_of_a_head_are_cut() {
    let server = start(short());
    for bytes in ["", "GET", "GET / HTTP/1.1\r\nHost: a\r\n"] {
        let mut stream = connect(server.address, bytes).await;
        let (_, after) = rest(&mut stream).await;
        assert!(after >= SHORT / 2 && after < SHORT * 10, "{bytes:?}: {after:?}");
    }
}

#[tokio::test]
async fn a_head_that_drips_is_cut() {
    let server = start(short());
    let mut stream = connect(server.address, "GET / HTTP/1.1\r\n").await;
    let start = now();
    while start.elapsed() < SHORT * 10 {
        stream.write_all(b"a: b\r\n").await.unwrap();
        if timeout(SHORT / 10, stream.readable()).await.is_ok() {
            assert!(some(&mut stream).await.starts_with("HTTP/1.1 408 "));
            return;
        }
    }
    panic!("a dripping head was read for {:?}", start.elapsed());
}

#[tokio::test]
async fn idle_connections_are_kept_for_a_while_and_later_heads_have_the_deadline_too() {
    let server = start(short());
    let mut stream = connect(server.address, GET).await;
    some(&mut stream).await;
    sleep(SHORT * 2).await;
    stream.write_all(GET.as_bytes()).await.unwrap();
    assert!(some(&mut stream).await.starts_with("HTTP/1.1 200"));
    stream.write_all(b"GET /").await.unwrap();
    let (_, after) = rest(&mut stream).await;
    assert!(after < SHORT * 10, "a partial second head: {after:?}");

    let mut stream = connect(server.address, GET).await;
    some(&mut stream).await;
    let (_, after) = rest(&mut stream).await;
    assert!(after >= SHORT * 10, "idle: {after:?}");
}

#[tokio::test]
async fn an_idle_connection_ends_with_408() {
    let server = start(short());
    let mut idle = connect(server.address, GET).await;
    some(&mut idle).await;
    let (response, after) = rest(&mut idle).await;
    assert!(after >= SHORT * 10, "{after:?}");
    assert!(
        response.starts_with("HTTP/1.1 408 Request Timeout\r\nconnection: close\r\n"),
        "{response:?}"
    );

    let mut half = connect(server.address, GET).await;
    some(&mut half).await;
    half.write_all(b"GET / HTTP/1.1\r\nHost:").await.unwrap();
    assert!(rest(&mut half).await.0.starts_with("HTTP/1.1 408 "));
    // A browser that connects ahead would show it to somebody who sent no request.
    let mut unused = connect(server.address, "").await;
    assert_eq!(rest(&mut unused).await.0, "");
}

#[tokio::test]
async fn a_request_that_arrives_as_an_idle_connection_is_closed_gets_no_reset() {
    let server = start(short());
    let idle_timeout = u64::try_from((SHORT * 12).as_millis()).unwrap();
    // Try every millisecond around the end.
    for millis in idle_timeout - 6..idle_timeout + 6 {
        let mut idle = connect(server.address, GET).await;
        some(&mut idle).await;
        sleep(Duration::from_millis(millis)).await;
        idle.write_all(GET.as_bytes())
            .await
            .expect("the server resets the connection");
        let mut text = String::new();
        let read = timeout(Duration::from_secs(5), idle.read_to_string(&mut text)).await;
        read.expect("the server keeps the connection")
            .expect("the server resets the connection");
        // Answered, or refused with a 408.
        assert!(
            text.starts_with("HTTP/1.1 200") || text.starts_with("HTTP/1.1 408"),
            "{text:?}"
        );
    }
}

#[tokio::test]
async fn a_client_that_closes_its_sending_side_gets_its_answers_whole() {
    let server = start(short());
    let echo = format!("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello{GET}");
    for (request, length) in [
        ("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n", 0),
        ("GET /large HTTP/1.1\r\nHost: a\r\n\r\n", LARGE),
        ("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n", "firstsecond".len()),
        (echo.as_str(), "hello".len() + "HTTP/1.1 200 OK".len()),
    ] {
        let mut stream = connect(server.address, request).await;
        stream.shutdown().await.unwrap();
        let (answer, _) = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{request}: {answer:.200}");
        let (_, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(body.len() >= length, "{request}: {} bytes", body.len());
    }
}

#[tokio::test]
async fn a_client_that_resets_its_connection_is_not_served_any_further() {
    let server = start(short());
    let stream = connect(server.address, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT).await;
    socket2::SockRef::from(&stream)
        .set_linger(Some(Duration::ZERO))
        .unwrap();
    drop(stream);
    sleep(SHORT).await;
    server.signals.send(()).unwrap();
    let ended = timeout(SHORT * 10, server.running).await;
    assert!(ended.expect("still answering").unwrap().is_ok());
}

#[tokio::test]
async fn a_slow_handler_is_not_cut() {
    let server = start(short());
    let mut stream = connect(server.address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(some(&mut stream).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn large_heads_are_refused() {
    let server = start(short());
    for head in [
        format!("GET / HTTP/1.1\r\na: {}\r\n\r\n", "a".repeat(40_000)),
        format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(101)),
    ] {
        let mut stream = connect(server.address, &head).await;
        let answer = some(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    }
}

#[tokio::test]
async fn one_address_has_only_so_many_connections() {
    let limits = ConnectionLimits {
        connections_per_address: 2,
        ..ConnectionLimits::default()
    };
    let server = start(limits);
    let mut first = connect(server.address, GET).await;
    let mut second = connect(server.other, GET).await;
    assert!(some(&mut first).await.starts_with("HTTP/1.1 200"));
    assert!(some(&mut second).await.starts_with("HTTP/1.1 200"));
    let mut third = TcpStream::connect(server.address).await.unwrap();
    assert_eq!(rest(&mut third).await.0, "");
    drop(first);
    sleep(SHORT).await;
    let mut fourth = connect(server.address, GET).await;
    assert!(some(&mut fourth).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn all_addresses_share_a_number_of_connections() {
    let limits = ConnectionLimits {
        connections: 1,
        // The silent one keeps its slot for as long as it stays.
        ..ConnectionLimits::default()
    };
    let server = start(limits);
    let silent = connect(server.address, "").await;
    sleep(SHORT / 3).await;
    let mut waiting = connect(server.other, GET).await;
    assert!(
        timeout(SHORT / 3, waiting.readable()).await.is_err(),
        "answered beyond the limit"
    );
    drop(silent);
    assert!(some(&mut waiting).await.starts_with("HTTP/1.1 200"));
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut() {
    let limits = ConnectionLimits {
        write_timeout: SHORT,
        ..ConnectionLimits::default()
    };
    let server = start(limits);
    let mut stream = connect(server.address, "").await;
    let echo = format!(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{}",
        "a".repeat(1_000_000)
    );
    let start = now();
    while start.elapsed() < Duration::from_secs(5) {
        match timeout(SHORT * 20, stream.write_all(echo.as_bytes())).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(elapsed) => panic!("the connection is stuck: {elapsed}"),
        }
    }
    panic!("the server buffers without end");
}

const GET_LARGE: &str = "GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

/// Reads some of a large response every few milliseconds. Returns how much came until the end.
async fn read_in_sips(stream: &mut TcpStream) -> usize {
    let mut buffer = vec![0; 128 * 1024];
    let mut taken = 0;
    loop {
        match timeout(Duration::from_secs(5), stream.read(&mut buffer)).await {
            Ok(Ok(0) | Err(_)) => return taken,
            Ok(Ok(bytes)) => taken += bytes,
            Err(elapsed) => panic!("the connection is stuck: {elapsed}"),
        }
        sleep(SHORT / 15).await;
    }
}

#[tokio::test]
async fn a_client_must_take_so_many_bytes_a_second_and_not_only_some() {
    let limits = |write_rate| ConnectionLimits {
        write_timeout: SHORT * 4,
        write_rate,
        ..ConnectionLimits::default()
    };
    let slow_is_enough = start(limits(4 * 1024));
    let mut stream = connect(slow_is_enough.address, GET_LARGE).await;
    assert!(read_in_sips(&mut stream).await > LARGE);

    let slow_is_too_slow = start(limits(100 * LARGE));
    let mut stream = connect(slow_is_too_slow.address, GET_LARGE).await;
    assert!(read_in_sips(&mut stream).await < LARGE);
}

#[tokio::test]
async fn answers_that_nobody_takes_leave_no_room_for_more_until_they_are_given_up() {
    const GET_BUDGETED: &str = "GET /budgeted HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    let limits = ConnectionLimits {
        write_timeout: SHORT * 4,
        unsent_per_address: LARGE,
        ..ConnectionLimits::default()
    };
    let server = start(limits);
    let _waiting = connect(server.address, GET_BUDGETED).await;
    sleep(SHORT).await;
    let mut refused = connect(server.address, GET_BUDGETED).await;
    assert!(some(&mut refused).await.starts_with("HTTP/1.1 503"));
    let mut small = connect(server.address, GET).await;
    assert!(some(&mut small).await.starts_with("HTTP/1.1 200"));

    sleep(SHORT * 6).await;
    let mut taken = connect(server.address, GET_BUDGETED).await;
    assert!(read_in_sips(&mut taken).await > LARGE);
    let mut next = connect(server.address, GET_BUDGETED).await;
    assert!(some(&mut next).await.starts_with("HTTP/1.1 200"));
}
