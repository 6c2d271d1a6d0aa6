//! What the choice of the address after a sign-in promises of any text.

use url::Url;

use super::{ACCOUNT, allowed, query};
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
/// If an address passes that is not listed, or that a browser would understand as another than the listed one.
pub fn check(text: &str) -> bool {
    let config = Config {
        redirect_urls: LISTED.map(str::to_owned).into(),
        ..Config::default()
    };
    let handed_on = query(Some(text));
    let mut read = url::form_urlencoded::parse(handed_on.trim_start_matches('?').as_bytes());
    assert!(
        read.next()
            .is_some_and(|(name, value)| name == "next" && value == text),
        "it is handed on as another"
    );
    assert!(read.next().is_none(), "it is handed on as two");

    let Some(passed) = allowed(&config, Some(text)) else {
        return false;
    };
    assert!(
        passed == text && (passed == ACCOUNT || LISTED.contains(&passed)),
        "it is not listed"
    );
    // As a browser reads the `Location` on a page of ours.
    let joined = Url::parse(config.public_url.as_str())
        .and_then(|url| url.join(passed))
        .map(String::from);
    let expected = if passed == ACCOUNT {
        format!("{}{ACCOUNT}", config.public_url.as_str())
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
