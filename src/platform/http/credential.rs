//! The credential in the `Authorization` header: a bearer token (RFC 6750, section 2.1).

use axum::http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
use secrecy::SecretString;

use super::{field_value::is_token_byte, whitespace::trim};

/// How a request authenticates.
#[derive(Debug)]
pub enum Credential {
    /// Nothing.
    Missing,
    /// An `Authorization` header that is not a single bearer token, or two cookies with the same name.
    Malformed,
    /// An access token, as a bearer token (RFC 6750, section 2.1) or from a cookie; not yet verified.
    Token(SecretString),
    /// A refresh cookie alone: its access token has expired.
    Expired,
}

/// The credential in these headers. Another scheme is for another program, such as a proxy with its own password, and
/// some clients without a token send an empty value: both count as none. Two bearer tokens are malformed, and so is one
/// that is not separated by spaces: the client meant to authenticate.
pub fn credential(headers: &HeaderMap) -> Credential {
    let mut ours = headers.get_all(AUTHORIZATION).iter().filter_map(bearer);
    match (ours.next(), ours.next()) {
        (None, _) => Credential::Missing,
        (Some(one), None) => one,
        (Some(_), Some(_)) => Credential::Malformed,
    }
}

/// The credential in one header, if its scheme is `Bearer` in any case and something follows it (RFC 9110, section
/// 11.4).
fn bearer(value: &HeaderValue) -> Option<Credential> {
    let value = trim(value.as_bytes());
    let end = value
        .iter()
        .position(|byte| !is_token_byte(*byte))
        .unwrap_or(value.len());
    let (scheme, rest) = value.split_at_checked(end)?;
    if !scheme.eq_ignore_ascii_case(b"bearer") || rest.is_empty() {
        return None;
    }
    let token = rest
        .strip_prefix(b" ")
        .and_then(|token| str::from_utf8(token).ok());
    Some(token.map_or(Credential::Malformed, |token| {
        Credential::Token(SecretString::from(token.trim_start_matches(' ')))
    }))
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
            Credential::Expired => unreachable!("no header says that"),
        }
    }

    #[test]
    fn a_bearer_token_is_read_whatever_the_case_of_the_scheme() {
        for value in [
            "Bearer a.b.c",
            "bearer a.b.c",
            "BEARER a.b.c",
            "Bearer  a.b.c",
            " Bearer    a.b.c\t",
        ] {
            assert_eq!(read(&[value]), Some(Ok("a.b.c".to_owned())), "{value}");
        }
        for values in [
            ["Basic dTpw", "Bearer a"],
            ["Bearer a", ""],
            ["Bearer ", "Bearer a"],
        ] {
            assert_eq!(read(&values), Some(Ok("a".to_owned())), "{values:?}");
        }
    }

    #[test]
    fn no_header_another_scheme_and_an_empty_value_are_a_missing_token() {
        for values in [
            &[] as &[_],
            &[""],
            &[" "],
            &["Bearer"],
            &["bearer "],
            &["Bearer \t "],
            &["Basic dTpw"],
            &["Basic"],
            &["DPoP a.b.c"],
            &["Bearers a.b.c"],
            &["Basic a, Bearer b"],
            &["a.b.c"],
            &["Basic a", "Digest b=\"c\""],
        ] {
            assert_eq!(read(values), None, "{values:?}");
        }
    }

    #[test]
    fn two_tokens_and_odd_separators_are_malformed() {
        for values in [
            &["Bearer a", "Bearer a"] as &[_],
            &["Bearer a", "Basic b", "bearer c"],
            &["Bearer\ta"],
            &["Bearer: a"],
            &["Bearer, Bearer a"],
            &["Bearer=a"],
        ] {
            assert_eq!(read(values), Some(Err(())), "{values:?}");
        }
    }
}
