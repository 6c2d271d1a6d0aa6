//! Whether passkeys can work on this server, for which domain and which origins.

use super::{error::ConfigError, passkey_origin::is_name, settings::Config, values::Values};

impl Config {
    /// The relying party id of passkeys; none where passkeys cannot work. Browsers offer them to pages that were served
    /// over TLS, and to `localhost`, and only for names (WebAuthn Level 3, section 5.1.2).
    pub fn passkey_rp(&self) -> Option<&str> {
        let is_secure = self.public_url.is_https() || self.public_url.host() == Some("localhost");
        self.passkey_rp_id.as_deref().filter(|_| is_secure)
    }

    /// The origins whose pages and apps can use passkeys here; that of `public_url` is the first.
    pub fn passkey_origins(&self) -> Vec<&str> {
        let further = self.passkey_further_origins();
        std::iter::once(self.public_url.as_str()).chain(further).collect()
    }

    /// The pages among them, for `/.well-known/webauthn`. Browsers take only those over TLS.
    pub fn passkey_web_origins(&self) -> Vec<&str> {
        let own = self.public_url.as_str();
        let mut origins = self.passkey_origins();
        origins.retain(|origin| *origin == own || origin.starts_with("https://"));
        origins
    }

    /// Whether pages on any port of this machine can use passkeys: in development, where they can also call this
    /// server.
    pub fn takes_local_passkeys(&self) -> bool {
        self.cors_origins.loopback && self.passkey_rp() == Some("localhost")
    }

    fn passkey_further_origins(&self) -> impl Iterator<Item = &str> {
        let own = self.public_url.as_str();
        self.passkey_origins
            .iter()
            .map(String::as_str)
            .filter(move |origin| *origin != own)
    }
}

/// Browsers accept the host of a page, or a domain above it that is not a public suffix (WebAuthn Level 3, section
/// 5.1.3). We know no list of public suffixes; a domain with a dot in it is left to the browser.
pub(super) fn check(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let is_unsafe = |origin: &String| origin.starts_with("http://");
    if !config.public_url.is_loopback() && config.passkey_origins.iter().any(is_unsafe) {
        let problem = "plain http is for development: with a public_url that is not on this machine, list pages with https";
        return Err(values.wrong("passkey_origins", problem));
    }
    let Some(id) = &config.passkey_rp_id else {
        return Ok(());
    };
    if is_name(&config.public_url) {
        let host = config.public_url.host().unwrap_or_default();
        let is_above = host
            .strip_suffix(id.as_str())
            .is_some_and(|rest| rest.ends_with('.'));
        if host == id || (is_above && id.contains('.')) {
            return Ok(());
        }
    }
    let problem = "must be the host of public_url, or a domain above it that belongs to you, such as example.com for \
                   accounts.example.com";
    Err(values.wrong("passkey_rp_id", problem))
}

#[cfg(test)]
mod tests {
    use super::super::{
        load_tests::{error, loaded},
        passkey_origin::ANDROID_PREFIX,
    };

    #[test]
    fn the_domain_is_the_host_of_the_server_or_one_above_it() {
        let config = |public_url, rp_id| {
            let url = ("PORTCULLIS_PUBLIC_URL", public_url);
            loaded(&[url, ("PORTCULLIS_PASSKEY_RP_ID", rp_id)])
        };
        for (public_url, rp_id) in [
            ("https://accounts.example.com", "accounts.example.com"),
            ("https://accounts.example.com:8443", "example.com"),
            ("http://localhost:8000", "localhost"),
            ("https://intranet", "intranet"),
        ] {
            assert_eq!(
                config(public_url, rp_id).passkey_rp(),
                Some(rp_id),
                "{public_url}"
            );
            let by_default = loaded(&[("PORTCULLIS_PUBLIC_URL", public_url)]);
            assert_eq!(
                by_default.passkey_rp(),
                by_default.public_url.host(),
                "{public_url}"
            );
        }
        for (public_url, rp_id) in [
            ("https://accounts.example.com", "com"),
            ("https://accounts.example.com", "ccounts.example.com"),
            ("https://accounts.example.com", "xample.com"),
            ("https://accounts.example.com", "www.accounts.example.com"),
            ("https://accounts.example.com", "example.org"),
            ("http://auth.localhost:8000", "localhost"),
            ("https://192.0.2.1", "2.1"),
            ("https://192.0.2.1", "example.com"),
            ("http://localhost:8000", "example.com"),
        ] {
            let url = ("PORTCULLIS_PUBLIC_URL", public_url);
            let problem = error(&[url, ("PORTCULLIS_PASSKEY_RP_ID", rp_id)]);
            assert!(
                problem.starts_with("passkey_rp_id (from PORTCULLIS_PASSKEY_RP_ID)"),
                "{problem}"
            );
        }
    }

    #[test]
    fn without_tls_or_a_name_there_are_none() {
        for public_url in [
            "http://accounts.example.com",
            "https://192.0.2.1",
            "http://[::1]:8000",
            "http://10.0.0.1",
        ] {
            let config = loaded(&[
                ("PORTCULLIS_PUBLIC_URL", public_url),
                ("PORTCULLIS_PAGES", "false"),
            ]);
            assert_eq!(config.passkey_rp(), None, "{public_url}");
        }
    }

    #[test]
    fn pages_without_tls_are_for_development() {
        const PAGE: (&str, &str) = ("PORTCULLIS_PASSKEY_ORIGINS", "http://localhost:3000");
        let config = loaded(&[PAGE]);
        assert_eq!(
            config.passkey_origins(),
            ["http://localhost:8000", "http://localhost:3000"]
        );
        assert_eq!(config.passkey_web_origins(), ["http://localhost:8000"]);
        let problem = error(&[PAGE, ("PORTCULLIS_PUBLIC_URL", "https://accounts.example.com")]);
        assert!(problem.starts_with("passkey_origins (from "), "{problem}");
    }

    #[test]
    fn the_own_origin_comes_first_and_once() {
        let app = format!("{ANDROID_PREFIX}{}", "A".repeat(43));
        let list = format!("https://b.example, https://accounts.example.com/, {app}, https://c.example");
        let config = loaded(&[
            ("PORTCULLIS_PUBLIC_URL", "https://accounts.example.com"),
            ("PORTCULLIS_PASSKEY_ORIGINS", &list),
        ]);
        let pages = [
            "https://accounts.example.com",
            "https://b.example",
            "https://c.example",
        ];
        assert_eq!(config.passkey_web_origins(), pages);
        assert_eq!(config.passkey_origins().len(), 4);
    }
}
