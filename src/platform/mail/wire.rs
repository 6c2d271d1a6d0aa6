//! Commands and replies on a stream.

use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};

use super::{
    reply::{Reply, ReplyLine},
    send_error::Cause,
};

/// One side of an SMTP connection.
pub(super) struct Wire<S> {
    stream: BufReader<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Wire<S> {
    /// A connection over this stream.
    pub(super) fn new(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
        }
    }

    /// The stream; fails if the server has sent more than the replies that were read.
    pub(super) fn into_stream(self) -> Result<S, Cause> {
        if self.stream.buffer().is_empty() {
            Ok(self.stream.into_inner())
        } else {
            Err(Cause::Injected)
        }
    }

    /// Sends a command and waits for the reply. The command must contain no line break.
    pub(super) async fn command(&mut self, command: &str) -> Result<Reply, Cause> {
        self.write(&[command.as_bytes(), b"\r\n"].concat()).await?;
        self.reply().await
    }

    /// Sends a mail, whose lines end in CR LF, and waits for the reply.
    pub(super) async fn content(&mut self, content: &[u8]) -> Result<Reply, Cause> {
        self.write(&transparent(content)).await?;
        self.reply().await
    }

    /// The next reply.
    pub(super) async fn reply(&mut self) -> Result<Reply, Cause> {
        // Far above what servers send.
        const MAX_LINES: usize = 200;
        let mut lines = Vec::new();
        while lines.len() < MAX_LINES {
            let line = ReplyLine::parse(&self.line().await?).ok_or(Cause::Malformed)?;
            let is_last = line.is_last;
            lines.push(line);
            if is_last {
                return Reply::of(lines).ok_or(Cause::Malformed);
            }
        }
        Err(Cause::Malformed)
    }

    /// A line without its end.
    async fn line(&mut self) -> Result<Vec<u8>, Cause> {
        // RFC 5321, section 4.5.3.1.5, asks for 512; some servers send more.
        const MAX_BYTES: usize = 4096;
        let mut line = Vec::new();
        loop {
            let available = self.stream.fill_buf().await?;
            if available.is_empty() {
                return Err(Cause::Closed);
            }
            let end = available.iter().position(|byte| *byte == b'\n');
            let taken = end.map_or(available.len(), |at| at + 1);
            line.extend(available.iter().take(taken));
            self.stream.consume(taken);
            if line.len() > MAX_BYTES {
                return Err(Cause::Malformed);
            }
            if end.is_some() {
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
        }
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<(), Cause> {
        self.stream.write_all(bytes).await?;
        // TLS holds bytes back otherwise.
        Ok(self.stream.flush().await?)
    }

    /// Closes the sending side, for TLS with its closing message.
    pub(super) async fn close(mut self) -> Result<(), Cause> {
        Ok(self.stream.shutdown().await?)
    }
}

/// `content` as it is sent: a second dot in front of lines that start with one, and a line with one dot as its end
/// (RFC 5321, section 4.5.2).
fn transparent(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len() + 64);
    for line in content.split_inclusive(|byte| *byte == b'\n') {
        if line.starts_with(b".") {
            bytes.push(b'.');
        }
        bytes.extend_from_slice(line);
    }
    if !bytes.ends_with(b"\r\n") {
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b".\r\n");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_a_mail_ends_it() {
        for (content, sent) in [
            ("a\r\n", "a\r\n.\r\n"),
            ("a", "a\r\n.\r\n"),
            (".\r\n..\r\n.a\r\n", "..\r\n...\r\n..a\r\n.\r\n"),
            ("a.\r\n", "a.\r\n.\r\n"),
        ] {
            assert_eq!(transparent(content.as_bytes()), sent.as_bytes(), "{content:?}");
        }
    }

    async fn reply_to(sent: &[u8]) -> Result<Reply, Cause> {
        let (client, mut server) = tokio::io::duplex(1024 * 1024);
        server.write_all(sent).await.unwrap();
        drop(server);
        Wire::new(client).reply().await
    }

    #[tokio::test]
    async fn replies_may_end_their_lines_in_either_way_and_be_blank() {
        for sent in ["250-a\r\n250 b\r\n", "250-a\n250 b\n", "250-   \r\n250\r\n"] {
            assert_eq!(reply_to(sent.as_bytes()).await.ok().unwrap().code(), 250);
        }
    }

    #[tokio::test]
    async fn endless_replies_are_cut_off() {
        let line = vec![b'2'; 900_000];
        assert!(matches!(reply_to(&line).await, Err(Cause::Malformed)));
        let lines = b"250-a\r\n".repeat(10_000);
        assert!(matches!(reply_to(&lines).await, Err(Cause::Malformed)));
        assert!(matches!(reply_to(b"250-a\r\n").await, Err(Cause::Closed)));
        assert!(matches!(
            reply_to(b"HTTP/1.1 400\r\n").await,
            Err(Cause::Malformed)
        ));
    }
}
