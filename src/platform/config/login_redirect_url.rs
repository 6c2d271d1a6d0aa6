//! Addresses to which a sign-in with a provider can send the browser back.

use std::fmt;

use url::Url;

use super::loopback::is_loopback_url;

/// Longest address, in bytes.
const MAX_BYTES: usize = 512;

/// Schemes that do not belong to an app: browsers act on them themselves, or hand them to any app.
const OTHER_SCHEMES: [&str; 24] = [
    "about",
    "blob",
    "content",
    "data",
    "file",
    "filesystem",
    "ftp",
    "ftps",
    "http",
    "https",
    "intent",
    "jar",
    "javascript",
    "livescript",
    "mailto",
    "null",
    "resource",
    "sms",
    "tel",
    "urn",
    "vbscript",
    "view-source",
    "ws",
    "wss",
];

/// One address, exactly as it is written: a web page, an app with a scheme of its own, or an app that listens on this
/// machine (RFC 8252, section 7).
///
/// Addresses are compared as text. Parsers of addresses differ, and what one of them takes for the listed address can lead
/// a browser elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoginRedirectUrl {
    text: String,
    /// Where a port can be inserted: the length of scheme and host, if any port is allowed.
    port_at: Option<usize>,
}

impl LoginRedirectUrl {
    /// Reads an address. The error never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        const FORM: &str = "must be addresses such as https://app.example.com/callback, com.example.app:/callback, \
                            myapp://callback or http://127.0.0.1/callback, separated by commas";
        if text.len() > MAX_BYTES {
            return Err(format!("must be addresses of at most {MAX_BYTES} characters"));
        }
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !br#""'<>\^`{|}"#.contains(&byte);
        if !text.bytes().all(is_plain) {
            return Err(FORM.to_owned());
        }
        let url = Url::parse(text).map_err(|_| FORM)?;
        if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
            return Err("must not contain a user name, a password or a fragment".to_owned());
        }
        if url.as_str() != text {
            let problem =
                "must be addresses as browsers write them: scheme and host in lower case, then at least a /";
            return Err(problem.to_owned());
        }
        let is_web = matches!(url.scheme(), "http" | "https");
        if url.scheme() == "http" && !is_loopback_url(&url) {
            return Err("must start with https://, unless the host is this machine".to_owned());
        }
        // After the scheme of an app comes a path or a host.
        let is_app = !OTHER_SCHEMES.contains(&url.scheme())
            && text
                .strip_prefix(url.scheme())
                .is_some_and(|rest| rest.starts_with(":/"));
        if !(is_web || is_app) {
            return Err(FORM.to_owned());
        }
        let port_at = if url.scheme() == "http" && url.port().is_none() {
            let host = url.host_str().ok_or(FORM)?;
            Some("http://".len() + host.len())
        } else {
            None
        };
        Ok(Self {
            text: text.to_owned(),
            port_at,
        })
    }

    /// Whether `asked` is this address; where it is on this machine and has no port, also the same with any port
    /// (RFC 8252, section 7.3).
    pub fn allows(&self, asked: &str) -> bool {
        if asked == self.text {
            return true;
        }
        let Some((origin, rest)) = self.port_at.and_then(|at| self.text.split_at_checked(at)) else {
            return false;
        };
        asked
            .strip_prefix(origin)
            .and_then(|asked| asked.strip_prefix(':'))
            .and_then(|asked| asked.strip_suffix(rest))
            .is_some_and(is_port)
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for LoginRedirectUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Whether a text is a port as browsers write it: digits alone, without zeros before them.
fn is_port(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
        && !text.starts_with('0')
        && text.parse().is_ok_and(|port: u16| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_safe_address_cannot_be_listed() {
        for text in [
            "app.example.com/callback",
            "//app.example.com/callback",
            "https://",
            "https://app.example.com",
            "https://App.example.com/",
            "https://app.example.com:443/",
            "https://app.example.com/a/../b",
            "https://app.example.com/#a",
            "https://app.example.com/#",
            "https://user@app.example.com/",
            "https://user:hunter2@app.example.com/",
            "https://b\u{fc}cher.example/",
            "https://app.example.com/a b",
            "https:\\\\app.example.com/",
            "http://app.example.com/",
            "http://10.0.0.1/",
            "http://localhost.example.com/",
            "http://127.0.0.1",
            "http://127.0.0.1:80/callback",
            "http://127.1/callback",
            "http://user@127.0.0.1/callback",
            "javascript:/alert(1)",
            "JavaScript://x/%0aalert(1)",
            "data:/text",
            "file:///etc/passwd",
            "blob:/x",
            "about:/blank",
            "ws://app.example.com/",
            "intent://scan/#Intent;end",
            "myapp:",
            "myapp:callback",
            "MyApp://callback",
            "my_app://callback",
            "1app://callback",
            "myapp://user@callback",
            "myapp://callback#a",
            "*",
            &format!("https://app.example.com/{}", "a".repeat(512)),
        ] {
            let error = LoginRedirectUrl::parse(text).unwrap_err();
            assert!(!error.contains("hunter2"), "{error}");
        }
    }
}
