//! The address of the mail server.

use std::net::{IpAddr, Ipv6Addr};

use url::Host;

/// Host of the mail server, and its port if it is not the usual one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailServer {
    host: String,
    port: Option<u16>,
}

impl MailServer {
    /// Reads `mail.example.com` or `mail.example.com:2525`; IPv6 addresses stand in brackets. The error never repeats
    /// the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (host, rest) = host(text).ok_or(INVALID)?;
        Ok(Self {
            host,
            port: port(rest)?,
        })
    }

    /// The host: a name in lower case and ASCII, or an IP address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port, if one was given.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Whether it is on this machine: `localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        let is_loopback = |address: IpAddr| address.is_loopback();
        self.host == "localhost" || self.host.parse().is_ok_and(is_loopback)
    }
}

const INVALID: &str =
    "must be a host such as mail.example.com, with a port if needed, as in mail.example.com:2525";

/// The host, and what follows it.
fn host(text: &str) -> Option<(String, &str)> {
    if let Some(rest) = text.strip_prefix('[') {
        let (address, rest) = rest.split_once(']')?;
        let address: Ipv6Addr = address.parse().ok()?;
        return Some((address.to_string(), rest));
    }
    let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
    let host = match Host::parse(host).ok()? {
        Host::Domain(name) => name.strip_suffix('.').unwrap_or(&name).to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(_) => return None,
    };
    // Names of machines in private networks can contain `_`.
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    (host.len() <= 253 && host.split('.').all(is_label)).then_some((host, rest))
}

/// The port in what follows the host: nothing, or a colon and a number.
fn port(rest: &str) -> Result<Option<u16>, String> {
    if rest.is_empty() {
        return Ok(None);
    }
    let digits = rest.strip_prefix(':').ok_or(INVALID)?;
    match digits.parse() {
        Ok(port @ 1..) if digits.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Some(port)),
        _ => Err(INVALID.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_can_have_a_port() {
        for (text, host, port) in [
            ("mail.example.com", "mail.example.com", None),
            ("Mail.Example.com.:2525", "mail.example.com", Some(2525)),
            ("bücher.example", "xn--bcher-kva.example", None),
            ("mail_relay:25", "mail_relay", Some(25)),
            ("localhost", "localhost", None),
            ("127.0.0.1:1025", "127.0.0.1", Some(1025)),
            ("[::1]", "::1", None),
            ("[2001:DB8::1]:465", "2001:db8::1", Some(465)),
        ] {
            let server = MailServer::parse(text).unwrap();
            assert_eq!((server.host(), server.port()), (host, port), "{text}");
        }
    }

    #[test]
    fn what_is_no_host_with_port_is_refused() {
        for text in [
            "smtp://mail.example.com",
            "user@mail.example.com",
            "mail.example.com:",
            "mail.example.com:0",
            "mail.example.com:65536",
            "mail.example.com:+25",
            "mail.example.com:25:25",
            "mail..example.com",
            "mail.example.com/",
            "a,b",
            "a b",
            "::1",
            "[::1",
            "[::1]25",
            "[mail.example.com]",
        ] {
            assert!(MailServer::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn only_localhost_and_loopback_addresses_are_this_machine() {
        for (text, is_loopback) in [
            ("localhost", true),
            ("127.0.0.2:25", true),
            ("[::1]:25", true),
            ("10.0.0.1", false),
            ("mail.example.com", false),
            ("localhost.example.com", false),
            ("[::ffff:10.0.0.1]", false),
        ] {
            assert_eq!(
                MailServer::parse(text).unwrap().is_loopback(),
                is_loopback,
                "{text}"
            );
        }
    }
}
