//! Why a mail was not sent.

use std::{error::Error, fmt, io};

use super::reply::Reply;

/// The steps of sending a mail, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// Finding the mail server and connecting to it.
    Connect,
    /// Starting TLS, and checking the certificate.
    Tls,
    /// The greeting of the mail server, and `EHLO`.
    Hello,
    /// Signing in at the mail server.
    Login,
    /// Naming the sender.
    Sender,
    /// Naming the recipient.
    Recipient,
    /// The mail itself.
    Content,
}

/// Whether trying again can help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It can: the network or the mail server failed, or the mail server asks to try later.
    Temporary,
    /// It cannot: the mail server refused (a reply of 500 to 599, unless the mailbox is full), or the mail cannot be
    /// written as one.
    Permanent,
}

/// A mail that was not sent, or of which that is not known: when the connection breaks before the last reply, the mail
/// may have been accepted.
///
/// Neither `Debug` nor `Display` shows anything that the mail server wrote.
#[derive(Clone)]
pub struct SendError {
    /// The step that failed.
    pub step: Step,
    /// Whether trying again can help.
    pub kind: Kind,
    /// The code of the mail server's reply, if that was the failure.
    pub code: Option<u16>,
    cause: Cause,
}

/// What went wrong.
#[derive(Clone)]
pub(super) enum Cause {
    /// The server replied something else than success.
    Reply(Reply),
    /// The time was up.
    TimedOut,
    /// The server closed the connection.
    Closed,
    /// The connection failed.
    Io(io::ErrorKind),
    /// The server sent something that is not SMTP.
    Malformed,
    /// The TLS handshake failed; the text says how.
    Tls(&'static str),
    /// The server sent something after its consent to `STARTTLS` and before TLS: somebody may have put it there.
    Injected,
    /// The server does not offer what the settings ask for.
    NotOffered(&'static str),
    /// This part of the mail cannot be sent.
    Unsendable(&'static str),
}

impl From<io::Error> for Cause {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Closed,
            kind => Self::Io(kind),
        }
    }
}

impl From<Reply> for Cause {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

impl SendError {
    /// A failure of this step.
    pub(super) fn new(step: Step, cause: Cause) -> Self {
        let code = match &cause {
            Cause::Reply(reply) => Some(reply.code()),
            _ => None,
        };
        let is_permanent = match &cause {
            Cause::Reply(reply) => {
                reply.code() >= 500 && !(step == Step::Recipient && reply.is_about_space())
            }
            cause => matches!(cause, Cause::Unsendable(_)),
        };
        Self {
            step,
            kind: if is_permanent {
                Kind::Permanent
            } else {
                Kind::Temporary
            },
            code,
            cause,
        }
    }

    /// Whether client and server still agree on what comes next, so that the connection can carry another mail.
    pub(super) fn keeps_connection(&self) -> bool {
        // 421 announces that the server closes the connection.
        matches!(self.cause, Cause::Reply(_)) && self.code.is_some_and(|code| code >= 400 && code != 421)
    }

    /// One sentence for the operator: what happened, and what to check.
    ///
    /// It can quote up to 200 printable characters of the mail server's reply, though not of replies to the password
    /// or to the mail, which could repeat them. The reply to a recipient often repeats the address.
    pub fn operator_message(&self) -> String {
        format!("{}: {}.", self.what_happened(), self.advice())
    }

    fn what_happened(&self) -> String {
        let step = match self.step {
            Step::Connect => "while connecting",
            Step::Tls => "while starting TLS",
            Step::Hello => "at the greeting",
            Step::Login => "at the sign-in",
            Step::Sender => "at the sender",
            Step::Recipient => "at the recipient",
            Step::Content => "at the content",
        };
        match &self.cause {
            Cause::Reply(reply) => format!("The mail server replied {} {step}", self.quote(reply)),
            Cause::TimedOut => format!("The mail server did not answer in time {step}"),
            Cause::Closed => format!("The mail server closed the connection {step}"),
            Cause::Io(kind) => format!("The connection to the mail server failed {step} ({kind})"),
            Cause::Malformed => format!("The mail server did not speak SMTP {step}"),
            Cause::Tls(problem) => format!("TLS with the mail server failed ({problem})"),
            Cause::Injected => "The mail server sent data between STARTTLS and TLS".to_owned(),
            Cause::NotOffered(feature) => format!("The mail server does not offer {feature}"),
            Cause::Unsendable(part) => format!("The mail cannot be sent because of its {part}"),
        }
    }

    fn quote(&self, reply: &Reply) -> String {
        let code = reply.code();
        match self.step {
            Step::Login | Step::Content => match reply.enhanced_code() {
                Some(enhanced) => format!("{code} {enhanced}"),
                None => code.to_string(),
            },
            _ => format!("{code} \"{}\"", reply.printable_text()),
        }
    }

    fn advice(&self) -> &'static str {
        match (&self.cause, self.step) {
            (Cause::Unsendable(_), _) => "this is a fault of this server, please report it",
            (Cause::Injected, _) => {
                "somebody may be changing the connection; use smtp_security = tls if it offers that"
            }
            (Cause::NotOffered("STARTTLS"), _) => {
                "check the port of smtp_server, or set smtp_security to tls"
            }
            (_, Step::Connect) => {
                "check host and port in smtp_server, and that this machine is allowed to connect there"
            }
            (_, Step::Tls) => {
                "check that smtp_server is the name in the certificate, that smtp_security fits the port, and that \
                 smtp_ca_file has the authority if it is a private one"
            }
            (Cause::Reply(_), Step::Hello) => "check that it accepts mail from this machine",
            (_, Step::Hello) => "check that smtp_security fits the port of smtp_server",
            (_, Step::Login) => "check smtp_username and smtp_password",
            (_, Step::Sender) => {
                "check that it accepts mails from mail_from, and whether it wants a smtp_username"
            }
            (_, Step::Recipient) => {
                "check the address, and whether it wants a smtp_username to send to other servers"
            }
            (_, Step::Content) => "look into its log for the reason",
        }
    }
}

impl fmt::Debug for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError")
            .field("step", &self.step)
            .field("kind", &self.kind)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "mail not sent: {:?} failure at step {:?}",
            self.kind, self.step
        )?;
        match self.code {
            Some(code) => write!(f, ", reply {code}"),
            None => Ok(()),
        }
    }
}

impl Error for SendError {}
