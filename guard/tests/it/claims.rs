//! Genuine tokens, and what they say.

use std::time::Duration;

use portcullis_guard::Rejection;
use serde_json::{Value, json};

use crate::support::{AUDIENCE, ISSUER, NOW, Service, claims, claims_with, es256};

#[tokio::test]
async fn the_claims_of_a_token_are_read() {
    let service = Service::new();
    let more = json!({ "auth_time": NOW - 60, "amr": ["passkey"], "role": "editor", "deep": { "a": [1] } });
    let claims = service.verify(&es256().token(&claims_with(&more))).await.unwrap();
    assert_eq!((&*claims.sub, &*claims.sid), ("user-1", "session-1"));
    assert_eq!(claims.email.as_deref(), Some("ada@example.com"));
    assert_eq!(claims.email_verified, Some(true));
    assert_eq!(claims.name.as_deref(), Some("Ada"));
    assert_eq!((claims.iat, claims.exp), (NOW, NOW + 900));
    assert_eq!(
        (claims.auth_time, &*claims.amr),
        (Some(NOW - 60), &["passkey".to_owned()][..])
    );
    assert!(claims.has_role("editor") && !claims.has_role("Editor") && !claims.has_role(""));
    let rest = json!({
        "iss": ISSUER,
        "aud": AUDIENCE,
        "nbf": NOW,
        "jti": "token-1",
        "role": "editor",
        "deep": { "a": [1] },
    });
    assert_eq!(Value::Object(claims.extra.clone()), rest);
    let shown = format!("{claims:?}");
    assert!(
        shown.contains("user-1") && !shown.contains("ada@") && !shown.contains("Ada"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_token_may_say_nothing_about_the_person() {
    let service = Service::new();
    let bare = json!({ "email": null, "email_verified": null, "name": null, "roles": null, "jti": null });
    let claims = service.verify(&es256().token(&claims_with(&bare))).await.unwrap();
    assert!(claims.email.is_none() && claims.email_verified.is_none() && claims.name.is_none());
    assert!(claims.roles.is_empty() && claims.amr.is_empty() && claims.auth_time.is_none());
}

#[tokio::test]
async fn issuer_and_audience_are_compared_byte_for_byte() {
    let service = Service::new();
    for iss in [
        json!("https://accounts.example/"),
        json!("https://Accounts.example"),
        json!("https://accounts.example:443"),
        json!("http://accounts.example"),
        json!("https://accounts.exampl"),
        json!(""),
        json!([ISSUER]),
        json!(7),
        json!(null),
    ] {
        assert_eq!(
            service.judge(&claims_with(&json!({ "iss": iss }))).await,
            "TOKEN_INVALID",
            "{iss}"
        );
    }
    for (aud, result) in [
        (json!(AUDIENCE), "ok"),
        (json!([AUDIENCE]), "ok"),
        (json!(["https://other.example", AUDIENCE]), "ok"),
        (json!([7, AUDIENCE]), "ok"),
        (json!("https://other.example"), "TOKEN_INVALID"),
        (json!(ISSUER), "TOKEN_INVALID"),
        (json!("https://api.example/"), "TOKEN_INVALID"),
        (json!(["https://other.example"]), "TOKEN_INVALID"),
        (json!([[AUDIENCE]]), "TOKEN_INVALID"),
        (json!([]), "TOKEN_INVALID"),
        (json!({ "a": AUDIENCE }), "TOKEN_INVALID"),
        (json!(""), "TOKEN_INVALID"),
        (json!(null), "TOKEN_INVALID"),
    ] {
        assert_eq!(
            service.judge(&claims_with(&json!({ "aud": aud }))).await,
            result,
            "{aud}"
        );
    }
}

#[tokio::test]
async fn the_audience_is_the_issuer_unless_configured() {
    let service = Service::with(|builder| builder.audience(ISSUER));
    assert_eq!(service.judge(&claims_with(&json!({ "aud": ISSUER }))).await, "ok");
    assert_eq!(service.judge(&claims()).await, "TOKEN_INVALID");
}

#[tokio::test]
async fn a_token_counts_within_its_time_and_the_leeway() {
    let service = Service::new();
    for (more, result) in [
        (json!({ "exp": NOW + 1 }), "ok"),
        (json!({ "exp": NOW }), "ok"),
        (json!({ "exp": NOW - 29 }), "ok"),
        (json!({ "exp": NOW - 30 }), "TOKEN_EXPIRED"),
        (json!({ "exp": 0 }), "TOKEN_EXPIRED"),
        (json!({ "exp": u64::MAX }), "ok"),
        (json!({ "nbf": NOW + 30 }), "ok"),
        (json!({ "nbf": NOW + 31 }), "TOKEN_INVALID"),
        (json!({ "nbf": u64::MAX }), "TOKEN_INVALID"),
        (json!({ "nbf": 0, "iat": 0 }), "ok"),
        (json!({ "iat": NOW + 30 }), "ok"),
        (json!({ "iat": NOW + 31 }), "TOKEN_INVALID"),
        // What is wrong in any case is said first.
        (json!({ "exp": 0, "aud": "other" }), "TOKEN_INVALID"),
        (json!({ "exp": 0, "sub": null }), "TOKEN_INVALID"),
    ] {
        assert_eq!(service.judge(&claims_with(&more)).await, result, "{more}");
    }
    let strict = Service::with(|builder| builder.leeway(Duration::ZERO));
    assert_eq!(strict.judge(&claims_with(&json!({ "exp": NOW + 1 }))).await, "ok");
    assert_eq!(
        strict.judge(&claims_with(&json!({ "exp": NOW }))).await,
        "TOKEN_EXPIRED"
    );
    assert_eq!(
        strict.judge(&claims_with(&json!({ "nbf": NOW + 1 }))).await,
        "TOKEN_INVALID"
    );
}

#[tokio::test]
async fn time_passes() {
    let service = Service::new();
    let token = es256().token(&claims());
    for (seconds, is_valid) in [(0, true), (929, true), (930, false), (100_000, false)] {
        service.clock.set(seconds);
        let expected = if is_valid { Ok(()) } else { Err(Rejection::Expired) };
        assert_eq!(service.verify(&token).await.map(|_| ()), expected, "{seconds}");
    }
}

#[tokio::test]
async fn what_is_required_must_be_there_and_of_its_type() {
    let service = Service::new();
    for name in ["iss", "aud", "sub", "sid", "exp", "nbf", "iat"] {
        let mut values = vec![
            json!(null),
            json!(true),
            json!([]),
            json!({}),
            json!(""),
            json!(-1),
            json!(1.5),
        ];
        values.extend([json!("1795000900"), json!(1e300)]);
        if ["sub", "sid"].contains(&name) {
            values.retain(|value| value.as_str() != Some("1795000900"));
        }
        for value in values {
            let with = json!({ name: value });
            assert_eq!(
                service.judge(&claims_with(&with)).await,
                "TOKEN_INVALID",
                "{with}"
            );
        }
    }
    for (name, value) in [
        ("email", json!(7)),
        ("email", json!(["ada@example.com"])),
        ("email_verified", json!("true")),
        ("email_verified", json!(1)),
        ("name", json!({})),
        ("roles", json!("editor")),
        ("roles", json!([7])),
        ("roles", json!({ "editor": true })),
        ("amr", json!("password")),
        ("auth_time", json!("1795000000")),
        ("auth_time", json!(-1)),
    ] {
        let with = json!({ name: value });
        assert_eq!(
            service.judge(&claims_with(&with)).await,
            "TOKEN_INVALID",
            "{with}"
        );
    }
}

#[tokio::test]
async fn a_payload_is_one_object_without_repeated_names() {
    let service = Service::new();
    let header = es256().header().to_string();
    let whole = claims().to_string();
    let members = &whole[1..whole.len() - 1];
    for payload in [
        format!("{{{members},\"sub\":\"user-2\"}}"),
        format!("{{\"sub\":\"user-2\",{members}}}"),
        format!("{{{members},\"\\u0073ub\":\"user-1\"}}"),
        format!("{{{members},\"x\":1,\"x\":1}}"),
        format!("{{{members},\"x\":[{{\"a\":1,\"a\":2}}]}}"),
        format!("{{{members},\"x\":1e400}}"),
        format!("{{{members}}}x"),
        format!("{{{members}"),
        format!("[{{{members}}}]"),
        "null".to_owned(),
        String::new(),
        format!("{{{members},\"x\":{}1{}}}", "[".repeat(1_000), "]".repeat(1_000)),
    ] {
        let result = service.verify(&es256().token_of(&header, &payload)).await;
        assert!(
            matches!(result, Err(Rejection::Invalid(_))),
            "{payload}: {result:?}"
        );
    }
    let spaced = format!(" {{\n{members} ,\"x\" : 1 }} ");
    assert!(service.verify(&es256().token_of(&header, &spaced)).await.is_ok());
}
