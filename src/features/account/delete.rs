//! Use case: delete one's own account.

use entity::UserId;
use secrecy::{ExposeSecret as _, SecretString};

use super::proof::{self, Lost, MAX_TRIES, Tried, is_password, is_stepped_up};
use crate::{
    context::{Caller, OpContext},
    features::{
        attempt::{self, AccountKey},
        form_receipt, session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// Why the account was not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The password given is wrong.
    CurrentIncorrect,
    /// No password was given, and the session was not recently reauthenticated.
    ReauthenticationRequired,
    /// The caller is the last administrator.
    LastAdmin,
}

impl Refusal for Refused {}

/// Deletes the caller's account with everything that belongs to it. Returns its id.
pub async fn delete_account(
    context: &OpContext,
    password: Option<&SecretString>,
) -> Outcome<UserId, Refused> {
    let mut caller = context.fresh_caller().await?;
    let password = password.filter(|password| !password.expose_secret().is_empty());
    for _ in 0..MAX_TRIES {
        prove(context, &caller, password).await?;
        match proof::tried(delete(context, &caller, password.is_some()).await)? {
            Tried::Done(true) => return Ok(caller.user.id),
            Tried::Done(false) => return Err(Refused::LastAdmin.into()),
            Tried::Again(current) => caller = *current,
        }
    }
    // The account changed during every try. Refusing is safe, and the next request may succeed.
    Err(Refused::ReauthenticationRequired.into())
}

/// Proves the caller's identity by the password if given, else by an earlier reauthentication.
async fn prove(
    context: &OpContext,
    caller: &Caller,
    password: Option<&SecretString>,
) -> Outcome<(), Refused> {
    let (is_proven, refused) = if let Some(password) = password {
        let is_right = is_password(context, caller, password).await?;
        (is_right, Refused::CurrentIncorrect)
    } else {
        (is_stepped_up(context, caller), Refused::ReauthenticationRequired)
    };
    if is_proven { Ok(()) } else { Err(refused.into()) }
}

/// Deletes the account unless it is the last administrator's. Returns whether it did.
async fn delete(context: &OpContext, caller: &Caller, by_password: bool) -> Outcome<bool, Lost> {
    let still_holds = |current: &Caller| {
        if by_password {
            current.user.password_hash == caller.user.password_hash
        } else {
            is_stepped_up(context, current)
        }
    };
    let id = caller.user.id;
    let account = AccountKey::of_address(&context.app, &caller.user.email_key)?;
    let _permit = session::transaction_permit(context, caller).await;
    transaction!(context.app.db, |tx| {
        proof::hold(tx, context, caller, still_holds).await?;
        if users::is_last_admin(tx, id).await? {
            return Ok(false);
        }
        users::delete(tx, id).await?;
        attempt::forget(tx, &account).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(true)
    })
}
