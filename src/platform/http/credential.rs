//! The credential in the `Authorization` header: a bearer token (RFC 6750, section 2.1).

use axum::http::{HeaderMap, header::AUTHORIZATION};
use secrecy::SecretString;

use crate::platform::identity::Credential;

/// The credential that these headers bring. Two `Authorization` headers, another scheme or an empty token are
/// malformed, not missing: the client meant to authenticate.
pub fn credential(headers: &HeaderMap) -> Credential {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (values.next(), values.next());
    let Some(value) = first else {
        return Credential::Missing;
    };
    if second.is_some() {
        return Credential::Malformed;
    }
    let token = value.to_str().ok().and_then(|text| {
        let (scheme, token) = text.split_once(' ')?;
        scheme
            .eq_ignore_ascii_case("bearer")
            .then_some(token.trim_matches(' '))
    });
    match token {
        Some(token) if !token.is_empty() => Credential::Token(SecretString::from(token)),
        _ => Credential::Malformed,
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use secrecy::ExposeSecret as _;

    use super::*;

    fn read(values: &[&'static str]) -> Option<Result<String, ()>> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(AUTHORIZATION, HeaderValue::from_static(value));
        }
        match credential(&headers) {
            Credential::Missing => None,
            Credential::Malformed => Some(Err(())),
            Credential::Token(token) => Some(Ok(token.expose_secret().to_owned())),
            Credential::Lapsed => unreachable!("no header says that"),
        }
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_the_scheme() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c", "Bearer  a.b.c"] {
            assert_eq!(read(&[value]), Some(Ok("a.b.c".to_owned())), "{value}");
        }
    }

    #[test]
    fn no_header_is_a_missing_token() {
        assert_eq!(read(&[]), None);
    }

    #[test]
    fn anything_else_is_malformed() {
        for values in [
            &["Basic dTpw"] as &[_],
            &["Bearer"],
            &["Bearer "],
            &[""],
            &["a.b.c"],
            &["Bearer a", "Bearer a"],
        ] {
            assert_eq!(read(values), Some(Err(())), "{values:?}");
        }
    }
}
