//! Public keys of the issuer, as they are in its key set (RFC 7517).

use std::fmt;

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use crate::Algorithm;

/// RSA keys below this size can be broken (RFC 7518, section 3.3).
const MIN_RSA_BITS: usize = 2048;

/// Verifying with larger RSA keys would cost too much.
const MAX_RSA_BITS: usize = 8192;

/// A key (RFC 7517, section 4; RFC 7518, section 6): only the members that are used here.
#[derive(Deserialize)]
pub(crate) struct Jwk {
    kty: String,
    pub(crate) kid: String,
    alg: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

/// A key that can verify signatures of one algorithm.
pub(crate) struct PublicKey {
    algorithm: Algorithm,
    key: ParsedPublicKey,
}

impl PublicKey {
    /// The key; none if it is for something else, contradicts itself, or is of a kind that is not known here. A key with
    /// a shared secret (`oct`) is none, either.
    pub(crate) fn read(jwk: &Jwk) -> Option<Self> {
        let is_for_signatures = jwk.purpose.as_deref().is_none_or(|purpose| purpose == "sig");
        let can_verify = |ops: &Vec<String>| ops.iter().any(|op| op == "verify");
        if !is_for_signatures || !jwk.key_ops.as_ref().is_none_or(can_verify) {
            return None;
        }
        let curve = jwk.crv.as_deref();
        let (algorithm, key) = match jwk.kty.as_str() {
            "EC" if curve == Some("P-256") => (Algorithm::Es256, p256(jwk.x.as_ref()?, jwk.y.as_ref()?)?),
            "RSA" => (Algorithm::Rs256, rsa(jwk.n.as_ref()?, jwk.e.as_ref()?)?),
            "OKP" if curve == Some("Ed25519") => (Algorithm::EdDsa, ed25519(jwk.x.as_ref()?)?),
            _ => return None,
        };
        let agrees = |alg: &String| alg == algorithm.name();
        jwk.alg
            .as_ref()
            .is_none_or(agrees)
            .then_some(Self { algorithm, key })
    }

    /// The only algorithm whose signatures this key verifies.
    pub(crate) const fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// Whether this key signed the message.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.algorithm)
    }
}

/// A key on P-256 from its coordinates (RFC 7518, section 6.2.1); none if they are no point of the curve.
fn p256(x: &str, y: &str) -> Option<ParsedPublicKey> {
    let (x, y) = (bytes(x)?, bytes(y)?);
    // Uncompressed, SEC 1, section 2.3.3.
    let point = [&[4], x.as_slice(), y.as_slice()].concat();
    let has_length = x.len() == 32 && y.len() == 32;
    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .ok()
        .filter(|_| has_length)
}

/// An Ed25519 key (RFC 8037, section 2).
fn ed25519(x: &str) -> Option<ParsedPublicKey> {
    let x = bytes(x)?;
    (x.len() == 32)
        .then(|| ParsedPublicKey::new(&ED25519, x).ok())
        .flatten()
}

