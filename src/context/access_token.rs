//! Access tokens: JWTs by the profile of RFC 9068 (except for the `typ` of tokens that only the issuer accepts),
//! verified by the rules of RFC 8725.

pub mod audience;
#[cfg(any(test, fuzzing))]
pub mod properties;
pub mod shaped_roles;
#[cfg(test)]
mod tests;
mod verified_tokens;

use std::sync::{Arc, PoisonError, RwLock};

use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use self::{shaped_roles::ShapedRoles, verified_tokens::VerifiedTokens};
use crate::platform::{
    clock::Timestamp,
    crypto::{KeyRing, Sha256},
    failure::{Fault, UnauthenticatedReason},
};

/// Tolerated difference between two clocks, in seconds.
pub const LEEWAY: i64 = 30;

/// The claims of an access token. Times are seconds since 1970 (RFC 7519, section 4.1).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    /// Issuer: the public URL of the server.
    pub iss: String,
    /// Subject: the user's id.
    pub sub: String,
    /// Audience: whom the token is meant for.
    pub aud: String,
    /// Expiry.
    pub exp: u64,
    /// Not valid before.
    pub nbf: u64,
    /// Issued at.
    pub iat: u64,
    /// The token's own id.
    pub jti: String,
    /// The session's id.
    pub sid: String,
    /// When the person proved their identity again; only in the tokens that such a proof returns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth_time: Option<u64>,
    /// By what they proved it; there exactly when `auth_time` is (RFC 9068, section 2.2.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amr: Option<Vec<String>>,
    /// Display name, where configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Address, where configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether the address was confirmed, where configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_verified: Option<bool>,
    /// Role names, where configured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub roles: Option<Vec<String>>,
    /// Roles in the shape that a gateway or database expects, where configured. For services only: not read back.
    #[serde(flatten, skip_deserializing)]
    pub shaped: ShapedRoles,
}

/// The `typ` of a token. It keeps one kind of token from being accepted as another (RFC 8725, section 3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt`, an access token for any service that trusts the issuer (RFC 9068, section 2.1).
    Access,
    /// `session+jwt`, for the issuer itself when services have their own audience.
    Session,
}

impl TokenType {
    /// The exact spelling in the header.
    pub fn name(self) -> &'static str {
        match self {
            Self::Access => "at+jwt",
            Self::Session => "session+jwt",
        }
    }

    fn from_name(name: &str) -> Option<Self> {
        [Self::Access, Self::Session]
            .into_iter()
            .find(|it| it.name() == name)
    }
}

/// The contents of a token that one of our keys signed.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken {
    /// Its type.
    pub token_type: TokenType,
    /// Its claims.
    pub claims: AccessClaims,
}

/// What a token must match to be accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The type.
    pub token_type: TokenType,
    /// The issuer.
    pub issuer: &'a str,
    /// The audience.
    pub audience: &'a str,
}

/// Signs and verifies access tokens, with keys that can be replaced.
#[derive(Debug)]
pub struct AccessTokens(RwLock<Arc<Ring>>);

/// The keys, and the tokens that they have verified.
#[derive(Debug)]
struct Ring {
    keys: Arc<KeyRing>,
    verified: VerifiedTokens,
}

impl AccessTokens {
    /// Signs and verifies with `keys`.
    pub fn new(keys: KeyRing) -> Self {
        Self(RwLock::new(Ring::new(keys)))
    }

    /// The keys.
    pub fn keys(&self) -> Arc<KeyRing> {
        Arc::clone(&self.ring().keys)
    }

    /// Signs and verifies with `keys` from now on. Forgets which tokens were verified: a key may be gone.
    pub fn replace_keys(&self, keys: KeyRing) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Ring::new(keys);
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Signs the claims of a token of this type with the current key.
    pub fn sign(&self, token_type: TokenType, claims: &AccessClaims) -> Result<SecretString, Fault> {
        self.ring().keys.sign(token_type.name(), claims)
    }

    /// Verifies that a token is genuine, of the expected type, for the expected audience, and valid at `now`. The
    /// signature is checked once while the token is cached; everything else is checked each time.
    pub fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Arc<SignedToken>, UnauthenticatedReason> {
        let hash = Sha256::of(token);
        let ring = self.ring();
        if let Some(signed) = ring.verified.find(&hash) {
            signed.check(expected, now)?;
            return Ok(signed);
        }
        let signed = ring.verify_signature(token);
        let signed = Arc::new(signed.ok_or(UnauthenticatedReason::TokenInvalid)?);
        let checked = signed.check(expected, now);
        // An expired token is not worth the memory. A genuine token of another type is: a service may send it again.
        if checked != Err(UnauthenticatedReason::TokenExpired) {
            ring.verified.insert(hash, Arc::clone(&signed));
        }
        checked.map(|()| signed)
    }

    /// The token, if one of our keys signed it. Its claims are not checked.
    pub fn verify_signature(&self, token: &str) -> Option<SignedToken> {
        self.ring().verify_signature(token)
    }
}

impl Ring {
    fn new(keys: KeyRing) -> Arc<Self> {
        Arc::new(Self {
            keys: Arc::new(keys),
            verified: VerifiedTokens::default(),
        })
    }

    fn verify_signature(&self, token: &str) -> Option<SignedToken> {
        let (typ, claims) = self.keys.verify(token)?;
        Some(SignedToken {
            token_type: TokenType::from_name(&typ)?,
            claims,
        })
    }
}

impl SignedToken {
    fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), UnauthenticatedReason> {
        if self.token_type != expected.token_type {
            return Err(UnauthenticatedReason::TokenInvalid);
        }
        self.claims.check(expected, now)
    }
}

impl AccessClaims {
    /// Total bytes of all texts in the claims.
    pub(super) fn text_bytes(&self) -> usize {
        let Self {
            iss,
            sub,
            aud,
            jti,
            sid,
            name,
            email,
            roles,
            amr,
            auth_time: _,
            exp: _,
            nbf: _,
            iat: _,
            email_verified: _,
            // Not in claims that were read.
            shaped: _,
        } = self;
        let lists = [roles, amr];
        let items = lists.into_iter().flatten().flatten();
        let items = items.map(|item| item.len() + size_of::<String>());
        [iss, sub, aud, jti, sid]
            .into_iter()
            .chain(name)
            .chain(email)
            .map(String::len)
            .chain(items)
            .sum()
    }

    /// Checks issuer and audience, and that the token is valid at `now`.
    fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), UnauthenticatedReason> {
        let now = now.as_second();
        // No token of ours has a time that does not fit.
        let at = |seconds: u64| i64::try_from(seconds).map_err(|_| UnauthenticatedReason::TokenInvalid);
        let (expiry, not_before, issued_at) = (at(self.exp)?, at(self.nbf)?, at(self.iat)?);
        let from_another = self.iss != expected.issuer || self.aud != expected.audience;
        let from_the_future =
            not_before > now.saturating_add(LEEWAY) || issued_at > now.saturating_add(LEEWAY);
        let incomplete = self.sub.is_empty() || self.sid.is_empty() || self.jti.is_empty();
        if from_another || from_the_future || incomplete {
            return Err(UnauthenticatedReason::TokenInvalid);
        }
        if now >= expiry.saturating_add(LEEWAY) {
            return Err(UnauthenticatedReason::TokenExpired);
        }
        Ok(())
    }
}
