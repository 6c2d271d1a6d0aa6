//! Proof that the person behind a session is its user: the password, or a recent reauthentication.
//!
//! It must still hold when it takes effect: the transaction checks account and session again, because both may have
//! changed while a hash was computed.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::{Caller, OpContext},
    features::{
        attempt::{AccountKey, Attempt},
        password::Password,
        session, user as users,
    },
    platform::{
        db::{Tx, TxError},
        failure::{Denied, Failed, Failure, Outcome, Refusal, UnauthenticatedReason},
    },
};

/// Number of tries of a use case, if the account changes meanwhile.
pub const MAX_TRIES: u32 = 3;

/// Whether `given` is the caller's password. An account without one costs the same work.
pub async fn is_password(context: &OpContext, caller: &Caller, given: &SecretString) -> Result<bool, Failed> {
    let account = AccountKey::of_address(&context.app, &caller.user.email_key)?;
    // A text that cannot be a password matches no account.
    let password = Password::prepare(given.expose_secret()).ok();
    let attempt = Attempt::begin(context, &account, password.as_ref()).await?;
    let checked = attempt.verify(caller.user.password_hash.as_deref()).await?;
    checked.succeed().await?;
    Ok(checked.matches())
}

/// Whether the caller's session was recently reauthenticated.
pub fn is_stepped_up(context: &OpContext, caller: &Caller) -> bool {
    session::stepped_up_until(context, &caller.session).is_some()
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// The password given is wrong.
    Incorrect,
    /// No password was given, and the session was not recently reauthenticated.
    Missing,
}

impl Refusal for Unproven {}

/// Proves the caller's identity by the password if one is given, else by an earlier reauthentication.
pub async fn prove(
    context: &OpContext,
    caller: &Caller,
    password: Option<&SecretString>,
) -> Outcome<(), Unproven> {
    let (is_proven, unproven) = match password.filter(|password| !password.expose_secret().is_empty()) {
        Some(password) => (is_password(context, caller, password).await?, Unproven::Incorrect),
        None => (is_stepped_up(context, caller), Unproven::Missing),
    };
    if is_proven { Ok(()) } else { Err(unproven.into()) }
}

/// The result of one try of a use case that needs a proof.
pub enum Tried<T> {
    /// The use case is done.
    Done(T),
    /// The account has changed since the proof. Try again with the caller as they are now.
    Again(Box<Caller>),
}

/// Why a transaction refuses.
#[derive(Debug)]
pub enum Lost {
    /// The proof no longer holds. Try again with the caller as they are now: a login may merely have rehashed the same
    /// password.
    Proof(Box<Caller>),
    /// The session was ended, or the account disabled or deleted.
    Session,
}

impl Refusal for Lost {}

/// Locks the caller's account and session until the transaction ends. Returns both as they are now, if the proof
/// `still_holds` for them.
pub async fn hold(
    tx: &Tx,
    context: &OpContext,
    caller: &Caller,
    still_holds: impl Fn(&Caller) -> bool + Send,
) -> Result<Caller, TxError<Lost>> {
    // Always in this order, the account before its sessions, so that transactions do not deadlock.
    let user = users::hold(tx, caller.user.id).await?;
    let Some(user) = user.filter(users::is_open) else {
        return Err(Lost::Session.into());
    };
    let Some(session) = session::hold(tx, &caller.session, context.app.clock.now()).await? else {
        return Err(Lost::Session.into());
    };
    let current = Caller {
        user,
        session,
        roles: caller.roles.clone(),
    };
    if still_holds(&current) {
        Ok(current)
    } else {
        Err(Lost::Proof(Box::new(current)).into())
    }
}

/// The result of such a transaction.
pub fn tried<T>(done: Outcome<T, Lost>) -> Result<Tried<T>, Failed> {
    match done {
        Ok(value) => Ok(Tried::Done(value)),
        Err(Failure::Refused(Lost::Proof(current))) => Ok(Tried::Again(current)),
        Err(Failure::Refused(Lost::Session)) => Err(session_ended().into()),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}

/// The error for a caller whose session ended meanwhile.
pub fn session_ended() -> Denied {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked)
}
