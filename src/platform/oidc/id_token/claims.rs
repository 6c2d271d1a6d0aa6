//! The claims of an ID token.

use std::time::Duration;

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::{Number, Value};

/// The claims that are used here. A claim of the wrong type makes the token invalid.
#[derive(Deserialize)]
pub(in super::super) struct IdClaims {
    /// Issuer.
    pub(in super::super) iss: String,
    /// The person, as the issuer calls them.
    pub(in super::super) sub: String,
    /// Whom the token is meant for.
    pub(super) aud: Audience,
    /// Who asked for it.
    pub(super) azp: Option<String>,
    /// Expiry.
    pub(super) exp: Seconds,
    /// Not valid before.
    pub(super) nbf: Option<Seconds>,
    /// Issued at.
    pub(super) iat: Seconds,
    /// Ties it to a sign-in.
    pub(super) nonce: Option<String>,
    /// Ties it to an access token.
    pub(super) at_hash: Option<String>,
    /// Microsoft: the tenant.
    pub(in super::super) tid: Option<String>,
    /// Email address.
    pub(in super::super) email: Option<String>,
    /// Whether the issuer has verified the address. Apple writes it as text.
    pub(in super::super) email_verified: Option<Value>,
    /// Display name.
    pub(in super::super) name: Option<String>,
    /// Google: the domain of the organisation that the account belongs to.
    pub(in super::super) hd: Option<String>,
    /// Microsoft: whether the tenant has proven the domain of the address.
    pub(in super::super) xms_edov: Option<Value>,
    /// Apple: whether the address forwards to one that it hides.
    pub(in super::super) is_private_email: Option<Value>,
}

/// Whom a token is meant for: one or several clients (RFC 7519, section 4.1.3).
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Audience {
    One(String),
    Several(Vec<String>),
}

impl Audience {
    pub(super) fn contains(&self, client: &str) -> bool {
        match self {
            Self::One(one) => one == client,
            Self::Several(several) => several.iter().any(|one| one == client),
        }
    }

    pub(super) fn is_single(&self) -> bool {
        match self {
            Self::One(_) => true,
            Self::Several(several) => several.len() == 1,
        }
    }
}

/// Seconds since 1970 (RFC 7519, section 2), with fractions cut off.
pub(super) struct Seconds(pub(super) i64);

impl<'de> Deserialize<'de> for Seconds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = Number::deserialize(deserializer)?;
        let whole = || {
            let duration = Duration::try_from_secs_f64(number.as_f64()?).ok()?;
            i64::try_from(duration.as_secs()).ok()
        };
        let seconds = number.as_i64().or_else(whole);
        seconds.map(Self).ok_or_else(|| D::Error::custom("not a time"))
    }
}
