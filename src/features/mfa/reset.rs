//! Use case of the operator: remove all second factors of a user who lost them.

use entity::{session::RevocationReason, user};

use super::{change::void_challenges, factors};
use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        identity,
        mail::{self, Asker, Letter, NewMail, recipient},
        notice, password_reset, session,
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
    /// Whether the user had a factor.
    pub had_factor: bool,
    /// How many sessions ended.
    pub ended_sessions: u64,
    /// Whether a link to set a password is mailed: no way to sign in was left.
    pub mails_link: bool,
}

/// Removes passkeys, authenticator app and recovery codes, and ends all sessions. If no way to sign in is left, a link
/// to set a password is mailed.
pub async fn reset(app: &App, whom: &UserReference) -> Outcome<Reset, NotFound> {
    let found = users::find_referenced(app, whom).await;
    let user = found.map_err(|failure| failure.map(|_| NotFound))?;
    let may_mail_link = user.password_hash.is_none() && mail::is_enabled(app);
    let link = password_reset::new_token(app, &user)?;
    let letter = Letter::ResetPassword {
        token: link.secret.text().clone().into(),
        asker: Asker {
            device: None,
            network: None,
            at: app.clock.now().as_millisecond(),
        },
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(&user), letter)?;
    let notice = notice::factors_reset(app, &user)?;
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let now = app.clock.now();
    let (had_factor, ended_sessions, mails_link) = transaction!(app.db, |tx| {
        users::hold(tx, user.id).await?.ok_or(NotFound)?;
        let had_factor = factors::is_any(tx, user.id).await?;
        factors::remove_all(tx, user.id).await?;
        void_challenges(tx, user.id, now.as_millisecond()).await?;
        counts.forget_codes(tx).await?;
        let mails_link = may_mail_link && identity::count_usable(tx, app, user.id, None).await? == 0;
        if mails_link {
            link.save(tx).await?;
            mail.save(tx, app).await?;
        }
        if had_factor {
            notice.save(tx, app).await?;
        }
        let ended = session::end_all(tx, user.id, RevocationReason::MfaChanged, now).await?;
        Ok((had_factor, ended, mails_link))
    })?;
    if had_factor {
        notice.log();
    }
    Ok(Reset {
        user,
        had_factor,
        ended_sessions,
        mails_link,
    })
}
