//! Use case: replace one's password.

use std::fmt;

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use super::proof::{self, Lost, is_password};
use crate::{
    features::{
        password::{Password, PasswordPolicy, Problem},
        session::{self, Tokens},
        user as users,
    },
    platform::{
        clock::Timestamp,
        crypto::PasswordHash,
        db::transaction,
        failure::{Failure, Outcome},
        identity::Caller,
        op_context::OpContext,
    },
};

/// What the person entered.
pub(super) struct Input {
    pub(super) current: Option<SecretString>,
    pub(super) new: SecretString,
    pub(super) keep_other_sessions: bool,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

/// The account after the change.
#[derive(Debug)]
pub(super) struct Output {
    pub(super) user: user::Model,
    /// How many other sessions ended.
    pub(super) ended_sessions: u64,
    /// New cookies, where the session lives in cookies.
    pub(super) cookies: Option<Tokens>,
}

/// One thing that keeps the password as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The present password was left out, and there is one.
    CurrentRequired,
    /// It is not this one.
    CurrentIncorrect,
    /// The account has none, and the person has not just proven who they are.
    ReauthenticationRequired,
    /// The new password was left empty.
    NewRequired,
    /// It may not be chosen.
    New(Problem),
    /// It is the present one.
    Unchanged,
}

/// Replaces the caller's password, and ends their other sessions unless these are to stay.
pub(super) async fn change_password(context: &OpContext, input: Input) -> Outcome<Output, Vec<Refused>> {
    let app = &context.app;
    let caller = context.caller().await.map_err(Failure::widen)?;
    let new = check(context, caller, &input).map_err(Failure::Refused)?;
    prove(context, caller, input.current.as_ref(), &new).await?;
    let hash = app.hasher.hash(new.secret()).await.map_err(Failure::widen)?;
    let now = app.clock.now();
    let ended_sessions = put(context, caller, &hash, input.keep_other_sessions, now).await?;
    let user = user::Model {
        password_hash: Some(hash.as_str().to_owned()),
        updated_at: now.as_millisecond(),
        ..caller.user.clone()
    };
    Ok(Output {
        user,
        ended_sessions,
        cookies: session::renew(context, caller).await,
    })
}

/// What can be said without computing a hash.
fn check(context: &OpContext, caller: &Caller, input: &Input) -> Result<Password, Vec<Refused>> {
    let user = &caller.user;
    let is_given = input
        .current
        .as_ref()
        .is_some_and(|text| !text.expose_secret().is_empty());
    let current = if user.password_hash.is_some() && !is_given {
        Some(Refused::CurrentRequired)
    } else if user.password_hash.is_none() && session::stepped_up_until(context, &caller.session).is_none() {
        Some(Refused::ReauthenticationRequired)
    } else {
        None
    };
    match (check_new(context, user, &input.new), current) {
        (Ok(new), None) => Ok(new),
        (new, current) => Err(current.into_iter().chain(new.err()).collect()),
    }
}

fn check_new(context: &OpContext, user: &user::Model, new: &SecretString) -> Result<Password, Refused> {
    if new.expose_secret().is_empty() {
        return Err(Refused::NewRequired);
    }
    let new = Password::prepare(new.expose_secret()).map_err(Refused::New)?;
    PasswordPolicy::of(&context.app.config)
        .check(&new, &user.email, &user.name)
        .map_err(Refused::New)?;
    Ok(new)
}

/// Sees that the present password is right, and the new one another.
async fn prove(
    context: &OpContext,
    caller: &Caller,
    current: Option<&SecretString>,
    new: &Password,
) -> Outcome<(), Vec<Refused>> {
    let Some(current) = current.filter(|_| caller.user.password_hash.is_some()) else {
        return Ok(());
    };
    if !is_password(context, caller, current)
        .await
        .map_err(Failure::widen)?
    {
        return Err(Failure::Refused(vec![Refused::CurrentIncorrect]));
    }
    let is_same = Password::prepare(current.expose_secret())
        .is_ok_and(|current| current.secret().expose_secret() == new.secret().expose_secret());
    if is_same {
        return Err(Failure::Refused(vec![Refused::Unchanged]));
    }
    Ok(())
}

/// Puts the new hash in place, and ends the other sessions with it; how many there were.
async fn put(
    context: &OpContext,
    caller: &Caller,
    hash: &PasswordHash,
    keep_other_sessions: bool,
    now: Timestamp,
) -> Outcome<u64, Vec<Refused>> {
    let app = &context.app;
    let put = transaction!(app.db, |tx| {
        if let Err(lost) = proof::hold(tx, context, caller).await? {
            return Ok(Err(lost));
        }
        users::set_password(tx, caller.user.id, hash, now.as_millisecond()).await?;
        if keep_other_sessions {
            return Ok(Ok(0));
        }
        Ok(Ok(session::end_others_of(tx, &caller.session, now).await?))
    });
    put.map_err(|failure| match failure {
        Failure::Refused(Lost::Password) => Failure::Refused(vec![Refused::CurrentIncorrect]),
        Failure::Refused(Lost::Session) => proof::session_ended(),
        Failure::Denied(denied) => Failure::Denied(denied),
        Failure::Fault(fault) => Failure::Fault(fault),
    })
}
