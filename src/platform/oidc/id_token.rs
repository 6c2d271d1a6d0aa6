//! Verifies ID tokens (OpenID Connect Core, section 3.1.3.7), by the rules of RFC 8725.

mod claims;
#[cfg(test)]
mod tests;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, de::IgnoredAny};

pub(super) use self::claims::IdClaims;
use super::{issuer::Issuer, keys::KeySet};
use crate::platform::{
    clock::Timestamp,
    crypto::{JwsAlgorithm, is_same_secret},
};

/// Longest token, in bytes.
const MAX_BYTES: usize = 32 * 1024;

/// Longest subject, in characters (section 2).
const MAX_SUBJECT: usize = 255;

/// Tolerated difference between two clocks, in seconds.
const LEEWAY: i64 = 60;

/// A token is traded a moment after it was issued; an older one was kept by somebody. In seconds.
const MAX_AGE: i64 = 60 * 60;

/// What a token must match to be accepted.
pub(super) struct Expected<'a> {
    pub(super) issuer: &'a Issuer,
    pub(super) client_id: &'a str,
    pub(super) nonce: &'a SecretString,
    /// The access token that came with it.
    pub(super) access_token: Option<&'a SecretString>,
    /// The algorithms that the provider announces; none if it does not say.
    pub(super) algorithms: Option<&'a [String]>,
    pub(super) now: Timestamp,
}

/// Why a token is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rejection {
    /// No key has the id in its header: the provider may have a new one.
    UnknownKey,
    /// What is wrong with it.
    Invalid(&'static str),
}

impl From<&'static str> for Rejection {
    fn from(problem: &'static str) -> Self {
        Self::Invalid(problem)
    }
}

/// A header (RFC 7515, section 4.1). A token cannot bring its key, or say where it is.
#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<IgnoredAny>,
    jwk: Option<IgnoredAny>,
    jku: Option<IgnoredAny>,
    x5u: Option<IgnoredAny>,
    b64: Option<IgnoredAny>,
    zip: Option<IgnoredAny>,
}

impl Header {
    fn is_plain(&self) -> bool {
        let odd = [&self.crit, &self.jwk, &self.jku, &self.x5u, &self.b64, &self.zip];
        // Another kind of token that the provider signs must not pass for an ID token.
        let typ = self.typ.as_deref().unwrap_or("JWT");
        odd.iter().all(|field| field.is_none()) && typ.eq_ignore_ascii_case("JWT")
    }
}

/// The claims of a token that one of these keys signed, and that is what is expected.
pub(super) fn verify(token: &str, keys: &KeySet, expected: &Expected<'_>) -> Result<IdClaims, Rejection> {
    if token.len() > MAX_BYTES {
        return Err("is too long".into());
    }
    let (message, signature) = token.rsplit_once('.').ok_or("is not a signed token")?;
    let (header, payload) = message.split_once('.').ok_or("is not a signed token")?;
    // An encrypted token has five parts.
    if payload.contains('.') {
        return Err("is not a signed token".into());
    }
    let header: Header = decoded(header).ok_or("has a header that cannot be read")?;
    if !header.is_plain() {
        return Err("has a header that is not allowed".into());
    }
    let algorithm =
        JwsAlgorithm::from_name(&header.alg).ok_or("is signed with a method that is not allowed")?;
    let is_announced = |algorithms: &[String]| algorithms.contains(&header.alg);
    if !expected.algorithms.is_none_or(is_announced) {
        return Err("is signed with a method that the provider does not announce".into());
    }
    let keys = keys.find(header.kid.as_deref(), &header.alg, algorithm);
    if keys.is_empty() {
        return Err(Rejection::UnknownKey);
    }
    let signer = keys
        .into_iter()
        .find(|key| key.public.has_signed(algorithm, message, signature));
    let signer = signer.ok_or("has a wrong signature")?;
    let claims: IdClaims = decoded(payload).ok_or("has claims that cannot be read")?;
    check(&claims, expected)?;
    if let Some(own) = &signer.issuer
        && !Issuer::has_key_of(own, &claims.iss, claims.tid.as_deref())
    {
        return Err("is signed by the key of another issuer".into());
    }
    let hash_fits = |hash: &String| {
        let token = expected.access_token.map(secrecy::ExposeSecret::expose_secret);
        token.is_some_and(|token| is_same_secret(hash, &algorithm.half_hash(token)))
    };
    if !claims.at_hash.as_ref().is_none_or(hash_fits) {
        return Err("belongs to another access token (at_hash)".into());
    }
    Ok(claims)
}

/// Checks everything that does not depend on the signature.
fn check(claims: &IdClaims, expected: &Expected<'_>) -> Result<(), &'static str> {
    let tid = claims.tid.as_deref();
    let issuer = expected
        .issuer
        .of_token(tid)
        .ok_or("is of a tenant that is not accepted (tid)")?;
    if claims.iss != issuer {
        return Err("is of another issuer (iss)");
    }
    if !claims.aud.contains(expected.client_id) {
        return Err("is for another client (aud)");
    }
    let is_ours = |azp: &String| azp == expected.client_id;
    if !claims.azp.as_ref().map_or(claims.aud.is_single(), is_ours) {
        return Err("is for another client (azp)");
    }
    let nonce = claims.nonce.as_deref().unwrap_or_default();
    if !is_same_secret(nonce, expected.nonce.expose_secret()) {
        return Err("is of another sign-in (nonce)");
    }
    check_times(claims, expected.now.as_second())?;
    let length = claims.sub.chars().count();
    if !(1..=MAX_SUBJECT).contains(&length) || claims.sub.contains(char::is_control) {
        return Err("has no usable subject (sub)");
    }
    Ok(())
}

fn check_times(claims: &IdClaims, now: i64) -> Result<(), &'static str> {
    let future = now.saturating_add(LEEWAY);
    if claims.exp.0.saturating_add(LEEWAY) <= now {
        return Err("has expired (exp)");
    }
    if claims
        .nbf
        .as_ref()
        .is_some_and(|not_before| not_before.0 > future)
    {
        return Err("is not valid yet (nbf)");
    }
    if claims.iat.0 > future {
        return Err("is from the future (iat): compare the clocks");
    }
    if claims.iat.0 < now.saturating_sub(MAX_AGE + LEEWAY) {
        return Err("is too old (iat)");
    }
    Ok(())
}

/// A part of a token: JSON in base64url.
fn decoded<T: for<'a> Deserialize<'a>>(part: &str) -> Option<T> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}
