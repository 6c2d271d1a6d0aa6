//! Sends mail through a mail server (SMTP): one text for one person at a time.
//!
//! [`OutgoingMail`] is a mail as text (RFC 5322; `Auto-Submitted` by RFC 3834). [`Smtp`] hands it to the mail server
//! (RFC 5321), over TLS from the start (RFC 8314) or after `STARTTLS` (RFC 3207), which it insists on. [`SendError`]
//! says at which step that failed, whether to try again, and what an operator can do about it.
//!
//! What to write, when, and how often to try belongs to the caller.
//!
//! The client is our own and short: docs/decisions/0036-smtp.md. `lettre` builds the text of the mails.

mod connection;
mod deadline;
mod message;
mod reply;
mod send_error;
mod smtp;
mod tls;
mod wire;

pub use message::OutgoingMail;
#[cfg(any(test, fuzzing))]
pub use message::properties as message_properties;
#[cfg(any(test, fuzzing))]
pub use reply::properties as reply_properties;
pub use send_error::{Kind, SendError, Step};
pub use smtp::{Smtp, SmtpSession};
