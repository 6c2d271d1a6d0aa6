//! Removes all second factors of a user who lost them.

use entity::{session::RevocationReason, user};

use super::{change::void_challenges, factors};
use crate::{
    context::App,
    features::{
        attempt::AccountCounts,
        identity,
        mail::{self, Letter, NewMail, recipient, unnamed},
        notice::{self, FactorNotice},
        one_time_token::NewToken,
        password_reset, session,
    },
    platform::{
        clock::Timestamp,
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// What was done.
#[derive(Debug)]
pub struct Reset {
    /// The user.
    pub user: user::Model,
    /// Whether the user had a factor.
    pub had_factor: bool,
    /// How many sessions ended.
    pub ended_sessions: u64,
    /// Whether a link to set a password is to be mailed: no way to sign in was left.
    pub mails_link: bool,
}

/// The reset, prepared outside the transaction.
#[derive(Debug)]
pub struct FactorReset {
    user: user::Model,
    /// Whether a link can help: the account has no password but a confirmed address, and there is mail.
    may_mail_link: bool,
    link: NewToken,
    mail: NewMail,
    notice: FactorNotice,
    counts: AccountCounts,
    now: Timestamp,
}

impl FactorReset {
    /// That of this user.
    pub fn of(app: &App, user: user::Model) -> Result<Self, Fault> {
        let link = password_reset::new_token(app, &user)?;
        let letter = Letter::ResetPassword {
            token: link.secret.text().clone().into(),
            asker: unnamed(app),
        };
        Ok(Self {
            may_mail_link: user.password_hash.is_none()
                && user.email_verified_at.is_some()
                && mail::is_enabled(app),
            mail: NewMail::letter(app, Some(user.id), recipient(&user), letter)?,
            notice: notice::factors_reset(app, &user)?,
            counts: AccountCounts::of(app, user.id, &user.email_key)?,
            now: app.clock.now(),
            link,
            user,
        })
    }

    /// Removes passkeys, authenticator app and recovery codes of the locked account, and ends all sessions. The link, if
    /// one is to be mailed, is up to the caller.
    pub async fn run(&self, tx: &Tx, app: &App) -> DbResult<Reset> {
        let id = self.user.id;
        let had_factor = factors::is_any(tx, id).await?;
        factors::remove_all(tx, id).await?;
        void_challenges(tx, id, self.now.as_millisecond()).await?;
        self.counts.forget_codes(tx).await?;
        let mails_link =
            had_factor && self.may_mail_link && identity::count_usable(tx, app, id, None).await? == 0;
        if had_factor {
            self.notice.save(tx, app).await?;
        }
        let ended_sessions = session::end_all(tx, id, RevocationReason::MfaChanged, self.now).await?;
        Ok(Reset {
            user: self.user.clone(),
            had_factor,
            ended_sessions,
            mails_link,
        })
    }

    /// Mails a link to set a password.
    pub async fn send_link(&self, tx: &Tx, app: &App) -> DbResult<()> {
        self.link.save(tx).await?;
        self.mail.save(tx, app).await
    }

    /// Writes it to the log. Call it after the commit.
    pub fn log(&self, done: &Reset) {
        if done.had_factor {
            self.notice.log();
        }
    }
}
