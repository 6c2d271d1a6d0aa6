//! The published keys.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis::platform::{config::Config, crypto::SigningAlgorithm};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::{support::TestApp, token::SECRET};

const JWKS: &str = "/.well-known/jwks.json";

#[tokio::test]
async fn the_public_half_is_published_and_nothing_else() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get(JWKS).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("content-type"), Some("application/json"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
    let keys = answer.body["keys"].as_array().unwrap();
    assert_eq!((keys.len(), answer.body.as_object().unwrap().len()), (1, 1));
    let key = &keys[0];
    let mut members: Vec<&String> = key.as_object().unwrap().keys().collect();
    members.sort_unstable();
    assert_eq!(members, ["alg", "crv", "kid", "kty", "use", "x", "y"]);
    for (member, value) in [("kty", "EC"), ("crv", "P-256"), ("use", "sig"), ("alg", "ES256")] {
        assert_eq!(key[member], value);
    }
    for coordinate in ["x", "y"] {
        let bytes = URL_SAFE_NO_PAD.decode(key[coordinate].as_str().unwrap()).unwrap();
        assert_eq!(bytes.len(), 32, "{coordinate}");
    }
}

#[tokio::test]
async fn a_key_id_is_the_thumbprint_of_its_key() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get(JWKS).await;
    let key = &answer.body["keys"][0];
    // RFC 7638, section 3: the required members, in the order of their names, without white space.
    let text = format!(
        r#"{{"crv":"P-256","kty":"EC","x":{},"y":{}}}"#,
        key["x"], key["y"]
    );
    assert_eq!(key["kid"], URL_SAFE_NO_PAD.encode(Sha256::digest(text)));
}

#[tokio::test]
async fn shared_secrets_are_not_published() {
    for algorithm in [
        SigningAlgorithm::Hs256,
        SigningAlgorithm::Hs384,
        SigningAlgorithm::Hs512,
    ] {
        let with_secret = |config: &mut Config| {
            config.jwt_algorithm = algorithm;
            config.jwt_secret = Some(SECRET.into());
        };
        let app = TestApp::with(with_secret).await;
        assert_eq!(app.anonymous().get(JWKS).await.body, json!({ "keys": [] }));
    }
}

#[tokio::test]
async fn whoever_has_the_current_keys_need_not_take_them_again() {
    let app = TestApp::start().await;
    for path in [JWKS, "/.well-known/openid-configuration"] {
        let first = app.anonymous().get(path).await;
        let tag = first.header("etag").unwrap().to_owned();
        let again = |tag: String| {
            let request = app
                .anonymous()
                .request(reqwest::Method::GET, path)
                .header("if-none-match", tag);
            crate::support::Answer::of(request)
        };
        for list in [tag.clone(), format!("\"other\", W/{tag}"), "*".to_owned()] {
            let answer = again(list).await;
            assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""));
            assert_eq!(answer.header("etag"), Some(tag.as_str()));
            assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        }
        let answer = again("\"other\"".to_owned()).await;
        assert_eq!((answer.status.as_u16(), answer.text), (200, first.text));
    }
    let other = TestApp::start().await;
    assert_ne!(
        other.anonymous().get(JWKS).await.header("etag"),
        app.anonymous().get(JWKS).await.header("etag")
    );
}
