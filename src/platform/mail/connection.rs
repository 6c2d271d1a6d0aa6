//! A connection to the mail server, and the commands on it.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use zeroize::Zeroizing;

use super::{
    deadline::Deadline,
    message::RenderedMail,
    reply::Reply,
    send_error::{Cause, SendError, Step},
    tls::Tls,
    wire::Wire,
};
use crate::platform::config::{SmtpLogin, SmtpSecurity, SmtpSettings};

/// A stream with or without TLS.
trait Stream: AsyncRead + AsyncWrite + Send + Sync + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> Stream for S {}

/// A connection that is ready for mails.
pub(super) struct Connection {
    wire: Wire<Box<dyn Stream>>,
}

impl Connection {
    /// Connects, starts TLS and signs in, as the settings say.
    pub(super) async fn open(
        settings: &SmtpSettings,
        tls: Option<&Tls>,
        deadline: Deadline,
    ) -> Result<Self, SendError> {
        let tcp = deadline.step(Step::Connect, connect(settings)).await?;
        let stream: Box<dyn Stream> = match tls {
            Some(tls) if settings.security == SmtpSecurity::Starttls => {
                let tcp = ask_for_tls(tcp, settings, deadline).await?;
                Box::new(deadline.step(Step::Tls, tls.start(tcp)).await?)
            }
            Some(tls) => Box::new(deadline.step(Step::Tls, tls.start(tcp)).await?),
            None => Box::new(tcp),
        };
        let mut wire = Wire::new(stream);
        // After STARTTLS there is no second greeting, and what the server said before does not count.
        if settings.security != SmtpSecurity::Starttls {
            deadline.step(Step::Hello, greeting(&mut wire)).await?;
        }
        let hello = deadline.step(Step::Hello, hello(&mut wire, settings)).await?;
        if let Some(user) = &settings.login {
            deadline.step(Step::Login, login(&mut wire, &hello, user)).await?;
        }
        Ok(Self { wire })
    }

    /// Sends one mail.
    pub(super) async fn send(&mut self, mail: &RenderedMail, deadline: Deadline) -> Result<(), SendError> {
        let wire = &mut self.wire;
        let sender = format!("MAIL FROM:<{}>", mail.sender);
        let recipient = format!("RCPT TO:<{}>", mail.recipient);
        deadline
            .step(Step::Sender, async { Ok(wire.command(&sender).await?.done()?) })
            .await?;
        deadline
            .step(Step::Recipient, async {
                Ok(wire.command(&recipient).await?.done()?)
            })
            .await?;
        deadline
            .step(Step::Content, async {
                Ok(wire.command("DATA").await?.goes_on()?)
            })
            .await?;
        deadline
            .step(Step::Content, async {
                Ok(wire.content(&mail.bytes).await?.done()?)
            })
            .await?;
        Ok(())
    }

    /// Makes the server forget an unfinished mail, and finds out whether it still listens.
    pub(super) async fn reset(&mut self, deadline: Deadline) -> Result<(), SendError> {
        let wire = &mut self.wire;
        deadline
            .step(Step::Hello, async { Ok(wire.command("RSET").await?.done()?) })
            .await?;
        Ok(())
    }

    /// Says goodbye and closes the connection. The mails are sent by then, so nothing can fail any more.
    pub(super) async fn quit(mut self, deadline: Deadline) {
        // A server that does not answer must not hold up the next mail.
        const QUIT_TIMEOUT: Duration = Duration::from_secs(2);
        let goodbye = async {
            self.wire.command("QUIT").await?;
            self.wire.close().await
        };
        let _ = deadline.at_most(QUIT_TIMEOUT).step(Step::Hello, goodbye).await;
    }
}

/// Connects to the first address that answers.
async fn connect(settings: &SmtpSettings) -> Result<TcpStream, Cause> {
    let addresses: Vec<_> = lookup_host((settings.host.as_str(), settings.port))
        .await?
        .collect();
    // So that one that does not answer leaves time for the others, such as IPv4 where IPv6 leads nowhere.
    let share = settings.time_limit / u32::try_from(addresses.len() + 1).unwrap_or(u32::MAX);
    let mut cause = Cause::Io(std::io::ErrorKind::NotFound);
    for address in addresses {
        let connecting = async { Ok(TcpStream::connect(address).await?) };
        match timeout(share, connecting).await.unwrap_or(Err(Cause::TimedOut)) {
            Ok(stream) => {
                // Commands are short and wait for their replies.
                stream.set_nodelay(true)?;
                return Ok(stream);
            }
            Err(error) => cause = error,
        }
    }
    Err(cause)
}

/// Has the server start TLS (RFC 3207). Never goes on without.
async fn ask_for_tls(
    tcp: TcpStream,
    settings: &SmtpSettings,
    deadline: Deadline,
) -> Result<TcpStream, SendError> {
    let mut wire = Wire::new(tcp);
    deadline.step(Step::Hello, greeting(&mut wire)).await?;
    let hello = deadline.step(Step::Hello, hello(&mut wire, settings)).await?;
    let consent = async {
        if hello.extension("STARTTLS").is_none() {
            return Err(Cause::NotOffered("STARTTLS"));
        }
        wire.command("STARTTLS").await?.done()?;
        // What arrived in plain text after the consent must not count as said under TLS (CVE-2011-0411). What arrives
        // later is read as TLS, which it is not.
        wire.into_stream()
    };
    deadline.step(Step::Tls, consent).await
}

async fn greeting<S: AsyncRead + AsyncWrite + Unpin>(wire: &mut Wire<S>) -> Result<(), Cause> {
    wire.reply().await?.done()?;
    Ok(())
}

async fn hello<S: AsyncRead + AsyncWrite + Unpin>(
    wire: &mut Wire<S>,
    settings: &SmtpSettings,
) -> Result<Reply, Cause> {
    Ok(wire
        .command(&format!("EHLO {}", settings.hello_name))
        .await?
        .done()?)
}

/// Signs in with the first mechanism that both know: PLAIN (RFC 4616) or LOGIN, which some old servers have instead.
async fn login(wire: &mut Wire<Box<dyn Stream>>, hello: &Reply, user: &SmtpLogin) -> Result<(), Cause> {
    let offered = hello.extension("AUTH").unwrap_or_default();
    let offers = |name: &str| {
        offered
            .iter()
            .any(|mechanism| mechanism.eq_ignore_ascii_case(name))
    };
    let password = user.password.expose_secret();
    if offers("PLAIN") {
        let text = Zeroizing::new(format!("\0{}\0{password}", user.username));
        let command = Zeroizing::new(format!("AUTH PLAIN {}", *encoded(&text)));
        wire.command(&command).await?.done()?;
    } else if offers("LOGIN") {
        wire.command("AUTH LOGIN").await?.goes_on()?;
        wire.command(&encoded(&user.username)).await?.goes_on()?;
        wire.command(&encoded(password)).await?.done()?;
    } else {
        return Err(Cause::NotOffered("a sign-in with a password"));
    }
    Ok(())
}

fn encoded(text: &str) -> Zeroizing<String> {
    Zeroizing::new(STANDARD.encode(text))
}
