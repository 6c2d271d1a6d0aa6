//! Addresses of mails.

use std::fmt;

use url::Host;

use crate::platform::unicode;

/// An address in the header of a mail: `accounts@example.com`, or with a name, `Example <accounts@example.com>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailAddress {
    name: Option<String>,
    address: String,
}

impl MailAddress {
    /// Reads an address, with or without a name. The error names the problem and never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (name, address) = match text.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, address)) => (display_name(name)?, address),
            None => (None, text),
        };
        let address = plain_address(address)
            .ok_or("must be an address such as accounts@example.com, or Example <accounts@example.com>")?;
        Ok(Self { name, address })
    }

    /// The name, if there is one: one line without control characters.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The address alone, in ASCII.
    pub fn address(&self) -> &str {
        &self.address
    }
}

/// The name in front of an address, without the quotes that it can stand in.
fn display_name(text: &str) -> Result<Option<String>, String> {
    const MAX_CHARACTERS: usize = 100;
    let text = text.trim();
    let bare = text
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'))
        .unwrap_or(text);
    match unicode::line(bare, MAX_CHARACTERS) {
        Ok(name) if !bare.contains(['"', '<', '>', '\\']) => Ok(name),
        _ => Err(format!(
            "has a name that is not one line of up to {MAX_CHARACTERS} characters, without quotes, backslashes and angle \
             brackets in it"
        )),
    }
}

/// An address without name, with the domain in ASCII; none if it would need quotes or is none.
fn plain_address(text: &str) -> Option<String> {
    let (local, domain) = text.rsplit_once('@')?;
    // RFC 5321, section 4.5.3.1.
    let fits = local.len() <= 64 && !local.split('.').any(str::is_empty);
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~.".contains(&byte);
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return None;
    };
    let is_host = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
    let address = format!("{local}@{domain}");
    let is_address = fits
        && local.bytes().all(is_atom)
        && domain.bytes().all(is_host)
        && !domain.split('.').any(str::is_empty)
        && address.len() <= 254;
    is_address.then_some(address)
}

impl fmt::Display for MailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{name} <{}>", self.address),
            None => f.write_str(&self.address),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Option<String>, String) {
        let address = MailAddress::parse(text).unwrap();
        (address.name().map(str::to_owned), address.address().to_owned())
    }

    #[test]
    fn an_address_can_have_a_name() {
        for (text, name, address) in [
            ("accounts@example.com", None, "accounts@example.com"),
            ("<accounts@example.com>", None, "accounts@example.com"),
            ("root@localhost", None, "root@localhost"),
            (
                "Example <a.b+c@example.com>",
                Some("Example"),
                "a.b+c@example.com",
            ),
            (
                "\"Example, Inc.\" <a@example.com>",
                Some("Example, Inc."),
                "a@example.com",
            ),
            (
                "Müller & Söhne <a@bücher.example>",
                Some("Müller & Söhne"),
                "a@xn--bcher-kva.example",
            ),
        ] {
            let expected = (name.map(str::to_owned), address.to_owned());
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_cannot_bring_in_another_header() {
        for text in [
            "Example\r\nBcc: eve@example.com <a@example.com>",
            "Example\n<a@example.com>x <a@example.com>",
            "a\u{0}b <a@example.com>",
            "a\u{2028}b <a@example.com>",
            "a\u{202e}b <a@example.com>",
            "Eve <eve@example.com> <a@example.com>",
            "say \"hi\" <a@example.com>",
            "back\\slash <a@example.com>",
        ] {
            assert!(MailAddress::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        let long = format!("{}@example.com", "a".repeat(65));
        for text in [
            "example.com",
            "@example.com",
            "a@",
            "a b@example.com",
            "a..b@example.com",
            ".a@example.com",
            "\"a b\"@example.com",
            "a@b@example.com",
            "a@example.com>",
            "a@example.com, b@example.com",
            "a@[127.0.0.1]",
            "a@127.0.0.1",
            "a@example..com",
            "a@example.com.",
            "ä@example.com",
            "a@example.com\r\nRCPT TO:<b@example.com>",
            &long,
        ] {
            assert!(MailAddress::parse(text).is_err(), "{text:?}");
        }
    }
}
