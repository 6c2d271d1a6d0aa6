//! Access tokens: JWTs in the profile of RFC 9068 (but for the type of those for the issuer alone), verified by the
//! rules of RFC 8725.

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

/// The `typ` of a token, by which no kind of token passes for another (RFC 8725, section 3.11).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenType {
    /// `at+jwt`, an access token for any service that trusts the issuer (RFC 9068, section 2.1).
    Access,
    /// `session+jwt`, for the issuer itself where services have an audience of their own.
    Session,
}

impl TokenType {
    /// As headers spell it, to the letter.
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
    /// Signs the claims of a token of this type with the current key.
    pub fn sign(&self, token_type: TokenType, claims: &AccessClaims) -> Result<SecretString, Fault> {
        let key = self.signing();
        let mut header = Header::new(key.algorithm.of_library());
        header.typ = Some(token_type.name().to_owned());
        header.kid = Some(key.kid.clone());
        encode(&header, claims, &key.signing)
            .map(SecretString::from)
            .map_err(|error| Fault::new("sign a token", jwt_error(error)))
    }

    /// A token that is genuine, of the expected type, meant for us, and valid at `now`. The signature of a token is computed
    /// once for as long as the token is remembered; everything else is asked each time.
    pub fn verify(
        &self,
        token: &str,
        expected: &Expected<'_>,
        now: Timestamp,
    ) -> Result<Arc<SignedToken>, UnauthenticatedReason> {
        let hash = TokenHash::of(token);
        if let Some(signed) = self.verified.find(&hash) {
            signed.check(expected, now)?;
            return Ok(signed);
        }
        let signed = self.verify_signature(token);
        let signed = Arc::new(signed.ok_or(UnauthenticatedReason::TokenInvalid)?);
        let checked = signed.check(expected, now);
        // What has run out is not worth the place. A genuine token of another type, as a service may send, is.
        if checked != Err(UnauthenticatedReason::TokenExpired) {
            self.verified.keep(hash, Arc::clone(&signed));
        }
        checked.map(|()| signed)
    }

    /// A token that one of our keys signed, whether its type and claims are the expected ones or not.
    pub fn verify_signature(&self, token: &str) -> Option<SignedToken> {
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
        let token_type = TokenType::from_name(&header.typ)?;
        if header.alg != key.algorithm.name() {
            return None;
        }
        // Only the signature is left to the library: it reads the machine's clock, and it lets claims that are
        // missing pass. The claims are checked below.
        let mut signature_only = Validation::new(key.algorithm.of_library());
        signature_only.required_spec_claims.clear();
        signature_only.validate_exp = false;
        signature_only.validate_aud = false;
        let token = decode(token, &key.verifying, &signature_only).ok()?;
        Some(SignedToken {
            token_type,
            claims: token.claims,
        })
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
        let token = self.sign(TokenType::Access, &claims)?;
        let expected = Expected {
            token_type: TokenType::Access,
            issuer: "self-test",
            audience: "self-test",
        };
        match self.verify(secrecy::ExposeSecret::expose_secret(&token), &expected, now) {
            Ok(read) if read.claims == claims => Ok(()),
            _ => Err(Fault::new(
                "sign and verify a token",
                "what was signed does not verify",
            )),
        }
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

    /// Whether they are those of a token from the expected issuer for the expected audience, and valid at `now`.
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
