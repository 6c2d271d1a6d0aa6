//! Replies of the mail server (RFC 5321, section 4.2).

#[cfg(any(test, fuzzing))]
pub mod properties;

/// A reply: a code, and text for people on one or more lines.
#[derive(Clone)]
pub(super) struct Reply {
    code: u16,
    lines: Vec<String>,
}

/// One line of a reply.
pub(super) struct ReplyLine {
    code: u16,
    text: String,
    /// Whether no other line follows.
    pub(super) is_last: bool,
}

impl ReplyLine {
    /// Reads a line without its end; none if it has no code.
    pub(super) fn parse(line: &[u8]) -> Option<Self> {
        let (digits, rest) = line.split_at_checked(3)?;
        let digits = str::from_utf8(digits).ok()?;
        let is_code = digits.bytes().all(|byte| byte.is_ascii_digit());
        let code = digits
            .parse()
            .ok()
            .filter(|code| is_code && (200..600).contains(code))?;
        let (is_last, text) = match rest.split_first() {
            None => (true, rest),
            Some((b' ', text)) => (true, text),
            Some((b'-', text)) => (false, text),
            Some(_) => return None,
        };
        Some(Self {
            code,
            text: String::from_utf8_lossy(text).into_owned(),
            is_last,
        })
    }
}

impl Reply {
    /// The reply of these lines; none if they do not belong together.
    pub(super) fn of(lines: Vec<ReplyLine>) -> Option<Self> {
        let code = lines.first()?.code;
        let is_one = lines.iter().all(|line| line.code == code);
        let lines = lines.into_iter().map(|line| line.text).collect();
        is_one.then_some(Self { code, lines })
    }

    /// The code: 2xx done, 3xx go on, 4xx not now, 5xx no.
    pub(super) fn code(&self) -> u16 {
        self.code
    }

    /// This reply if the command was done; any other is a failure, also one that asks for more.
    pub(super) fn done(self) -> Result<Self, Self> {
        self.of_class(2)
    }

    /// This reply if the server asks for more.
    pub(super) fn goes_on(self) -> Result<Self, Self> {
        self.of_class(3)
    }

    fn of_class(self, class: u16) -> Result<Self, Self> {
        if self.code / 100 == class {
            Ok(self)
        } else {
            Err(self)
        }
    }

    /// The parameters of an extension that a reply to `EHLO` offers; none if it does not.
    pub(super) fn extension(&self, keyword: &str) -> Option<Vec<&str>> {
        // The first line is a greeting.
        self.lines.iter().skip(1).find_map(|line| {
            let mut words = line.split_ascii_whitespace();
            words
                .next()
                .is_some_and(|word| word.eq_ignore_ascii_case(keyword))
                .then(|| words.collect())
        })
    }

    /// The enhanced code, such as `5.7.1` (RFC 3463): digits and dots alone.
    pub(super) fn enhanced_code(&self) -> Option<&str> {
        let word = self.lines.first()?.split_ascii_whitespace().next()?;
        let is_number =
            |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        (word.split('.').count() == 3 && word.split('.').all(is_number)).then_some(word)
    }

    /// Whether a mailbox is full, or there were too many recipients, which may end (RFC 5321, section 4.5.3.1.10; RFC 3463,
    /// section 3.3).
    pub(super) fn is_about_space(&self) -> bool {
        self.code == 552 || self.enhanced_code().is_some_and(|code| code.ends_with(".2.2"))
    }

    /// At most 200 characters of the text; those outside printable ASCII as `?`.
    pub(super) fn printable_text(&self) -> String {
        const MAX_CHARACTERS: usize = 200;
        let text = self.lines.join(" ");
        let printable = |character: char| {
            if character == ' ' || character.is_ascii_graphic() {
                character
            } else {
                '?'
            }
        };
        text.trim().chars().map(printable).take(MAX_CHARACTERS).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(lines: &[&str]) -> Option<Reply> {
        let lines: Option<Vec<_>> = lines
            .iter()
            .map(|line| ReplyLine::parse(line.as_bytes()))
            .collect();
        Reply::of(lines?)
    }

    #[test]
    fn a_reply_is_lines_with_the_same_code() {
        let ehlo = reply(&[
            "250-mail.example.com",
            "250-STARTTLS",
            "250-auth PLAIN LOGIN",
            "250-  ",
            "250",
        ])
        .unwrap();
        assert_eq!(ehlo.code(), 250);
        assert_eq!(ehlo.extension("AUTH"), Some(vec!["PLAIN", "LOGIN"]));
        assert_eq!(ehlo.extension("STARTTLS"), Some(vec![]));
        assert_eq!(ehlo.extension("mail.example.com"), None);
        assert!(reply(&["250-one", "251 two"]).is_none());
    }

    #[test]
    fn what_has_no_code_is_no_line() {
        for line in [
            "",
            "25",
            "+50 x",
            "250x",
            "199 x",
            "600 x",
            "abc x",
            "²50 x",
            "HTTP/1.1 400 Bad Request",
        ] {
            assert!(ReplyLine::parse(line.as_bytes()).is_none(), "{line}");
        }
    }

    #[test]
    fn only_a_code_of_the_right_class_is_a_success() {
        for (line, done, goes_on) in [
            ("250 ok", true, false),
            ("354 go on", false, true),
            ("451 later", false, false),
            ("550 no", false, false),
        ] {
            let reply = reply(&[line]).unwrap();
            assert_eq!(
                (reply.clone().done().is_ok(), reply.goes_on().is_ok()),
                (done, goes_on)
            );
        }
    }

    #[test]
    fn enhanced_codes_are_numbers_and_nothing_else() {
        for (line, code) in [
            ("550 5.7.1 blocked", Some("5.7.1")),
            ("550 5.7 blocked", None),
            ("550 5.7.x blocked", None),
            ("550 5.7.1234 blocked", None),
            ("550", None),
        ] {
            assert_eq!(reply(&[line]).unwrap().enhanced_code(), code);
        }
    }

    #[test]
    fn what_is_shown_of_a_reply_is_short_and_printable() {
        let text = reply(&["550-\u{1b}[31mno\tway", "550 böse"])
            .unwrap()
            .printable_text();
        assert_eq!(text, "?[31mno?way b?se");
        let long = format!("550 {}", "x".repeat(1000));
        assert_eq!(reply(&[&long]).unwrap().printable_text().len(), 200);
    }
}
