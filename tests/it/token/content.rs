//! What a token tells, read and verified by other libraries than the server's.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::{Signature, VerifyingKey, signature::Verifier as _};
use portcullis::platform::{config::JwtClaim, crypto::SigningAlgorithm};
use serde_json::{Value, json};

use super::{
    SECRET,
    forge::{hmac, part},
};
use crate::support::TestApp;

fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn a_token_tells_what_is_configured_and_nothing_more() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let header = part(&ada.token, 0);
    assert_eq!(members(&header), ["alg", "kid", "typ"]);
    assert_eq!(
        (&header["alg"], &header["typ"]),
        (&json!("ES256"), &json!("at+jwt"))
    );

    let claims = part(&ada.token, 1);
    let answer = ada.client.query("{ viewer { session { id } } }").await;
    let session = answer.data("viewer")["session"]["id"].clone();
    let began = app.app.clock.now().as_second();
    let jti = claims["jti"].clone();
    assert_eq!(
        claims,
        json!({
            "iss": "http://localhost:8000", "aud": "http://localhost:8000",
            "sub": ada.id, "sid": session, "jti": jti,
            "iat": began, "nbf": began, "exp": began + 15 * 60,
            "name": "ada", "email": "ada@example.com", "email_verified": false, "roles": [],
        })
    );
    assert!(uuid::Uuid::parse_str(jti.as_str().unwrap()).is_ok());
    let again = app.anonymous().login(&ada.email, crate::support::PASSWORD).await;
    let again = part(again.data("login")["tokens"]["accessToken"].as_str().unwrap(), 1);
    assert_ne!(again["jti"], jti);
}

#[tokio::test]
async fn each_claim_about_the_person_can_be_left_out() {
    for (claims, included) in [
        (vec![], vec![]),
        (vec![JwtClaim::Roles], vec!["roles"]),
        (vec![JwtClaim::Email, JwtClaim::Name], vec!["email", "name"]),
        (vec![JwtClaim::EmailVerified], vec!["email_verified"]),
    ] {
        let app = TestApp::with(|config| config.jwt_claims = claims.into_iter().collect()).await;
        let ada = app.user("ada").await;
        let claims = part(&ada.token, 1);
        let mut expected = vec!["iss", "aud", "sub", "sid", "jti", "iat", "nbf", "exp"];
        expected.extend(included);
        expected.sort_unstable();
        assert_eq!(members(&claims), expected);
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
    }
}

#[tokio::test]
async fn the_lifetime_is_as_configured() {
    let app = TestApp::with(|config| config.access_token_ttl = std::time::Duration::from_mins(5)).await;
    let ada = app.user("ada").await;
    let claims = part(&ada.token, 1);
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(),
        5 * 60
    );
    assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
}

#[tokio::test]
async fn another_library_verifies_es256_with_the_published_key() {
    let app = TestApp::start().await;
    let token = app.user("ada").await.token;
    let jwk = &app.anonymous().get("/.well-known/jwks.json").await.body["keys"][0];
    assert_eq!(part(&token, 0)["kid"], jwk["kid"]);
    let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    let point = [&[4][..], &coordinate("x"), &coordinate("y")].concat();
    let key = VerifyingKey::from_sec1_bytes(&point).unwrap();
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    assert!(key.verify(signed.as_bytes(), &signature).is_ok());
    assert!(key.verify(&signed.as_bytes()[1..], &signature).is_err());
}

#[tokio::test]
async fn another_library_verifies_every_hmac_with_the_shared_secret() {
    for (algorithm, name, bytes) in [
        (SigningAlgorithm::Hs256, "HS256", 32),
        (SigningAlgorithm::Hs384, "HS384", 48),
        (SigningAlgorithm::Hs512, "HS512", 64),
    ] {
        let app = TestApp::with(|config| {
            config.jwt_algorithm = algorithm;
            config.jwt_secret = Some(SECRET.into());
        })
        .await;
        let ada = app.user("ada").await;
        assert_eq!(ada.client.me().await.data("me")["id"], ada.id);
        let (signed, signature) = ada.token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        assert_eq!(signature.len(), bytes);
        assert_eq!(signature, hmac(name, SECRET.as_bytes(), signed));
        let header = part(&ada.token, 0);
        assert_eq!(header["alg"], name);
        let kid = header["kid"].as_str().unwrap();
        assert!(!SECRET.contains(kid) && !kid.is_empty());
    }
}
