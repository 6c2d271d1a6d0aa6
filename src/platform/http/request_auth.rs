//! The credential of a request, and the check that keeps foreign pages from using a browser's cookies (CSRF).
//!
//! Browsers send cookies automatically, whatever page caused the request. So a POST with our cookies must come from a
//! page of this server or of a configured origin; otherwise it is refused before execution (OWASP ASVS 5.0, 3.5.1). A
//! bearer token must be added explicitly, so it needs no such check.

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use secrecy::SecretString;

use super::{
    cookies::{CookieScheme, SentCookies},
    credential::{Credential, credential},
    error::HttpError,
    page_origin::{PageOrigin, form_origin, is_cross_site, page_origin},
};
use crate::platform::{config::Config, graphql::error::RequestErrorCode};

/// The browser side of a call: its cookies and its page.
#[derive(Debug)]
pub struct Browser {
    /// How this server names its cookies; none if it sets none.
    pub cookie_scheme: Option<CookieScheme>,
    /// The page that sent the request: no cookie must be set for a page of a foreign origin.
    pub page: PageOrigin,
    /// Whether that page belongs to another site, for which browsers do not store `SameSite` cookies.
    pub is_cross_site: bool,
    /// Whether cookies authenticate the caller, not a bearer token.
    pub is_credential: bool,
    /// Whether the request has cookies of this server, and they count.
    pub sent_cookies: bool,
    /// The refresh token in the cookies.
    pub refresh_token: Option<SecretString>,
    /// The cookie that binds forms to the browser, if it was sent exactly once.
    pub form_cookie: Option<SecretString>,
    /// The token by which an account remembers this browser, if it was sent exactly once.
    pub remembered: Option<SecretString>,
}

/// The credential of a request, and its browser.
#[derive(Debug)]
pub struct RequestAuth {
    /// The credential, not yet verified.
    pub credential: Credential,
    /// The browser side of the call.
    pub browser: Browser,
}

impl RequestAuth {
    /// Reads the head of a request for a hosted page, where only cookies authenticate. Links from anywhere can open a
    /// page, with the browser signed in; a form must come from one of our pages, else its cookies are ignored.
    pub fn at_page(method: &Method, headers: &HeaderMap, config: &Config) -> Self {
        let scheme = CookieScheme::of(&config.public_url);
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        let page = if is_read {
            PageOrigin::Trusted
        } else {
            // Every form also needs our form token.
            form_origin(headers, config)
        };
        let cookies = if page == PageOrigin::Trusted {
            SentCookies::read(headers, scheme)
        } else {
            SentCookies::default()
        };
        Self::with(Credential::Missing, cookies, scheme, page, false)
    }

    fn with(
        header: Credential,
        cookies: SentCookies,
        cookie_scheme: Option<CookieScheme>,
        page: PageOrigin,
        is_cross_site: bool,
    ) -> Self {
        let browser = Browser {
            cookie_scheme,
            page,
            is_cross_site,
            is_credential: matches!(header, Credential::Missing),
            sent_cookies: cookies.is_any(),
            refresh_token: cookies.refresh,
            form_cookie: cookies.form,
            remembered: cookies.remembered,
        };
        let credential = match header {
            Credential::Missing if cookies.ambiguous => Credential::Malformed,
            Credential::Missing => match cookies.access {
                Some(token) => Credential::Token(token),
                // Browsers delete the access cookie when its token expires.
                None if browser.refresh_token.is_some() => Credential::Expired,
                None => Credential::Missing,
            },
            given => given,
        };
        Self { credential, browser }
    }

    /// Replaces the credential by one that came in another way. Cookies then no longer authenticate.
    pub fn replace_credential(&mut self, credential: Credential) {
        self.credential = credential;
        self.browser.is_credential = false;
    }

    /// Reads the head of a request.
    pub fn read(method: &Method, headers: &HeaderMap, config: &Config) -> Result<Self, HttpError> {
        let scheme = CookieScheme::of(&config.public_url);
        let page = page_origin(headers, config);
        let header = credential(headers);
        let mut cookies = SentCookies::read(headers, scheme);
        // Reads are safe without a page, as when a browser follows a link; a foreign page cannot read the response.
        let is_read = matches!(*method, Method::GET | Method::HEAD);
        let is_allowed = page == PageOrigin::Trusted || (is_read && page == PageOrigin::None);
        if cookies.is_any() && !is_allowed {
            if !is_read && matches!(header, Credential::Missing) {
                let origin = headers
                    .get(header::ORIGIN)
                    .map_or(&b""[..], HeaderValue::as_bytes);
                let origin = String::from_utf8_lossy(origin.get(..200).unwrap_or(origin));
                tracing::info!(
                    ?origin,
                    "refused a request with cookies that does not come from a trusted page"
                );
                return Err(blocked());
            }
            cookies = SentCookies::default();
        }
        Ok(Self::with(header, cookies, scheme, page, is_cross_site(headers)))
    }
}

