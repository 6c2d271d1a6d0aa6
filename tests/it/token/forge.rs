//! Tokens made by hand and by other libraries than the server's, right and wrong ones.

use std::time::Duration;

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use hmac::{Hmac, KeyInit as _, Mac as _};
use p256::ecdsa::{Signature, SigningKey, signature::Signer as _};
use portcullis::platform::{config::Config, crypto::SigningAlgorithm};
use serde_json::{Value, json};
use sha2::{Sha256, Sha384, Sha512};

use crate::support::{Person, TestApp};

/// The shared secret of servers whose tokens a test wants to sign itself: long enough for HS512.
pub(crate) const SECRET: &str = "tXw2Vb9qLr5Zc8Jm3Kd6Fh1Np4Sg7Ty0uAeRiOyUzCvBnMlQkWjEhDgSfXaPoIt";

/// Text in the alphabet of tokens.
pub(crate) fn encode(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The JSON in the `part`th part of a token.
pub(crate) fn part(token: &str, part: usize) -> Value {
    let text = token.split('.').nth(part).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
}

/// HMAC by the name of the algorithm.
pub(crate) fn hmac(algorithm: &str, secret: &[u8], signed: &str) -> Vec<u8> {
    macro_rules! tag {
        ($hash:ty) => {
            Hmac::<$hash>::new_from_slice(secret)
                .unwrap()
                .chain_update(signed)
                .finalize()
                .into_bytes()
                .to_vec()
        };
    }
    match algorithm {
        "HS384" => tag!(Sha384),
        "HS512" => tag!(Sha512),
        _ => tag!(Sha256),
    }
}

/// HMAC-SHA-256 of any bytes.
pub(crate) fn hmac_of(key: &[u8], message: &[u8]) -> Vec<u8> {
    let hmac = Hmac::<Sha256>::new_from_slice(key).unwrap();
    hmac.chain_update(message).finalize().into_bytes().to_vec()
}

/// A token of a header and a payload, signed as `sign` likes.
pub(crate) fn token(
    header: impl AsRef<str>,
    payload: impl AsRef<str>,
    sign: impl FnOnce(&str) -> Vec<u8>,
) -> String {
    let signed = format!("{}.{}", encode(header.as_ref()), encode(payload.as_ref()));
    let signature = encode(sign(&signed));
    format!("{signed}.{signature}")
}

/// A key that anybody can make, and that the server has never seen.
pub(crate) fn foreign_key() -> SigningKey {
    SigningKey::from_slice(&[7; 32]).unwrap()
}

/// A token signed by who knows [`SECRET`].
fn sign(header: &Value, claims: &Value) -> String {
    sign_text(&header.to_string(), &claims.to_string())
}

/// A token of any text, signed by who knows [`SECRET`].
pub(crate) fn sign_text(header: &str, payload: &str) -> String {
    token(header, payload, |signed| hmac("HS256", SECRET.as_bytes(), signed))
}

/// Signs as ES256 does.
pub(crate) fn es256(key: &SigningKey, signed: &str) -> Vec<u8> {
    let signature: Signature = key.sign(signed.as_bytes());
    signature.to_bytes().to_vec()
}

/// The PEM form of a public key in DER.
pub(crate) fn pem(der: &[u8]) -> String {
    let body: Vec<String> = STANDARD
        .encode(der)
        .as_bytes()
        .chunks(64)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect();
    format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        body.join("\n")
    )
}

/// Someone who holds the shared secret of a server, and a genuine token to start from.
pub(crate) struct Forger {
    pub(crate) app: TestApp,
    pub(crate) ada: Person,
    pub(crate) header: Value,
    pub(crate) claims: Value,
}

impl Forger {
    /// A server that signs with HS256, and Ada, who is signed in there.
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| {}).await
    }

    /// The same with further settings.
    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let app = TestApp::with(|config| {
            Self::config(config);
            change(config);
        })
        .await;
        let ada = app.user("ada").await;
        let forger = Self {
            header: part(&ada.token, 0),
            claims: part(&ada.token, 1),
            ada,
            app,
        };
        // What the tests forge differs from this in one point: it must pass itself.
        let plain = sign(&forger.header, &forger.claims);
        assert_eq!(forger.reason(&plain).await, None);
        forger
    }

    /// Settings of a server that signs with HS256.
    pub(crate) fn config(config: &mut Config) {
        config.jwt_algorithm = SigningAlgorithm::Hs256;
        config.jwt_secret = Some(SECRET.into());
    }

    /// Ada's claims with one of them changed, or left out where there is no value; correctly signed.
    pub(crate) fn with_claim(&self, name: &str, value: Option<Value>) -> String {
        sign(&self.header, &changed(&self.claims, name, value))
    }

    /// Ada's token with one header parameter changed, or left out; correctly signed.
    pub(crate) fn with_header(&self, name: &str, value: Option<Value>) -> String {
        sign(&changed(&self.header, name, value), &self.claims)
    }

    /// Why the token is refused; none when it is not.
    pub(crate) async fn reason(&self, token: &str) -> Option<String> {
        reason(&self.app, token).await
    }

    /// Seconds since 1970, by the server's clock.
    pub(crate) fn now(&self) -> i64 {
        self.claims["iat"].as_i64().unwrap()
    }

    pub(crate) fn pass_seconds(&self, seconds: u64) {
        self.app.pass(Duration::from_secs(seconds));
    }
}

/// Why a server refuses a token, by both ways of asking; none when it accepts it.
pub(crate) async fn reason(app: &TestApp, token: &str) -> Option<String> {
    let query = "{ me { id } viewer { isAuthenticated unauthenticatedReason } }";
    let answer = app.bearer(token).query(query).await;
    let viewer = &answer.body["data"]["viewer"];
    if viewer["isAuthenticated"] == true {
        assert!(answer.body["data"]["me"]["id"].is_string(), "{}", answer.text);
        return None;
    }
    assert_eq!(answer.body["data"]["me"], json!(null));
    assert_eq!(viewer["unauthenticatedReason"], answer.reason());
    assert_eq!(answer.body["errors"][0]["message"], "Token is invalid!");
    Some(answer.reason().to_owned())
}

fn changed(object: &Value, name: &str, value: Option<Value>) -> Value {
    let mut object = object.clone();
    let members = object.as_object_mut().unwrap();
    match value {
        Some(value) => members.insert(name.to_owned(), value),
        None => members.remove(name),
    };
    object
}
