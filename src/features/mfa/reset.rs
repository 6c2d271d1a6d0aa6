//! Use case of the operator: remove all second factors of a user who lost them.

use entity::{session::RevocationReason, user};

use super::{change::VOIDED, factors};
use crate::{
    context::App,
    features::{
        attempt::{self, AccountKey},
        mail::{self, Asker, Letter, NewMail, recipient},
        notice, one_time_token, password_reset, session,
        user::{self as users, UserReference},
    },
    platform::{
        db::transaction,
        failure::{Outcome, Refusal},
    },
};

/// There is no such user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotFound;

impl Refusal for NotFound {}

/// What was done.
#[derive(Debug)]
pub struct Reset {
    /// The user.
    pub user: user::Model,
    /// How many sessions ended.
    pub ended_sessions: u64,
    /// Whether a link to set a password is mailed: no way to sign in was left.
    pub mails_link: bool,
}

/// Removes passkeys, authenticator app and recovery codes, and ends all sessions. If no way to sign in is left, a link to
/// set a password is mailed.
pub async fn reset(app: &App, whom: &UserReference) -> Outcome<Reset, NotFound> {
    let found = users::find_referenced(app, whom).await;
    let user = found.map_err(|failure| failure.map(|_| NotFound))?;
    let mails_link = user.password_hash.is_none() && mail::is_enabled(app);
    let link = password_reset::new_token(app, &user)?;
    let letter = Letter::ResetPassword {
        token: link.secret.text().clone().into(),
        asker: Asker {
            device: None,
            network: None,
            at: app.clock.now().as_millisecond(),
        },
    };
    let mail = if mails_link {
        NewMail::letter(app, Some(user.id), recipient(&user), letter)?
    } else {
        NewMail::none()
    };
    let notice = notice::factors_reset(app, &user)?;
    let codes = AccountKey::of_codes(app, user.id)?;
    let now = app.clock.now();
    let ended_sessions = transaction!(app.db, |tx| {
        users::hold(tx, user.id).await?.ok_or(NotFound)?;
        factors::remove_all(tx, user.id).await?;
        one_time_token::void_of(tx, user.id, &VOIDED, now.as_millisecond()).await?;
        attempt::forget(tx, &codes).await?;
        if mails_link {
            link.save(tx).await?;
        }
        notice.save(tx, app).await?;
        mail.save(tx, app).await?;
        Ok(session::end_all(tx, user.id, RevocationReason::MfaChanged, now).await?)
    })?;
    tracing::info!(user = %user.id, event = "mfa_reset", "second factors changed");
    Ok(Reset {
        user,
        ended_sessions,
        mails_link,
    })
}
