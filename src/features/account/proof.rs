//! Proof that the person behind a session is its user.

use entity::user;
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

/// How often a use case begins again when the account changed under its hands.
pub(super) const MAX_TRIES: u32 = 3;

/// Whether `given` is the caller's password. An account without one costs the same work.
pub(super) async fn is_password(
    context: &OpContext,
    caller: &Caller,
    given: &SecretString,
) -> Result<bool, Failed> {
    let account = AccountKey::of_address(&context.app, &caller.user.email_key)?;
    // A text that can be no password is nobody's.
    let password = Password::prepare(given.expose_secret()).ok();
    let attempt = Attempt::begin(context, &account, password.as_ref()).await?;
    Ok(attempt
        .verify(caller.user.password_hash.as_deref())
        .await?
        .matches)
}

/// Whether the person has just proven who they are, in this session.
pub(super) fn is_stepped_up(context: &OpContext, caller: &Caller) -> bool {
    session::stepped_up_until(context, &caller.session).is_some()
}

/// What one try of a use case came to that rests on a proof.
pub(super) enum Tried<T> {
    /// It is done.
    Done(T),
    /// The account has changed since the proof. This is the caller as they are now, to try it with again.
    Again(Box<Caller>),
}

/// What keeps a transaction from doing what the caller asked for.
#[derive(Debug)]
pub(super) enum Lost {
    /// What they proved who they are by is no longer what it was. This is how they stand now: a login may have made
    /// the hash of the same password anew, so it is worth another look.
    Proof(Box<Caller>),
    /// The session was ended, or the account disabled or deleted.
    Session,
}

impl Refusal for Lost {}

/// Takes hold of the caller's account and session until the transaction is through, and gives them as they are now,
/// if the proof `still_holds` for them.
pub(super) async fn hold(
    tx: &Tx,
    context: &OpContext,
    caller: &Caller,
    still_holds: impl Fn(&Caller) -> bool + Send,
) -> Result<Caller, TxError<Lost>> {
    // Everywhere in this order, the account before its sessions, so that two do not wait for each other.
    let user = users::hold(tx, caller.user.id).await?;
    let Some(user) = user.filter(|user| user.status == user::Status::Active) else {
        return Err(Lost::Session.into());
    };
    let Some(session) = session::hold(tx, &caller.session, context.app.clock.now()).await? else {
        return Err(Lost::Session.into());
    };
    let now = Caller {
        user,
        session,
        roles: caller.roles.clone(),
    };
    if still_holds(&now) {
        Ok(now)
    } else {
        Err(Lost::Proof(Box::new(now)).into())
    }
}

/// What such a transaction came to.
pub(super) fn tried<T>(done: Outcome<T, Lost>) -> Result<Tried<T>, Failed> {
    match done {
        Ok(value) => Ok(Tried::Done(value)),
        Err(Failure::Refused(Lost::Proof(now))) => Ok(Tried::Again(now)),
        Err(Failure::Refused(Lost::Session)) => Err(session_ended().into()),
        Err(Failure::Failed(failed)) => Err(failed),
    }
}

/// What to answer to a caller whose session ended on the way.
pub(super) fn session_ended() -> Denied {
    Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked)
}
