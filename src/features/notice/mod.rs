//! Notices about the security of an account, by mail to its proven address.
//!
//! Nobody can switch them off, except those of new sign-ins, and they count in no budget: a thief must not be able to
//! silence them (OWASP ASVS 5.0, 6.3.7).

use entity::{SessionId, one_time_token::Purpose, session, user};

use crate::{
    context::{App, OpContext},
    features::{
        mail::{Asker, Letter, Lifetime, NewMail, asker, recipient},
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

/// The notice of a new sign-in, with the token that ends it.
#[derive(Debug)]
pub struct SignInNotice(Option<(NewToken, NewMail)>);

impl SignInNotice {
    /// No notice.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The notice of this new session, unless the person switched these off.
    pub fn new(context: &OpContext, user: &user::Model, session: &session::Model) -> Result<Self, Fault> {
        if user.email_verified_at.is_none() || user.sign_in_notices_off_at.is_some() {
            return Ok(Self::none());
        }
        let app = &context.app;
        let token = NewToken::new(app, Purpose::SessionReport, Lifetime::Notice.duration())
            .of_user(user.id)
            .bound(session_key(app, session.id)?)
            .carrying(app, &session.id.to_string())?;
        let asker: Asker = asker(context);
        let letter = Letter::NewSignIn {
            asker,
            token: token.secret.text().clone().into(),
        };
        let mail = NewMail::letter(app, Some(user.id), recipient(user), letter)?;
        Ok(Self(Some((token, mail))))
    }

    /// Saves it, in the transaction of the sign-in.
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
