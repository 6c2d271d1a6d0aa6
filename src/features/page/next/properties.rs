//! Properties of the redirect after a sign-in that must hold for any text.

use url::Url;

use super::{allowed, is_own, query};
use crate::platform::config::Config;

const LISTED: [&str; 3] = [
    "https://app.example.com/welcome",
    "https://app.example.com/a?b=c&d#e",
    "http://localhost:3000/",
];

/// Whether a sign-in may lead to this text.
///
/// # Panics
///
/// If an address is allowed that is not listed, or that a browser would understand differently.
pub fn check(text: &str) -> bool {
    let config = Config {
        redirect_urls: LISTED.map(str::to_owned).into(),
        ..Config::default()
    };
    let passed_on = query(Some(text));
    let mut read = url::form_urlencoded::parse(passed_on.trim_start_matches('?').as_bytes());
    assert!(
        read.next()
            .is_some_and(|(name, value)| name == "next" && value == text),
        "it is passed on as a different address"
    );
    assert!(read.next().is_none(), "it is passed on as two parameters");

    let Some(passed) = allowed(&config, Some(text)) else {
        return false;
    };
    assert!(
        passed == text && (is_own(passed) || LISTED.contains(&passed)),
        "it is not listed"
    );
    // As a browser resolves the `Location` header on our page.
    let joined = Url::parse(config.public_url.as_str())
        .and_then(|url| url.join(passed))
        .map(String::from);
    let expected = if is_own(passed) {
        format!("{}{passed}", config.public_url.as_str())
    } else {
        passed.to_owned()
    };
    assert!(joined == Ok(expected), "a browser goes elsewhere");
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn nothing_passes_but_what_is_listed_and_it_leads_there() {
        const PIECES: &[&str] = &[
            "/account",
            "https://app.example.com/welcome",
            "https://app.example.com/a?b=c&d#e",
            "http://localhost:3000/",
            "https:",
            "http:",
            "//",
            "/",
            "\\",
            "@",
            "evil.example",
            "app.example.com",
            ":443",
            ".",
            "..",
            "/../",
            "%2f",
            "\t",
            "\n",
            "\r",
            " ",
            "?",
            "#",
            "javascript:",
            "data:",
            "\0",
            "\u{2028}",
            "а",
            "HTTPS",
            "welcome",
            "&next=",
        ];
        keeps(4, any::<String>(), |text| check(text));
        let passed = keeps(20, pieces(PIECES, 4), |text| check(text));
        assert!(passed > 50, "only {passed} pass");
    }
}
