//! Where a sign-in leads.
//!
//! The address in `next` comes from a link that anybody can make. So it is compared as a whole text with the allowed
//! ones: nothing is parsed, so a browser cannot understand it differently (OWASP ASVS 5.0, 3.7.2).

#[cfg(any(test, fuzzing))]
pub mod properties;

use entity::UserId;

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

/// The list of people, for administrators.
pub(super) const ADMIN: &str = "/admin";

/// The audit log.
pub(super) const AUDIT: &str = "/admin/audit";

/// The page that invites people.
pub(super) const INVITE: &str = "/admin/invite";

/// The page that imports people.
pub(super) const IMPORT: &str = "/admin/import";

/// The pages of this server that a link may ask for, besides those of one person.
const OWN: [&str; 8] = [ACCOUNT, SECURITY, ACTIVITY, DATA, ADMIN, AUDIT, INVITE, IMPORT];

/// Whether this is a page of administration, or a form of one.
pub(super) fn is_of_administration(path: &str) -> bool {
    path.strip_prefix(ADMIN)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Before the id of a person, in the address of their page for administrators.
const PERSON: &str = "/admin/users/";

/// The page of one person, for administrators.
pub(super) fn person(id: UserId) -> String {
    format!("{PERSON}{id}")
}

/// Whether this is exactly the address of a page that a link may ask for. An id has only one form.
fn is_own(asked: &str) -> bool {
    OWN.contains(&asked)
        || asked
            .strip_prefix(PERSON)
            .is_some_and(|id| id.parse::<UserId>().is_ok())
}

/// The address in `asked`, if a sign-in may lead there.
pub(super) fn allowed<'a>(config: &Config, asked: Option<&'a str>) -> Option<&'a str> {
    let asked = asked?;
    let is_configured = config.redirect_urls.iter().any(|url| url == asked);
    Some(asked).filter(|asked| is_configured || is_own(asked))
}

/// The page of this server that was asked for; the account if it is none.
pub(super) fn own(asked: Option<&str>) -> String {
    asked.filter(|asked| is_own(asked)).unwrap_or(ACCOUNT).to_owned()
}

/// The page of administration with this path; the list of people if it is none.
pub(super) fn admin(path: &str) -> String {
    Some(path)
        .filter(|path| path.starts_with(ADMIN) && is_own(path))
        .unwrap_or(ADMIN)
        .to_owned()
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
            "/admin",
            "/admin/audit",
            "/admin/users/01990000-0000-7000-8000-000000000001",
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
            "/admin/",
            "/admin/users",
            "/admin/users/",
            "/admin/users/..",
            "/admin/users/01990000-0000-7000-8000-000000000001/delete",
            "/admin/users/01990000-0000-7000-8000-00000000000A",
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
