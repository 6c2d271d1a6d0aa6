//! Tokens of every algorithm with key pairs, verified by another library than the server's.

use aws_lc_rs::signature::{self, RsaPublicKeyComponents, UnparsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis::platform::crypto::SigningAlgorithm;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::support::TestApp;

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

/// A token, and the only published key.
async fn signed(algorithm: SigningAlgorithm) -> (String, Value) {
    let app = TestApp::with(|config| config.jwt_algorithm = algorithm).await;
    let ada = app.user("ada").await;
    assert_eq!(app.bearer(&ada.token).me().await.data("me")["id"], ada.id);
    let set = app.anonymous().get("/.well-known/jwks.json").await.body;
    assert_eq!(set["keys"].as_array().unwrap().len(), 1);
    let key = set["keys"][0].clone();
    let header: Value = serde_json::from_slice(
        &URL_SAFE_NO_PAD
            .decode(ada.token.split('.').next().unwrap())
            .unwrap(),
    )
    .unwrap();
    assert_eq!(header["alg"], algorithm.name());
    assert_eq!(
        (&key["alg"], &key["use"]),
        (&algorithm.name().into(), &"sig".into())
    );
    assert_eq!(header["kid"], key["kid"]);
    (ada.token, key)
}

fn parts(token: &str) -> (&str, Vec<u8>) {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    (signed, URL_SAFE_NO_PAD.decode(signature).unwrap())
}

/// RFC 7638, section 3: the required members, in the order of their names.
fn thumbprint(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}

#[tokio::test]
async fn rs256_signs_with_a_key_of_2048_bits() {
    let (token, key) = signed(SigningAlgorithm::Rs256).await;
    let (message, signature) = parts(&token);
    let public = RsaPublicKeyComponents {
        n: bytes(&key["n"]),
        e: bytes(&key["e"]),
    };
    assert_eq!(public.n.len(), 256);
    public
        .verify(
            &signature::RSA_PKCS1_2048_8192_SHA256,
            message.as_bytes(),
            &signature,
        )
        .unwrap();
    let mut members: Vec<_> = key.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
    let text = format!(r#"{{"e":{},"kty":"RSA","n":{}}}"#, key["e"], key["n"]);
    assert_eq!(key["kid"], thumbprint(&text));
}

#[tokio::test]
async fn eddsa_signs_with_ed25519() {
    let (token, key) = signed(SigningAlgorithm::EdDsa).await;
    let (message, signature) = parts(&token);
    UnparsedPublicKey::new(&signature::ED25519, bytes(&key["x"]))
        .verify(message.as_bytes(), &signature)
        .unwrap();
    let mut members: Vec<_> = key.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x"]);
    let text = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":{}}}"#, key["x"]);
    assert_eq!(key["kid"], thumbprint(&text));
}
