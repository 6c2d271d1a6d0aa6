//! Where sign-ins with providers can send browsers back.

use super::settings::Config;

impl Config {
    /// Whether a sign-in with a provider can send the browser back to this address.
    pub fn allows_login_redirect(&self, asked: &str) -> bool {
        self.login_redirect_urls.iter().any(|url| url.allows(asked))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::load_tests::loaded, *};

    fn config(urls: &str) -> Config {
        loaded(&[("PORTCULLIS_LOGIN_REDIRECT_URLS", urls)])
    }

    #[test]
    fn an_address_is_allowed_exactly_as_it_is_listed() {
        const LISTED: [&str; 6] = [
            "https://good.example/callback",
            "https://good.example:8443/?a=b",
            "https://xn--bcher-kva.example/",
            "com.example.app:/callback",
            "myapp://callback",
            "http://localhost:3000/callback",
        ];
        let config = config(&LISTED.join(", "));
        for url in LISTED {
            assert!(config.allows_login_redirect(url), "{url}");
        }
        for evil in [
            "",
            "/callback",
            "//evil.example/callback",
            "https:evil.example",
            "https:/good.example/callback",
            "https:good.example/callback",
            "/\\evil.example",
            "\\\\evil.example",
            "https://good.example@evil.example/callback",
            "https://good.example:x@evil.example/callback",
            "https://good.example.evil.example/callback",
            "https://evilgood.example/callback",
            "https://evil.example/callback",
            "https://good.example\\@evil.example/callback",
            "https://good.example/callback\\..\\..",
            "https://good.example/callback/",
            "https://good.example/callback?next=//evil.example",
            "https://good.example/callback#a",
            "https://good.example/callback/../evil",
            "https://good.example/CALLBACK",
            "https://good.example/%63allback",
            "https://good.example%2f%2fevil.example/callback",
            "%2f%2fevil.example",
            "https://good.example/callback\t",
            "https://good.example/callback\n",
            "\thttps://good.example/callback",
            "https://good.\texample/callback",
            " https://good.example/callback",
            "https://good.example /callback",
            "https://good.example:443/callback",
            "https://user@good.example/callback",
            "https://GOOD.example/callback",
            "HTTPS://good.example/callback",
            "http://good.example/callback",
            "https://good.example./callback",
            "https://good\u{3002}example/callback",
            "https://b\u{fc}cher.example/",
            "https://g\u{3bf}\u{3bf}d.example/callback",
            "javascript:alert(1)",
            "data:text/html,a",
            "com.example.app:/callback2",
            "com.example.app://callback",
            "com.example.app:callback",
            "COM.example.app:/callback",
            "myapp://callback/",
            "myapp://evil@callback",
            "myapp:callback",
            "http://localhost:3001/callback",
            "http://localhost/callback",
            "http://127.0.0.1:3000/callback",
        ] {
            assert!(!config.allows_login_redirect(evil), "{evil:?}");
        }
    }

    #[test]
    fn an_app_on_this_machine_can_listen_on_any_port() {
        let config = config("http://127.0.0.1/callback, http://[::1]/callback?a, http://localhost/");
        for url in [
            "http://127.0.0.1/callback",
            "http://127.0.0.1:1/callback",
            "http://127.0.0.1:65535/callback",
            "http://[::1]/callback?a",
            "http://[::1]:8080/callback?a",
            "http://localhost:5173/",
        ] {
            assert!(config.allows_login_redirect(url), "{url}");
        }
        for evil in [
            "http://127.0.0.1:80@evil.example/callback",
            "http://127.0.0.1:@evil.example/callback",
            "http://127.0.0.1@evil.example/callback",
            "http://127.0.0.1:80:81/callback",
            "http://127.0.0.1.evil.example/callback",
            "http://127.0.0.1evil.example/callback",
            "http://127.0.0.1:80.evil.example/callback",
            "http://127.0.0.1:80/evil/callback",
            "http://127.0.0.1:80#/callback",
            "http://127.0.0.1:80?/callback",
            "http://127.0.0.1:80\\/callback",
            "http://127.0.0.1:/callback",
            "http://127.0.0.1:0/callback",
            "http://127.0.0.1:080/callback",
            "http://127.0.0.1:65536/callback",
            "http://127.0.0.1:99999999999999999999/callback",
            "http://127.0.0.1:+80/callback",
            "http://127.0.0.1:-80/callback",
            "http://127.0.0.1: 80/callback",
            "http://127.0.0.1:8\t0/callback",
            "http://127.0.0.1:\u{661}/callback",
            "http://127.0.0.1:80/callback/",
            "http://127.0.0.1:80/callback\n",
            "http://user@127.0.0.1:80/callback",
            "http://127.0.0.2:80/callback",
            "http://127.1:80/callback",
            "http://2130706433:80/callback",
            "https://127.0.0.1:80/callback",
            "http://[::1]:8080/callback",
            "http://[::1]evil.example:80/callback?a",
            "http://localhost.evil.example:80/",
            "http://localhost:80//",
            "http://localhost:80/evil/",
        ] {
            assert!(!config.allows_login_redirect(evil), "{evil:?}");
        }
    }
}
