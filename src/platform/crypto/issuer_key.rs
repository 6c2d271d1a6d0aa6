//! Public keys of others, which verify the tokens that they issue.

use std::fmt;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ParsedPublicKey};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{DecodingKey, crypto::verify};

use super::jws_algorithm::JwsAlgorithm;

/// RSA keys below this size can be broken (RFC 7518, section 3.3).
const MIN_RSA_BITS: usize = 2048;

/// Verifying with larger RSA keys would cost too much.
const MAX_RSA_BITS: usize = 8192;

/// The public key of another issuer of tokens.
#[derive(Clone)]
pub struct IssuerKey {
    kind: Kind,
    key: DecodingKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl IssuerKey {
    /// An RSA key from modulus and exponent in base64url (RFC 7518, section 6.3.1); none if it is not one of 2,048 to
    /// 8,192 bits.
    pub fn rsa(modulus: &str, exponent: &str) -> Option<Self> {
        let modulus = without_leading_zeros(URL_SAFE_NO_PAD.decode(modulus).ok()?);
        let exponent = without_leading_zeros(URL_SAFE_NO_PAD.decode(exponent).ok()?);
        let first = modulus.first()?;
        let bits = modulus.len() * 8 - usize::try_from(first.leading_zeros()).ok()?;
        let is_odd = |number: &[u8]| number.last().is_some_and(|last| last % 2 == 1);
        // No issuer uses a larger exponent than 65,537; a large one makes verifying slow.
        let is_exponent = exponent.len() <= 4 && is_odd(&exponent) && exponent != [1];
        let is_modulus = (MIN_RSA_BITS..=MAX_RSA_BITS).contains(&bits) && is_odd(&modulus);
        (is_modulus && is_exponent).then(|| Self {
            kind: Kind::Rsa,
            key: DecodingKey::from_rsa_raw_components(&modulus, &exponent),
        })
    }

    /// An elliptic-curve key from its coordinates in base64url (RFC 7518, section 6.2.1); none if it is not a point of
    /// P-256 or P-384.
    pub fn elliptic_curve(curve: &str, x: &str, y: &str) -> Option<Self> {
        let (kind, length) = match curve {
            "P-256" => (Kind::P256, 32),
            "P-384" => (Kind::P384, 48),
            _ => return None,
        };
        let (x, y) = (URL_SAFE_NO_PAD.decode(x).ok()?, URL_SAFE_NO_PAD.decode(y).ok()?);
        // Uncompressed, SEC 1, section 2.3.3.
        let point = [&[4], x.as_slice(), y.as_slice()].concat();
        let is_point = match kind {
            Kind::P256 => ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point.as_slice()).is_ok(),
            _ => ParsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, point.as_slice()).is_ok(),
        };
        (x.len() == length && y.len() == length && is_point).then(|| Self {
            kind,
            key: DecodingKey::from_ec_der(&point),
        })
    }

    /// An Ed25519 key in base64url (RFC 8037, section 2); none for other curves.
    pub fn edwards_curve(curve: &str, x: &str) -> Option<Self> {
        let x = URL_SAFE_NO_PAD.decode(x).ok()?;
        (curve == "Ed25519" && x.len() == 32).then(|| Self {
            kind: Kind::Ed25519,
            key: DecodingKey::from_ed_der(&x),
        })
    }

    /// Whether signatures of this algorithm can be verified with this key.
    pub fn fits(&self, algorithm: JwsAlgorithm) -> bool {
        use JwsAlgorithm::{EdDsa, Es256, Es384, Ps256, Ps384, Ps512, Rs256, Rs384, Rs512};
        match algorithm {
            Rs256 | Rs384 | Rs512 | Ps256 | Ps384 | Ps512 => self.kind == Kind::Rsa,
            Es256 => self.kind == Kind::P256,
            Es384 => self.kind == Kind::P384,
            EdDsa => self.kind == Kind::Ed25519,
        }
    }

    /// Whether this key signed `message`, which is header and payload of a compact JWS with the dot between them; the
    /// signature is in base64url.
    pub fn has_signed(&self, algorithm: JwsAlgorithm, message: &str, signature: &str) -> bool {
        let genuine = || verify(signature, message.as_bytes(), &self.key, algorithm.of_library());
        self.fits(algorithm) && genuine().unwrap_or(false)
    }
}

