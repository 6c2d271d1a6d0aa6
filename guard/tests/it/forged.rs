//! Tokens that are not what the issuer signed.

use std::sync::atomic::Ordering;

use portcullis_guard::{Algorithm, Rejection};
use serde_json::{Value, json};

use crate::support::{
    KEYS, Service, SigningKey, base64, claims, claims_with, es256, hmac_sha256, key_set, signed,
};

/// Asserts that a token is invalid, and that no part of it gets into the rejection.
async fn refused(service: &Service, token: &str) {
    let rejection = service.verify(token).await.unwrap_err();
    assert!(
        matches!(rejection, Rejection::Invalid(_)),
        "{rejection:?}: {token}"
    );
    let shown = format!("{rejection} {rejection:?}");
    for part in token.split('.').filter(|part| part.len() > 12) {
        assert!(!shown.contains(part), "{shown}");
    }
}

#[tokio::test]
async fn a_genuine_token_of_each_algorithm_is_accepted() {
    let service = Service::new();
    for key in &*KEYS {
        let accepted = service.verify(&key.token(&claims())).await.unwrap();
        assert_eq!(accepted.sub, "user-1", "{}", key.alg());
    }
    assert_eq!(service.fetches.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_token_with_one_changed_character_is_refused() {
    let service = Service::new();
    for key in &*KEYS {
        let token = key.token(&claims());
        for (index, own) in token.char_indices() {
            for other in ['A', 'B', '_', '.', '=', ' ', '\0', 'é'] {
                if other != own {
                    let mut changed = token.clone();
                    changed.replace_range(index..=index, other.encode_utf8(&mut [0; 4]));
                    refused(&service, &changed).await;
                }
            }
            let mut shorter = token.clone();
            shorter.remove(index);
            refused(&service, &shorter).await;
            if index > 0 {
                refused(&service, &token[..index]).await;
            }
        }
        for more in [".", "A", "=", "==", "\n", " ", ".A"] {
            refused(&service, &format!("{token}{more}")).await;
            refused(&service, &format!("{more}{token}")).await;
        }
    }
}

#[tokio::test]
async fn the_parts_of_two_genuine_tokens_make_no_third_one() {
    let service = Service::new();
    let parts = |token: String| -> Vec<String> { token.split('.').map(str::to_owned).collect() };
    let one = parts(es256().token(&claims()));
    let two = parts(es256().token(&claims_with(&json!({ "sub": "user-2" }))));
    refused(&service, &[&*one[0], &*two[1], &*one[2]].join(".")).await;
    refused(&service, &[&*one[0], &*one[1], &*two[2]].join(".")).await;
    refused(&service, &[&*one[0], &*one[1], ""].join(".")).await;
}

/// RFC 8725, section 2.1: the public key, in any form in which a verifier could hold it, is no secret.
#[tokio::test]
async fn a_public_key_is_no_shared_secret() {
    let service = Service::new();
    for key in &*KEYS {
        let jwk = key.jwk();
        let secrets = [
            key.public().to_vec(),
            jwk.to_string().into_bytes(),
            key_set([key]).into_bytes(),
            base64(key.public()).into_bytes(),
            jwk.get("x")
                .map_or_else(Vec::new, |x| x.as_str().unwrap().as_bytes().to_vec()),
            Vec::new(),
        ];
        for secret in secrets {
            for alg in ["HS256", key.alg()] {
                let header = json!({ "alg": alg, "kid": key.kid, "typ": "at+jwt" }).to_string();
                let token = signed(&header, &claims().to_string(), |message| {
                    hmac_sha256(&secret, message)
                });
                refused(&service, &token).await;
            }
        }
    }
}

#[tokio::test]
async fn a_key_with_a_shared_secret_is_never_used() {
    let service = Service::new();
    let secret = b"a secret that was published by mistake";
    let shared = json!({ "kty": "oct", "kid": "hs", "alg": "HS256", "k": base64(secret) });
    let document = json!({ "keys": [shared, es256().jwk()] });
    *service.document.lock().unwrap() = document.to_string();
    for alg in ["HS256", "ES256"] {
        let header = json!({ "alg": alg, "kid": "hs", "typ": "at+jwt" }).to_string();
        let token = signed(&header, &claims().to_string(), |message| {
            hmac_sha256(secret, message)
        });
        refused(&service, &token).await;
    }
    assert!(service.verify(&es256().token(&claims())).await.is_ok());
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    let service = Service::new();
    for alg in ["none", "None", "NONE", "nOnE", "", "ES256"] {
        let header = json!({ "alg": alg, "kid": "es", "typ": "at+jwt" }).to_string();
        for signature in [&[][..], &[0; 64]] {
            let token = signed(&header, &claims().to_string(), |_| signature.to_vec());
            refused(&service, &token).await;
        }
    }
}

#[tokio::test]
async fn a_key_verifies_its_own_algorithm_alone() {
    let service = Service::new();
    for key in &*KEYS {
        for other in &*KEYS {
            if key.kid != other.kid {
                // The algorithm of one key and the id of another, signed by either.
                let header = json!({ "alg": other.alg(), "kid": key.kid, "typ": "at+jwt" }).to_string();
                refused(&service, &key.token_of(&header, &claims().to_string())).await;
                refused(&service, &other.token_of(&header, &claims().to_string())).await;
            }
        }
    }
}

#[tokio::test]
async fn an_algorithm_that_is_not_allowed_is_refused_though_the_key_is_there() {
    let by_default = Service::with(|builder| builder);
    let only_ed = Service::with(|builder| builder.algorithms([Algorithm::EdDsa]));
    for key in &*KEYS {
        let token = key.token(&claims());
        assert_eq!(by_default.verify(&token).await.is_ok(), key.alg() == "ES256");
        assert_eq!(only_ed.verify(&token).await.is_ok(), key.alg() == "EdDSA");
    }
}

#[tokio::test]
async fn the_key_of_somebody_else_is_refused() {
    let service = Service::new();
    let foreign = SigningKey::new(Algorithm::Es256, "es");
    refused(&service, &foreign.token(&claims())).await;
    let unknown = SigningKey::new(Algorithm::Es256, "mine");
    refused(&service, &unknown.token(&claims())).await;
    // Brought along in the header.
    for kid in ["es", "mine"] {
        let mut header = unknown.header();
        header["kid"] = json!(kid);
        header["jwk"] = unknown.jwk();
        refused(
            &service,
            &unknown.token_of(&header.to_string(), &claims().to_string()),
        )
        .await;
    }
}

#[tokio::test]
async fn a_header_has_three_members_and_no_more() {
    let service = Service::new();
    let payload = claims().to_string();
    for (name, value) in [
        ("crit", json!([])),
        ("crit", json!(["exp"])),
        ("jwk", es256().jwk()),
        ("jku", json!("https://evil.example/keys")),
        ("x5u", json!("https://evil.example/chain")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
        ("b64", json!(false)),
        ("zip", json!("DEF")),
        ("enc", json!("A128GCM")),
        ("cty", json!("JWT")),
        ("new", Value::Null),
    ] {
        let mut header = es256().header();
        header[name] = value;
        refused(&service, &es256().token_of(&header.to_string(), &payload)).await;
    }
    for header in [
        r#"{"alg":"ES256","kid":"es","typ":"at+jwt","kid":"es"}"#,
        r#"{"alg":"none","alg":"ES256","kid":"es","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":"es","typ":"at+jwt","\u0061lg":"ES256"}"#,
        r#"{"alg":"ES256","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":"","typ":"at+jwt"}"#,
        r#"{"alg":"ES256","kid":7,"typ":"at+jwt"}"#,
        r#"{"alg":["ES256"],"kid":"es","typ":"at+jwt"}"#,
        r#"{"alg":"es256","kid":"es","typ":"at+jwt"}"#,
        r#"{"kid":"es","typ":"at+jwt"}"#,
        r#"["ES256","at+jwt","es"]"#,
        r#"{"alg":"ES256","kid":"es","typ":"at+jwt"}{}"#,
        "null",
        "",
    ] {
        refused(&service, &es256().token_of(header, &payload)).await;
    }
    let reordered = r#"{"typ":"at+jwt", "kid":"es", "alg":"ES256"}"#;
    assert!(
        service
            .verify(&es256().token_of(reordered, &payload))
            .await
            .is_ok()
    );
}

#[tokio::test]
async fn a_token_of_another_type_is_refused() {
    let service = Service::new();
    for typ in [
        json!("session+jwt"),
        json!("JWT"),
        json!("at+JWT"),
        json!("application/at+jwt"),
        json!("at+jwt "),
        json!(""),
        json!(null),
    ] {
        let mut header = es256().header();
        header["typ"] = typ;
        refused(
            &service,
            &es256().token_of(&header.to_string(), &claims().to_string()),
        )
        .await;
    }
    let header = r#"{"alg":"ES256","kid":"es"}"#;
    refused(&service, &es256().token_of(header, &claims().to_string())).await;
}

#[tokio::test]
async fn a_long_token_is_refused_before_any_work() {
    let service = Service::new();
    let padded = |length: usize| es256().token(&claims_with(&json!({ "pad": "a".repeat(length) })));
    let longest = (5_000..6_000)
        .map(padded)
        .find(|token| token.len() >= 8_190)
        .unwrap();
    let longer = padded(6_000);
    assert!(longest.len() <= 8_192 && longer.len() > 8_192);
    refused(&service, &longer).await;
    refused(&service, &"A".repeat(10_000_000)).await;
    refused(&service, &".".repeat(8_193)).await;
    assert_eq!(service.fetches.load(Ordering::SeqCst), 0);
    assert!(service.verify(&longest).await.is_ok());
}

#[tokio::test]
async fn what_is_no_token_is_refused_without_a_fetch() {
    let service = Service::new();
    for text in [
        "a",
        "a.b",
        "a.b.c",
        "..",
        ".",
        "a.b.c.d",
        "a.b.c.d.e",
        "null",
        "\u{0}",
        "é.é.é",
    ] {
        refused(&service, text).await;
    }
    assert_eq!(service.verify("").await, Err(Rejection::Missing));
    assert_eq!(service.fetches.load(Ordering::SeqCst), 0);
}
