//! Notices about the security of an account, by mail to its proven address.
//!
//! Nobody can switch them off, except those of new sign-ins, and they count in no budget: a thief must not be able to
//! silence them (OWASP ASVS 5.0, 6.3.7).

use entity::{SessionId, one_time_token::Purpose, session, user};

use crate::{
    context::{App, OpContext},
    features::{
        mail::{Asker, Letter, Lifetime, NewMail, Secret, asker, recipient},
        one_time_token::{NewToken, bound_to},
    },
    platform::{
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// The password was changed or reset.
pub fn password_changed(context: &OpContext, user: &user::Model) -> Result<NewMail, Fault> {
    let asker = asker(context);
    of(&context.app, user, || Letter::PasswordChanged { asker })
}

/// A used refresh token came back.
pub fn token_reused(context: &OpContext, user: &user::Model) -> Result<NewMail, Fault> {
    let asker = asker(context);
    of(&context.app, user, || Letter::TokenReused { asker })
}

/// A change of the second factors or passkeys of an account, or a sign-in that they stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactorEvent {
    /// The authenticator app was removed.
    TotpDisabled,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The counter of a passkey went back, so a sign-in with it was refused.
    PasskeyRefused,
    /// The recovery codes were replaced.
    RecoveryCodesReplaced,
    /// A recovery code was used.
    RecoveryCodeUsed {
        /// The number of unused codes.
        remaining: u64,
    },
    /// The password was removed; passkeys remain.
    PasswordRemoved,
    /// The password or a mailed code was right, and then several codes of an authenticator app were wrong.
    CodesRefused,
}

impl FactorEvent {
    fn letter(self, asker: Asker) -> Letter {
        match self {
            Self::TotpDisabled => Letter::TotpDisabled { asker },
            Self::PasskeyRemoved => Letter::PasskeyRemoved { asker },
            Self::PasskeyRefused => Letter::PasskeyRefused { asker },
            Self::RecoveryCodesReplaced => Letter::RecoveryCodesReplaced { asker },
            Self::RecoveryCodeUsed { remaining } => Letter::RecoveryCodeUsed { asker, remaining },
            Self::PasswordRemoved => Letter::PasswordRemoved { asker },
            Self::CodesRefused => Letter::CodesRefused { asker },
        }
    }
}

/// What happened to the second factors or passkeys. Logs it, too, even if nobody gets a mail.
pub fn of_factors(context: &OpContext, user: &user::Model, event: FactorEvent) -> Result<NewMail, Fault> {
    let letter = event.letter(asker(context));
    log_factors(user, &letter);
    of(&context.app, user, || letter)
}

/// An administrator removed all second factors and passkeys. Logs it, too, even if nobody gets a mail.
pub fn factors_reset(app: &App, user: &user::Model) -> Result<NewMail, Fault> {
    log_factors(user, &Letter::FactorsReset);
    of(app, user, || Letter::FactorsReset)
}

/// The audit line. The kind of a letter is the name of the event.
fn log_factors(user: &user::Model, letter: &Letter) {
    tracing::info!(user = %user.id, event = letter.kind(), "second factors of an account");
}

/// The account was disabled.
pub fn account_disabled(app: &App, user: &user::Model) -> Result<NewMail, Fault> {
    of(app, user, || Letter::AccountDisabled)
}

/// The account was deleted, or will be.
pub fn account_deleted(app: &App, user: &user::Model) -> Result<NewMail, Fault> {
    of(app, user, || Letter::AccountDeleted)
}

fn of(app: &App, user: &user::Model, letter: impl FnOnce() -> Letter) -> Result<NewMail, Fault> {
    if user.email_verified_at.is_none() {
        return Ok(NewMail::none());
    }
    NewMail::letter(app, Some(user.id), recipient(user), letter())
}

/// A second factor that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddedFactor {
    /// An authenticator app.
    Totp,
    /// A passkey.
    Passkey,
}

/// A notice with the token that ends what it reports: a new sign-in, or a factor that was added.
#[derive(Debug)]
pub struct ReportableNotice(Option<(NewToken, NewMail)>);

impl ReportableNotice {
    /// No notice.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The notice of this new session, unless the person switched these off.
    pub fn of_sign_in(
        context: &OpContext,
        user: &user::Model,
        session: &session::Model,
    ) -> Result<Self, Fault> {
        if user.sign_in_notices_off_at.is_some() {
            return Ok(Self::none());
        }
        let asker = asker(context);
        Self::new(context, user, session.id, session.created_at, |token| {
            Letter::NewSignIn { asker, token }
        })
    }

    /// The notice of a factor that this session added at `since`, in milliseconds since 1970. Logs it, too, even if nobody
    /// gets a mail.
    pub fn of_factor(
        context: &OpContext,
        user: &user::Model,
        session: SessionId,
        added: AddedFactor,
        since: i64,
    ) -> Result<Self, Fault> {
        let event = match added {
            AddedFactor::Totp => "totp_enabled",
            AddedFactor::Passkey => "passkey_added",
        };
        tracing::info!(user = %user.id, event, "second factors of an account");
        let asker = asker(context);
        Self::new(context, user, session, since, |token| match added {
            AddedFactor::Totp => Letter::TotpEnabled { asker, token },
            AddedFactor::Passkey => Letter::PasskeyAdded { asker, token },
        })
    }

    /// The token ends the session and the factors that were added at `since` or later.
    fn new(
        context: &OpContext,
        user: &user::Model,
        session: SessionId,
        since: i64,
        letter: impl FnOnce(Secret) -> Letter,
    ) -> Result<Self, Fault> {
        if user.email_verified_at.is_none() {
            return Ok(Self::none());
        }
        let app = &context.app;
        let mut token = NewToken::new(app, Purpose::SessionReport, Lifetime::Notice.duration())
            .of_user(user.id)
            .bound(session_key(app, session)?)
            .carrying(app, &session.to_string())?;
        token.row.created_at = since;
        let letter = letter(token.secret.text().clone().into());
        let mail = NewMail::letter(app, Some(user.id), recipient(user), letter)?;
        Ok(Self(Some((token, mail))))
    }

    /// Saves it, in the transaction of what it reports.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        if let Some((token, mail)) = &self.0 {
            token.save(tx).await?;
            mail.save(tx, app).await?;
        }
        Ok(())
    }
}

/// What the token of a notice is bound to.
pub fn session_key(app: &App, id: SessionId) -> Result<String, Fault> {
    bound_to(app, &["session", &id.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_event_has_a_letter_of_its_own_name() {
        let asker = Asker {
            device: None,
            network: None,
            at: 0,
        };
        for (event, kind) in [
            (FactorEvent::TotpDisabled, "totp_disabled"),
            (FactorEvent::PasskeyRemoved, "passkey_removed"),
            (FactorEvent::PasskeyRefused, "passkey_refused"),
            (FactorEvent::RecoveryCodesReplaced, "recovery_codes_replaced"),
            (
                FactorEvent::RecoveryCodeUsed { remaining: 3 },
                "recovery_code_used",
            ),
            (FactorEvent::PasswordRemoved, "password_removed"),
            (FactorEvent::CodesRefused, "codes_refused"),
        ] {
            assert_eq!(event.letter(asker.clone()).kind(), kind);
        }
    }
}
