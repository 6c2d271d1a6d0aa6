//! What a token says.

use std::{fmt, time::Duration};

use serde_json::{Map, Value};

use crate::Rejection;

/// The claims of a verified token.
///
/// Its `Debug` shows the ids and times, and neither address nor name.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// The id of the user. It never changes.
    pub sub: String,
    /// The id of the session.
    pub sid: String,
    /// The email address, if `jwt_claims` of the server contains it. An address can change, and can go to somebody else:
    /// use `sub` to tell people apart.
    pub email: Option<String>,
    /// Whether the address was confirmed, if `jwt_claims` contains it.
    pub email_verified: Option<bool>,
    /// The display name, if `jwt_claims` contains it.
    pub name: Option<String>,
    /// The names of the roles. Empty if the server shapes roles for a gateway or database (`claims_preset`); then they
    /// are in [`extra`](Self::extra).
    pub roles: Vec<String>,
    /// When the token was issued, in seconds since 1970.
    pub iat: u64,
    /// When it expires, in seconds since 1970.
    pub exp: u64,
    /// When the person last proved who they are, in seconds since 1970. Only in tokens of `reauthenticate`: without a
    /// value there is no recent proof.
    pub auth_time: Option<u64>,
    /// By what they proved it, such as `password` or `passkey`; empty without `auth_time`.
    pub amr: Vec<String>,
    /// All other claims, such as `iss`, `aud`, `nbf` and `jti`.
    pub extra: Map<String, Value>,
}

impl Claims {
    /// Whether the person has this role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }
}

impl fmt::Debug for Claims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Claims")
            .field("sub", &self.sub)
            .field("sid", &self.sid)
            .field("iat", &self.iat)
            .field("exp", &self.exp)
            .finish_non_exhaustive()
    }
}

/// What claims must be to be accepted.
#[derive(Debug)]
pub(crate) struct Expected {
    pub(crate) issuer: String,
    pub(crate) audience: String,
    pub(crate) leeway: Duration,
}

impl Expected {
    /// Checks the members of a payload and makes claims of them; `now` is the time since 1970.
    pub(crate) fn check(&self, mut payload: Map<String, Value>, now: Duration) -> Result<Claims, Rejection> {
        let invalid = Rejection::Invalid;
        if payload.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err(invalid("is of another issuer (iss)"));
        }
        if !payload.get("aud").is_some_and(|aud| self.is_for_us(aud)) {
            return Err(invalid("is for another audience (aud)"));
        }
        let nbf = payload
            .get("nbf")
            .and_then(Value::as_u64)
            .ok_or(invalid("has no start (nbf)"))?;
        let mut members = Members(&mut payload);
        let claims = Claims {
            sub: members.id("sub").ok_or(invalid("has no user (sub)"))?,
            sid: members.id("sid").ok_or(invalid("has no session (sid)"))?,
            iat: members
                .time("iat")?
                .ok_or(invalid("has no time of issue (iat)"))?,
            exp: members.time("exp")?.ok_or(invalid("has no expiry (exp)"))?,
            auth_time: members.time("auth_time")?,
            email: members.optional("email", into_text)?,
            email_verified: members.optional("email_verified", |value| value.as_bool())?,
            name: members.optional("name", into_text)?,
            roles: members.optional("roles", into_texts)?.unwrap_or_default(),
            amr: members.optional("amr", into_texts)?.unwrap_or_default(),
            extra: payload,
        };
        let latest_start = now.saturating_add(self.leeway);
        if [nbf, claims.iat]
            .into_iter()
            .any(|start| Duration::from_secs(start) > latest_start)
        {
            return Err(invalid("is not valid yet (nbf, iat): compare the clocks"));
        }
        if now >= Duration::from_secs(claims.exp).saturating_add(self.leeway) {
            return Err(Rejection::Expired);
        }
        Ok(claims)
    }

    /// One audience or several (RFC 7519, section 4.1.3).
    fn is_for_us(&self, aud: &Value) -> bool {
        match aud {
            Value::String(one) => *one == self.audience,
            Value::Array(several) => several.iter().any(|one| one.as_str() == Some(&self.audience)),
            _ => false,
        }
    }
}

/// The members of a payload that are not yet in the claims.
struct Members<'a>(&'a mut Map<String, Value>);

impl Members<'_> {
    /// Takes a text that is not empty.
    fn id(&mut self, name: &str) -> Option<String> {
        let text = into_text(self.0.remove(name)?)?;
        (!text.is_empty()).then_some(text)
    }

    /// Takes whole seconds since 1970. Portcullis writes no fractions.
    fn time(&mut self, name: &'static str) -> Result<Option<u64>, Rejection> {
        self.optional(name, |value| value.as_u64())
    }

    /// Takes a claim that may be missing. One of another type makes the token invalid.
    fn optional<T>(
        &mut self,
        name: &'static str,
        read: impl Fn(Value) -> Option<T>,
    ) -> Result<Option<T>, Rejection> {
        match self.0.remove(name) {
            None => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or(Rejection::Invalid("has a claim of the wrong type")),
        }
    }
}

fn into_text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        _ => None,
    }
}

fn into_texts(value: Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.into_iter().map(into_text).collect(),
        _ => None,
    }
}
