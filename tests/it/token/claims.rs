//! Correctly signed tokens whose claims are not ours.

use serde_json::{Value, json};

use super::{Forger, forge::sign_text};

const OURS: &str = "http://localhost:8000";

#[tokio::test]
async fn every_claim_that_matters_must_be_there() {
    let forger = Forger::start().await;
    for claim in ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid"] {
        let token = forger.with_claim(claim, None);
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{claim}"
        );
        for value in [json!(null), json!([]), json!({}), json!(""), json!(true)] {
            let token = forger.with_claim(claim, Some(value.clone()));
            assert_eq!(
                forger.reason(&token).await.as_deref(),
                Some("TOKEN_INVALID"),
                "{claim}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn issuer_and_audience_are_ours_to_the_letter() {
    let forger = Forger::start().await;
    let others = [
        json!("http://localhost:8000/"),
        json!("https://localhost:8000"),
        json!("HTTP://LOCALHOST:8000"),
        json!("http://localhost"),
        json!("http://localhost:8000.evil.example"),
        json!("evil"),
        json!([OURS]),
        json!([OURS, "evil"]),
        json!(["evil"]),
    ];
    for claim in ["iss", "aud"] {
        for value in &others {
            let token = forger.with_claim(claim, Some(value.clone()));
            assert_eq!(
                forger.reason(&token).await.as_deref(),
                Some("TOKEN_INVALID"),
                "{claim}: {value}"
            );
        }
    }
}

#[tokio::test]
async fn times_are_whole_seconds_and_nothing_else() {
    let forger = Forger::start().await;
    let now = forger.now();
    let odd = |claim: &str| -> Vec<Value> {
        let mut values = vec![
            json!((now + 600).to_string()),
            json!(600.5 + 1_795_000_000.0),
            json!(-1),
            json!(u64::MAX),
            json!(1e308),
            json!([now + 600]),
        ];
        if claim != "exp" {
            values.push(json!(i64::MAX));
        }
        values
    };
    for claim in ["exp", "nbf", "iat"] {
        for value in odd(claim) {
            let token = forger.with_claim(claim, Some(value.clone()));
            assert_eq!(
                forger.reason(&token).await.as_deref(),
                Some("TOKEN_INVALID"),
                "{claim}: {value}"
            );
        }
    }
    // Numbers that JSON can write and no type can hold.
    let text = forger.claims.to_string();
    for number in ["1e400", "99999999999999999999999999", "01", "+1", "0x10", "NaN"] {
        let odd = text.replace(
            &format!("\"exp\":{}", forger.claims["exp"]),
            &format!("\"exp\":{number}"),
        );
        assert_ne!(odd, text);
        let token = sign_text(&forger.header.to_string(), &odd);
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{number}"
        );
    }
}

#[tokio::test]
async fn clocks_may_be_thirty_seconds_apart_and_no_more() {
    let forger = Forger::start().await;
    let now = forger.now();
    for (claim, value, reason) in [
        ("exp", now - 29, None),
        ("exp", now - 30, Some("TOKEN_EXPIRED")),
        ("exp", 0, Some("TOKEN_EXPIRED")),
        ("nbf", now + 30, None),
        ("nbf", now + 31, Some("TOKEN_INVALID")),
        ("iat", now + 30, None),
        ("iat", now + 31, Some("TOKEN_INVALID")),
        ("iat", now + 40 * 86_400, Some("TOKEN_INVALID")),
    ] {
        let token = forger.with_claim(claim, Some(json!(value)));
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            reason,
            "{claim} is {} s from now",
            value - now
        );
    }
    let lifetime = u64::try_from(forger.claims["exp"].as_i64().unwrap() - now).unwrap();
    assert_eq!(lifetime, 15 * 60);
    forger.pass_seconds(lifetime + 29);
    assert_eq!(forger.reason(&forger.ada.token).await, None);
    forger.pass_seconds(1);
    assert_eq!(
        forger.reason(&forger.ada.token).await.as_deref(),
        Some("TOKEN_EXPIRED")
    );
}

#[tokio::test]
async fn subject_and_session_belong_together() {
    let forger = Forger::start().await;
    let eve = forger.app.user("eve").await;
    let upper = forger.ada.id.to_uppercase();
    let braced = format!("{{{}}}", forger.ada.id);
    let simple = forger.ada.id.replace('-', "");
    let nobody = "01900000-0000-7000-8000-000000000000";
    for subject in [&eve.id, nobody, "", "1", "admin", &upper, &braced, &simple, " "] {
        let token = forger.with_claim("sub", Some(json!(subject)));
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{subject}"
        );
    }
    let hers = super::forge::part(&eve.token, 1)["sid"].clone();
    for session in [hers, json!(forger.ada.id), json!("' OR 1=1 --"), json!("1")] {
        let token = forger.with_claim("sid", Some(session.clone()));
        assert!(forger.reason(&token).await.is_some(), "{session}");
    }
    let token = forger.with_claim("sid", Some(json!(nobody)));
    assert_eq!(
        forger.reason(&token).await.as_deref(),
        Some("SESSION_REVOKED"),
        "no such session"
    );
}

#[tokio::test]
async fn a_claim_that_is_there_twice_is_refused() {
    let forger = Forger::start().await;
    let text = forger.claims.to_string();
    for claim in ["sub", "exp", "iss", "aud", "sid"] {
        let twice = text.replacen('{', &format!("{{\"{claim}\":{},", forger.claims[claim]), 1);
        let token = sign_text(&forger.header.to_string(), &twice);
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{claim}"
        );
    }
}

#[tokio::test]
async fn payloads_that_are_no_object_are_refused() {
    let forger = Forger::start().await;
    let header = forger.header.to_string();
    let deep = "[".repeat(2_000);
    for payload in [
        "",
        "null",
        "[]",
        "\"text\"",
        "{",
        "{}",
        "{} {}",
        "\u{feff}{}",
        &deep,
    ] {
        let token = sign_text(&header, payload);
        assert_eq!(
            forger.reason(&token).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{}",
            payload.chars().take(20).collect::<String>()
        );
    }
}

#[tokio::test]
async fn a_genuine_token_is_read_up_to_eight_kibibytes() {
    let forger = Forger::start().await;
    for (length, reason) in [(4_000, None), (7_000, Some("TOKEN_INVALID"))] {
        let token = forger.with_claim("name", Some(json!("x".repeat(length))));
        assert_eq!(token.len() > 8 * 1024, reason.is_some());
        assert_eq!(forger.reason(&token).await.as_deref(), reason, "{length}");
    }
}
