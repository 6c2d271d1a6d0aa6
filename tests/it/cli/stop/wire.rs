//! Requests on a connection that notes when they were written.

use std::{io, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::{Instant, timeout},
};

/// Nothing takes this long unless it hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// What became of a request.
#[derive(Debug)]
pub(super) struct Sent {
    pub(super) what: String,
    pub(super) begun: Instant,
    /// When its last byte was written; of one that could not be written, when it began.
    pub(super) written: Instant,
    pub(super) answer: io::Result<Answer>,
}

/// A whole answer.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: String,
    pub(super) asks_to_close: bool,
    pub(super) body: Value,
}

/// A client's connection; opened with the first request after it was closed.
pub(super) struct Wire {
    address: String,
    keeps: bool,
    stream: Option<BufReader<TcpStream>>,
}

impl Wire {
    /// `keeps`: further requests go over the same connection, until the server asks to close it.
    pub(super) fn new(url: &str, keeps: bool) -> Self {
        Self {
            address: url.trim_start_matches("http://").to_owned(),
            keeps,
            stream: None,
        }
    }

    pub(super) async fn get(&mut self, path: &str) -> Sent {
        self.send(path, format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"))
            .await
    }

    /// Runs a document.
    pub(super) async fn run(&mut self, what: &str, document: &Value, token: &str) -> Sent {
        let body = document.to_string();
        let request = format!(
            "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Authorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        self.send(what, request).await
    }

    async fn send(&mut self, what: &str, request: String) -> Sent {
        let begun = Instant::now();
        let mut written = begun;
        let exchange = timeout(PATIENCE, self.exchange(&request, &mut written));
        let answer = exchange
            .await
            .unwrap_or_else(|elapsed| Err(io::Error::new(io::ErrorKind::TimedOut, elapsed)));
        let how = if self.keeps { "kept" } else { "new" };
        if !self.keeps || !answer.as_ref().is_ok_and(|answer| !answer.asks_to_close) {
            self.stream = None;
        }
        Sent {
            what: format!("{what} on a {how} connection"),
            begun,
            written,
            answer,
        }
    }

    async fn exchange(&mut self, request: &str, written: &mut Instant) -> io::Result<Answer> {
        let stream = match &mut self.stream {
            Some(stream) => stream,
            none => {
                let stream = TcpStream::connect(&self.address).await?;
                stream.set_nodelay(true)?;
                none.insert(BufReader::new(stream))
            }
        };
        stream.write_all(request.as_bytes()).await?;
        *written = Instant::now();
        read(stream).await
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Answer> {
    let status = line(stream).await?;
    let (mut length, mut asks_to_close) = (0, false);
    loop {
        let header = line(stream).await?.to_ascii_lowercase();
        match header.split_once(": ") {
            Some(("content-length", value)) => length = value.parse().map_err(io::Error::other)?,
            Some(("connection", value)) => asks_to_close = value == "close",
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    Ok(Answer {
        status,
        asks_to_close,
        body: serde_json::from_slice(&body)?,
    })
}

/// The next line of a head, without its end.
async fn line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line).await?;
    match line.strip_suffix("\r\n") {
        Some(line) => Ok(line.to_owned()),
        None => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}
