//! Access tokens: JWTs in the profile of RFC 9068, verified by the rules of RFC 8725.

#[cfg(any(test, fuzzing))]
pub mod promise;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Header, Validation, decode, encode};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::{
    key_ring::{KeyRing, jwt_error},
    verified_tokens::TokenHash,
};
use crate::platform::{
    clock::Timestamp,
    failure::{Fault, UnauthenticatedReason},
};

/// `typ` of access tokens (RFC 9068, section 2.1): no other kind of token passes for one.
const TYPE: &str = "at+jwt";
/// How far two clocks may be apart, in seconds.
const LEEWAY: i64 = 30;
/// Longest token that is looked at, in bytes.
const MAX_BYTES: usize = 8 * 1024;

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
}

/// Whose tokens are accepted, and for whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected<'a> {
    /// The issuer.
    pub issuer: &'a str,
    /// The audience.
    pub audience: &'a str,
}

/// The header of every token made here. Anything else in a header is a reason to refuse the token: `crit`, `jwk`,
/// `jku`, `x5u`, `x5c`, `b64`, `zip` and all that may come (RFC 8725, sections 3.1 and 3.10).
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StrictHeader {
    alg: String,
    typ: String,
    kid: String,
}

impl KeyRing {
    /// Signs the claims with the current key.
    pub fn sign(&self, claims: &AccessClaims) -> Result<SecretString, Fault> {
        let key = self.signing();
        let mut header = Header::new(key.algorithm.of_library());
        header.typ = Some(TYPE.to_owned());
        header.kid = Some(key.kid.clone());
        encode(&header, claims, &key.signing)
            .map(SecretString::from)
            .map_err(|error| Fault::new("sign a token", jwt_error(error)))
    }

    /// The claims of a token that is genuine, meant for us, and valid at `now`. The signature of a token is computed
    /// once for as long as the token is remembered; everything else is asked each time.
    pub fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Arc<AccessClaims>, UnauthenticatedReason> {
        let hash = TokenHash::of(token);
        if let Some(claims) = self.verified.find(&hash) {
            claims.check(expected, now)?;
            return Ok(claims);
        }
        let claims = self.verify_signature(token);
        let claims = Arc::new(claims.ok_or(UnauthenticatedReason::TokenInvalid)?);
        // What has run out is not worth the place.
        claims.check(expected, now)?;
        self.verified.keep(hash, Arc::clone(&claims));
        Ok(claims)
    }

    /// The claims of a token that one of our keys signed, whether they hold or not.
    pub fn verify_signature(&self, token: &str) -> Option<AccessClaims> {
        if token.len() > MAX_BYTES {
            return None;
        }
        let mut parts = token.split('.');
        let (header, Some(_), Some(_), None) = (parts.next()?, parts.next(), parts.next(), parts.next())
        else {
            return None;
        };
        let header: StrictHeader = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let key = self.find(&header.kid)?;
        if header.typ != TYPE || header.alg != key.algorithm.name() {
            return None;
        }
        // Only the signature is left to the library: it reads the machine's clock, and it lets claims that are
        // missing pass. The claims are checked below.
        let mut signature_only = Validation::new(key.algorithm.of_library());
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        decode(token, &key.verifying, &signature_only)
            .ok()
            .map(|token| token.claims)
    }

    /// Signs and verifies one token: a cryptographic library that is not there must show at start.
    pub fn check(&self, now: Timestamp) -> Result<(), Fault> {
        let at = u64::try_from(now.as_second()).unwrap_or(0);
        let text = || "self-test".to_owned();
        let claims = AccessClaims {
            iss: text(),
            sub: text(),
            aud: text(),
            exp: at + 60,
            nbf: at,
            iat: at,
            jti: text(),
            sid: text(),
            name: None,
            email: None,
            email_verified: None,
            roles: None,
        };
        let token = self.sign(&claims)?;
        let expected = Expected {
            issuer: "self-test",
            audience: "self-test",
        };
        match self.verify(secrecy::ExposeSecret::expose_secret(&token), &expected, now) {
            Ok(read) if *read == claims => Ok(()),
            _ => Err(Fault::new(
                "sign and verify a token",
                "what was signed does not verify",
            )),
        }
    }
}

impl AccessClaims {
    /// Bytes of all texts in them.
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
            exp: _,
            nbf: _,
            iat: _,
            email_verified: _,
        } = self;
        let roles = roles
            .iter()
            .flatten()
            .map(|role| role.len() + size_of::<String>());
        [iss, sub, aud, jti, sid]
            .into_iter()
            .chain(name)
            .chain(email)
            .map(String::len)
            .chain(roles)
            .sum()
    }

    fn check(&self, expected: &Expected<'_>, now: Timestamp) -> Result<(), UnauthenticatedReason> {
        let now = now.as_second();
        // A time past the year 292 billion is no time of ours.
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
