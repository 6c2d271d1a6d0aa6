use serde_json::{Value, json};

use super::*;

const NOW: i64 = 1_800_000_000;
const NONCE: &str = "n-0S6_WzA2Mj";

/// Checks the claims of a good token after a change.
fn checked(change: impl FnOnce(&mut Value)) -> Result<(), &'static str> {
    let mut claims = json!({
        "iss": "https://id.example.com",
        "sub": "248289761001",
        "aud": "client",
        "exp": NOW + 300,
        "iat": NOW - 1,
        "nonce": NONCE,
    });
    change(&mut claims);
    let claims: IdClaims = serde_json::from_value(claims).map_err(|_| "unreadable")?;
    let expected = Expected {
        issuer: &Issuer::Exact("https://id.example.com".to_owned()),
        client_id: "client",
        nonce: &NONCE.into(),
        access_token: None,
        algorithms: None,
        now: Timestamp::from_second(NOW).unwrap(),
    };
    check(&claims, &expected)
}

/// The same with one claim set.
fn with(claim: &str, value: &Value) -> Result<(), &'static str> {
    checked(|claims| claims[claim] = value.clone())
}

#[test]
fn a_good_token_passes_also_at_the_edges() {
    assert_eq!(checked(|_| ()), Ok(()));
    for (claim, value) in [
        ("exp", json!(NOW - 59)),
        ("exp", json!(1e10)),
        ("iat", json!(NOW + 60)),
        ("iat", json!(NOW - 3660)),
        ("iat", json!(1_800_000_000.75)),
        ("nbf", json!(NOW + 60)),
        ("nbf", json!(null)),
        ("aud", json!(["client"])),
        ("azp", json!("client")),
        ("sub", json!("\u{e4}".repeat(255))),
        ("email", json!(null)),
        ("tid", json!("anything")),
    ] {
        assert_eq!(with(claim, &value), Ok(()), "{claim} {value}");
    }
    let several = checked(|claims| {
        claims["aud"] = json!(["other", "client"]);
        claims["azp"] = json!("client");
    });
    assert_eq!(several, Ok(()));
}

#[test]
fn a_token_of_another_issuer_client_or_sign_in_is_refused() {
    for (claim, value, problem) in [
        ("iss", json!("https://evil.example"), "(iss)"),
        ("iss", json!("https://id.example.com/"), "(iss)"),
        ("iss", json!("HTTPS://id.example.com"), "(iss)"),
        ("iss", json!(""), "(iss)"),
        ("iss", json!(null), "unreadable"),
        ("iss", json!(["https://id.example.com"]), "unreadable"),
        ("aud", json!("other"), "(aud)"),
        ("aud", json!(""), "(aud)"),
        ("aud", json!([]), "(aud)"),
        ("aud", json!(["other"]), "(aud)"),
        ("aud", json!(["other", "client"]), "(azp)"),
        ("aud", json!(["client", "client"]), "(azp)"),
        ("aud", json!(null), "unreadable"),
        ("aud", json!({ "client": true }), "unreadable"),
        ("azp", json!("other"), "(azp)"),
        ("azp", json!(""), "(azp)"),
        ("nonce", json!("other"), "(nonce)"),
        ("nonce", json!(""), "(nonce)"),
        ("nonce", json!(null), "(nonce)"),
        ("nonce", json!(7), "unreadable"),
        ("sub", json!(""), "(sub)"),
        ("sub", json!("a\u{0}b"), "(sub)"),
        ("sub", json!("a\nb"), "(sub)"),
        ("sub", json!("a".repeat(256)), "(sub)"),
        ("sub", json!(7), "unreadable"),
        ("sub", json!(null), "unreadable"),
        ("email", json!(7), "unreadable"),
    ] {
        let refused = with(claim, &value).unwrap_err();
        assert!(refused.contains(problem), "{claim} {value}: {refused}");
    }
}

#[test]
fn a_token_that_is_not_of_now_is_refused() {
    for (claim, value, problem) in [
        ("exp", json!(NOW - 60), "(exp)"),
        ("exp", json!(0), "(exp)"),
        ("exp", json!(-1), "(exp)"),
        ("exp", json!(i64::MIN), "(exp)"),
        ("exp", json!("1900000000"), "unreadable"),
        ("exp", json!(null), "unreadable"),
        ("exp", json!(1e300), "unreadable"),
        ("nbf", json!(NOW + 61), "(nbf)"),
        ("nbf", json!("0"), "unreadable"),
        ("iat", json!(NOW + 61), "(iat)"),
        ("iat", json!(i64::MAX), "(iat)"),
        ("iat", json!(NOW - 3661), "(iat)"),
        ("iat", json!(i64::MIN), "(iat)"),
        ("iat", json!(null), "unreadable"),
        ("iat", json!("1800000000"), "unreadable"),
    ] {
        let refused = with(claim, &value).unwrap_err();
        assert!(refused.contains(problem), "{claim} {value}: {refused}");
    }
    for claim in ["iss", "sub", "aud", "exp", "iat"] {
        let refused = checked(|claims| drop(claims.as_object_mut().unwrap().remove(claim)));
        assert_eq!(refused, Err("unreadable"), "{claim}");
    }
}

#[test]
fn a_claim_that_is_given_twice_makes_a_token_unreadable() {
    let twice = r#"{"iss":"a","sub":"a","aud":"a","exp":1,"iat":1,"sub":"b"}"#;
    assert!(serde_json::from_str::<IdClaims>(twice).is_err());
    let once = twice.replace(r#","sub":"b""#, "");
    assert!(serde_json::from_str::<IdClaims>(&once).is_ok());
}

#[test]
fn a_header_brings_no_key_and_is_that_of_an_id_token() {
    let is_plain = |header: Value| serde_json::from_value::<Header>(header).is_ok_and(|it| it.is_plain());
    for header in [
        json!({ "alg": "RS256" }),
        json!({ "alg": "RS256", "typ": "JWT", "kid": "a", "x5t": "b" }),
        json!({ "alg": "RS256", "typ": "jwt" }),
    ] {
        assert!(is_plain(header.clone()), "{header}");
    }
    for header in [
        json!({}),
        json!({ "alg": 7 }),
        json!({ "alg": "RS256", "typ": "at+jwt" }),
        json!({ "alg": "RS256", "typ": "logout+jwt" }),
        json!({ "alg": "RS256", "kid": ["a"] }),
        json!({ "alg": "RS256", "crit": ["b64"] }),
        json!({ "alg": "RS256", "b64": false }),
        json!({ "alg": "RS256", "jwk": {} }),
        json!({ "alg": "RS256", "jku": "https://evil.example" }),
        json!({ "alg": "RS256", "x5u": "https://evil.example" }),
        json!({ "alg": "RS256", "zip": "DEF" }),
    ] {
        assert!(!is_plain(header.clone()), "{header}");
    }
}
