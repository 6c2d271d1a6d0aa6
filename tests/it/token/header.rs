//! Correctly signed tokens whose header is not ours.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{
    Forger, SECRET,
    forge::{hmac, sign_text, token},
};

async fn refuses(forger: &Forger, name: &str, value: Option<Value>) {
    let shown = value.as_ref().map(Value::to_string);
    let token = forger.with_header(name, value);
    assert_eq!(
        forger.reason(&token).await.as_deref(),
        Some("TOKEN_INVALID"),
        "{name}: {shown:?}"
    );
}

#[tokio::test]
async fn only_the_configured_algorithm_passes() {
    let forger = Forger::start().await;
    refuses(&forger, "alg", None).await;
    for algorithm in [
        "none", "None", "nOnE", "NONE", "", "hs256", "HS256 ", "HS384", "HS512", "RS256", "PS256", "ES256",
        "ES384", "EdDSA", "dir",
    ] {
        refuses(&forger, "alg", Some(json!(algorithm))).await;
    }
    for value in [json!(null), json!(["HS256"]), json!(256)] {
        refuses(&forger, "alg", Some(value)).await;
    }
    // Signed as announced, with the right secret, by an algorithm that is not the configured one.
    for algorithm in ["HS384", "HS512"] {
        let mut header = forger.header.clone();
        header["alg"] = json!(algorithm);
        let signed = token(header.to_string(), forger.claims.to_string(), |signed| {
            hmac(algorithm, SECRET.as_bytes(), signed)
        });
        assert_eq!(
            forger.reason(&signed).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{algorithm}"
        );
    }
}

#[tokio::test]
async fn only_access_tokens_pass_for_access_tokens() {
    let forger = Forger::start().await;
    refuses(&forger, "typ", None).await;
    for kind in [
        "JWT",
        "jwt",
        "AT+JWT",
        "at+JWT",
        "application/at+jwt",
        "id+jwt",
        "rt+jwt",
        "logout+jwt",
        "session+jwt",
        "",
        "at+jwt ",
    ] {
        refuses(&forger, "typ", Some(json!(kind))).await;
    }
    refuses(&forger, "typ", Some(json!(["at+jwt"]))).await;
}

#[tokio::test]
async fn a_key_id_is_looked_up_exactly() {
    let forger = Forger::start().await;
    let own = forger.header["kid"].as_str().unwrap().to_owned();
    refuses(&forger, "kid", None).await;
    let long = "k".repeat(5_000);
    for kid in [
        "",
        "unknown",
        "../../dev/null",
        "/dev/null",
        "' OR 1=1 --",
        "0",
        "\0",
        &format!("{own}\0"),
        &format!("{own} "),
        &format!(" {own}"),
        &own[1..],
        &own.to_lowercase().replace(char::is_numeric, "a"),
        "http://127.0.0.1:9/keys",
        &long,
    ] {
        refuses(&forger, "kid", Some(json!(kid))).await;
    }
    for value in [json!(null), json!(0), json!([own]), json!({ "kid": own })] {
        refuses(&forger, "kid", Some(value)).await;
    }
}

#[tokio::test]
async fn a_token_cannot_bring_its_key_or_tell_where_it_is() {
    let forger = Forger::start().await;
    let jwk = json!({ "kty": "oct", "k": "QUFBQQ", "alg": "HS256" });
    for (name, value) in [
        ("jwk", jwk),
        ("jku", json!("http://127.0.0.1:9/keys")),
        ("x5u", json!("http://127.0.0.1:9/certificate")),
        ("x5c", json!([STANDARD.encode("certificate")])),
        ("x5t", json!("AAAA")),
        ("x5t#S256", json!("AAAA")),
    ] {
        refuses(&forger, name, Some(value)).await;
    }
}

#[tokio::test]
async fn extensions_that_nobody_here_knows_are_refused() {
    let forger = Forger::start().await;
    for (name, value) in [
        ("crit", json!([])),
        ("crit", json!(["exp"])),
        ("crit", json!(["b64"])),
        ("b64", json!(false)),
        ("b64", json!(true)),
        ("zip", json!("DEF")),
        ("enc", json!("A256GCM")),
        ("cty", json!("JWT")),
        ("anything", json!(1)),
    ] {
        refuses(&forger, name, Some(value)).await;
    }
}

#[tokio::test]
async fn a_parameter_that_is_there_twice_is_refused() {
    let forger = Forger::start().await;
    let text = forger.header.to_string();
    for name in ["alg", "typ", "kid"] {
        for (first, second) in [(json!("none"), None), (forger.header[name].clone(), Some(()))] {
            let twice = text.replacen('{', &format!("{{\"{name}\":{first},"), 1);
            let token = sign_text(&twice, &forger.claims.to_string());
            assert_eq!(
                forger.reason(&token).await.as_deref(),
                Some("TOKEN_INVALID"),
                "{name} {second:?}"
            );
        }
    }
    for header in [
        "",
        "{}",
        "[]",
        "null",
        "\"HS256\"",
        "{\"alg\":\"HS256\"",
        &"[".repeat(2_000),
    ] {
        let token = sign_text(header, &forger.claims.to_string());
        assert_eq!(forger.reason(&token).await.as_deref(), Some("TOKEN_INVALID"));
    }
}
