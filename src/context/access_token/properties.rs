//! Properties of access token verification that must hold for any bytes.

use std::sync::OnceLock;

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

use super::{AccessClaims, AccessTokens, Expected, LEEWAY, TokenType};
use crate::platform::{
    clock::Timestamp,
    crypto::{KeyRing, SigningAlgorithm, SigningKey},
};

pub(super) const EXPECTED: Expected<'_> = Expected {
    token_type: TokenType::Access,
    issuer: "https://accounts.example.com",
    audience: "shop",
};
pub(super) const NOW: i64 = 1_795_000_000;

/// Whether the token was accepted. The first byte says how the others make a token: as its text, as changes to a
/// genuine token, or as a payload or a header signed with our key.
///
/// # Panics
///
/// If a token is accepted that must not be.
pub fn check(bytes: &[u8]) -> bool {
    let Some((way, rest)) = bytes.split_first() else {
        return false;
    };
    let (ring, genuine) = ring();
    let text = String::from_utf8_lossy(rest);
    match way % 4 {
        0 => {
            let accepted = accepts(ring, &text);
            assert!(!accepted || text == *genuine, "a text was accepted");
            accepted
        }
        1 => {
            let changed = changed(genuine, rest);
            let accepted = accepts(ring, &changed);
            assert!(!accepted || changed == *genuine, "a changed token was accepted");
            accepted
        }
        2 => {
            let accepted = accepts(ring, &signed(&good_header(ring).to_string(), rest));
            assert!(!accepted || is_good_payload(rest), "a bad payload was accepted");
            accepted
        }
        _ => {
            let payload = serde_json::to_vec(&claims()).unwrap_or_default();
            let accepted = accepts(ring, &signed(&text, &payload));
            let is_ours = serde_json::from_str::<Value>(&text).is_ok_and(|it| it == good_header(ring));
            assert!(!accepted || is_ours, "a bad header was accepted");
            accepted
        }
    }
}

fn accepts(ring: &AccessTokens, token: &str) -> bool {
    Timestamp::from_second(NOW).is_ok_and(|now| ring.verify(token, &EXPECTED, now).is_ok())
}

/// Tokens with a shared secret, so that runs are repeatable and tokens can be signed here. Only texts reach its
/// signatures.
#[expect(clippy::panic, reason = "only tests and fuzzers have this module")]
fn ring() -> &'static (AccessTokens, String) {
    static RING: OnceLock<(AccessTokens, String)> = OnceLock::new();
    RING.get_or_init(|| {
        let key = SigningKey::shared(SigningAlgorithm::Hs256, &secret());
        let key = key.unwrap_or_else(|fault| panic!("{fault:?}"));
        let ring = AccessTokens::new(KeyRing::new(key.into(), []));
        let token = ring
            .sign(TokenType::Access, &claims())
            .map(|token| token.expose_secret().to_owned());
        (ring, token.unwrap_or_default())
    })
}

fn secret() -> SecretString {
    SecretString::from("k".repeat(64))
}

/// The claims of a token that is valid at [`NOW`].
pub(super) fn claims() -> AccessClaims {
    let at = NOW.unsigned_abs();
    AccessClaims {
        iss: EXPECTED.issuer.to_owned(),
        sub: "user".to_owned(),
        aud: EXPECTED.audience.to_owned(),
        exp: at + 900,
        nbf: at,
        iat: at,
        jti: "token".to_owned(),
        sid: "session".to_owned(),
        name: None,
        email: None,
        email_verified: None,
        roles: None,
        shaped: super::ShapedRoles::default(),
        amr: None,
        auth_time: None,
    }
}

fn good_header(ring: &AccessTokens) -> Value {
    json!({ "alg": "HS256", "typ": "at+jwt", "kid": ring.keys().signing().kid() })
}

fn signed(header: &str, payload: &[u8]) -> String {
    let parts = [header.as_bytes(), payload].map(|part| URL_SAFE_NO_PAD.encode(part));
    let message = parts.join(".");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret().expose_secret().as_bytes());
    let signature = URL_SAFE_NO_PAD.encode(hmac::sign(&key, message.as_bytes()));
    format!("{message}.{signature}")
}

