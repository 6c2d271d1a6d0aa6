//! A stop: which requests are still answered, and how connections end.

use super::*;

/// Expects a response that asks the client to close, then the end of the connection without a reset.
async fn assert_answers_and_closes(stream: &mut TcpStream) {
    let answer = clean_rest(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:?}");
    assert!(asks_to_close(&answer), "{answer:?}");
}

fn asks_to_close(answer: &str) -> bool {
    answer.to_ascii_lowercase().contains("\r\nconnection: close\r\n")
}

/// Everything until the server closes, without a reset.
async fn clean_rest(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    timeout(Duration::from_secs(5), stream.read_to_string(&mut text))
        .await
        .expect("the server keeps the connection")
        .expect("the server resets the connection");
    text
}

/// A connection whose first request has been answered.
async fn idle(server: &Server) -> TcpStream {
    let mut stream = connect(server.address, GET).await;
    let answer = some(&mut stream).await;
    assert!(!asks_to_close(&answer), "{answer:?}");
    stream
}

async fn is_closed(address: SocketAddr) {
    let refuses = async {
        while TcpStream::connect(address).await.is_ok() {
            sleep(SHORT / 10).await;
        }
    };
    timeout(Duration::from_secs(5), refuses)
        .await
        .expect("still listening");
}

#[tokio::test]
async fn a_stop_finishes_requests_in_flight_and_takes_no_more() {
    let server = start(short());
    let mut idle = idle(&server).await;
    let mut slow = connect(server.address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT).await;
    server.signals.send(()).unwrap();
    assert_eq!(clean_rest(&mut idle).await, "");
    is_closed(server.address).await;
    is_closed(server.other).await;
    assert_answers_and_closes(&mut slow).await;
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn within_the_delay_connections_old_and_new_are_answered_and_each_answer_asks_to_close() {
    let server = start(ConnectionLimits {
        stop_delay: SHORT * 3,
        ..short()
    });
    let mut kept = idle(&server).await;
    server.signals.send(()).unwrap();
    sleep(SHORT).await;
    kept.write_all(GET.as_bytes()).await.unwrap();
    assert_answers_and_closes(&mut kept).await;
    for (request, status) in [
        (GET, 200),
        ("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 404),
        ("PUT / HTTP/1.1\r\nHost: a\r\n\r\n", 405),
        ("no request\r\n\r\n", 400),
    ] {
        let mut new = connect(server.other, request).await;
        let answer = clean_rest(&mut new).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer:?}");
        assert!(asks_to_close(&answer), "{answer:?}");
    }
    assert!(server.running.await.unwrap().is_ok());
    is_closed(server.address).await;
}

#[tokio::test]
async fn requests_sent_at_the_very_end_of_the_delay_are_answered() {
    let delay = SHORT * 3;
    let server = start(ConnectionLimits {
        stop_delay: delay,
        ..short()
    });
    let mut kept = Vec::new();
    for _ in 0..60 {
        kept.push(idle(&server).await);
    }
    let signalled = now();
    server.signals.send(()).unwrap();
    sleep(SHORT * 5 / 2).await;
    let mut asked = Vec::new();
    while signalled.elapsed() < delay
        && let Some(mut stream) = kept.pop()
    {
        stream.write_all(GET.as_bytes()).await.unwrap();
        asked.push(stream);
        asked.push(connect(server.address, GET).await);
        sleep(Duration::from_millis(1)).await;
    }
    for stream in &mut asked {
        assert_answers_and_closes(stream).await;
    }
    drop((kept, asked));
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn connections_that_wait_to_be_accepted_are_served_before_the_listener_closes() {
    let server = start(ConnectionLimits {
        connections: 1,
        ..short()
    });
    let mut first = connect(server.address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT / 3).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(connect(server.address, GET).await);
    }
    server.signals.send(()).unwrap();
    is_closed(server.address).await;
    assert_answers_and_closes(&mut first).await;
    drop(first);
    for mut stream in waiting {
        assert_answers_and_closes(&mut stream).await;
    }
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_connection_accepted_last_has_time_to_send_its_request() {
    let server = start(ConnectionLimits {
        connections: 1,
        ..short()
    });
    let mut first = connect(server.address, "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT / 3).await;
    let mut waiting = connect(server.address, "").await;
    server.signals.send(()).unwrap();
    assert_answers_and_closes(&mut first).await;
    drop(first);
    // It has the slot now, and has sent nothing.
    sleep(SHORT / 3).await;
    waiting.write_all(GET.as_bytes()).await.unwrap();
    assert_answers_and_closes(&mut waiting).await;
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_head_that_has_begun_may_be_completed_after_the_listener_has_closed() {
    let server = start(ConnectionLimits {
        head_timeout: SHORT * 12,
        ..short()
    });
    let (half, other_half) = GET.split_at(GET.len() / 2);
    let mut kept = idle(&server).await;
    kept.write_all(half.as_bytes()).await.unwrap();
    let mut new = connect(server.address, half).await;
    let mut silent = idle(&server).await;
    server.signals.send(()).unwrap();
    assert_eq!(clean_rest(&mut silent).await, "");
    is_closed(server.address).await;
    for stream in [&mut kept, &mut new] {
        stream.write_all(other_half.as_bytes()).await.unwrap();
        assert_answers_and_closes(stream).await;
    }
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn answers_that_had_begun_before_the_signal_arrive_whole() {
    let server = start(short());
    let mut slow_server = connect(server.address, "GET /stream HTTP/1.1\r\nHost: a\r\n\r\n").await;
    assert!(some(&mut slow_server).await.starts_with("HTTP/1.1 200"));
    let mut slow_client = connect(server.address, "GET /large HTTP/1.1\r\nHost: a\r\n\r\n").await;
    let first = some(&mut slow_client).await;
    let head = first.find("\r\n\r\n").unwrap() + 4;
    server.signals.send(()).unwrap();
    is_closed(server.address).await;
    let rest = clean_rest(&mut slow_client).await;
    assert_eq!(first.len() - head + rest.len(), LARGE);
    let rest = clean_rest(&mut slow_server).await;
    assert!(rest.ends_with("6\r\nsecond\r\n0\r\n\r\n"), "{rest:?}");
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_request_that_comes_too_late_finds_the_connection_closed_and_not_reset() {
    let server = start(short());
    let mut late = idle(&server).await;
    server.signals.send(()).unwrap();
    assert_eq!(clean_rest(&mut late).await, "");
    for _ in 0..3 {
        late.write_all(GET.as_bytes()).await.unwrap();
        assert_eq!(clean_rest(&mut late).await, "");
    }
    drop(late);
    assert!(server.running.await.unwrap().is_ok());
}

#[tokio::test]
async fn a_client_that_never_closes_its_end_does_not_hold_the_stop_up() {
    let server = start(short());
    let mut stubborn = idle(&server).await;
    server.signals.send(()).unwrap();
    assert_eq!(clean_rest(&mut stubborn).await, "");
    let ended = timeout(SHORT * 20, server.running).await;
    assert!(ended.expect("still running").unwrap().is_ok());
}

#[tokio::test]
async fn a_second_signal_or_the_end_of_the_time_to_finish_cuts_what_is_left() {
    let brief = ConnectionLimits {
        finish_timeout: SHORT,
        ..short()
    };
    let patient = ConnectionLimits {
        stop_delay: Duration::from_mins(1),
        ..short()
    };
    for (limits, signals) in [(brief, 1), (short(), 2), (patient, 2)] {
        let server = start(limits);
        let mut stuck = connect(server.address, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
        sleep(SHORT / 2).await;
        for _ in 0..signals {
            server.signals.send(()).unwrap();
        }
        let ended = timeout(SHORT * 20, server.running).await;
        assert!(ended.expect("still running").unwrap().is_ok());
        assert_eq!(rest(&mut stuck).await.0, "");
    }
}

#[tokio::test]
async fn a_second_signal_after_the_listener_has_closed_cuts_what_is_left() {
    let server = start(short());
    let mut stuck = connect(server.address, "GET /never HTTP/1.1\r\nHost: a\r\n\r\n").await;
    sleep(SHORT / 2).await;
    server.signals.send(()).unwrap();
    is_closed(server.address).await;
    server.signals.send(()).unwrap();
    let ended = timeout(SHORT * 3, server.running).await;
    assert!(ended.expect("still running").unwrap().is_ok());
    assert_eq!(rest(&mut stuck).await.0, "");
}
