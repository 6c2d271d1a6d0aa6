//! Proof that the person behind a session is its user: a recent reauthentication, or the password of an account without
//! a second factor. docs/decisions/0016-step-up.md has the table of actions and proofs.
//!
//! It must still hold when it takes effect: the transaction checks account and session again, because both may have
//! changed while a hash was computed.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::{AuthMethod, Caller, OpContext},
    features::{
        attempt::{AccountKey, Attempt},
        audit::{self, SignInRefusal},
        mfa,
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
    if !checked.matches() {
        audit::note_refused(context, Some(caller.user.id), SignInRefusal::Reauthentication);
    }
    Ok(checked.matches())
}

/// What proved the caller's identity in their step-up; none if token and session have none.
pub fn step_up(context: &OpContext, caller: &Caller) -> Option<AuthMethod> {
    session::step_up(context, &caller.session)
}

/// What is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// The password given is wrong.
    Incorrect,
    /// Nothing was given that suffices for this account, and the session was not recently reauthenticated.
    Missing,
}

impl Refusal for Unproven {}

/// What proves that the caller is the user.
#[derive(Clone, PartialEq, Eq)]
pub enum Proven {
    /// The password with this hash, of an account without a second factor.
    Password(Option<String>),
    /// A step-up.
    StepUp,
}

/// Without the hash.
impl fmt::Debug for Proven {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Password(_) => "Password",
            Self::StepUp => "StepUp",
        })
    }
}

/// Proves the caller's identity by the password if one is given and the account has no second factor, else by an
/// earlier reauthentication. With a second factor, a password alone proves nothing.
pub async fn prove(
    context: &OpContext,
    caller: &Caller,
    password: Option<&SecretString>,
) -> Outcome<Proven, Unproven> {
    let given = password.filter(|password| !password.expose_secret().is_empty());
    let has_factor = mfa::Factors::of(&context.app, caller.user.id).await?.is_any();
    let Some(password) = given.filter(|_| !has_factor) else {
        return match step_up(context, caller) {
            Some(_) => Ok(Proven::StepUp),
            None => Err(Unproven::Missing.into()),
        };
    };
    if is_password(context, caller, password).await? {
        Ok(Proven::Password(caller.user.password_hash.clone()))
    } else {
        Err(Unproven::Incorrect.into())
    }
}

impl Proven {
    /// Locks the caller's account and session as [`hold`] does, if this still proves who they are.
    pub async fn hold(&self, tx: &Tx, context: &OpContext, caller: &Caller) -> Result<Caller, TxError<Lost>> {
        let still_holds = |current: &Caller| match self {
            Self::Password(hash) => current.user.password_hash == *hash,
            Self::StepUp => step_up(context, current).is_some(),
        };
        let held = hold(tx, context, caller, still_holds).await?;
        if matches!(self, Self::Password(_)) && mfa::is_any(tx, held.user.id).await? {
            return Err(Lost::Proof(Box::new(held)).into());
        }
        Ok(held)
    }
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

/// Why a transaction refuses that needs a proof.
#[derive(Debug)]
pub enum NotSaved<R> {
    /// The proof no longer holds, or the session has ended.
    Lost(Lost),
    /// The use case refuses.
    Refused(R),
}

impl<R> Refusal for NotSaved<R> {}

/// The result of such a transaction; `unproven` if the proof no longer holds.
pub fn saved<T, R: Refusal>(done: Outcome<T, NotSaved<R>>, unproven: R) -> Outcome<T, R> {
    let not_saved = match done {
        Ok(value) => return Ok(value),
        Err(failure) => failure.refusal()?,
    };
    Err(match not_saved {
        NotSaved::Refused(refused) => refused.into(),
        NotSaved::Lost(Lost::Proof(_)) => unproven.into(),
        NotSaved::Lost(Lost::Session) => session_ended().into(),
    })
}

/// The error for a caller whose session ended meanwhile.
pub fn session_ended() -> Denied {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked)
}
