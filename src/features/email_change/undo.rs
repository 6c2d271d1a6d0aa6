//! Use case: take a former address back.
//!
//! It undoes everything a thief of the account may have done since: the password, the sessions, every other token and
//! every later change end. It cannot be undone itself.

use entity::{
    one_time_token::{self as token_row, Purpose},
    session::RevocationReason,
    user,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    context::{App, OpContext},
    features::{
        attempt::AccountKey,
        form_receipt,
        mail::{Letter, NewMail, asker, recipient},
        mailbox,
        one_time_token::{self, TokenProblem},
        password_reset, session,
        user::{self as users, EmailAddress, EmailTaken},
    },
    platform::{db::transaction, failure::Outcome},
};

/// What the token of an undo carries.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Undo {
    /// The former address as typed.
    pub(super) email: String,
}

/// What an undo would do, or did.
#[derive(Debug, Clone)]
pub struct Undone {
    /// The former address.
    pub former: String,
    /// The address that it replaces.
    pub current: String,
}

/// What the link would do. Consumes nothing.
pub async fn look_at_undo(context: &OpContext, secret: &SecretString) -> Outcome<Undone, TokenProblem> {
    let (_, user, former) = find(&context.app, secret).await?;
    Ok(Undone {
        former: former.display().to_owned(),
        current: user.email,
    })
}

/// Gives the account its former address back, and mails a link there that sets a new password.
pub async fn undo(context: &OpContext, secret: &SecretString) -> Outcome<Undone, TokenProblem> {
    let app = &context.app;
    let (token, user, former) = find(app, secret).await?;
    let account = AccountKey::of_address(app, former.key())?;
    let address = mailbox::bound(app, former.key())?;
    let now = app.clock.now();
    let millis = now.as_millisecond();
    let restored = user::Model {
        email: former.display().to_owned(),
        email_key: former.key().to_owned(),
        email_verified_at: Some(millis),
        ..user.clone()
    };
    let reset = password_reset::new_token(app, &restored)?;
    let letter = Letter::AddressRestored {
        token: reset.secret.text().clone().into(),
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(&restored), letter)?;
    // After two changes, the address in between can be a thief's, and the present one the owner's.
    let farewell = match user.email_verified_at {
        Some(_) => {
            let letter = Letter::AddressChangedForGood {
                asker: asker(context),
            };
            NewMail::letter(app, Some(user.id), recipient(&user), letter)?
        }
        None => NewMail::none(),
    };
    transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.ok_or(TokenProblem::Invalid)?;
        if !one_time_token::claim(tx, &token, millis).await? {
            return Err(TokenProblem::Invalid.into());
        }
        // The address is kept for this account, so nobody else has it.
        users::set_email(tx, held.id, &former, millis)
            .await
            .map_err(|error| error.map(|EmailTaken| TokenProblem::Invalid))?;
        // With the reservations of later changes, whose undos end with this one.
        users::release_addresses_since(tx, held.id, token.expires_at).await?;
        users::remove_password(tx, held.id, millis).await?;
        users::set_deletion(tx, held.id, None, millis).await?;
        session::end_all(tx, held.id, RevocationReason::EmailChanged, now).await?;
        one_time_token::void_all_of(tx, held.id, &address, millis).await?;
        one_time_token::void_undos_since(tx, held.id, token.created_at, millis).await?;
        mailbox::distrust(tx, held.id, &account).await?;
        reset.save(tx).await?;
        mail.save(tx, app).await?;
        farewell.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(Undone {
        former: former.display().to_owned(),
        current: user.email,
    })
}

async fn find(
    app: &App,
    secret: &SecretString,
) -> Outcome<(token_row::Model, user::Model, EmailAddress), TokenProblem> {
    let token = one_time_token::find(app, &[Purpose::Undo], secret).await?;
    let user = match token.user_id {
        Some(id) => users::find(&app.db, id).await?,
        None => None,
    };
    let user = user.ok_or(TokenProblem::Invalid)?;
    let undo: Undo = one_time_token::payload(app, &token)?;
    let former = EmailAddress::parse(&undo.email).map_err(|_| TokenProblem::Invalid)?;
    Ok((token, user, former))
}
