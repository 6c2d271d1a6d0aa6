//! Sends bytes and reads what comes back.

use std::time::Duration;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// No answer takes this long unless something hangs.
const PATIENCE: Duration = Duration::from_secs(30);

/// What came back.
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) head: String,
    pub(super) body: Vec<u8>,
}

impl Reply {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        header(&self.head, name)
    }
}

/// One who keeps a connection for as long as the server does.
pub(super) struct Gunner {
    address: String,
    connection: Option<TcpStream>,
}

impl Gunner {
    pub(super) fn new(url: &str) -> Self {
        Self {
            address: url.trim_start_matches("http://").to_owned(),
            connection: None,
        }
    }

    /// Sends one request, and waits for its answer; tells why there is none.
    pub(super) async fn ask(&mut self, request: &[u8], is_head: bool) -> Result<Reply, String> {
        let exchange = async {
            // A server may have given up a connection that was kept; one that is new it has to serve.
            if let Some(kept) = self.connection.take()
                && let Ok(reply) = self.exchange(kept, request, is_head).await
            {
                return Ok(reply);
            }
            let fresh = TcpStream::connect(&self.address)
                .await
                .map_err(|error| error.to_string())?;
            self.exchange(fresh, request, is_head).await
        };
        timeout(PATIENCE, exchange)
            .await
            .unwrap_or_else(|_| Err("no answer in time".to_owned()))
    }

    async fn exchange(
        &mut self,
        mut connection: TcpStream,
        request: &[u8],
        is_head: bool,
    ) -> Result<Reply, String> {
        connection.set_nodelay(true).ok();
        // A server that refuses a long request may do so before it is through.
        let written = connection.write_all(request).await;
        let mut received = Vec::new();
        loop {
            if let Some(reply) = whole(&received, is_head) {
                let closes = reply
                    .header("connection")
                    .is_some_and(|it| it.eq_ignore_ascii_case("close"));
                if written.is_ok() && !closes {
                    self.connection = Some(connection);
                }
                return Ok(reply);
            }
            match connection.read_buf(&mut received).await {
                Ok(1..) => {}
                _ => return Err(format!("hung up after {:?}", String::from_utf8_lossy(&received))),
            }
        }
    }

    /// Sends bytes that are no request, and all that comes back until the server hangs up.
    pub(super) async fn throw(&self, bytes: &[u8]) -> Result<Option<Reply>, String> {
        let thrown = async {
            let mut connection = TcpStream::connect(&self.address)
                .await
                .map_err(|error| error.to_string())?;
            let mut received = Vec::new();
            connection.write_all(bytes).await.ok();
            // The server need not wait for more.
            connection.shutdown().await.ok();
            connection.read_to_end(&mut received).await.ok();
            Ok(received)
        };
        let received = timeout(PATIENCE, thrown)
            .await
            .unwrap_or_else(|_| Err("never hung up".to_owned()))?;
        Ok(first(&received))
    }
}

/// The answer, when all of it is there.
fn whole(received: &[u8], is_head: bool) -> Option<Reply> {
    let reply = first(received)?;
    let length = reply
        .header("content-length")
        .and_then(|it| it.parse::<usize>().ok());
    let has_body = !is_head && !matches!(reply.status, 204 | 304);
    let is_whole = if !has_body {
        true
    } else if reply.header("transfer-encoding").is_some() {
        reply.body.ends_with(b"0\r\n\r\n")
    } else {
        length.is_none_or(|length| reply.body.len() >= length)
    };
    is_whole.then_some(reply)
}

/// The first answer in these bytes, perhaps incomplete. What follows belongs to the next request.
fn first(received: &[u8]) -> Option<Reply> {
    let end = received.windows(4).position(|it| it == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&received[..end]).into_owned();
    let rest = &received[end + 4..];
    let length = header(&head, "content-length").and_then(|it| it.parse().ok());
    Some(Reply {
        status: head.split(' ').nth(1)?.parse().ok()?,
        body: rest[..length.unwrap_or(rest.len()).min(rest.len())].to_vec(),
        head,
    })
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.split("\r\n").filter_map(|line| line.split_once(": "));
    lines
        .find(|(it, _)| it.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[test]
fn an_answer_ends_where_the_next_one_begins() {
    let received = b"HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n\r\nmuch more";
    let reply = first(received).expect("an answer");
    assert_eq!((reply.status, reply.body), (404, b"{}".to_vec()));
}
