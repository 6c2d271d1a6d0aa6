//! Use case: prove again who one is.

use secrecy::SecretString;

use super::proof::{self, Lost, is_password};
use crate::{
    features::session::{self, Tokens},
    platform::{
        clock::Timestamp,
        db::transaction,
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
    let noted = transaction!(context.app.db, |tx| {
        if let Err(lost) = proof::hold(tx, context, caller).await? {
            return Ok(Err(lost));
        }
        Ok(Ok(session::step_up(tx, context, &caller.session).await?))
    });
    let valid_until = noted.map_err(|failure| match failure {
        Failure::Refused(Lost::Password) => Failure::Refused(Incorrect),
        Failure::Refused(Lost::Session) => proof::session_ended(),
        Failure::Denied(denied) => Failure::Denied(denied),
        Failure::Fault(fault) => Failure::Fault(fault),
    })?;
    Ok(Output {
        valid_until,
        cookies: session::renew(context, caller).await,
    })
}