/// An RSA key from modulus and exponent (RFC 7518, section 6.3.1).
fn rsa(modulus: &str, exponent: &str) -> Option<ParsedPublicKey> {
    let (n, e) = (bytes(modulus)?, bytes(exponent)?);
    let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
    let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
    // No issuer uses a larger exponent than 65,537; a large one makes verifying slow.
    let is_exponent = e.len() <= 4 && is_odd(&e) && e != [1];
    let is_modulus = (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) && is_odd(&n);
    let components = RsaPublicKeyComponents { n, e };
    (is_modulus && is_exponent)
        .then(|| components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok())
        .flatten()
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The key and the signature of RFC 7515, appendix A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    const MESSAGE: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                           cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    /// The key and the signature of RFC 8037, appendix A.
    const ED_X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const ED_MESSAGE: &str = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
    const ED_SIGNATURE: &str =
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";

    fn read(jwk: Value) -> Option<PublicKey> {
        PublicKey::read(&serde_json::from_value(jwk).ok()?)
    }

    fn ec(more: &Value) -> Value {
        let mut jwk = json!({ "kty": "EC", "kid": "a", "crv": "P-256", "x": X, "y": Y });
        let members = jwk.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        jwk
    }

    fn okp() -> Value {
        json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": ED_X })
    }

    fn rsa_jwk(bytes: usize, exponent: &[u8]) -> Value {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = 0x80;
        json!({
            "kty": "RSA",
            "kid": "a",
            "n": URL_SAFE_NO_PAD.encode(modulus),
            "e": URL_SAFE_NO_PAD.encode(exponent),
        })
    }

    #[test]
    fn the_signatures_of_the_standards_verify() {
        for (jwk, algorithm, message, signature) in [
            (ec(&json!({})), Algorithm::Es256, MESSAGE, SIGNATURE),
            (okp(), Algorithm::EdDsa, ED_MESSAGE, ED_SIGNATURE),
        ] {
            let key = read(jwk).unwrap();
            let signature = bytes(signature).unwrap();
            assert_eq!(key.algorithm(), algorithm);
            assert!(key.has_signed(message.as_bytes(), &signature));
            assert!(!key.has_signed(message.replace('Q', "R").as_bytes(), &signature));
            assert!(!key.has_signed(message.as_bytes(), &signature[1..]));
            assert!(!key.has_signed(message.as_bytes(), &[0; 64]));
            assert!(!key.has_signed(message.as_bytes(), b""));
        }
    }

    #[test]
    fn a_key_is_used_only_for_what_it_says_it_is_for() {
        for (more, is_used) in [
            (json!({}), true),
            (
                json!({ "use": "sig", "alg": "ES256", "key_ops": ["verify"], "new": 1 }),
                true,
            ),
            (json!({ "use": "enc" }), false),
            (json!({ "key_ops": ["encrypt"] }), false),
            (json!({ "key_ops": [] }), false),
            (json!({ "alg": "RS256" }), false),
            (json!({ "alg": "HS256" }), false),
            (json!({ "alg": "none" }), false),
            (json!({ "alg": 7 }), false),
            (json!({ "kty": "oct", "k": "aHVudGVyMg" }), false),
            (json!({ "kty": "OKP" }), false),
            (json!({ "kty": "RSA" }), false),
            (json!({ "kty": "ec" }), false),
            (json!({ "crv": "P-384" }), false),
            (json!({ "crv": "secp256k1" }), false),
            (json!({ "kid": null }), false),
            (json!({ "x": Y }), false),
            (json!({ "x": "" }), false),
            (json!({ "y": null }), false),
            (json!({ "y": format!("{Y}=") }), false),
        ] {
            assert_eq!(read(ec(&more)).is_some(), is_used, "{more}");
        }
        // The same point, cut in another place.
        let point = [bytes(X).unwrap(), bytes(Y).unwrap()].concat();
        for cut in [31, 33] {
            let (x, y) = point.split_at(cut);
            let parts = json!({ "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) });
            assert!(read(ec(&parts)).is_none(), "{cut}");
        }
        assert!(
            read(json!({ "kty": "OKP", "kid": "a", "crv": "X25519", "x": ED_X })).is_none(),
            "not for signatures"
        );
        assert!(read(json!({ "kty": "OKP", "kid": "a", "crv": "Ed25519", "x": "AAAA" })).is_none());
    }

    #[test]
    fn rsa_keys_that_are_weak_or_slow_are_refused() {
        let fine = [1, 0, 1];
        assert!(read(rsa_jwk(256, &fine)).is_some_and(|key| key.algorithm() == Algorithm::Rs256));
        for (bytes, exponent) in [
            (128, &fine[..]),
            (255, &fine),
            (1_025, &fine),
            (256, &[1]),
            (256, &[2]),
            (256, &[]),
            (256, &[1, 0, 0, 0, 1]),
        ] {
            assert!(read(rsa_jwk(bytes, exponent)).is_none(), "{bytes} {exponent:?}");
        }
        assert!(read(rsa_jwk(0xff, &fine)).is_none());
    }
}
