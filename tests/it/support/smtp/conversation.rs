//! One connection to the mail server of the tests.

use std::{io, sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader},
    net::TcpStream,
    time::sleep,
};

use super::{Accepted, At, Fault, Shared, Speaks};

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

struct Conversation<S> {
    stream: BufReader<S>,
    shared: Arc<Shared>,
}

/// How the server went on at a step.
#[derive(PartialEq)]
enum Went {
    /// As usual.
    On,
    /// With a refusal.
    Wrong,
}

/// Serves one client until it leaves or the script says so.
pub(super) async fn hold(stream: TcpStream, shared: Arc<Shared>) {
    // The client sees how it ends.
    let _ = serve(stream, shared).await;
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) -> io::Result<()> {
    let speaks = shared.script().speaks;
    let stream: Box<dyn Stream> = match speaks {
        Speaks::Plain => Box::new(stream),
        Speaks::Tls => Box::new(tls(stream, &shared).await?),
        Speaks::Starttls => {
            let mut plain = Conversation::new(stream, shared.clone());
            plain.say(At::Greeting, "220 mail.test ready").await?;
            if !plain.commands(true).await? {
                return Ok(());
            }
            Box::new(tls(plain.stream.into_inner(), &shared).await?)
        }
    };
    let mut conversation = Conversation::new(stream, shared);
    if speaks != Speaks::Starttls {
        conversation.say(At::Greeting, "220 mail.test ready").await?;
    }
    conversation.commands(false).await?;
    Ok(())
}

async fn tls(stream: TcpStream, shared: &Shared) -> io::Result<impl Stream + use<>> {
    let fault = shared.script().faults.get(&At::Handshake).copied();
    match fault {
        Some(Fault::HangUp) => return Err(io::ErrorKind::ConnectionAborted.into()),
        Some(Fault::Silence) => sleep(Duration::MAX).await,
        Some(other) => panic!("a handshake cannot have {other:?}"),
        None => {}
    }
    shared.acceptor().accept(stream).await
}

impl<S: Stream> Conversation<S> {
    fn new(stream: S, shared: Arc<Shared>) -> Self {
        Self {
            stream: BufReader::new(stream),
            shared,
        }
    }

    /// Executes commands until the client leaves, or wants to start TLS.
    async fn commands(&mut self, can_start_tls: bool) -> io::Result<bool> {
        let mut mail = Accepted {
            from: String::new(),
            to: Vec::new(),
            data: String::new(),
        };
        loop {
            let line = self.line().await?;
            self.shared.record.lock().unwrap().lines.push(line.clone());
            let verb = line.split([' ', ':']).next().unwrap().to_uppercase();
            match verb.as_str() {
                "EHLO" => {
                    let reply = self.offer(can_start_tls);
                    self.say(At::Ehlo, &reply).await?;
                }
                "STARTTLS" if can_start_tls => {
                    if self.say(At::Starttls, "220 go ahead").await? == Went::On {
                        return Ok(true);
                    }
                }
                "AUTH" => self.sign_in(&line).await?,
                "MAIL" => {
                    mail.from = address(&line);
                    mail.to.clear();
                    self.say(At::Mail, "250 ok").await?;
                }
                "RCPT" => {
                    mail.to.push(address(&line));
                    self.say(At::Rcpt, "250 ok").await?;
                }
                "DATA" => {
                    if self.say(At::Data, "354 go on").await? == Went::On {
                        mail.data = self.data().await?;
                        if !matches!(
                            self.fault(At::End),
                            Some(Fault::Reply(_) | Fault::HangUp | Fault::Silence)
                        ) {
                            self.shared.record.lock().unwrap().accepted.push(mail.clone());
                        }
                        self.say(At::End, "250 kept").await?;
                    }
                }
                "RSET" => {
                    self.say(At::Rset, "250 forgotten").await?;
                }
                "QUIT" => {
                    self.say(At::Quit, "221 bye").await?;
                    return Ok(false);
                }
                _ => self.write("502 what?").await?,
            }
        }
    }

    fn offer(&self, can_start_tls: bool) -> String {
        let script = self.shared.script();
        let mut lines = vec!["mail.test greets you"];
        lines.extend(&script.offers);
        if can_start_tls && script.offers_starttls {
            lines.push("STARTTLS");
        }
        format!("250-{}\r\n250 HELP", lines.join("\r\n250-"))
    }

    async fn sign_in(&mut self, line: &str) -> io::Result<()> {
        let (user, password) = self.shared.script().user;
        let words: Vec<_> = line.split(' ').collect();
        let is_right = match words[..] {
            ["AUTH", "PLAIN", text] => text == STANDARD.encode(format!("\0{user}\0{password}")),
            ["AUTH", "LOGIN"] => {
                self.write("334 VXNlcm5hbWU6").await?;
                let name = self.line().await?;
                self.write("334 UGFzc3dvcmQ6").await?;
                name == STANDARD.encode(user) && self.line().await? == STANDARD.encode(password)
            }
            _ => false,
        };
        let reply = if is_right {
            "235 welcome"
        } else {
            "535 5.7.8 wrong"
        };
        self.say(At::Auth, reply).await?;
        Ok(())
    }

    async fn data(&mut self) -> io::Result<String> {
        let mut data = String::new();
        loop {
            let line = self.line().await?;
            if line == "." {
                return Ok(data);
            }
            data += line.strip_prefix('.').unwrap_or(&line);
            data += "\r\n";
        }
    }

    fn fault(&self, at: At) -> Option<Fault> {
        self.shared.script().faults.get(&at).copied()
    }

    /// Replies as the script says, or else like this.
    async fn say(&mut self, at: At, usual: &str) -> io::Result<Went> {
        match self.fault(at) {
            None => self.write(usual).await?,
            Some(Fault::Reply(reply)) => {
                self.write(reply).await?;
                return Ok(Went::Wrong);
            }
            Some(Fault::HangUp) => return Err(io::ErrorKind::ConnectionAborted.into()),
            Some(Fault::Silence) => sleep(Duration::MAX).await,
            Some(Fault::Slow(time)) => {
                sleep(time).await;
                self.write(usual).await?;
            }
            Some(Fault::Inject(more)) => self.write(&format!("{usual}\r\n{more}")).await?,
            Some(Fault::InjectLater(more)) => {
                self.write(usual).await?;
                sleep(Duration::from_millis(50)).await;
                self.write(more).await?;
            }
        }
        Ok(Went::On)
    }

    async fn write(&mut self, line: &str) -> io::Result<()> {
        self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        self.stream.flush().await
    }

    /// A line, which has to end in CR LF.
    async fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.strip_suffix("\r\n").unwrap();
        assert!(!line.contains('\r'), "a lone CR: {line:?}");
        Ok(line.to_owned())
    }
}

/// The address between angle brackets.
fn address(line: &str) -> String {
    let (_, rest) = line.split_once(":<").unwrap();
    rest.strip_suffix('>').unwrap().to_owned()
}
