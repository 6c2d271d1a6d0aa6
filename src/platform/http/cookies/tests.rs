//! Tests of the cookies.

use axum::http::header;

use super::*;

fn url(text: &str) -> PublicUrl {
    PublicUrl::parse(text).unwrap()
}

fn sent(cookies: &[&str], scheme: CookieScheme) -> (Option<String>, Option<String>, bool) {
    let mut headers = HeaderMap::new();
    for cookie in cookies {
        headers.append(
            header::COOKIE,
            HeaderValue::from_bytes(cookie.as_bytes()).unwrap(),
        );
    }
    let sent = SentCookies::read(&headers, Some(scheme));
    let text = |value: Option<SecretString>| value.map(|value| value.expose_secret().to_owned());
    (text(sent.access), text(sent.refresh), sent.ambiguous)
}

#[test]
fn prefix_and_secure_are_dropped_on_this_machines_plain_http_only() {
    for (address, scheme) in [
        ("https://accounts.example.com", Some(CookieScheme::Secure)),
        ("https://localhost", Some(CookieScheme::Secure)),
        ("http://localhost:8000", Some(CookieScheme::Plain)),
        ("http://127.0.0.1", Some(CookieScheme::Plain)),
        ("http://accounts.example.com", None),
        ("http://192.168.0.1", None),
    ] {
        assert_eq!(CookieScheme::of(&url(address)), scheme, "{address}");
    }
}

#[test]
fn a_cookie_has_every_flag() {
    let minute = Duration::from_mins(1);
    let set = |scheme: CookieScheme| scheme.set(AuthCookie::Refresh, &"abc".into(), minute).unwrap();
    assert_eq!(
        set(CookieScheme::Secure),
        "__Host-portcullis-refresh=abc; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=60"
    );
    assert_eq!(
        set(CookieScheme::Plain),
        "portcullis-refresh=abc; HttpOnly; SameSite=Lax; Path=/; Max-Age=60"
    );
    assert!(set(CookieScheme::Secure).is_sensitive());
    assert_eq!(
        CookieScheme::Secure.clear(AuthCookie::Access).unwrap(),
        "__Host-portcullis-access=; HttpOnly; SameSite=Lax; Secure; Path=/; Max-Age=0"
    );
}

#[test]
fn a_value_that_browsers_would_drop_is_a_fault() {
    let long = |length: usize| "x".repeat(length).into();
    let set = |length| CookieScheme::Secure.set(AuthCookie::Access, &long(length), Duration::ZERO);
    assert!(set(4096 - 24).is_ok());
    assert!(set(4096 - 23).is_err());
}

#[test]
fn our_cookies_are_found_among_others() {
    let some = |text: &str| Some(text.to_owned());
    let both = [
        "theme=dark; portcullis-access=a.b.c",
        "portcullis-refresh=pcr_x; other",
    ];
    assert_eq!(
        sent(&both, CookieScheme::Plain),
        (some("a.b.c"), some("pcr_x"), false)
    );
    // A name of the other scheme is not ours: anyone can set one without the prefix.
    assert_eq!(sent(&both, CookieScheme::Secure), (None, None, false));
    let twice = "portcullis-access=a; portcullis-refresh=pcr_x; portcullis-access=a";
    for twice in [
        &[twice][..],
        &["portcullis-refresh=pcr_x", "portcullis-refresh=pcr_y"],
    ] {
        assert_eq!(sent(twice, CookieScheme::Plain), (None, None, true));
    }
    assert_eq!(
        sent(&["portcullis-access="], CookieScheme::Plain),
        (None, None, false)
    );
    assert_eq!(
        sent(&["city=Köln; portcullis-access=a.b.c"], CookieScheme::Plain),
        (some("a.b.c"), None, false)
    );
    for odd in ["", ";;;", "=", "portcullis-access", "PORTCULLIS-ACCESS=a"] {
        assert_eq!(sent(&[odd], CookieScheme::Plain), (None, None, false), "{odd}");
    }
}

/// Bytes that a header can contain, and characters that Rust treats as white space.
fn surrounding_text() -> Vec<Vec<u8>> {
    let bytes = (0..=u8::MAX).filter(|byte| HeaderValue::from_bytes(&[*byte]).is_ok());
    let spaces = ('\u{80}'..=char::MAX).filter(|character| character.is_whitespace());
    bytes
        .map(|byte| vec![byte])
        .chain(spaces.map(|space| space.to_string().into_bytes()))
        .collect()
}

#[test]
fn a_cookie_is_ours_only_if_the_bytes_between_the_separators_are() {
    for scheme in [CookieScheme::Secure, CookieScheme::Plain] {
        for cookie in AuthCookie::ALL {
            let ours = scheme.name(cookie).as_bytes();
            for around in surrounding_text() {
                for name in [[&around, ours].concat(), [ours, &around].concat()] {
                    let value = HeaderValue::from_bytes(&[&name[..], b"=pcr_x"].concat()).unwrap();
                    let headers = HeaderMap::from_iter([(header::COOKIE, value)]);
                    // Separators end the part before them; surrounding spaces and tabs are trimmed.
                    let is_ours =
                        matches!(&around[..], b" " | b"\t") || name.starts_with(b";") || name.ends_with(b"=");
                    assert_eq!(scheme.find(cookie, &headers).is_some(), is_ours, "{name:?}");
                    let sent = SentCookies::read(&headers, Some(scheme));
                    let is_of_session = matches!(cookie, AuthCookie::Access | AuthCookie::Refresh);
                    assert_eq!(sent.is_any(), is_ours && is_of_session, "{name:?}");
                    let is_space = around.len() > 1 || around[0] >= 0x80;
                    if is_space {
                        assert!(scheme.has_look_alike(&headers), "{name:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_name_of_ours_in_other_case_or_clothes_is_a_look_alike() {
    let is_found = |text: &str, scheme: CookieScheme| {
        let value = HeaderValue::from_bytes(text.as_bytes()).unwrap();
        scheme.has_look_alike(&HeaderMap::from_iter([(header::COOKIE, value)]))
    };
    for text in [
        "__HOST-portcullis-access=a",
        "theme=dark; \u{2000}__Host-portcullis-form =a",
        "\"__Host-portcullis-refresh\"=a",
        "__Host-Portcullis-Reset=a",
        "\u{2000}__Host-portcullis-login-challenge=a",
    ] {
        assert!(is_found(text, CookieScheme::Secure), "{text}");
        assert!(!is_found(text, CookieScheme::Plain), "{text}");
    }
    for text in [
        "",
        "__Host-portcullis-access=a; __Host-portcullis-refresh=b; __Host-portcullis-form=c",
        " __Host-portcullis-access\t= a",
        "portcullis-access=a",
        "x__Host-portcullis-access=a",
        "a=\u{2000}__Host-portcullis-access; \u{2000}__Host-portcullis-access",
    ] {
        assert!(!is_found(text, CookieScheme::Secure), "{text}");
    }
}
