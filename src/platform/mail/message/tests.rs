//! Tests of the contents of a mail.

use super::*;
use crate::platform::mail::Kind;

fn from() -> Mailbox {
    "Example <accounts@example.com>".parse().unwrap()
}

fn mail() -> OutgoingMail {
    OutgoingMail {
        message_id: "0197f2@example.com".to_owned(),
        to: "ada@example.org".to_owned(),
        subject: "Welcome".to_owned(),
        text: "Hello\n".to_owned(),
        html: "<p>Hello</p>\n".to_owned(),
        sent_at: "2026-11-29T08:05:09Z".parse().unwrap(),
    }
}

fn refusal(mail: &OutgoingMail) -> Option<Step> {
    let error = mail.render(&from(), None).err()?;
    assert_eq!((error.kind, error.code), (Kind::Permanent, None));
    Some(error.step)
}

#[test]
fn a_mail_has_these_headers_and_no_others() {
    let reply_to = "help@example.com".parse().unwrap();
    let bytes = mail().render(&from(), Some(&reply_to)).ok().unwrap().bytes;
    let text = String::from_utf8(bytes).unwrap();
    let boundary = mail().boundary();
    let expected = format!(
        "From: Example <accounts@example.com>\r\n\
         Reply-To: help@example.com\r\n\
         To: ada@example.org\r\n\
         Subject: Welcome\r\n\
         Date: Sun, 29 Nov 2026 08:05:09 +0000\r\n\
         Message-ID: <0197f2@example.com>\r\n\
         Auto-Submitted: auto-generated\r\n\
         MIME-Version: 1.0\r\n\
         Content-Type: multipart/alternative;\r\n boundary=\"{boundary}\"\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/plain; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         Hello\r\n\
         \r\n\
         --{boundary}\r\n\
         Content-Type: text/html; charset=utf-8\r\n\
         Content-Transfer-Encoding: 7bit\r\n\
         \r\n\
         <p>Hello</p>\r\n\
         \r\n\
         --{boundary}--\r\n"
    );
    similar_asserts::assert_eq!(text, expected);
}

#[test]
fn the_same_mail_is_the_same_to_the_byte() {
    let bytes = |mail: OutgoingMail| mail.render(&from(), None).ok().unwrap().bytes;
    assert_eq!(bytes(mail()), bytes(mail()));
}

#[test]
fn a_subject_is_one_line() {
    for mark in ["\r\n", "\r", "\n", "\0", "\u{7}", "\u{7f}", "\u{85}", "\u{2028}"] {
        let subject = format!("Welcome{mark}Bcc: eve@example.com");
        assert_eq!(
            refusal(&OutgoingMail { subject, ..mail() }),
            Some(Step::Content),
            "{mark:?}"
        );
    }
}

#[test]
fn a_recipient_is_one_address_in_ascii() {
    for to in [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example.org\r\nRCPT TO:<eve@example.com>",
        "ada@example.org\n",
        "ada\0@example.org",
        "ada@example.org, eve@example.com",
        "ada@example.org> <eve@example.com",
        "Ada <ada@example.org>",
        "ada@bücher.example",
        "ädä@example.org",
    ] {
        let to = to.to_owned();
        assert_eq!(
            refusal(&OutgoingMail {
                to: to.clone(),
                ..mail()
            }),
            Some(Step::Recipient),
            "{to:?}"
        );
    }
    let to = "ada+1@xn--bcher-kva.example".to_owned();
    assert_eq!(refusal(&OutgoingMail { to, ..mail() }), None);
}

#[test]
fn an_id_is_one_word() {
    for message_id in [
        "",
        "a",
        "a@",
        "@b",
        "a@b@c",
        "<a@b>",
        "a b@c",
        "a@b\r\nBcc: eve@example.com",
        "ä@b",
    ] {
        let message_id = message_id.to_owned();
        assert_eq!(
            refusal(&OutgoingMail { message_id, ..mail() }),
            Some(Step::Content)
        );
    }
}

#[test]
fn dates_that_the_library_cannot_write_are_refused() {
    for sent_at in [
        Timestamp::MIN,
        Timestamp::MAX,
        "1969-12-31T23:59:59Z".parse().unwrap(),
    ] {
        assert_eq!(refusal(&OutgoingMail { sent_at, ..mail() }), Some(Step::Content));
    }
    for sent_at in [Timestamp::UNIX_EPOCH, "9999-12-30T00:00:00Z".parse().unwrap()] {
        assert_eq!(refusal(&OutgoingMail { sent_at, ..mail() }), None);
    }
}

#[test]
fn any_text_goes_out_as_short_lines_of_ascii_or_not_at_all() {
    let long = "x".repeat(100_000);
    let words = "Ünïcödé 🎉 ".repeat(1000);
    let texts = [
        "",
        ".",
        "..\n.\n",
        "\r",
        "\n\r",
        "a\rb",
        "\r\n.\r\n",
        "a\n.\nb",
        "a\r.\rb",
        "\0",
        "a\0b",
        "\u{feff}",
        "🎉",
        "=\n=20",
        "From me\n",
        "trailing \n",
        "--\n",
        &long,
        &words,
    ];
    for text in texts {
        for subject in ["Welcome", "Grüße 🎉", &words, &long, " ", ""] {
            let mail = OutgoingMail {
                subject: subject.to_owned(),
                text: text.to_owned(),
                html: text.to_owned(),
                ..mail()
            };
            if let Ok(mail) = mail.render(&from(), None) {
                assert!(is_transportable(&mail.bytes), "{text:?}");
            }
        }
    }
}

#[test]
fn lone_line_ends_and_long_lines_are_not_transportable() {
    for text in ["a\rb\r\n", "a\nb\r\n", "a", "ä\r\n", "\0\r\n", "a\r\r\n"] {
        assert!(!is_transportable(text.as_bytes()), "{text:?}");
    }
    for (length, fits) in [(998, true), (999, false)] {
        let line = format!("{}\r\n", "x".repeat(length));
        assert_eq!(is_transportable(line.as_bytes()), fits);
    }
}

#[test]
fn debug_shows_the_id_alone() {
    assert_eq!(format!("{:?}", mail()), "OutgoingMail(0197f2@example.com)");
}
