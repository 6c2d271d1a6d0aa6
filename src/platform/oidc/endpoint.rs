//! Addresses to which requests go.

use url::Url;

use crate::platform::config::is_loopback_url;

/// An address of a provider; none if it is not one over TLS. Plain http is possible on this machine alone, and only in
/// development.
pub(super) fn endpoint(text: &str, allows_plain: bool) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let is_safe = match url.scheme() {
        "https" => true,
        "http" => allows_plain && is_loopback_url(&url),
        _ => false,
    };
    let is_bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    (is_safe && is_bare && url.has_host()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_go_over_tls_or_stay_on_this_machine() {
        for text in ["https://id.example.com/token", "https://127.0.0.1/token?a=b"] {
            assert!(endpoint(text, false).is_some(), "{text}");
        }
        for text in [
            "http://127.0.0.1:9000/token",
            "http://[::1]/",
            "http://localhost/",
        ] {
            assert!(endpoint(text, true).is_some(), "{text}");
            assert!(endpoint(text, false).is_none(), "{text}");
        }
        for text in [
            "",
            "/token",
            "http://id.example.com/token",
            "http://10.0.0.1/",
            "http://169.254.169.254/latest",
            "http://localhost.example.com/",
            "file:///etc/passwd",
            "gopher://127.0.0.1/",
            "data:text/plain,a",
            "https://user@id.example.com/",
            "https://:hunter2@id.example.com/",
            "https://id.example.com/#a",
            "https://",
        ] {
            assert!(endpoint(text, true).is_none(), "{text}");
        }
    }
}
