//! Use case: delete one's account.

use entity::UserId;
use secrecy::{ExposeSecret as _, SecretString};

use super::proof::{self, Lost, is_password};
use crate::{
    features::{session, user as users},
    platform::{
        db::transaction,
        failure::{Failure, Outcome},
        identity::Caller,
        op_context::OpContext,
    },
};

/// Why the account stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refused {
    /// The password given is another one.
    CurrentIncorrect,
    /// None was given, and the person has not just proven who they are.
    ReauthenticationRequired,
    /// Nobody would be left to look after the accounts.
    LastAdmin,
}

/// Why the transaction came to nothing.
enum Stopped {
    Lost(Lost),
    LastAdmin,
}

/// Deletes the caller's account with all that hangs on it, and tells its id.
pub(super) async fn delete_account(
    context: &OpContext,
    password: Option<&SecretString>,
) -> Outcome<UserId, Refused> {
    let caller = context.caller().await.map_err(Failure::widen)?;
    let password = password.filter(|password| !password.expose_secret().is_empty());
    prove(context, caller, password).await?;
    let id = caller.user.id;
    let deleted = transaction!(context.app.db, |tx| {
        if let Err(lost) = proof::hold(tx, context, caller).await? {
            return Ok(Err(Stopped::Lost(lost)));
        }
        if users::is_last_admin(tx, id).await? {
            return Ok(Err(Stopped::LastAdmin));
        }
        users::delete(tx, id).await?;
        Ok(Ok(id))
    });
    deleted.map_err(|failure| match failure {
        Failure::Refused(Stopped::LastAdmin) => Failure::Refused(Refused::LastAdmin),
        Failure::Refused(Stopped::Lost(Lost::Password)) if password.is_some() => {
            Failure::Refused(Refused::CurrentIncorrect)
        }
        Failure::Refused(Stopped::Lost(Lost::Password)) => {
            Failure::Refused(Refused::ReauthenticationRequired)
        }
        Failure::Refused(Stopped::Lost(Lost::Session)) => proof::session_ended(),
        Failure::Denied(denied) => Failure::Denied(denied),
        Failure::Fault(fault) => Failure::Fault(fault),
    })
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
        let until = session::stepped_up_until(context, &caller.session);
        (until.is_some(), Refused::ReauthenticationRequired)
    };
    if is_proven {
        Ok(())
    } else {
        Err(Failure::Refused(refused))
    }
}
