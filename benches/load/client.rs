//! A client that costs little, so that the server is what is measured: one connection, requests made beforehand.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const HEADERS: usize = 32;

/// A connection that is used for one request after the other.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What came back. Lasts until the next question.
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
}

impl Answer<'_> {
    /// The body as JSON, for an answer without errors.
    pub fn data(&self) -> Value {
        let mut answer: Value = serde_json::from_slice(self.body).unwrap();
        assert!(
            self.status == 200 && answer.get("errors").is_none(),
            "answered {}: {answer}",
            self.status
        );
        answer["data"].take()
    }
}

impl Connection {
    pub async fn open(server: SocketAddr) -> Self {
        let stream = TcpStream::connect(server).await.unwrap();
        stream.set_nodelay(true).unwrap();
        Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
        }
    }

    pub async fn ask(&mut self, request: &[u8]) -> Answer<'_> {
        self.buffer.clear();
        self.stream.write_all(request).await.unwrap();
        loop {
            let read = self.stream.read_buf(&mut self.buffer).await.unwrap();
            assert!(read > 0, "the server hung up");
            if let Some((status, body)) = complete(&self.buffer) {
                return Answer {
                    status,
                    body: &self.buffer[body..],
                };
            }
        }
    }
}

/// Status and beginning of the body, once all of the body is there.
fn complete(bytes: &[u8]) -> Option<(u16, usize)> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut head = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(body) = head.parse(bytes).unwrap() else {
        return None;
    };
    let length = head
        .headers
        .iter()
        .find(|it| it.name.eq_ignore_ascii_case("content-length"));
    let length: usize = str::from_utf8(length.unwrap().value).unwrap().parse().unwrap();
    (bytes.len() >= body + length).then(|| (head.code.unwrap(), body))
}

/// A GraphQL request as it goes over the wire.
pub fn request(query: &str, variables: &Value, token: Option<&str>) -> Vec<u8> {
    let body = serde_json::json!({ "query": query, "variables": variables }).to_string();
    let authorization = token.map_or_else(String::new, |token| format!("authorization: Bearer {token}\r\n"));
    format!(
        "POST /graphql HTTP/1.1\r\nhost: localhost\r\nuser-agent: load\r\naccept: application/json\r\n\
         content-type: application/json\r\n{authorization}content-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// Times of answers.
#[derive(Debug, Default, Clone)]
pub struct Times(Vec<Duration>);

impl Times {
    pub fn add(&mut self, time: Duration) {
        self.0.push(time);
    }

    pub fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// In milliseconds.
    pub fn quantiles(&self, shares: &[f64]) -> Vec<f64> {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = |share: f64| {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a share of a length"
            )]
            let at = (sorted.len() as f64 * share) as usize;
            sorted[at.min(sorted.len() - 1)].as_secs_f64() * 1_000.0
        };
        shares.iter().map(|share| at(*share)).collect()
    }
}

/// Asks the same on `connections` connections at once, each again as soon as it is answered; gives the answers per
/// second. Each must be the same as the first.
pub async fn hammer(server: SocketAddr, request: Vec<u8>, connections: usize, lasting: Duration) -> f64 {
    let begin = Instant::now();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let request = request.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(server).await;
                let expected = connection.ask(&request).await.body.to_vec();
                let mut answers = 0_u64;
                while begin.elapsed() < lasting {
                    let answer = connection.ask(&request).await;
                    assert!(
                        answer.status == 200 && answer.body == expected,
                        "answered otherwise"
                    );
                    answers += 1;
                }
                answers
            })
        })
        .collect();
    let mut answers = 0;
    for task in tasks {
        answers += task.await.unwrap();
    }
    answers as f64 / begin.elapsed().as_secs_f64()
}

/// Asks the same so many times a second; gives the time of each answer since it was due, so that a server which stalls
/// cannot hide it.
pub async fn ask_steadily(server: SocketAddr, request: Vec<u8>, per_second: u32, lasting: Duration) -> Times {
    const CONNECTIONS: u32 = 16;
    let begin = Instant::now();
    let every = Duration::from_secs(1) / per_second;
    let tasks: Vec<_> = (0..CONNECTIONS)
        .map(|at| {
            let request = request.clone();
            tokio::spawn(async move {
                let mut connection = Connection::open(server).await;
                let mut times = Times::default();
                let mut due = begin + every * at;
                while due < begin + lasting {
                    tokio::time::sleep_until(due.into()).await;
                    // The timer rounds up to a millisecond, which is not the server's doing.
                    let asked = Instant::now();
                    let late = asked.saturating_duration_since(due);
                    let slack = late.min(Duration::from_millis(1));
                    assert_eq!(connection.ask(&request).await.status, 200);
                    times.add(due.elapsed().saturating_sub(slack));
                    due += every * CONNECTIONS;
                }
                times
            })
        })
        .collect();
    let mut times = Times::default();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    times
}