/// The token with bytes replaced: each three bytes of `changes` are a position (two bytes) and a value (one).
fn changed(token: &str, changes: &[u8]) -> String {
    let mut bytes = token.as_bytes().to_vec();
    for change in changes.chunks_exact(3) {
        if let [high, low, byte] = *change {
            let index = usize::from(u16::from_be_bytes([high, low])) % bytes.len().max(1);
            if let Some(place) = bytes.get_mut(index) {
                *place = byte;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The minimum for an accepted payload, read independently of the verifier.
fn is_good_payload(payload: &[u8]) -> bool {
    let Ok(claims) = serde_json::from_slice::<Value>(payload) else {
        return false;
    };
    let is_text = |name: &str| {
        claims
            .get(name)
            .and_then(Value::as_str)
            .is_some_and(|it| !it.is_empty())
    };
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    claims.get("iss") == Some(&json!(EXPECTED.issuer))
        && claims.get("aud") == Some(&json!(EXPECTED.audience))
        && ["sub", "jti", "sid"].into_iter().all(is_text)
        && time("exp").is_some_and(|exp| exp + LEEWAY > NOW)
        && ["nbf", "iat"]
            .into_iter()
            .all(|name| time(name).is_some_and(|at| at <= NOW + LEEWAY))
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    fn input(way: u8, rest: &[u8]) -> Vec<u8> {
        [&[way], rest].concat()
    }

    #[test]
    fn what_is_genuine_is_accepted_in_each_way() {
        let (ring, genuine) = ring();
        assert!(check(&input(0, genuine.as_bytes())));
        assert!(check(&input(1, b"")));
        assert!(check(&input(2, &serde_json::to_vec(&claims()).unwrap())));
        assert!(check(&input(3, good_header(ring).to_string().as_bytes())));
    }

    #[test]
    fn no_bytes_are_accepted_that_are_not_genuine() {
        keeps(20, vec(any::<u8>(), 0..200), |bytes| check(bytes));
        keeps(40, vec(any::<u8>(), 3..12), |bytes| check(&input(1, bytes)));
    }

    #[test]
    fn no_payload_is_accepted_that_lacks_something() {
        const PIECES: &[&str] = &[
            "{",
            "}",
            ",",
            "\"iss\":\"https://accounts.example.com\",",
            "\"aud\":\"shop\",",
            "\"aud\":[\"shop\"],",
            "\"sub\":\"a\",",
            "\"sub\":\"\",",
            "\"jti\":\"a\",",
            "\"sid\":\"a\",",
            "\"sid\":null,",
            "\"exp\":1795000001,",
            "\"exp\":1794999970,",
            "\"exp\":-1,",
            "\"exp\":1e400,",
            "\"exp\":18446744073709551615,",
            "\"nbf\":1795000000,",
            "\"nbf\":1795000031,",
            "\"iat\":0,",
            "\"iat\":1795000000,",
            "\"iat\":\"0\",",
            "\"exp\":1795000900,",
        ];
        const WHOLE: &str = "\"iss\":\"https://accounts.example.com\",\"aud\":\"shop\",\"sub\":\"a\",\"jti\":\"a\",\
            \"sid\":\"a\",\"exp\":1795000001,\"nbf\":0,";
        keeps(20, pieces(PIECES, 12), |inside| {
            check(&input(2, format!("{{{inside}\"x\":1}}").as_bytes()))
        });
        let accepted = keeps(20, pieces(PIECES, 3), |inside| {
            check(&input(2, format!("{{{WHOLE}{inside}\"x\":1}}").as_bytes()))
        });
        assert!(accepted > 100, "only {accepted} were accepted");
    }

    #[test]
    fn no_header_is_accepted_but_the_one_we_write() {
        const PIECES: &[&str] = &[
            "\"alg\":\"HS256\",",
            "\"alg\":\"none\",",
            "\"alg\":\"HS512\",",
            "\"typ\":\"at+jwt\",",
            "\"typ\":\"JWT\",",
            "\"typ\":\"session+jwt\",",
            "\"crit\":[],",
            "\"jwk\":{},",
            "\"b64\":false,",
            "\"kid\":\"\",",
            "\"zip\":\"DEF\",",
            " ",
            "\n",
        ];
        let keys = ring().0.keys();
        let kid = keys.signing().kid();
        let accepted = keeps(40, pieces(PIECES, 3), |inside| {
            check(&input(3, format!("{{{inside}\"kid\":\"{kid}\"}}").as_bytes()))
        });
        assert!(accepted > 50, "only {accepted} were accepted");
    }
}
