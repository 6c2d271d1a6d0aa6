//! Use case: prove again who one is.

use secrecy::SecretString;

use super::proof::{self, is_password};
use crate::{
    features::session::{self, Tokens},
    platform::{
        clock::Timestamp,
        failure::{Failure, Outcome},
        op_context::OpContext,
    },
};

/// What follows from the proof.
#[derive(Debug)]
pub(super) struct Output {
    /// Until when it counts.
    pub(super) valid_until: Timestamp,
    /// New cookies, where the session lives in cookies.
    pub(super) cookies: Option<Tokens>,
}

/// The password is another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Incorrect;

/// Lets the caller's session do for some minutes what is hard to undo.
pub(super) async fn reauthenticate(
    context: &OpContext,
    password: &SecretString,
) -> Outcome<Output, Incorrect> {
    let caller = context.caller().await.map_err(Failure::widen)?;
    if !is_password(context, caller, password)
        .await
        .map_err(Failure::widen)?
    {
        return Err(Failure::Refused(Incorrect));
    }
    let Some(valid_until) = session::step_up(context, &caller.session).await? else {
        return Err(proof::session_ended());
    };
    let cookies = session::renew(context, caller).await.map_err(Failure::widen)?;
    Ok(Output { valid_until, cookies })
}
