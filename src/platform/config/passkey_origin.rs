//! The domain and the origins of passkeys, as settings write them.

use url::{Host, Url};

use super::public_url::PublicUrl;

/// How an Android app names itself as an origin, before the hash of the certificate that signed it.
pub(super) const ANDROID_PREFIX: &str = "android:apk-key-hash:";
/// SHA-256 in base64url without padding.
const ANDROID_HASH_LENGTH: usize = 43;

/// The host of `public_url`, if it is a name.
pub(super) fn default_rp_id(url: Option<&PublicUrl>) -> String {
    url.filter(|url| is_name(url))
        .and_then(PublicUrl::host)
        .unwrap_or_default()
        .to_owned()
}

/// Whether its host is a name, not an address.
pub(super) fn is_name(url: &PublicUrl) -> bool {
    Url::parse(url.as_str()).is_ok_and(|url| matches!(url.host(), Some(Host::Domain(_))))
}

/// A domain, in lower case and ASCII.
pub(super) fn rp_id(text: &str) -> Result<String, String> {
    match Host::parse(text) {
        Ok(Host::Domain(name)) if name.len() <= 253 && !name.contains('*') && !name.ends_with('.') => {
            Ok(name)
        }
        _ => Err("must be a domain such as example.com, without scheme and port".to_owned()),
    }
}

/// An origin that can use passkeys besides that of `public_url`.
pub(super) fn origin(text: &str) -> Result<String, String> {
    if let Some(hash) = text.strip_prefix(ANDROID_PREFIX) {
        let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if hash.len() == ANDROID_HASH_LENGTH && hash.bytes().all(is_base64url) {
            return Ok(text.to_owned());
        }
    } else if let Ok(url) = PublicUrl::parse(text)
        && (url.is_https() && is_name(&url) || url.host() == Some("localhost"))
    {
        return Ok(url.as_str().to_owned());
    }
    Err(
        "must be origins such as https://www.example.org, or android:apk-key-hash: and the SHA-256 of the app's \
         certificate in base64url, separated by commas"
            .to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_a_page_over_tls_or_on_localhost_or_an_android_app() {
        let app = format!("{ANDROID_PREFIX}{}", "A".repeat(43));
        assert_eq!(origin(&app), Ok(app.clone()));
        assert_eq!(
            origin("http://localhost:3000"),
            Ok("http://localhost:3000".to_owned())
        );
        assert_eq!(
            origin("https://WWW.example.org:443/"),
            Ok("https://www.example.org".to_owned())
        );
        for text in [
            "",
            "null",
            "http://www.example.org",
            "http://127.0.0.1:3000",
            "https://192.0.2.1",
            "https://www.example.org/path",
            "www.example.org",
            "android:apk-key-hash:",
            &format!("{app}A"),
            &app.replace('A', "+"),
            "ios:bundle-id:com.example",
        ] {
            assert!(origin(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_relying_party_id_is_a_domain() {
        assert_eq!(rp_id("Example.COM"), Ok("example.com".to_owned()));
        assert_eq!(rp_id("localhost"), Ok("localhost".to_owned()));
        for text in [
            "",
            "https://example.com",
            "example.com:443",
            "192.0.2.1",
            "[::1]",
            "*.example.com",
            "example.com.",
        ] {
            assert!(rp_id(text).is_err(), "{text}");
        }
    }
}
