//! Use case: prove again who one is.

use secrecy::SecretString;

use super::proof::{self, Lost, MAX_TRIES, Tried, is_password};
use crate::{
    context::{Caller, OpContext},
    features::session::{self, Tokens},
    platform::{
        clock::Timestamp,
        db::transaction,
        failure::{Outcome, Refusal},
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

impl Refusal for Incorrect {}

/// Lets the caller's session do for some minutes what is hard to undo.
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
            Tried::Again(now) => caller = *now,
        }
    }
    // The account changes faster than it can be looked at. Saying no is safe, and the next try may pass.
    Err(Incorrect.into())
}

async fn step_up(context: &OpContext, caller: &Caller) -> Outcome<Timestamp, Lost> {
    let still_holds = |now: &Caller| now.user.password_hash == caller.user.password_hash;
    let _place = session::write_place(context, caller).await;
    transaction!(context.app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds).await?;
        Ok(session::step_up(tx, context, &held.session).await?)
    })
}
