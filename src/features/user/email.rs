//! Email addresses, and when two of them are the same.
//!
//! Accepted are addresses in the form that mail providers use: a dot-atom of ASCII before the `@`, a host name with a
//! dot after it (RFC 5321, section 4.1.2, without quoted strings, comments and address literals). The local part must
//! be ASCII, since look-alike letters of other scripts would make two people's addresses look the same (UTS #39).
//! Domains may be in any script; their key is the A-label form (RFC 5891).
//!
//! Case is ignored, also in the local part: no major provider distinguishes it, and people type it at random.

#[cfg(any(test, fuzzing))]
pub mod properties;
mod search;

use std::fmt;

use idna::uts46::{AsciiDenyList, DnsLength, Hyphens, Uts46};

use crate::platform::unicode;

/// A well-formed address.
#[derive(Clone)]
pub struct EmailAddress {
    display: String,
    key: String,
}

/// Why a text is not an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailProblem {
    /// Empty, or only spaces.
    Required,
    /// Not in the accepted form.
    Invalid,
    /// Longer than [`EmailAddress::MAX_BYTES`], or than [`EmailAddress::MAX_LOCAL_BYTES`] before the `@`.
    TooLong,
    /// Control characters or noncharacters.
    InvalidCharacters,
}

impl EmailAddress {
    /// The maximum length in bytes, both as typed and as a key (RFC 5321, section 4.5.3.1.3, less the brackets).
    pub const MAX_BYTES: usize = 254;

    /// The maximum length in bytes before the `@` (RFC 5321, section 4.5.3.1.1).
    pub const MAX_LOCAL_BYTES: usize = 64;

    /// Parses an address; ASCII spaces around it are dropped.
    pub fn parse(raw: &str) -> Result<Self, EmailProblem> {
        let display = raw.trim_matches(' ');
        if display.is_empty() {
            return Err(EmailProblem::Required);
        }
        // Check before anything that looks at the characters.
        if display.len() > Self::MAX_BYTES {
            return Err(EmailProblem::TooLong);
        }
        if display.chars().any(unicode::is_forbidden) {
            return Err(EmailProblem::InvalidCharacters);
        }
        let (local, domain) = display.split_once('@').ok_or(EmailProblem::Invalid)?;
        if local.len() > Self::MAX_LOCAL_BYTES {
            return Err(EmailProblem::TooLong);
        }
        if !is_dot_atom(local) {
            return Err(EmailProblem::Invalid);
        }
        let key = format!("{}@{}", local.to_ascii_lowercase(), ascii_domain(domain)?);
        if key.len() > Self::MAX_BYTES {
            return Err(EmailProblem::TooLong);
        }
        Ok(Self {
            display: display.to_owned(),
            key,
        })
    }

    /// The address as typed: for display and for sending mail.
    pub fn display(&self) -> &str {
        &self.display
    }

    /// The address as mail is sent to it: the local part as typed, since its mail server may tell capitals apart, and the
    /// domain in A-labels.
    pub fn for_mail(&self) -> String {
        let local = self.display.split_once('@').map_or("", |(local, _)| local);
        let domain = self.key.split_once('@').map_or("", |(_, domain)| domain);
        format!("{local}@{domain}")
    }

    /// The form in which addresses are compared: two addresses are the same exactly if their keys are equal. All ASCII.
    pub fn key(&self) -> &str {
        &self.key
    }
}

/// Personal data: the address stays out of logs.
impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress([REDACTED])")
    }
}

/// RFC 5322, section 3.2.3: words of `atext`, separated by single dots.
fn is_dot_atom(local: &str) -> bool {
    let is_atext = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    local
        .split('.')
        .all(|word| !word.is_empty() && word.bytes().all(is_atext))
}

