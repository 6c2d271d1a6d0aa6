//! A mail as text (RFC 5322, RFC 2045).

#[cfg(any(test, fuzzing))]
pub mod properties;

use std::{fmt, time::SystemTime};

use lettre::{
    Address, Message,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{HeaderName, HeaderValue},
    },
};

use super::send_error::{Cause, SendError, Step};
use crate::platform::{clock::Timestamp, config::MailAddress, crypto::Sha256};

/// A mail to one person, as plain text and as HTML.
///
/// Sent again, it is the same mail to the byte, so that mail servers and programs can recognize it. `Debug` shows the
/// id alone.
#[derive(Clone, PartialEq, Eq)]
pub struct OutgoingMail {
    /// `local@domain`, different for each mail and without angle brackets.
    pub message_id: String,
    /// Address of the recipient in ASCII, the domain with its A-labels.
    pub to: String,
    /// Subject: one line.
    pub subject: String,
    /// The text.
    pub text: String,
    /// The same as an HTML document.
    pub html: String,
    /// The date that the mail bears.
    pub sent_at: Timestamp,
}

/// A mail as it is sent.
pub(super) struct RenderedMail {
    /// Address of the sender, for the envelope.
    pub(super) sender: Address,
    /// Address of the recipient, for the envelope.
    pub(super) recipient: Address,
    /// The mail: lines of ASCII that end in CR LF.
    pub(super) bytes: Vec<u8>,
}

/// The address in the form of the library.
pub(super) fn mailbox(address: &MailAddress) -> Result<Mailbox, &'static str> {
    let plain = address
        .address()
        .parse()
        .map_err(|_| "is not an address that mails can bear")?;
    Ok(Mailbox::new(address.name().map(str::to_owned), plain))
}

impl OutgoingMail {
    /// Writes the mail. Fails with what cannot be written: nothing is left out or replaced silently.
    pub(super) fn render(
        &self,
        from: &Mailbox,
        reply_to: Option<&Mailbox>,
    ) -> Result<RenderedMail, SendError> {
        let recipient = recipient(&self.to).ok_or(unsendable(Step::Recipient, "recipient"))?;
        if self.subject.contains(is_line_break_or_control) {
            return Err(unsendable(Step::Content, "subject"));
        }
        if !is_message_id(&self.message_id) {
            return Err(unsendable(Step::Content, "message id"));
        }
        let date = date(self.sent_at).ok_or(unsendable(Step::Content, "date"))?;
        let automatic = HeaderValue::new(
            HeaderName::new_from_ascii_str("Auto-Submitted"),
            "auto-generated".to_owned(),
        );
        let mut builder = Message::builder().from(from.clone());
        if let Some(reply_to) = reply_to {
            builder = builder.reply_to(reply_to.clone());
        }
        let message = builder
            .to(Mailbox::new(None, recipient.clone()))
            .subject(self.subject.clone())
            .date(date)
            .message_id(Some(format!("<{}>", self.message_id)))
            .raw_header(automatic)
            .multipart(
                MultiPart::alternative()
                    .boundary(self.boundary())
                    .singlepart(SinglePart::plain(self.text.clone()))
                    .singlepart(SinglePart::html(self.html.clone())),
            )
            .map_err(|_| unsendable(Step::Content, "headers"))?;
        let bytes = message.formatted();
        if !is_transportable(&bytes) {
            return Err(unsendable(Step::Content, "text"));
        }
        Ok(RenderedMail {
            sender: from.email.clone(),
            recipient,
            bytes,
        })
    }

    /// What separates the parts. As a hash of them it occurs in none, and needs no randomness.
    fn boundary(&self) -> String {
        let parts = [&*self.message_id, &*self.text, &*self.html].join("\0");
        Sha256::of(&parts).to_hex()
    }
}

fn unsendable(step: Step, part: &'static str) -> SendError {
    SendError::new(step, Cause::Unsendable(part))
}

/// The address, if it is ASCII without characters that would end a command or header.
fn recipient(text: &str) -> Option<Address> {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
    text.bytes().all(is_plain).then(|| text.parse().ok()).flatten()
}

fn is_line_break_or_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

/// `local@domain` of letters, digits and a few marks: less than RFC 5322 allows, and enough for ids of ours.
fn is_message_id(text: &str) -> bool {
    let is_part = |part: &str| {
        !part.is_empty()
            && part
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b'+' | b'='))
    };
    text.len() <= 250
        && text
            .split_once('@')
            .is_some_and(|(local, domain)| is_part(local) && is_part(domain))
}

/// The date in the form of the library, which panics before 1970 and after 9999.
fn date(instant: Timestamp) -> Option<SystemTime> {
    (Timestamp::UNIX_EPOCH..Timestamp::MAX)
        .contains(&instant)
        .then(|| instant.into())
}

/// Whether every mail server passes it on unchanged: ASCII without NUL, on lines of up to 998 characters that end in
/// CR LF, and neither CR nor LF elsewhere (RFC 5321, sections 2.3.8 and 4.5.3.1.6). A lone one could end the mail for
/// some servers and not for others.
fn is_transportable(bytes: &[u8]) -> bool {
    const MAX_LINE: usize = 998;
    bytes.split_inclusive(|byte| *byte == b'\n').all(|line| {
        let Some(line) = line.strip_suffix(b"\r\n") else {
            return false;
        };
        line.len() <= MAX_LINE
            && line
                .iter()
                .all(|byte| byte.is_ascii() && !matches!(byte, 0 | b'\r' | b'\n'))
    })
}

impl fmt::Debug for OutgoingMail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutgoingMail({})", self.message_id)
    }
}

#[cfg(test)]
mod tests;
