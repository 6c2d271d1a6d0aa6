//! The page that sent a request, as reported by the browser.
//!
//! Browsers put the page's origin into every POST, and no page can set that header itself (Fetch Standard, section
//! 3.2); current ones also send the relation between page and address (Fetch Metadata, `Sec-Fetch-Site`).

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::platform::config::Config;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The page that sent a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageOrigin {
    /// A page of this server, or of an origin in `cors_origins`.
    Trusted,
    /// Any other page, or an unknown one.
    Foreign,
    /// No header mentions a page: the client is not a browser.
    None,
}

/// The page according to the headers.
pub fn page_origin(headers: &HeaderMap, config: &Config) -> PageOrigin {
    let site = headers.get(SEC_FETCH_SITE).map(HeaderValue::as_bytes);
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (None, _) => match site {
            None => PageOrigin::None,
            // `none`: the user opened it, from a bookmark or the address bar.
            Some(b"same-origin" | b"none") => PageOrigin::Trusted,
            Some(_) => PageOrigin::Foreign,
        },
        (Some(origin), None) => {
            let origin = origin.to_str().unwrap_or_default();
            let is_own = origin == config.public_url.as_str();
            // If the two contradict each other, something in between has rewritten the origin.
            let is_consistent = !is_own || site.is_none_or(|site| site == b"same-origin");
            if is_consistent && (is_own || config.cors_origins.allow(origin)) {
                PageOrigin::Trusted
            } else {
                PageOrigin::Foreign
            }
        }
        (Some(_), Some(_)) => PageOrigin::Foreign,
    }
}

/// The page that sent a form, for forms that also prove that this server rendered them.
///
/// Proxies, extensions and browser settings can replace `Origin` by `null`. `Sec-Fetch-Site: same-origin` says the
/// same, and pages cannot set it either; a page with an opaque origin, such as a sandboxed frame, sends `cross-site`
/// there.
pub fn form_origin(headers: &HeaderMap, config: &Config) -> PageOrigin {
    let is_exactly = |name, expected: &[u8]| {
        let mut values = headers.get_all(name).iter();
        values.next().is_some_and(|value| value == expected) && values.next().is_none()
    };
    if is_exactly(header::ORIGIN, b"null") && is_exactly(SEC_FETCH_SITE, b"same-origin") {
        PageOrigin::Trusted
    } else {
        page_origin(headers, config)
    }
}

/// Whether a page of this server sent a form, and not one of another origin in `cors_origins`.
pub fn is_own_form(headers: &HeaderMap, config: &Config) -> bool {
    let origin = headers.get(header::ORIGIN).map(HeaderValue::as_bytes);
    let is_own =
        origin.is_none_or(|origin| origin == b"null" || origin == config.public_url.as_str().as_bytes());
    is_own && form_origin(headers, config) == PageOrigin::Trusted
}

/// Whether a link on a page of this server led here. Older browsers say so in `Referer` alone, which our pages let them
/// send to this server.
pub fn is_own_link(headers: &HeaderMap, config: &Config) -> bool {
    let only = |name| {
        let mut values = headers.get_all(name).iter();
        values.next().filter(|_| values.next().is_none())
    };
    if headers.contains_key(SEC_FETCH_SITE) {
        return only(SEC_FETCH_SITE).is_some_and(|site| site == "same-origin");
    }
    let referer = only(header::REFERER).and_then(|referer| referer.to_str().ok());
    let rest = referer.and_then(|referer| referer.strip_prefix(config.public_url.as_str()));
    rest.is_some_and(|rest| rest.starts_with('/'))
}

