//! Properties of reading the replies of a mail server, for any bytes.

use super::{Reply, ReplyLine};

/// Whether these lines are a reply.
///
/// # Panics
///
/// If a line that does not start with a code is accepted, or what would be shown of a reply could harm a log.
pub fn check(bytes: &[u8]) -> bool {
    let lines = bytes.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let parsed: Option<Vec<_>> = lines.clone().map(ReplyLine::parse).collect();
    let Some(reply) = parsed.and_then(Reply::of) else {
        return false;
    };
    let code = reply.code().to_string();
    assert!((200..600).contains(&reply.code()), "a code of no class");
    assert!(
        lines.clone().all(|line| line.starts_with(code.as_bytes())),
        "a line with another code is accepted"
    );
    let text = reply.printable_text();
    let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    assert!(is_printable && text.len() <= 200, "a reply is shown as it is");
    let is_numbers =
        |code: &str| code.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') && code.len() <= 11;
    assert!(
        reply.enhanced_code().is_none_or(is_numbers),
        "words are shown as a code"
    );
    assert!(
        !(reply.clone().done().is_ok() && reply.clone().goes_on().is_ok()),
        "a reply is both"
    );
    for keyword in ["AUTH", "STARTTLS"] {
        let is_offered = reply.extension(keyword).is_some();
        let mentions = lines.clone().skip(1).any(|line| {
            let rest = line.get(4..).unwrap_or_default();
            rest.to_ascii_uppercase()
                .windows(keyword.len())
                .any(|part| part == keyword.as_bytes())
        });
        assert!(
            !is_offered || mentions,
            "{keyword} is found where nobody wrote it"
        );
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn replies_are_lines_with_one_code_and_are_shown_harmlessly() {
        const PIECES: &[&str] = &[
            "250-",
            "250 ",
            "250",
            "550 ",
            "550-",
            "354 ",
            "199 ",
            "600 ",
            "\n",
            "\r\n",
            "\r",
            " ",
            "AUTH",
            "auth",
            "=",
            "PLAIN",
            "STARTTLS",
            "5.7.1",
            "5.7.1234",
            ".",
            "\u{1b}[31m",
            "ü",
            "\0",
            "\t",
            "mail.test",
        ];
        keeps(10, vec(any::<u8>(), 0..100), |bytes| check(bytes));
        let understood = keeps(40, pieces(PIECES, 6), |text| check(text.as_bytes()));
        assert!(understood > 200, "only {understood} are understood");
    }
}
