//! The guard.

use std::{fmt, sync::Arc};

use crate::{
    Algorithm, Claims, Clock, Rejection,
    claims::Expected,
    clock::since_epoch,
    key_cache::{KeyCache, Lookup},
    strict_json,
    token::Token,
};

/// Verifies the access tokens of one Portcullis server. Clones share the cached keys: make one guard when your service
/// starts, and clone it.
///
/// Its methods need a Tokio runtime with a timer.
#[derive(Clone)]
pub struct Guard(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) expected: Expected,
    pub(crate) algorithms: Vec<Algorithm>,
    pub(crate) keys: KeyCache,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Guard {
    pub(crate) fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }

    /// Verifies a token: header, signature, issuer, audience and times, by RFC 9068, section 4, and RFC 8725.
    ///
    /// While the key of the token is cached, this takes little more than the check of its signature. Otherwise it waits
    /// for one fetch of the keys, five seconds at most. An empty token is [`Rejection::Missing`].
    ///
    /// A token counts until it expires, also after its session has ended.
    pub async fn verify(&self, token: &str) -> Result<Claims, Rejection> {
        if token.is_empty() {
            return Err(Rejection::Missing);
        }
        let parts = &*self.0;
        let token = Token::read(token, &parts.algorithms).map_err(Rejection::Invalid)?;
        let key = match parts.keys.find(&token.kid).await {
            Lookup::Found(key) => key,
            Lookup::Unknown => {
                return Err(Rejection::Invalid(
                    "is signed with a key that the issuer does not have (kid)",
                ));
            }
            Lookup::Unavailable(error) => return Err(Rejection::KeysUnavailable(error)),
        };
        if key.algorithm() != token.algorithm {
            return Err(Rejection::Invalid(
                "has an algorithm that its key is not for (alg)",
            ));
        }
        if !key.has_signed(token.message, &token.signature) {
            return Err(Rejection::Invalid("has a wrong signature"));
        }
        let payload = token.payload().and_then(|bytes| strict_json::object(&bytes));
        let payload = payload.ok_or(Rejection::Invalid("has claims that cannot be read"))?;
        parts.expected.check(payload, since_epoch(&*parts.clock))
    }
}

impl fmt::Debug for Guard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guard")
            .field("expected", &self.0.expected)
            .field("algorithms", &self.0.algorithms)
            .finish_non_exhaustive()
    }
}

/// The bearer token in the value of an `Authorization` header (RFC 6750, section 2.1): what follows the scheme `Bearer`,
/// in any case, and its spaces. None for another scheme, which is for another program, and for `Bearer` alone.
///
/// The result may be anything; pass it to [`Guard::verify`].
pub fn bearer_token(authorization: &str) -> Option<&str> {
    let value = authorization.trim_matches([' ', '\t']);
    let is_scheme =
        |character: char| character.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(character);
    let end = value.find(|character| !is_scheme(character))?;
    let (scheme, rest) = value.split_at_checked(end)?;
    scheme
        .eq_ignore_ascii_case("bearer")
        .then(|| rest.trim_start_matches(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bearer_token_follows_its_scheme() {
        for (value, token) in [
            ("Bearer a.b.c", Some("a.b.c")),
            ("bearer  a.b.c ", Some("a.b.c")),
            ("BEARER a b", Some("a b")),
            ("Bearer", None),
            ("Bearer ", None),
            ("", None),
            ("a.b.c", None),
            ("Basic eDp5", None),
            ("Bearera.b.c", None),
            // The client meant to authenticate.
            ("Bearer: a.b.c", Some(": a.b.c")),
            ("Bearer\ta.b.c", Some("\ta.b.c")),
        ] {
            assert_eq!(bearer_token(value), token, "{value:?}");
        }
    }
}
