//! Properties of writing a mail, for any recipient, subject and text.

use lettre::message::Mailbox;

use super::{OutgoingMail, is_transportable};
use crate::platform::clock::Timestamp;

/// Whether there is a mail to this recipient, with this subject and text: `recipient|subject|text`.
///
/// # Panics
///
/// If one of them gets out of its place: into another header, another command, or past the end of the mail.
pub fn check(input: &str) -> bool {
    let mut fields = input.splitn(3, '|').map(str::to_owned);
    let mut next = || fields.next().unwrap_or_default();
    let mail = OutgoingMail {
        message_id: "1@example.com".to_owned(),
        to: next(),
        subject: next(),
        text: next(),
        html: next(),
        sent_at: Timestamp::UNIX_EPOCH,
    };
    let mail = OutgoingMail {
        html: format!("<p>{}</p>", mail.text),
        ..mail
    };
    let Ok(address) = "accounts@example.com".parse() else {
        return false;
    };
    let Ok(rendered) = mail.render(&Mailbox::new(None, address), None) else {
        return false;
    };
    assert!(
        rendered.recipient.to_string() == mail.to,
        "it goes to another address"
    );
    assert!(
        mail.to
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'>'),
        "an address ends its command"
    );
    assert!(
        is_transportable(&rendered.bytes),
        "a server could read it differently"
    );
    let text = String::from_utf8_lossy(&rendered.bytes);
    let (head, body) = text.split_once("\r\n\r\n").unwrap_or_default();
    let names: Vec<_> = head
        .split("\r\n")
        .filter(|line| !line.starts_with([' ', '\t']))
        .filter_map(|line| line.split(':').next())
        .collect();
    let expected = [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ];
    assert!(names == expected, "the headers are {names:?}");
    let boundary = mail.boundary();
    assert!(body.matches(&boundary).count() == 3, "a text opens a part");
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn no_text_gets_out_of_its_place() {
        const PIECES: &[&str] = &[
            "\r\n",
            "\n",
            "\r",
            "\r\n\r\n",
            ".",
            "\r\n.\r\n",
            "Bcc: eve@example.com",
            ": ",
            " ",
            "=?utf-8?q?=0D=0A?=",
            "ü",
            "🎉",
            "\u{2028}",
            "\t",
            "\0",
            "a",
            "|",
            "--",
            "<",
            ">",
            "@",
            "\"",
            "Grüße an alle, die dies lesen",
        ];
        keeps(10, any::<String>(), |text| check(text));
        let written = keeps(20, pieces(PIECES, 8), |text| {
            check(&format!("ada@example.org|{text}"))
        });
        assert!(written > 200, "only {written} are written");
        keeps(20, pieces(PIECES, 4), |text| {
            check(&format!("ada{text}@example.org|a|b"))
        });
        keeps(20, pieces(PIECES, 4), |text| {
            check(&format!("ada@example.org{text}|a|b"))
        });
    }
}
