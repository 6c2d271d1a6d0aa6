//! Where a sign-in leads.
//!
//! The address in `next` comes from a link that anybody can make. So it is compared as a whole text with the allowed
//! ones: nothing is parsed, so a browser cannot understand it differently (OWASP ASVS 5.0, 3.7.2).

#[cfg(any(test, fuzzing))]
pub mod properties;

use crate::platform::config::Config;

/// Where a sign-in leads by default.
pub(super) const ACCOUNT: &str = "/account";

/// The page of the second factors.
pub(super) const SECURITY: &str = "/account/security";

/// The page of what happened to the account.
pub(super) const ACTIVITY: &str = "/account/activity";

/// The page of everything that is held on a person.
pub(super) const DATA: &str = "/account/data";

/// The page that asks whether to keep an account that will be deleted. No link may ask for it: sign-ins lead there by
/// themselves.
pub(super) const DELETION: &str = "/account/deletion";

/// The pages of this server that a link may ask for.
const OWN: [&str; 4] = [ACCOUNT, SECURITY, ACTIVITY, DATA];

/// The address in `asked`, if a sign-in may lead there.
pub(super) fn allowed<'a>(config: &'a Config, asked: Option<&str>) -> Option<&'a str> {
    let asked = asked?;
    let configured = config.redirect_urls.iter().map(String::as_str);
    OWN.into_iter().chain(configured).find(|url| *url == asked)
}

/// The page of this server that was asked for; the account if it is none.
pub(super) fn own(asked: Option<&str>) -> &'static str {
    let found = OWN.into_iter().find(|url| Some(*url) == asked);
    found.unwrap_or(ACCOUNT)
}

/// The query that passes `next` on; empty without it.
pub(super) fn query(next: Option<&str>) -> String {
    next.map_or_else(String::new, |next| {
        let encoded: String = url::form_urlencoded::byte_serialize(next.as_bytes()).collect();
        format!("?next={encoded}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_texts_that_may_be_are_led_to() {
        let config = Config {
            redirect_urls: vec!["https://app.example.com/welcome".to_owned()],
            ..Config::default()
        };
        for good in [
            "/account",
            "/account/security",
            "/account/activity",
            "https://app.example.com/welcome",
        ] {
            assert_eq!(allowed(&config, Some(good)), Some(good));
        }
        for evil in [
            "",
            "/",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "https:evil.example",
            "https://evil.example",
            "https://app.example.com",
            "https://app.example.com/welcome/",
            "https://app.example.com/welcome?x",
            "https://app.example.com@evil.example/welcome",
            "https://app.example.com.evil.example/welcome",
            "HTTPS://APP.EXAMPLE.COM/welcome",
            "javascript:alert(1)",
            "data:text/html,x",
            " /account",
            "/account\n",
            "/account\t",
            "/account/../x",
            "/account/security/",
            "/%61ccount",
            "%2f%2fevil.example",
            "https://аpp.example.com/welcome",
        ] {
            assert_eq!(allowed(&config, Some(evil)), None, "{evil:?}");
            assert_eq!(own(Some(evil)), ACCOUNT, "{evil:?}");
        }
        assert_eq!(own(Some("https://app.example.com/welcome")), ACCOUNT);
        assert_eq!(own(Some(SECURITY)), SECURITY);
        assert_eq!(allowed(&config, None), None);
    }

    #[test]
    fn an_address_is_handed_on_encoded() {
        assert_eq!(query(None), "");
        assert_eq!(
            query(Some("https://a.example/?b=c&d")),
            "?next=https%3A%2F%2Fa.example%2F%3Fb%3Dc%26d"
        );
    }
}