/// The domain in A-labels, lower case (UTS #46, which normalises it to NFC first). Refuses labels that are too long,
/// empty, or begin or end with a hyphen, characters other than letters, digits and hyphens, and labels beginning `xn--`
/// that encode only ASCII.
fn ascii_domain(domain: &str) -> Result<String, EmailProblem> {
    let ascii = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .map_err(|_| EmailProblem::Invalid)?;
    // No mail domain on the internet has a single label; a last label of digits is an IP address.
    match ascii.rsplit_once('.') {
        Some((_, top)) if !top.bytes().all(|byte| byte.is_ascii_digit()) => Ok(ascii.into_owned()),
        _ => Err(EmailProblem::Invalid),
    }
}

impl EmailProblem {
    /// The message for the person: what to do about it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Required => "Please enter an email address.",
            Self::Invalid => "Enter an email address such as name@example.com.",
            Self::TooLong => "Use a shorter email address: at most 254 characters, and 64 before the @.",
            Self::InvalidCharacters => {
                "Enter the email address without control characters, such as line breaks."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(raw: &str) -> Result<String, EmailProblem> {
        EmailAddress::parse(raw).map(|address| address.key)
    }

    #[test]
    fn ways_of_typing_one_address_have_one_key() {
        let same: &[(&str, &[&str])] = &[
            ("a@x.com", &["a@x.com", "A@X.com", " a@x.com ", "   A@x.COM"]),
            (
                "user@xn--bcher-kva.de",
                &[
                    "user@bücher.de",
                    "user@xn--bcher-kva.de",
                    "USER@BÜCHER.DE",
                    "user@bu\u{308}cher.de",
                    "user@XN--BCHER-KVA.de",
                    "user@bücher。de",
                ],
            ),
            ("o'neil+tag@mail.example.org", &["O'Neil+Tag@Mail.Example.ORG"]),
            ("!#$%&'*+-/=?^_`{|}~@x.com", &["!#$%&'*+-/=?^_`{|}~@x.com"]),
            ("a.b.c@r3---sn.example.com", &["a.b.c@r3---sn.example.com"]),
            ("1@2.3.com", &["1@2.3.com"]),
            ("a@xn--strae-oqa.de", &["a@straße.de"]),
            ("a@xn--e1afmkfd.xn--p1ai", &["a@пример.рф"]),
        ];
        for (expected, forms) in same {
            for raw in *forms {
                assert_eq!(key(raw).as_deref(), Ok(*expected), "{raw}");
            }
        }
    }

    #[test]
    fn different_addresses_keep_different_keys() {
        for (one, other) in [
            ("a@x.com", "á@x.com"),
            ("ab@x.com", "a.b@x.com"),
            ("a@x.com", "a+b@x.com"),
            ("a@strasse.de", "a@straße.de"),
        ] {
            assert_ne!(key(one), key(other));
        }
    }

    #[test]
    fn the_address_is_shown_as_typed_without_the_spaces_around_it() {
        let address = EmailAddress::parse("  Jane.Doe@BÜCHER.de ").unwrap();
        assert_eq!(address.display(), "Jane.Doe@BÜCHER.de");
        assert_eq!(format!("{address:?}"), "EmailAddress([REDACTED])");
    }

    #[test]
    fn other_shapes_are_no_addresses() {
        let invalid = [
            "a",
            "@",
            "a@",
            "@x.com",
            "a@@x.com",
            "a@b@x.com",
            "a@x.com@",
            "a b@x.com",
            "a @x.com",
            "a@ x.com",
            "a@x .com",
            ".a@x.com",
            "a.@x.com",
            "a..b@x.com",
            "\"a b\"@x.com",
            "\"a\"@x.com",
            "a(c)@x.com",
            "a@x.com(c)",
            "<a@x.com>",
            "Ann <a@x.com>",
            "a@[127.0.0.1]",
            "a@[IPv6:::1]",
            "a@127.0.0.1",
            "a@1.2",
            "a@localhost",
            "a@com",
            "a@x.com.",
            "a@.x.com",
            "a@x..com",
            "a@-x.com",
            "a@x-.com",
            "a@x_y.com",
            "a@x.com,b@x.com",
            "a;b@x.com",
            "a:b@x.com",
            "a\\b@x.com",
            "a@x/y.com",
            "a@x:25.com",
            "a@x%2ecom",
            "a@b＠x.com",
            "a＠x.com",
            "a@x\u{A0}.com",
            "\u{A0}a@x.com",
            "a@x.com\u{3000}",
            "a@\u{202E}x.com",
            "a@\u{E000}.com",
        ];
        for raw in invalid {
            assert_eq!(key(raw), Err(EmailProblem::Invalid), "{raw}");
        }
    }

    #[test]
    fn local_parts_of_other_scripts_are_refused() {
        for raw in [
            "раypal@x.com",
            "用户@x.com",
            "josé@x.com",
            "jose\u{301}@x.com",
            "ａ@x.com",
            "😀@x.com",
        ] {
            assert_eq!(key(raw), Err(EmailProblem::Invalid), "{raw}");
        }
    }

    #[test]
    fn punycode_that_stands_for_ascii_or_for_nothing_is_refused() {
        for raw in [
            "a@xn--example-.com",
            "a@xn--example-.org",
            "a@xn--.com",
            "a@xn--a.com",
            "a@xn--bcher-kva8.de",
        ] {
            assert_eq!(key(raw), Err(EmailProblem::Invalid), "{raw}");
        }
    }

    #[test]
    fn nothing_is_required_to_be_something() {
        for raw in ["", " ", "      "] {
            assert_eq!(key(raw), Err(EmailProblem::Required), "{raw:?}");
        }
    }

    #[test]
    fn control_characters_and_noncharacters_are_refused_wherever_they_stand() {
        for c in [
            '\0', '\t', '\r', '\n', '\u{1F}', '\u{7F}', '\u{80}', '\u{9F}', '\u{FDEF}', '\u{FFFF}',
        ] {
            for raw in [
                format!("{c}a@x.com"),
                format!("a{c}@x.com"),
                format!("a@x{c}.com"),
                format!("a@x.com{c}"),
            ] {
                assert_eq!(key(&raw), Err(EmailProblem::InvalidCharacters), "{raw:?}");
            }
        }
        assert_eq!(
            key("a@x.com\r\nBcc: b@x.com"),
            Err(EmailProblem::InvalidCharacters)
        );
    }

    #[test]
    fn lengths_end_where_the_rfc_ends_them() {
        let local = "l".repeat(64);
        assert!(key(&format!("{local}@x.com")).is_ok());
        assert_eq!(key(&format!("{local}l@x.com")), Err(EmailProblem::TooLong));

        let label = "d".repeat(63);
        assert!(key(&format!("a@{label}.com")).is_ok());
        assert_eq!(key(&format!("a@{label}d.com")), Err(EmailProblem::Invalid));

        let domain = format!("{label}.{label}.{}.com", "d".repeat(57));
        assert_eq!(key(&format!("{local}@{domain}")).unwrap().len(), 254);
        assert_eq!(key(&format!("{local}@d{domain}")), Err(EmailProblem::TooLong));
    }

    #[test]
    fn the_length_of_the_key_counts_too() {
        // Each label takes 3 bytes as typed and 9 as a key.
        let raw = |labels| format!("{}@{}de", "l".repeat(64), "aü.".repeat(labels));
        assert_eq!(key(&raw(1)).unwrap().split_once('@').unwrap().1, "xn--a-eha.de");
        assert!(key(&raw(18)).is_ok());
        assert!(raw(19).len() <= EmailAddress::MAX_BYTES);
        assert_eq!(key(&raw(19)), Err(EmailProblem::TooLong));
    }

    #[test]
    fn megabytes_are_turned_away_unread() {
        for raw in [
            "@".repeat(2_000_000),
            format!("a@{}.com", "\u{301}".repeat(1_000_000)),
        ] {
            assert_eq!(key(&raw), Err(EmailProblem::TooLong));
        }
        assert_eq!(key(&" ".repeat(2_000_000)), Err(EmailProblem::Required));
    }
}
