//! The algorithms with which others may sign tokens for this server.

use aws_lc_rs::digest::{self, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::Algorithm;

/// A JWS algorithm with public keys (RFC 7518, section 3.1; RFC 8037). Neither `none` nor an algorithm with a shared
/// secret is one: there, a public key could be taken for the secret (RFC 8725, section 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JwsAlgorithm {
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PKCS #1 v1.5 with SHA-384.
    Rs384,
    /// RSA PKCS #1 v1.5 with SHA-512.
    Rs512,
    /// RSA PSS with SHA-256.
    Ps256,
    /// RSA PSS with SHA-384.
    Ps384,
    /// RSA PSS with SHA-512.
    Ps512,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-384 with SHA-384.
    Es384,
    /// Ed25519.
    EdDsa,
}

/// The algorithms and their names in token headers.
const NAMES: [(&str, JwsAlgorithm); 9] = [
    ("RS256", JwsAlgorithm::Rs256),
    ("RS384", JwsAlgorithm::Rs384),
    ("RS512", JwsAlgorithm::Rs512),
    ("PS256", JwsAlgorithm::Ps256),
    ("PS384", JwsAlgorithm::Ps384),
    ("PS512", JwsAlgorithm::Ps512),
    ("ES256", JwsAlgorithm::Es256),
    ("ES384", JwsAlgorithm::Es384),
    ("EdDSA", JwsAlgorithm::EdDsa),
];

impl JwsAlgorithm {
    /// The algorithm with this name in a token header; none for any other name.
    pub fn from_name(name: &str) -> Option<Self> {
        NAMES
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, algorithm)| *algorithm)
    }

    /// The left half of the hash of a text, in base64url: `at_hash` of an access token (OpenID Connect Core, section
    /// 3.1.3.6). The hash is that of the algorithm; with Ed25519, SHA-512 (RFC 8032, section 5.1).
    pub fn half_hash(self, text: &str) -> String {
        let hash = match self {
            Self::Rs256 | Self::Ps256 | Self::Es256 => &digest::SHA256,
            Self::Rs384 | Self::Ps384 | Self::Es384 => &digest::SHA384,
            Self::Rs512 | Self::Ps512 | Self::EdDsa => &digest::SHA512,
        };
        let hash = digest(hash, text.as_bytes());
        let (half, _) = hash.as_ref().split_at(hash.as_ref().len() / 2);
        URL_SAFE_NO_PAD.encode(half)
    }

    pub(super) const fn of_library(self) -> Algorithm {
        match self {
            Self::Rs256 => Algorithm::RS256,
            Self::Rs384 => Algorithm::RS384,
            Self::Rs512 => Algorithm::RS512,
            Self::Ps256 => Algorithm::PS256,
            Self::Ps384 => Algorithm::PS384,
            Self::Ps512 => Algorithm::PS512,
            Self::Es256 => Algorithm::ES256,
            Self::Es384 => Algorithm::ES384,
            Self::EdDsa => Algorithm::EdDSA,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_secrets_and_none_are_no_algorithms() {
        for name in [
            "none", "None", "NONE", "", "HS256", "HS384", "HS512", "ES512", "rs256", " RS256", "A256GCM",
        ] {
            assert_eq!(JwsAlgorithm::from_name(name), None, "{name}");
        }
        assert_eq!(JwsAlgorithm::from_name("PS384"), Some(JwsAlgorithm::Ps384));
    }

    /// The example of OpenID Connect Core, appendix A.3.
    #[test]
    fn half_a_hash_is_that_of_the_standard() {
        let token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
        assert_eq!(JwsAlgorithm::Rs256.half_hash(token), "77QmUPtjPfzWtF2AnpK9RQ");
        assert_eq!(JwsAlgorithm::Es384.half_hash(token).len(), 32);
        assert_eq!(JwsAlgorithm::EdDsa.half_hash(token).len(), 43);
    }
}
