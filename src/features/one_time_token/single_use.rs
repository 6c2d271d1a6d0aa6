//! What counts once.

use entity::one_time_token::Model;

use super::{NewToken, claim, hold_bound, void_bound};
use crate::platform::db::{DbResult, Tx};

/// What counts once: of all transactions that consume it, one commits.
#[derive(Debug, Clone)]
pub enum SingleUse {
    /// A stored token, which is claimed.
    Token(Model),
    /// A secret without a row of its own, whose use is recorded ([`NewToken::of_used`]).
    Secret(NewToken),
    /// A stored code together with such a secret. The other codes that are bound to the same key end with it.
    Code(Model, NewToken),
}

impl SingleUse {
    /// Consumes it. Returns false if it was used before; then roll back.
    pub async fn consume(&self, tx: &Tx, now: i64) -> DbResult<bool> {
        match self {
            Self::Token(token) => claim(tx, token, now).await,
            Self::Secret(secret) => secret.save_if_new(tx).await,
            Self::Code(code, secret) => {
                let bound = code.bound.as_deref().unwrap_or_default();
                hold_bound(tx, code.purpose, bound).await?;
                if !claim(tx, code, now).await? || !secret.save_if_new(tx).await? {
                    return Ok(false);
                }
                void_bound(tx, code.purpose, bound, now).await?;
                Ok(true)
            }
        }
    }
}
