//! Properties of reading the `Cookie` header, for any bytes.

use axum::http::{HeaderMap, HeaderValue, header};
use secrecy::ExposeSecret;

use super::{AuthCookie, CookieScheme, SentCookies};

/// Whether these bytes contain one of our cookies.
///
/// # Panics
///
/// If a cookie is accepted whose name between the separators has other bytes, or one of ours is not found.
pub fn check(bytes: &[u8]) -> bool {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
    let mut is_any = false;
    for scheme in [CookieScheme::Secure, CookieScheme::Plain] {
        let written = AuthCookie::ALL.map(|cookie| written(bytes, scheme.name(cookie)));
        for (cookie, values) in AuthCookie::ALL.into_iter().zip(&written) {
            let once = match &values[..] {
                [value] => Some(value.clone()),
                _ => None,
            };
            assert!(
                scheme.find(cookie, &headers) == once,
                "{cookie:?} is read as another value"
            );
            is_any |= !values.is_empty();
        }
        let [access, refresh, ..] = written.map(|mut values| {
            values.retain(|value| !value.is_empty());
            values
        });
        let sent = SentCookies::read(&headers, Some(scheme));
        let is_twice = access.len() > 1 || refresh.len() > 1;
        assert!(sent.ambiguous == is_twice, "a cookie that came twice counts");
        for (read, values) in [(&sent.access, access), (&sent.refresh, refresh)] {
            let once = values.first().filter(|_| !is_twice);
            let read = read.as_ref().map(ExposeSecret::expose_secret);
            assert!(
                read == once.map(String::as_str),
                "a cookie of the session is read as another value"
            );
        }
        let all_ours = bytes.split(|byte| *byte == b';').all(|pair| {
            AuthCookie::ALL
                .iter()
                .any(|cookie| after(pair, scheme.name(*cookie)).is_some())
        });
        assert!(
            !(all_ours && scheme.has_look_alike(&headers)),
            "a cookie of ours counts as a look-alike"
        );
    }
    is_any
}

/// The values of the cookies with this name.
fn written(bytes: &[u8], name: &str) -> Vec<String> {
    let pairs = bytes.split(|byte| *byte == b';');
    let values = pairs.filter_map(|pair| after(pair, name));
    values
        .map(|value| {
            let text = String::from_utf8_lossy(value);
            text.trim_matches([' ', '\t']).to_owned()
        })
        .collect()
}

/// What follows the name and `=` in a pair.
fn after<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
    let blanks = pair.iter().take_while(is_blank).count();
    let rest = pair.get(blanks..)?.strip_prefix(name.as_bytes())?;
    let blanks = rest.iter().take_while(is_blank).count();
    rest.get(blanks..)?.strip_prefix(b"=")
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn a_cookie_is_ours_by_its_bytes_alone() {
        const PIECES: &[&str] = &[
            "__Host-portcullis-access",
            "__Host-portcullis-refresh",
            "__Host-portcullis-form",
            "portcullis-access",
            "portcullis-refresh",
            "portcullis-form",
            "__Host-portcullis-reset",
            "portcullis-registration",
            "__Host-",
            "__HOST-PORTCULLIS-ACCESS",
            "=",
            "=",
            "=",
            ";",
            "; ",
            "; ",
            " ",
            "\t",
            "a.b.c",
            "pcr_x",
            "\"",
            ",",
            "%20",
            "\u{85}",
            "\u{a0}",
            "\u{1680}",
            "\u{2000}",
            "\u{2028}",
            "\u{202f}",
            "\u{3000}",
            "\u{200b}",
            "\u{feff}",
            "é",
        ];
        keeps(20, vec(any::<u8>(), 0..40), |bytes| check(bytes));
        let ours = keeps(60, pieces(PIECES, 9), |text| check(text.as_bytes()));
        assert!(ours > 200, "only {ours} have a cookie of ours");
    }
}
