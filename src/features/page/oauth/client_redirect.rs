//! Leads a browser to the address of a client.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use crate::features::page::{page_context::PageContext, response::Frame};

#[derive(Template)]
#[template(path = "client_redirect.html")]
struct ClientRedirectPage<'a> {
    frame: Frame<'a>,
    to: &'a str,
}

/// A page that leads on at once. A redirect would not do: browsers refuse redirects of a form to addresses that its
/// policy does not list, and a policy cannot list those of apps.
pub(super) fn redirect_to_client(page: &PageContext, to: &str) -> Response {
    let nonce = page.nonce();
    let template = ClientRedirectPage {
        frame: page.frame(&nonce, None),
        to,
    };
    page.page(StatusCode::OK, &nonce, &template)
}

/// The client's address with a code.
pub(super) fn with_code(redirect_url: &str, code: &SecretString) -> String {
    with_query(redirect_url, &[("code", code.expose_secret())])
}

/// The client's address with an error (RFC 6749, section 4.1.2.1).
pub(super) fn with_error(redirect_url: &str, code: &str, text: &str) -> String {
    with_query(redirect_url, &[("error", code), ("error_description", text)])
}

fn with_query(url: &str, pairs: &[(&str, &str)]) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish();
    let separator = if url.contains('?') { '&' } else { '?' };
    format!("{url}{separator}{query}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_of_the_client_stays() {
        let code = SecretString::from("pct_x");
        for (url, with) in [
            ("https://a.example/cb", "https://a.example/cb?code=pct_x"),
            ("https://a.example/cb?a=b", "https://a.example/cb?a=b&code=pct_x"),
            ("com.example.app:/cb", "com.example.app:/cb?code=pct_x"),
        ] {
            assert_eq!(with_code(url, &code), with);
        }
        assert_eq!(
            with_error("https://a.example/cb", "X", "a b&c"),
            "https://a.example/cb?error=X&error_description=a+b%26c"
        );
    }
}
