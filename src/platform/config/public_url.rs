//! The address at which clients reach this server.

use std::fmt;

use url::Url;

use super::loopback::is_loopback_url;

/// Scheme, host and port, and nothing else. Prints without a trailing slash: exactly the issuer in tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl {
    text: String,
    url: Url,
}

impl PublicUrl {
    /// Reads an address such as `https://accounts.example.com`. The error names the problem and never repeats the
    /// text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let url = Url::parse(text)
            .map_err(|_| "must be an address such as https://accounts.example.com".to_owned())?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err("must start with http:// or https://".to_owned());
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name or password".to_owned());
        }
        if url.host_str().is_none_or(|host| host.contains('*')) {
            return Err("must name one host, without wildcards".to_owned());
        }
        // RFC 1035, section 2.3.4; longer names cannot be resolved, and would make tokens too long for cookies.
        if url.host_str().is_some_and(|host| host.len() > 253) {
            return Err("has a host name that is too long: at most 253 characters".to_owned());
        }
        if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
            return Err("must end after the host and port: no path, query or fragment".to_owned());
        }
        Ok(Self {
            text: url.origin().ascii_serialization(),
            url,
        })
    }

    /// As text, without a trailing slash.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether it is served over TLS.
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Whether only this machine can reach it: `localhost` or a loopback address.
    pub fn is_loopback(&self) -> bool {
        is_loopback_url(&self.url)
    }

    /// The host, in lower case and ASCII.
    pub fn host(&self) -> Option<&str> {
        self.url.host_str()
    }

    /// The port, explicit or implied by the scheme.
    pub fn port(&self) -> Option<u16> {
        self.url.port_or_known_default()
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_prints_as_an_origin() {
        for (text, printed) in [
            ("http://localhost:8000", "http://localhost:8000"),
            (
                "https://Accounts.Example.com:443/",
                "https://accounts.example.com",
            ),
            ("http://[::1]:80", "http://[::1]"),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn anything_but_scheme_host_and_port_is_refused() {
        for text in [
            "",
            "localhost:8000",
            "accounts.example.com",
            "ftp://example.com",
            "https://example.com/auth",
            "https://example.com/?a=b",
            "https://example.com/#a",
            "https://user@example.com",
            "https://user:hunter2@example.com",
            "https://",
            "https://*.example.com",
            &format!("https://{}example.com", "a.".repeat(122)),
        ] {
            let error = PublicUrl::parse(text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn loopback_is_known_by_name_and_address() {
        for (text, loopback) in [
            ("http://localhost", true),
            ("http://auth.localhost:8000", true),
            ("http://127.9.9.9", true),
            ("http://[::1]:8000", true),
            ("http://localhost.example.com", false),
            ("http://192.168.0.1", false),
        ] {
            assert_eq!(PublicUrl::parse(text).unwrap().is_loopback(), loopback, "{text}");
        }
    }
}
