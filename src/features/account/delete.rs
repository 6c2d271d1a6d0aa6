//! Use case: delete one's account.

use entity::UserId;
use secrecy::{ExposeSecret as _, SecretString};

use super::proof::{self, Lost, TRIES, is_password, is_stepped_up};
use crate::{
    features::{
        attempt::{self, AccountKey},
        form_receipt, session, user as users,
    },
    platform::{
        db::transaction,
        failure::{Failure, Outcome},
        identity::Caller,
        op_context::OpContext,
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

/// Deletes the caller's account with all that hangs on it, and tells its id.
pub async fn delete_account(
    context: &OpContext,
    password: Option<&SecretString>,
) -> Outcome<UserId, Refused> {
    let mut caller = (*context.present_caller().await.map_err(Failure::widen)?).clone();
    let password = password.filter(|password| !password.expose_secret().is_empty());
    for _ in 0..TRIES {
        prove(context, &caller, password).await?;
        match proof::outcome(delete(context, &caller, password.is_some()).await)? {
            Ok(deleted) => return deleted.map_err(Failure::Refused),
            Err(now) => caller = now,
        }
    }
    // The account changes faster than it can be looked at. Saying no is safe, and the next try may pass.
    Err(Failure::Refused(Refused::ReauthenticationRequired))
}

/// By the password where it is given, else by an earlier proof.
async fn prove(
    context: &OpContext,
    caller: &Caller,
    password: Option<&SecretString>,
) -> Outcome<(), Refused> {
    let (is_proven, refused) = if let Some(password) = password {
        let is_right = is_password(context, caller, password).await;
        (is_right.map_err(Failure::widen)?, Refused::CurrentIncorrect)
    } else {
        (is_stepped_up(context, caller), Refused::ReauthenticationRequired)
    };
    if is_proven {
        Ok(())
    } else {
        Err(Failure::Refused(refused))
    }
}

async fn delete(
    context: &OpContext,
    caller: &Caller,
    by_password: bool,
) -> Outcome<Result<UserId, Refused>, Lost> {
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
        if let Err(lost) = proof::hold(tx, context, caller, still_holds).await? {
            return Ok(Err(lost));
        }
        if users::is_last_admin(tx, id).await? {
            return Ok(Ok(Err(Refused::LastAdmin)));
        }
        users::delete(tx, id).await?;
        attempt::forget(tx, &account).await?;
        form_receipt::save(tx, context, caller.session.id).await?;
        Ok(Ok(Ok(id)))
    })
}