impl fmt::Debug for IssuerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerKey({:?})", self.kind)
    }
}

/// Some issuers write one zero byte before a number whose first bit is set, though RFC 7518, section 2, forbids it.
fn without_leading_zeros(mut number: Vec<u8>) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.drain(..zeros);
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The key and the signature of RFC 7515, appendix A.3.
    const X: &str = "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU";
    const Y: &str = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0";
    const MESSAGE: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                           cGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    const SIGNATURE: &str =
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

    fn rsa(bytes: usize, exponent: &[u8]) -> Option<IssuerKey> {
        let mut modulus = vec![0xff; bytes];
        modulus[0] = 0x80;
        IssuerKey::rsa(
            &URL_SAFE_NO_PAD.encode(modulus),
            &URL_SAFE_NO_PAD.encode(exponent),
        )
    }

    #[test]
    fn the_signature_of_the_standard_is_verified_and_no_other() {
        let key = IssuerKey::elliptic_curve("P-256", X, Y).unwrap();
        assert!(key.has_signed(JwsAlgorithm::Es256, MESSAGE, SIGNATURE));
        assert!(!key.has_signed(JwsAlgorithm::Es256, &MESSAGE.replace('Q', "R"), SIGNATURE));
        for signature in ["", "====", &SIGNATURE[..80], &SIGNATURE.replace('D', "E")] {
            assert!(
                !key.has_signed(JwsAlgorithm::Es256, MESSAGE, signature),
                "{signature}"
            );
        }
        for other in [JwsAlgorithm::Es384, JwsAlgorithm::Rs256, JwsAlgorithm::EdDsa] {
            assert!(!key.has_signed(other, MESSAGE, SIGNATURE), "{other:?}");
        }
    }

    #[test]
    fn small_and_huge_rsa_keys_are_refused() {
        assert!(rsa(256, &[1, 0, 1]).is_some());
        assert!(rsa(1024, &[3]).is_some());
        for (bytes, exponent) in [
            (128, &[1, 0, 1][..]),
            (255, &[1, 0, 1]),
            (1025, &[1, 0, 1]),
            (256, &[]),
            (256, &[0]),
            (256, &[1]),
            (256, &[2]),
            (256, &[1, 0, 0, 0, 1]),
        ] {
            assert!(rsa(bytes, exponent).is_none(), "{bytes} {exponent:?}");
        }
        assert!(IssuerKey::rsa("", "AQAB").is_none());
        // A leading zero byte does not count.
        let padded = [vec![0], vec![0xff; 255]].concat();
        assert!(IssuerKey::rsa(&URL_SAFE_NO_PAD.encode(padded), "AQAB").is_none());
        let padded = [vec![0], vec![0xff; 256]].concat();
        assert!(IssuerKey::rsa(&URL_SAFE_NO_PAD.encode(padded), "AQAB").is_some());
    }

    #[test]
    fn what_is_no_point_is_no_key() {
        for (curve, x, y) in [
            ("P-384", X, Y),
            ("P-521", X, Y),
            ("secp256k1", X, Y),
            ("P-256", Y, X),
            ("P-256", X, ""),
            ("P-256", "", ""),
            ("P-256", X, &Y[1..]),
        ] {
            assert!(
                IssuerKey::elliptic_curve(curve, x, y).is_none(),
                "{curve} {x} {y}"
            );
        }
        assert!(IssuerKey::edwards_curve("Ed25519", X).is_some());
        assert!(IssuerKey::edwards_curve("Ed448", X).is_none());
        assert!(IssuerKey::edwards_curve("Ed25519", &X[2..]).is_none());
    }
}
