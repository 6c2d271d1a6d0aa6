//! Properties of the list of allowed origins, for any text.

use url::{Host, Url};

use super::CorsOrigins;

/// Whether the text is valid, as the list or as the `Origin` of a request.
///
/// # Panics
///
/// If a page whose origin is not listed can call, by an independent implementation.
pub fn check(text: &str) -> bool {
    let parsed = CorsOrigins::parse(text);
    if let Ok(origins) = &parsed {
        for exact in &origins.exact {
            let again = CorsOrigins::parse(exact).map(|it| it.exact);
            assert!(
                again.as_ref() == Ok(&vec![exact.clone()]),
                "an origin is read as another"
            );
            assert!(origins.allow(exact), "a listed origin cannot call");
            assert!(!exact.contains(['*', ' ', ',', '@']), "no browser sends this");
        }
        let expected =
            origins.exact.iter().any(|it| it == text) || (origins.loopback && is_on_this_machine(text));
        assert!(origins.allow(text) == expected, "an unlisted origin can call");
    }
    let listed = CorsOrigins {
        loopback: true,
        exact: vec!["https://app.example.com".to_owned()],
    };
    let allowed = listed.allow(text);
    assert!(
        !allowed || text == "https://app.example.com" || is_on_this_machine(text),
        "a foreign page can call"
    );
    allowed || parsed.is_ok_and(|it| it != CorsOrigins::default())
}

fn is_on_this_machine(origin: &str) -> bool {
    let Ok(url) = Url::parse(origin) else {
        return false;
    };
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_here && matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == origin
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn no_page_may_call_whose_origin_is_not_listed() {
        const PIECES: &[&str] = &[
            "https://",
            "http://",
            "HTTP://",
            "app.example.com",
            "localhost",
            "127.0.0.1",
            "127.1",
            "[::1]",
            "0x7f.1",
            ":80",
            ":443",
            ":3000",
            "/",
            ",",
            " ",
            ".",
            "@",
            "*",
            "null",
            "loopback",
            "evil.org",
            "?",
            "#",
            "\\",
            "ü",
            "%6c",
            "\t",
            "https://app.example.com",
            "http://localhost:5173",
            "-",
            "a.",
        ];
        keeps(10, any::<String>(), |text| check(text));
        let understood = keeps(40, pieces(PIECES, 5), |text| check(text));
        assert!(understood > 200, "only {understood} are understood");
    }
}
