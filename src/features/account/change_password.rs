//! Use case: change the password.

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::{Caller, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        form_receipt, mfa, notice,
        one_time_token::{self, Purpose},
        password::{Password, PasswordPolicy, Problem},
        proof::{self, Lost, MAX_TRIES, Tried, is_password, step_up},
        session::{self, Tokens},
        user as users,
    },
    platform::{
        crypto::{Asker, PasswordHash},
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// What the person entered.
#[derive(Debug)]
pub struct Input {
    /// The current password.
    pub current: Option<SecretString>,
    /// The new one.
    pub new: SecretString,
    /// Whether the other sessions stay signed in.
    pub keep_other_sessions: bool,
}

/// The account after the change.
#[derive(Debug)]
pub struct Output {
    /// The account.
    pub user: user::Model,
    /// How many other sessions ended.
    pub ended_sessions: u64,
    /// New cookies, if the session uses cookies.
    pub cookies: Option<Tokens>,
}

/// One reason why the password was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The account has a password, and the current one was not given.
    CurrentRequired,
    /// The current password given is wrong.
    CurrentIncorrect,
    /// The account has no password, or a second factor, and the session was not recently reauthenticated.
    ReauthenticationRequired,
    /// The new password is empty.
    NewRequired,
    /// The new password breaks a rule.
    New(Problem),
    /// The new password is the current one.
    Unchanged,
}

impl Refusal for Refused {}

/// Changes the caller's password, and ends their other sessions unless `keep_other_sessions` is set.
pub async fn change_password(context: &OpContext, input: Input) -> Outcome<Output, Vec<Refused>> {
    // Count first: a refusal must cost the database nothing.
    session::count_revocation(context, context.caller().await?).await?;
    let mut caller = context.fresh_caller().await?;
    for _ in 0..MAX_TRIES {
        match try_once(context, &caller, &input).await? {
            Tried::Done(output) => return Ok(output),
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(vec![Refused::CurrentIncorrect].into())
}

/// One try.
async fn try_once(
    context: &OpContext,
    caller: &Caller,
    input: &Input,
) -> Outcome<Tried<Output>, Vec<Refused>> {
    let app = &context.app;
    let has_factor = mfa::Factors::of(app, caller.user.id).await?.is_any();
    let new = check(context, caller, input, has_factor)?;
    prove(context, caller, input.current.as_ref(), &new).await?;
    // The caller has just proven their identity, and must not queue behind strangers who guess passwords.
    let hash = app.hasher.hash(Asker::Known, new.secret()).await?;
    let stored = store(context, caller, &hash, input.keep_other_sessions).await;
    let (user, ended_sessions) = match proof::tried(stored)? {
        Tried::Done(done) => done,
        Tried::Again(current) => return Ok(Tried::Again(current)),
    };
    Ok(Tried::Done(Output {
        user,
        ended_sessions,
        cookies: session::renew(context, caller).await,
    }))
}

/// The checks that need no hash.
fn check(
    context: &OpContext,
    caller: &Caller,
    input: &Input,
    has_factor: bool,
) -> Result<Password, Vec<Refused>> {
    let user = &caller.user;
    let is_given = input
        .current
        .as_ref()
        .is_some_and(|text| !text.expose_secret().is_empty());
    let current = if user.password_hash.is_some() && !is_given {
        Some(Refused::CurrentRequired)
    } else if (has_factor || user.password_hash.is_none()) && step_up(context, caller).is_none() {
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

/// Checks that the current password is right, and that the new one differs.
async fn prove(
    context: &OpContext,
    caller: &Caller,
    current: Option<&SecretString>,
    new: &Password,
) -> Outcome<(), Vec<Refused>> {
    let Some(current) = current.filter(|_| caller.user.password_hash.is_some()) else {
        return Ok(());
    };
    if !is_password(context, caller, current).await? {
        return Err(vec![Refused::CurrentIncorrect].into());
    }
    let is_same = Password::prepare(current.expose_secret())
        .is_ok_and(|current| current.secret().expose_secret() == new.secret().expose_secret());
    if is_same {
        return Err(vec![Refused::Unchanged].into());
    }
    Ok(())
}

/// Stores the new hash and ends the other sessions in one transaction. Returns the changed account and how many
/// sessions ended.
async fn store(
    context: &OpContext,
    caller: &Caller,
    hash: &PasswordHash,
    keep_other_sessions: bool,
) -> Outcome<(user::Model, u64), Lost> {
    let app = &context.app;
    let now = app.clock.now();
    let still_holds = |current: &Caller| {
        current.user.password_hash == caller.user.password_hash
            && (current.user.password_hash.is_some() || step_up(context, current).is_some())
    };
    let notice = notice::password_changed(context, &caller.user)?;
    let event = NewEvent::by_caller(context, EventKind::PasswordChanged, caller);
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(app.db, |tx| {
        let held = proof::hold(tx, context, caller, still_holds).await?;
        if step_up(context, &held).is_none() && mfa::is_any(tx, held.user.id).await? {
            return Err(Lost::Proof(Box::new(held)).into());
        }
        users::set_password(tx, held.user.id, hash, now.as_millisecond()).await?;
        let ended = if keep_other_sessions {
            session::forget_step_ups_of_others(tx, &held.session).await?;
            0
        } else {
            session::end_others_of(tx, &held.session, now).await?
        };
        // What began with the old password ends with it.
        one_time_token::void_of(tx, held.user.id, &[Purpose::Reset], now.as_millisecond()).await?;
        mfa::void_challenges(tx, held.user.id, now.as_millisecond()).await?;
        notice.save(tx, app).await?;
        let event = event.clone().detail("sessions", &ended.to_string());
        event.save(tx).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        let user = user::Model {
            password_hash: Some(hash.as_str().to_owned()),
            updated_at: now.as_millisecond(),
            ..held.user
        };
        Ok((user, ended))
    })
}
