//! Use case: link an identity, for a client of the API.

use entity::{identity::Model, user};
use secrecy::SecretString;

use super::client_code::redeem;
use crate::{
    context::OpContext,
    features::{
        identity::{NotLinked, link},
        one_time_token::TokenProblem,
    },
    platform::failure::{Outcome, Refusal},
};

/// Why it is not linked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotFinished {
    /// The code does not count, or not in this session.
    Code(TokenProblem),
    /// It cannot be linked.
    Link(NotLinked),
}

impl Refusal for NotFinished {}

/// Links the identity that this code is for, in the session that began it. Returns the account and the identity.
pub async fn finish_link(
    context: &OpContext,
    code: &SecretString,
    verifier: &SecretString,
) -> Outcome<(user::Model, Model), NotFinished> {
    let caller = context.caller().await?;
    let redeemed = redeem(context, code, verifier)
        .await
        .map_err(|failure| failure.map(NotFinished::Code))?;
    if redeemed
        .linking
        .as_ref()
        .is_none_or(|linking| !linking.is_in_session_of(caller))
    {
        return Err(NotFinished::Code(TokenProblem::Invalid).into());
    }
    link(context, &redeemed.profile.account, &redeemed.used())
        .await
        .map_err(|failure| {
            failure.map(|problem| match problem {
                NotLinked::Used => NotFinished::Code(TokenProblem::Invalid),
                problem => NotFinished::Link(problem),
            })
        })
}