fn blocked() -> HttpError {
    let message = "This request uses cookies and does not come from a page of this server. Send it from a page whose \
                   origin is in `cors_origins`, or send the access token as a bearer token instead.";
    HttpError::new(StatusCode::FORBIDDEN, RequestErrorCode::CsrfBlocked, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: &str = "http://localhost:8000";
    const COOKIES: &str = "portcullis-access=a.b.c; portcullis-refresh=pcr_x";

    fn read(method: &Method, headers: &[(&'static str, &str)]) -> Result<RequestAuth, HttpError> {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(*name, value.parse().unwrap());
        }
        RequestAuth::read(method, &map, &Config::default())
    }

    #[test]
    fn cookies_count_from_own_pages_only() {
        let own = read(&Method::POST, &[("origin", OWN), ("cookie", COOKIES)]).unwrap();
        assert!(matches!(own.credential, Credential::Token(_)));
        assert!(own.browser.sent_cookies && own.browser.refresh_token.is_some());
        for headers in [
            &[("cookie", COOKIES)][..],
            &[("cookie", COOKIES), ("origin", "https://evil.example")],
            &[("cookie", COOKIES), ("origin", "null")],
            &[
                ("cookie", "portcullis-refresh=pcr_x"),
                ("origin", "https://evil.example"),
            ],
            &[("cookie", COOKIES), ("sec-fetch-site", "same-site")],
            &[
                ("cookie", COOKIES),
                ("origin", OWN),
                ("sec-fetch-site", "cross-site"),
            ],
        ] {
            assert!(read(&Method::POST, headers).is_err(), "{headers:?}");
        }
    }

    #[test]
    fn a_bearer_token_wins_and_cookies_of_foreign_pages_do_not_count_beside_it() {
        let headers = [
            ("authorization", "Bearer t"),
            ("cookie", COOKIES),
            ("origin", "https://evil.example"),
        ];
        let auth = read(&Method::POST, &headers).unwrap();
        assert!(matches!(auth.credential, Credential::Token(_)));
        assert!(!auth.browser.sent_cookies && auth.browser.refresh_token.is_none());
        let own = read(
            &Method::POST,
            &[
                ("authorization", "Bearer: t"),
                ("cookie", COOKIES),
                ("origin", OWN),
            ],
        )
        .unwrap();
        assert!(matches!(own.credential, Credential::Malformed));
        assert!(own.browser.refresh_token.is_some());
    }

    #[test]
    fn cookies_count_beside_another_scheme_and_beside_an_empty_token() {
        for value in ["Basic eDp5", "Negotiate YII", "", "Bearer", "Bearer "] {
            let with = |origin| [("authorization", value), ("cookie", COOKIES), ("origin", origin)];
            let own = read(&Method::POST, &with(OWN)).unwrap();
            assert!(matches!(own.credential, Credential::Token(_)), "{value}");
            assert!(own.browser.is_credential, "{value}");
            assert!(
                read(&Method::POST, &with("https://evil.example")).is_err(),
                "{value}"
            );
        }
    }

    #[test]
    fn a_get_brings_its_cookies_unless_a_foreign_page_is_behind_it() {
        for headers in [
            &[("cookie", COOKIES)][..],
            &[("cookie", COOKIES), ("sec-fetch-site", "none")],
        ] {
            let auth = read(&Method::GET, headers).unwrap();
            assert!(matches!(auth.credential, Credential::Token(_)), "{headers:?}");
        }
        let foreign = read(
            &Method::GET,
            &[("cookie", COOKIES), ("sec-fetch-site", "cross-site")],
        )
        .unwrap();
        assert!(matches!(foreign.credential, Credential::Missing));
    }

    #[test]
    fn a_refresh_cookie_alone_means_that_the_access_token_ran_out() {
        let expired = read(
            &Method::POST,
            &[("origin", OWN), ("cookie", "portcullis-refresh=pcr_x")],
        )
        .unwrap();
        assert!(matches!(expired.credential, Credential::Expired));
        let twice = "portcullis-access=a; portcullis-access=b; portcullis-refresh=pcr_x";
        let twice = read(&Method::POST, &[("origin", OWN), ("cookie", twice)]).unwrap();
        assert!(matches!(twice.credential, Credential::Malformed));
        assert!(twice.browser.sent_cookies && twice.browser.refresh_token.is_none());
    }
}
