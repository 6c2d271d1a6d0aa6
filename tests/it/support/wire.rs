//! Requests written byte by byte, as no well-behaved client sends them.

use reqwest::{
    StatusCode,
    header::{HeaderMap, HeaderName, HeaderValue},
};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use super::{Answer, TestApp};

impl TestApp {
    /// Sends these bytes on a separate connection. Returns the first response.
    pub(crate) async fn wire(&self, request: &[u8]) -> Answer {
        wire(&self.url, request).await
    }
}

impl TestApp {
    /// Sends these bytes on a separate connection, closes its sending side, and reads to the end.
    pub(crate) async fn wire_half_closed(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect().await;
        stream.write_all(request).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        parsed(&answer).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&answer)))
    }

    /// A connection to the server.
    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.url.trim_start_matches("http://"))
            .await
            .unwrap()
    }
}

/// Sends these bytes to the server at `url`, on a separate connection. Returns the first response.
pub(crate) async fn wire(url: &str, request: &[u8]) -> Answer {
    let address = url.trim_start_matches("http://");
    let (mut from, mut to) = TcpStream::connect(address).await.unwrap().into_split();
    let mut answer = Vec::new();
    let read = async {
        let mut part = [0; 4096];
        // A server that has answered may close the connection while the request is still being written.
        while let Ok(count @ 1..) = from.read(&mut part).await {
            answer.extend_from_slice(&part[..count]);
            if is_whole(&answer) {
                break;
            }
        }
    };
    let write = async {
        let _ = to.write_all(request).await;
        std::future::pending::<()>().await;
    };
    tokio::select! {
        () = read => {}
        () = write => {}
    }
    parsed(&answer).unwrap_or_else(|| panic!("no answer: {:?}", String::from_utf8_lossy(&answer)))
}

fn is_whole(answer: &[u8]) -> bool {
    parsed(answer).is_some_and(|answer| {
        let length = answer
            .header("content-length")
            .and_then(|length| length.parse().ok());
        length == Some(answer.text.len())
    })
}

fn parsed(answer: &[u8]) -> Option<Answer> {
    let answer = std::str::from_utf8(answer).ok()?;
    let (head, text) = answer.split_once("\r\n\r\n")?;
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?;
    let mut headers = HeaderMap::new();
    for line in lines {
        let (name, value) = line.split_once(": ")?;
        headers.append(
            HeaderName::try_from(name).unwrap(),
            HeaderValue::try_from(value).unwrap(),
        );
    }
    Some(Answer {
        status: StatusCode::from_bytes(status.as_bytes()).unwrap(),
        headers,
        text: text.to_owned(),
        body: serde_json::from_str(text).unwrap_or(Value::Null),
    })
}
