//! Tokens of a server with ES256 whose signature is none, another's, or made with what is public.

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use p256::{PublicKey, ecdsa::VerifyingKey, pkcs8::EncodePublicKey as _};
use serde_json::{Value, json};

use super::forge::{encode, es256, foreign_key, hmac, part, pem, reason, token};
use crate::support::TestApp;

/// A genuine token with its header and claims, and the published key.
struct Genuine {
    app: TestApp,
    token: String,
    header: Value,
    claims: String,
    jwk: Value,
}

impl Genuine {
    async fn new() -> Self {
        let app = TestApp::start().await;
        let token = app.user("ada").await.token;
        assert_eq!(reason(&app, &token).await, None);
        let keys = app.anonymous().get("/.well-known/jwks.json").await;
        Self {
            header: part(&token, 0),
            claims: part(&token, 1).to_string(),
            jwk: keys.body["keys"][0].clone(),
            token,
            app,
        }
    }

    /// The header with one parameter changed.
    fn header(&self, name: &str, value: Value) -> String {
        let mut header = self.header.clone();
        header[name] = value;
        header.to_string()
    }

    async fn refuses(&self, forged: &str, why: &str) {
        assert_eq!(
            reason(&self.app, forged).await.as_deref(),
            Some("TOKEN_INVALID"),
            "{why}"
        );
    }
}

#[tokio::test]
async fn unsigned_tokens_are_refused_however_they_announce_it() {
    let it = Genuine::new().await;
    for algorithm in ["none", "None", "NONE", "nOnE", "", " none"] {
        let header = it.header("alg", json!(algorithm));
        for signature in [&b""[..], b"\0", &[0; 64]] {
            let forged = token(&header, &it.claims, |_| signature.to_vec());
            it.refuses(&forged, algorithm).await;
            it.refuses(
                &token(r#"{"alg":"none"}"#, &it.claims, |_| signature.to_vec()),
                "bare",
            )
            .await;
        }
    }
}

#[tokio::test]
async fn what_is_public_is_no_secret() {
    let it = Genuine::new().await;
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(it.jwk[name].as_str().unwrap()).unwrap();
    let point = [&[4][..], &coordinate("x"), &coordinate("y")].concat();
    let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
    let der = PublicKey::from(key).to_public_key_der().unwrap().into_vec();
    let published = it.app.anonymous().get("/.well-known/jwks.json").await.text;
    let pem = pem(&der);
    let secrets: [(&str, Vec<u8>); 12] = [
        ("empty", Vec::new()),
        ("point", point.clone()),
        ("compressed", key.to_sec1_point(true).as_bytes().to_vec()),
        ("coordinates", point[1..].to_vec()),
        ("x", coordinate("x")),
        ("DER", der.clone()),
        ("DER as text", STANDARD.encode(&der).into_bytes()),
        ("PEM", pem.clone().into_bytes()),
        (
            "PEM without its last line break",
            pem.trim_end().as_bytes().to_vec(),
        ),
        ("JWK", it.jwk.to_string().into_bytes()),
        ("JWK set", published.into_bytes()),
        ("kid", it.jwk["kid"].as_str().unwrap().as_bytes().to_vec()),
    ];
    for (name, secret) in secrets {
        for algorithm in ["HS256", "HS384", "HS512", "ES256"] {
            let header = it.header("alg", json!(algorithm));
            let forged = token(header, &it.claims, |signed| hmac(algorithm, &secret, signed));
            it.refuses(&forged, &format!("{algorithm} with {name}")).await;
        }
    }
}

#[tokio::test]
async fn anothers_key_is_refused_even_when_the_token_brings_it() {
    let it = Genuine::new().await;
    let key = foreign_key();
    let point = key.verifying_key().to_sec1_point(false);
    let jwk = json!({
        "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": it.jwk["kid"],
        "x": encode(point.x().unwrap()), "y": encode(point.y().unwrap()),
    });
    let sign = |signed: &str| es256(&key, signed);
    it.refuses(&token(it.header.to_string(), &it.claims, sign), "foreign key")
        .await;
    it.refuses(
        &token(it.header("jwk", jwk.clone()), &it.claims, sign),
        "embedded key",
    )
    .await;
    let jku = json!(format!("data:application/json,{}", json!({ "keys": [jwk] })));
    it.refuses(&token(it.header("jku", jku), &it.claims, sign), "named key")
        .await;
    it.refuses(
        &token(it.header("kid", json!("mine")), &it.claims, sign),
        "own kid",
    )
    .await;
}

#[tokio::test]
async fn a_signature_is_for_one_text_and_in_one_form() {
    let it = Genuine::new().await;
    let signature = URL_SAFE_NO_PAD
        .decode(it.token.rsplit('.').next().unwrap())
        .unwrap();
    let signed = it.token.rsplit_once('.').unwrap().0;
    let swapped = [&signature[32..], &signature[..32]].concat();
    let padded = [&signature[..], &[0]].concat();
    let der = p256::ecdsa::Signature::from_slice(&signature).unwrap().to_der();
    let half = [&signature[..32], &[0; 32]].concat();
    let all = [0xff; 64];
    for (why, bytes) in [
        ("empty", &[][..]),
        ("zeros", &[0; 64]),
        ("ones", &all),
        ("swapped", &swapped),
        ("half", &half),
        ("cut", &signature[..63]),
        ("padded", &padded),
        ("DER", der.as_bytes()),
    ] {
        it.refuses(&format!("{signed}.{}", encode(bytes)), why).await;
    }
    // The signature of another genuine token.
    let other = it.app.user("eve").await.token;
    let moved = format!("{signed}.{}", other.rsplit('.').next().unwrap());
    it.refuses(&moved, "moved").await;
    // Claims with one letter more, under the old signature.
    let changed = it.claims.replacen("ada", "adaa", 1);
    let old = |_: &str| signature.clone();
    it.refuses(&token(it.header.to_string(), changed, old), "changed claims")
        .await;
}

#[tokio::test]
async fn flipped_bits_are_refused() {
    let it = Genuine::new().await;
    let client = it.app.anonymous();
    let url = "/graphql";
    for index in (0..it.token.len()).step_by(37) {
        for bit in [0, 5, 7] {
            let mut bytes = format!("Bearer {}", it.token).into_bytes();
            bytes["Bearer ".len() + index] ^= 1 << bit;
            let Ok(value) = reqwest::header::HeaderValue::from_bytes(&bytes) else {
                continue;
            };
            let request = client
                .request(reqwest::Method::POST, url)
                .header("authorization", value)
                .json(&json!({ "query": "{ me { id } }" }));
            let answer = crate::support::Answer::of(request).await;
            assert_eq!(answer.reason(), "TOKEN_INVALID", "byte {index}, bit {bit}");
        }
    }
}
