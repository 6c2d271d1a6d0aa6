//! The algorithms with which tokens may be signed.

use std::{fmt, str::FromStr};

use crate::ConfigError;

/// A signature algorithm with a public key (RFC 7518, section 3.1; RFC 8037, section 3.1).
///
/// `none` and the algorithms with a shared secret (`HS256` and its like) do not exist here, so that a public key can
/// never be taken for a secret (RFC 8725, section 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Algorithm {
    /// ECDSA on P-256 with SHA-256: what Portcullis uses unless `jwt_algorithm` says otherwise.
    Es256,
    /// RSA PKCS #1 v1.5 with SHA-256, with keys of 2,048 to 8,192 bits.
    Rs256,
    /// Ed25519.
    EdDsa,
}

impl Algorithm {
    const ALL: [Self; 3] = [Self::Es256, Self::Rs256, Self::EdDsa];

    /// Its name in the header of a token.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Es256 => "ES256",
            Self::Rs256 => "RS256",
            Self::EdDsa => "EdDSA",
        }
    }

    /// The algorithm with exactly this name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Algorithm {
    type Err = ConfigError;

    /// Reads a name as in `jwt_algorithm`: `ES256`, `RS256` or `EdDSA`.
    fn from_str(name: &str) -> Result<Self, ConfigError> {
        Self::from_name(name).ok_or(ConfigError(match name {
            "HS256" | "HS384" | "HS512" => {
                "a guard verifies with public keys, and HS algorithms have none: use ES256, RS256 or EdDSA"
            }
            _ => "the algorithm must be ES256, RS256 or EdDSA",
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shared_secrets_and_none_are_no_algorithms() {
        for name in [
            "none", "None", "", "HS256", "HS384", "HS512", "ES384", "PS256", "es256", " ES256", "Ed25519",
        ] {
            assert_eq!(Algorithm::from_name(name), None, "{name}");
            assert!(name.parse::<Algorithm>().is_err(), "{name}");
        }
        let error = "HS256".parse::<Algorithm>().unwrap_err().to_string();
        assert!(error.contains("public keys"), "{error}");
        for algorithm in Algorithm::ALL {
            assert_eq!(algorithm.to_string().parse(), Ok(algorithm));
        }
    }
}