/// Whether the browser reports a page of another site (HTML Standard, "same site").
pub fn is_cross_site(headers: &HeaderMap) -> bool {
    headers
        .get(SEC_FETCH_SITE)
        .is_some_and(|site| site == "cross-site")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::config::{CorsOrigins, PublicUrl};

    fn page(origins: &[&'static str], site: Option<&'static str>) -> PageOrigin {
        let (headers, config) = request(origins, site);
        page_origin(&headers, &config)
    }

    fn page_of_form(origins: &[&'static str], site: Option<&'static str>) -> PageOrigin {
        let (headers, config) = request(origins, site);
        form_origin(&headers, &config)
    }

    fn request(origins: &[&'static str], site: Option<&'static str>) -> (HeaderMap, Config) {
        let config = Config {
            public_url: PublicUrl::parse("https://accounts.example.com").unwrap(),
            cors_origins: CorsOrigins {
                loopback: false,
                exact: vec!["https://app.example.com".to_owned()],
            },
            ..Config::default()
        };
        let mut headers = HeaderMap::new();
        for origin in origins {
            headers.append(header::ORIGIN, HeaderValue::from_static(origin));
        }
        if let Some(site) = site {
            headers.insert(SEC_FETCH_SITE, HeaderValue::from_static(site));
        }
        (headers, config)
    }

    #[test]
    fn only_a_form_of_an_own_page_counts_as_one() {
        let own = "https://accounts.example.com";
        for (origins, site, is_own) in [
            (&[own][..], None, true),
            (&[own], Some("same-origin"), true),
            (&["null"], Some("same-origin"), true),
            (&[], Some("same-origin"), true),
            (&[own], Some("cross-site"), false),
            (&[own, own], None, false),
            (&["null"], None, false),
            (&["null"], Some("cross-site"), false),
            (&[], None, false),
            (&["https://app.example.com"], Some("same-site"), false),
            (&["https://appleid.apple.com"], Some("cross-site"), false),
        ] {
            let (headers, config) = request(origins, site);
            assert_eq!(is_own_form(&headers, &config), is_own, "{origins:?} {site:?}");
        }
    }

    #[test]
    fn only_a_link_of_an_own_page_counts_as_one() {
        let is_own = |sites: &[&'static str], referers: &[&'static str]| {
            let (mut headers, config) = request(&[], None);
            for site in sites {
                headers.append(SEC_FETCH_SITE, HeaderValue::from_static(site));
            }
            for referer in referers {
                headers.append(header::REFERER, HeaderValue::from_static(referer));
            }
            is_own_link(&headers, &config)
        };
        let own = "https://accounts.example.com/login";
        assert!(is_own(&["same-origin"], &[]));
        assert!(is_own(&[], &[own]));
        for (sites, referers) in [
            (&[][..], &[][..]),
            (&["none"], &[own]),
            (&["same-site"], &[own]),
            (&["cross-site"], &[own]),
            (&["same-origin", "same-origin"], &[own]),
            (&[], &[own, own]),
            (&[], &["https://accounts.example.com"]),
            (&[], &["https://accounts.example.com.evil.example/login"]),
            (&[], &["https://app.example.com/"]),
        ] {
            assert!(!is_own(sites, referers), "{sites:?} {referers:?}");
        }
    }

    #[test]
    fn own_pages_and_configured_ones_are_trusted() {
        for (origin, site) in [
            ("https://accounts.example.com", None),
            ("https://accounts.example.com", Some("same-origin")),
            ("https://app.example.com", None),
            ("https://app.example.com", Some("same-site")),
            ("https://app.example.com", Some("cross-site")),
        ] {
            assert_eq!(page(&[origin], site), PageOrigin::Trusted, "{origin} {site:?}");
        }
        assert_eq!(page(&[], Some("same-origin")), PageOrigin::Trusted);
        assert_eq!(page(&[], Some("none")), PageOrigin::Trusted);
    }

    #[test]
    fn siblings_opaque_origins_and_contradictions_are_foreign() {
        for origin in [
            "https://evil.example.com",
            "https://example.com",
            "http://accounts.example.com",
            "https://accounts.example.com:8443",
            "https://accounts.example.com/",
            "https://accounts.example.com.evil.org",
            "HTTPS://ACCOUNTS.EXAMPLE.COM",
            "http://localhost:3000",
            "null",
            "",
        ] {
            for site in [None, Some("same-origin"), Some("same-site")] {
                assert_eq!(page(&[origin], site), PageOrigin::Foreign, "{origin}");
            }
        }
        let own = "https://accounts.example.com";
        for site in ["same-site", "cross-site", "none", "other"] {
            assert_eq!(page(&[own], Some(site)), PageOrigin::Foreign, "{site}");
        }
        assert_eq!(page(&[own, own], None), PageOrigin::Foreign);
        assert_eq!(page(&[], Some("same-site")), PageOrigin::Foreign);
        assert_eq!(page(&[], Some("cross-site")), PageOrigin::Foreign);
    }

    #[test]
    fn a_form_without_an_origin_is_our_pages_where_the_browser_says_so() {
        assert_eq!(page_of_form(&["null"], Some("same-origin")), PageOrigin::Trusted);
        for site in [None, Some("none"), Some("same-site"), Some("cross-site")] {
            assert_eq!(page_of_form(&["null"], site), PageOrigin::Foreign, "{site:?}");
        }
        for origins in [&["null", "null"][..], &["https://evil.example"], &[""], &["Null"]] {
            let page = page_of_form(origins, Some("same-origin"));
            assert_eq!(page, PageOrigin::Foreign, "{origins:?}");
        }
        let own = "https://accounts.example.com";
        assert_eq!(page_of_form(&[own], None), PageOrigin::Trusted);
        assert_eq!(page_of_form(&[], Some("same-origin")), PageOrigin::Trusted);
    }

    #[test]
    fn without_either_header_there_is_no_page() {
        assert_eq!(page(&[], None), PageOrigin::None);
    }
}
