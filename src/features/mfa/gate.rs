//! The gate that every sign-in passes: is a second factor outstanding?

use entity::{OneTimeTokenId, UserId, user};

use super::{Factors, is_any, remembered};
use crate::{
    context::{OpContext, second_factor_gate},
    features::one_time_token,
    platform::{
        db::{DbResult, Tx},
        failure::Failed,
    },
};

/// What a person who has proven a password or a mailbox must still give.
#[derive(Debug)]
pub enum Gate {
    /// Nothing: the account has no second factor.
    NoFactor,
    /// Nothing: the account remembers this browser, by this token.
    Remembered(OneTimeTokenId),
    /// One of these.
    Outstanding(Factors),
}

/// What is outstanding for this user in this browser.
pub async fn gate(context: &OpContext, user: &user::Model) -> Result<Gate, Failed> {
    let app = &context.app;
    let factors = Factors::of(app, user.id).await?;
    if !factors.is_any() {
        return Ok(Gate::NoFactor);
    }
    let remembered = remembered::find(context, user.id).await?;
    Ok(match remembered {
        Some(token) if !second_factor_gate::is_required_of(app, user).await? => Gate::Remembered(token),
        _ => Gate::Outstanding(factors),
    })
}

impl Gate {
    /// Whether the same is outstanding for a user who is locked now: the factors may have changed meanwhile.
    pub async fn still_holds(&self, tx: &Tx, user_id: UserId, now: i64) -> DbResult<bool> {
        match self {
            Self::NoFactor => Ok(!is_any(tx, user_id).await?),
            Self::Remembered(token) => one_time_token::is_live(tx, *token, now).await,
            Self::Outstanding(_) => Ok(true),
        }
    }
}
