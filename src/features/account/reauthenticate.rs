//! Use case: prove one's identity again.

use secrecy::SecretString;

use crate::features::proof::{self, Lost, MAX_TRIES, Tried, is_password};
use crate::{
    context::{Caller, OpContext},
    features::session::{self, Tokens},
    platform::{
        clock::Timestamp,
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// The result of a successful proof.
#[derive(Debug)]
pub(super) struct Output {
    /// When the proof expires.
    pub(super) valid_until: Timestamp,
    /// New cookies, if the session uses cookies.
    pub(super) cookies: Option<Tokens>,
}

/// The password is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Incorrect;

impl Refusal for Incorrect {}

/// Allows the caller's session sensitive changes for some minutes.
pub(super) async fn reauthenticate(
    context: &OpContext,
    password: &SecretString,
) -> Outcome<Output, Incorrect> {
    let mut caller = context.fresh_caller().await?;
    for _ in 0..MAX_TRIES {
        if !is_password(context, &caller, password).await? {
            return Err(Incorrect.into());
        }
        match proof::tried(step_up(context, &caller).await)? {
            Tried::Done(valid_until) => {
                return Ok(Output {
                    valid_until,
                    cookies: session::renew(context, &caller).await,
                });
            }
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Incorrect.into())
}

async fn step_up(context: &OpContext, caller: &Caller) -> Outcome<Timestamp, Lost> {
    let still_holds = |current: &Caller| current.user.password_hash == caller.user.password_hash;
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(context.app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds).await?;
        Ok(session::step_up(tx, context, &held.session).await?)
    })
}
