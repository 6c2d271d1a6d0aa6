//! Use case: delete one's account.

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

/// Why the account stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The password given is another one.
    CurrentIncorrect,
    /// None was given, and the person has not just proven who they are.
    ReauthenticationRequired,
    /// Nobody would be left to look after the accounts.
    LastAdmin,
}

impl Refusal for Refused {}

/// Deletes the caller's account with all that hangs on it, and tells its id.
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
            Tried::Again(now) => caller = *now,
        }
    }
    // The account changes faster than it can be looked at. Saying no is safe, and the next try may pass.
    Err(Refused::ReauthenticationRequired.into())
}

/// By the password where it is given, else by an earlier proof.
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

/// Deletes the account unless it is the last administrator's. Whether it did.
async fn delete(context: &OpContext, caller: &Caller, by_password: bool) -> Outcome<bool, Lost> {
    let still_holds = |now: &Caller| {
        if by_password {
            now.user.password_hash == caller.user.password_hash
        } else {
            is_stepped_up(context, now)
        }
    };
    let id = caller.user.id;
    let account = AccountKey::of_address(&context.app, &caller.user.email_key)?;
    let _place = session::write_place(context, caller).await;
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
