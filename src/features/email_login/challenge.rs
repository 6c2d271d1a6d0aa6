//! What the rows of a sign-in by mail carry.

use entity::{
    OneTimeTokenId,
    one_time_token::{self as token_row, Purpose},
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    context::{App, OpContext},
    features::one_time_token::{self, TokenProblem},
    platform::failure::{Failure, Fault, Outcome},
};

/// How often the code of one challenge may be tried.
pub(super) const MAX_ATTEMPTS: u32 = 5;

/// What the row of a challenge carries.
#[derive(Serialize, Deserialize)]
pub(super) struct Challenge {
    /// The named address, normalised.
    pub(super) email_key: String,
    /// Keyed hash of the code.
    pub(super) code_tag: String,
}

/// What the row of a link carries.
#[derive(Serialize, Deserialize)]
pub(super) struct Link {
    /// The row of its challenge.
    challenge: String,
    /// The code, for a browser that does not hold the challenge.
    code: String,
}

impl Link {
    pub(super) fn new(challenge: OneTimeTokenId, code: String) -> Self {
        Self {
            challenge: challenge.to_string(),
            code,
        }
    }

    /// Whether it was mailed for this challenge.
    pub(super) fn is_of(&self, challenge: OneTimeTokenId) -> bool {
        self.challenge == challenge.to_string()
    }
}

/// What a link is bound to.
pub(super) fn link_key(app: &App, challenge: OneTimeTokenId) -> Result<String, Fault> {
    one_time_token::bound_to(app, &["challenge", &challenge.to_string()])
}

/// The live link with this token.
pub(super) async fn find_link(
    context: &OpContext,
    secret: &SecretString,
) -> Outcome<(token_row::Model, Link), TokenProblem> {
    let row = one_time_token::find(&context.app, &[Purpose::LoginLink], secret).await?;
    let link = one_time_token::payload(&context.app, &row)?;
    Ok((row, link))
}

/// What a mailed link is worth in a browser.
#[derive(Debug)]
pub enum LinkShown {
    /// The browser holds the challenge: the link signs in.
    Here,
    /// It does not: this code can be typed where the sign-in began.
    Elsewhere(SecretString),
}

/// What a mailed link is worth in a browser that holds this challenge, or none. Consumes nothing.
pub async fn look_at_link(
    context: &OpContext,
    secret: &SecretString,
    challenge: Option<&SecretString>,
) -> Outcome<LinkShown, TokenProblem> {
    let (_, link) = find_link(context, secret).await?;
    let held = match challenge {
        Some(challenge) => {
            match one_time_token::find(&context.app, &[Purpose::LoginChallenge], challenge).await {
                Ok(held) => Some(held),
                Err(Failure::Refused(_)) => None,
                Err(Failure::Failed(failed)) => return Err(failed.into()),
            }
        }
        None => None,
    };
    Ok(match held.filter(|held| link.is_of(held.id)) {
        Some(_) => LinkShown::Here,
        None => LinkShown::Elsewhere(link.code.into()),
    })
}
