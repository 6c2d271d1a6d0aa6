//! Notices about the security of an account, by mail to its proven address.
//!
//! Nobody can switch them off, except those of new sign-ins, and they count in no budget: a thief must not be able to
//! silence them (OWASP ASVS 5.0, 6.3.7).

use entity::{SessionId, UserId, one_time_token::Purpose, session, user};

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

/// A change of the second factors, passkeys or identities of an account, or a sign-in that they stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactorEvent {
    /// The authenticator app was removed.
    TotpDisabled,
    /// A passkey was removed.
    PasskeyRemoved,
    /// The counter of a passkey decreased, so a sign-in with it was refused.
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
    /// Several codes of an authenticator app were wrong: at a sign-in after the right password, or in a session.
    CodesRefused,
    /// An account of another provider was unlinked.
    IdentityUnlinked {
        /// Name of the provider.
        provider: String,
    },
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
            Self::IdentityUnlinked { provider } => Letter::IdentityUnlinked { asker, provider },
        }
    }
}

/// What happened to the second factors or passkeys.
pub fn of_factors(
    context: &OpContext,
    user: &user::Model,
    event: FactorEvent,
) -> Result<FactorNotice, Fault> {
    FactorNotice::new(&context.app, user, event.letter(asker(context)))
}

/// An administrator removed all second factors and passkeys.
pub fn factors_reset(app: &App, user: &user::Model) -> Result<FactorNotice, Fault> {
    FactorNotice::new(app, user, Letter::FactorsReset)
}

/// A line for the log, and a mail if the address is proven.
#[derive(Debug)]
pub struct FactorNotice {
    user: UserId,
    event: &'static str,
    mail: NewMail,
}

impl FactorNotice {
    fn new(app: &App, user: &user::Model, letter: Letter) -> Result<Self, Fault> {
        Ok(Self {
            user: user.id,
            // The kind of a letter is the name of the event.
            event: letter.kind(),
            mail: of(app, user, || letter)?,
        })
    }

    /// Saves the mail. Call it in the transaction that it reports.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        self.mail.save(tx, app).await
    }

    /// Writes the line to the log. Call it after the commit.
    pub fn log(&self) {
        log_factors(self.user, self.event);
    }
}

fn log_factors(user: UserId, event: &'static str) {
    tracing::info!(%user, event, "second factors of an account");
}

/// The account was disabled.
pub fn account_disabled(app: &App, user: &user::Model) -> Result<NewMail, Fault> {
    of(app, user, || Letter::AccountDisabled)
}

/// The account was deleted, or will be.
pub fn account_deleted(app: &App, user: &user::Model) -> Result<NewMail, Fault> {
    of(app, user, || Letter::AccountDeleted)
}

/// The account will be deleted at this time, in milliseconds since 1970, unless its owner keeps it.
pub fn deletion_scheduled(
    app: &App,
    user: &user::Model,
    deletes_at: i64,
    asker: Option<Asker>,
) -> Result<NewMail, Fault> {
    of(app, user, || Letter::DeletionScheduled { deletes_at, asker })
}

/// The account stays.
pub fn deletion_cancelled(context: &OpContext, user: &user::Model) -> Result<NewMail, Fault> {
    let asker = asker(context);
    of(&context.app, user, || Letter::DeletionCancelled { asker })
}

fn of(app: &App, user: &user::Model, letter: impl FnOnce() -> Letter) -> Result<NewMail, Fault> {
    if user.email_verified_at.is_none() {
        return Ok(NewMail::none());
    }
    NewMail::letter(app, Some(user.id), recipient(user), letter())
}

/// A second factor, or another way in, that was added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddedFactor {
    /// An authenticator app.
    Totp,
    /// A passkey.
    Passkey,
    /// An account of another provider: no second factor, but a way in.
    Identity {
        /// Name of the provider.
        provider: String,
    },
}

/// A notice with the token that ends what it reports: a new sign-in, or a factor that was added.
#[derive(Debug)]
pub struct ReportableNotice {
    mail: Option<(NewToken, NewMail)>,
    /// The event for the log, and whose it is.
    event: Option<(&'static str, UserId)>,
}

impl ReportableNotice {
    /// The notice of this new session. None if the person switched these off, or if the account knows device and
    /// network.
    pub fn of_sign_in(
        context: &OpContext,
        user: &user::Model,
        session: &session::Model,
        is_familiar: bool,
    ) -> Result<Self, Fault> {
        if is_familiar || user.sign_in_notices_off_at.is_some() {
            return Ok(Self {
                mail: None,
                event: None,
            });
        }
        let asker = asker(context);
        Self::new(context, user, session.id, session.created_at, |token| {
            Letter::NewSignIn { asker, token }
        })
    }

    /// The notice of a factor that this session added at `since`, in milliseconds since 1970.
    pub fn of_factor(
        context: &OpContext,
        user: &user::Model,
        session: SessionId,
        added: AddedFactor,
        since: i64,
    ) -> Result<Self, Fault> {
        let event = match &added {
            AddedFactor::Totp => "totp_enabled",
            AddedFactor::Passkey => "passkey_added",
            AddedFactor::Identity { .. } => "identity_linked",
        };
        let asker = asker(context);
        let notice = Self::new(context, user, session, since, |token| match added {
            AddedFactor::Totp => Letter::TotpEnabled { asker, token },
            AddedFactor::Passkey => Letter::PasskeyAdded { asker, token },
            AddedFactor::Identity { provider } => Letter::IdentityLinked {
                asker,
                token,
                provider,
            },
        })?;
        Ok(Self {
            event: Some((event, user.id)),
            ..notice
        })
    }

    /// The notice of an identity that the sign-in of this session linked.
    pub fn of_linked(
        context: &OpContext,
        user: &user::Model,
        session: SessionId,
        provider_name: &str,
    ) -> Result<Self, Fault> {
        let provider = provider_name.to_owned();
        let now = context.app.clock.now().as_millisecond();
        Self::of_factor(context, user, session, AddedFactor::Identity { provider }, now)
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
            return Ok(Self {
                mail: None,
                event: None,
            });
        }
        let app = &context.app;
        let mut token = NewToken::new(app, Purpose::SessionReport, Lifetime::Notice.duration())
            .of_user(user.id)
            .bound(session_key(app, session)?)
            .carrying(app, &session.to_string())?;
        token.row.created_at = since;
        let letter = letter(token.secret.text().clone().into());
        let mail = NewMail::letter(app, Some(user.id), recipient(user), letter)?;
        Ok(Self {
            mail: Some((token, mail)),
            event: None,
        })
    }

    /// Saves it. Call it in the transaction that it reports.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        if let Some((token, mail)) = &self.mail {
            token.save(tx).await?;
            mail.save(tx, app).await?;
        }
        Ok(())
    }

    /// Writes a change of the factors to the log. Call it after the commit.
    pub fn log(&self) {
        if let Some((event, user)) = self.event {
            log_factors(user, event);
        }
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
            (
                FactorEvent::IdentityUnlinked {
                    provider: "Google".to_owned(),
                },
                "identity_unlinked",
            ),
        ] {
            assert_eq!(event.letter(asker.clone()).kind(), kind);
        }
    }
}
