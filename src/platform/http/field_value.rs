//! The common grammar of header fields (RFC 9110, section 5.6): lists, tokens, quoted strings, parameters, weights.

use std::{borrow::Cow, mem, str};

use super::whitespace::{OWS, trim};

/// A value with parameters, as in `text/html; charset=utf-8`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameterized<'a> {
    /// The text before the first semicolon. Not validated.
    pub value: &'a str,
    /// Names and unquoted values, in the order of the header.
    pub parameters: Vec<(&'a str, Cow<'a, str>)>,
}

impl<'a> Parameterized<'a> {
    /// Reads `value *( OWS ";" OWS [ name "=" ( token / quoted-string ) ] )` (section 5.6.6).
    pub fn read(text: &'a str) -> Option<Self> {
        let mut parts = split(text.as_bytes(), b';').map(trim);
        let value = str::from_utf8(parts.next()?).ok()?;
        let mut parameters = Vec::new();
        for part in parts.filter(|part| !part.is_empty()) {
            let (name, value) = str::from_utf8(part).ok()?.split_once('=')?;
            if !is_token(name) {
                return None;
            }
            parameters.push((name, unquoted(value)?));
        }
        Some(Self { value, parameters })
    }

    /// The values of the parameters with this name, compared case-insensitively.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &str> {
        self.parameters
            .iter()
            .filter(move |(own, _)| own.eq_ignore_ascii_case(name))
            .map(|(_, value)| &**value)
    }

    /// The weight in thousandths; 1,000 by default. `None` if it is invalid (section 12.4.2).
    pub fn weight(&self) -> Option<u16> {
        self.values("q").next().map_or(Some(1_000), weight)
    }
}

/// The members of a list. Commas inside quoted strings do not separate. Skips empty members and those that are not
/// UTF-8 (section 5.6.1.2).
pub fn members(list: &[u8]) -> impl Iterator<Item = &str> {
    split(list, b',')
        .filter_map(|member| str::from_utf8(member).ok())
        .map(|member| member.trim_matches(OWS))
        .filter(|member| !member.is_empty())
}

/// Whether a text is a token (section 5.6.2).
pub fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(is_token_byte)
}

/// Whether a token can contain this byte.
pub fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// Splits at a separator, except inside quoted strings (section 5.6.4).
fn split(text: &[u8], separator: u8) -> impl Iterator<Item = &[u8]> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    text.split(move |byte| {
        let was_escaped = mem::take(&mut is_escaped);
        match byte {
            b'"' if !was_escaped => is_quoted = !is_quoted,
            b'\\' => is_escaped = is_quoted && !was_escaped,
            _ => {}
        }
        *byte == separator && !is_quoted
    })
}

/// A token unchanged, a quoted string without its quotation marks and backslashes.
fn unquoted(text: &str) -> Option<Cow<'_, str>> {
    if is_token(text) {
        return Some(Cow::Borrowed(text));
    }
    let quoted = text.strip_prefix('"')?.strip_suffix('"')?;
    let mut value = String::with_capacity(quoted.len());
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        value.push(match character {
            '"' => return None,
            '\\' => characters.next()?,
            character => character,
        });
    }
    Some(Cow::Owned(value))
}

/// A number from 0 to 1 in thousandths. Also accepts `.2`, which Java's HTTP client sends, and more than three digits.
fn weight(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !are_digits(whole)
        || !are_digits(fraction)
        || whole.len() > 1
        || (whole.is_empty() && fraction.is_empty())
    {
        return None;
    }
    let digits = whole.bytes().chain(fraction.bytes().chain([b'0'; 3]).take(3));
    let digits = if whole.is_empty() { Some(b'0') } else { None }
        .into_iter()
        .chain(digits);
    let thousandths = digits.fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
    // `1.0001` is more than 1.
    (thousandths < 1_000 || (thousandths == 1_000 && fraction.bytes().all(|digit| digit == b'0')))
        .then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_divided_by_commas_outside_of_quoted_strings() {
        let read = |list: &'static [u8]| members(list).collect::<Vec<_>>();
        assert_eq!(read(b"a, b\t,c"), ["a", "b", "c"]);
        assert_eq!(read(b",, a ,\t,"), ["a"]);
        assert_eq!(read(b""), [""; 0]);
        assert_eq!(read(br#"a;b="c, d", e"#), [r#"a;b="c, d""#, "e"]);
        assert_eq!(read(br#"a;b="\", c", d"#), [r#"a;b="\", c""#, "d"]);
        assert_eq!(read(br#"a;b="\\", c"#), [r#"a;b="\\""#, "c"]);
        assert_eq!(read(br#"a\", b"#), [r#"a\", b"#], "open to the end");
        assert_eq!(read(b"a\xff, b"), ["b"]);
        assert_eq!(read(b"a\xc2\xa0,b"), ["a\u{a0}", "b"]);
    }

    #[test]
    fn parameters_may_have_white_space_around_their_semicolons() {
        let read = |text| Parameterized::read(text).map(|it| (it.value.to_owned(), it.parameters.len()));
        for (text, value, parameters) in [
            ("a/b", "a/b", 0),
            ("a/b;c=d", "a/b", 1),
            ("a/b ; c=d", "a/b", 1),
            ("a/b\t;\t c=d ;e=f", "a/b", 2),
            ("a/b;", "a/b", 0),
            ("a/b; ;; c=d;", "a/b", 1),
            (";c=d", "", 1),
        ] {
            assert_eq!(read(text), Some((value.to_owned(), parameters)), "{text}");
        }
        for text in [
            "a;b",
            "a;=b",
            "a;b=",
            "a;b =c",
            "a;b= c",
            "a;b=c d",
            "a;b=\"c",
            "a;b=\"c\"d",
            "a;b=\"",
            "a;b=\"c\\\"",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn quoted_values_lose_their_quotation_marks_and_backslashes() {
        for (text, value) in [
            ("a;b=utf-8", "utf-8"),
            ("a;B=\"utf-8\"", "utf-8"),
            ("a;b=\"u\\t\\f-8\"", "utf-8"),
            ("a;b=\"c; d, \\\"e\\\\\"", "c; d, \"e\\"),
            ("a;b=\"\"", ""),
            ("a;b=\"\u{e9}\"", "\u{e9}"),
            ("a;b=`c|d~", "`c|d~"),
        ] {
            let read = Parameterized::read(text).unwrap();
            assert_eq!(read.values("b").collect::<Vec<_>>(), [value], "{text}");
        }
    }

    #[test]
    fn weights_are_numbers_from_0_to_1() {
        for (text, thousandths) in [
            ("0", 0),
            ("0.", 0),
            ("0.000", 0),
            ("0.5", 500),
            ("0.123", 123),
            ("0.1239", 123),
            (".2", 200),
            ("1", 1_000),
            ("1.", 1_000),
            ("1.000", 1_000),
        ] {
            assert_eq!(weight(text), Some(thousandths), "{text}");
        }
        for text in [
            "", ".", "1.001", "1.0001", "2", "00", "-0", "+1", "1e0", "inf", "NaN", "0,5", "0.5.5", "\u{661}",
        ] {
            assert_eq!(weight(text), None, "{text}");
        }
        assert_eq!(Parameterized::read("a").unwrap().weight(), Some(1_000));
        assert_eq!(Parameterized::read("a; Q=\"0.5\"").unwrap().weight(), Some(500));
        assert_eq!(Parameterized::read("a;q=x").unwrap().weight(), None);
    }
}
