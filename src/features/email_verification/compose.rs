//! The letter with the link.

use entity::{one_time_token::Purpose, user};

use super::registration::newest_registration;
use crate::{
    context::App,
    features::{
        mail::{Composed, Letter, Lifetime, NewMail, recipient},
        mailbox,
        one_time_token::NewToken,
        user as users,
    },
    platform::{
        db::{DbResult, Tx},
        failure::{Failed, Fault},
    },
};

/// A token that confirms the address of this user.
pub(super) fn new_token(app: &App, user: &user::Model) -> Result<NewToken, Fault> {
    let bound = mailbox::bound(app, &user.email_key)?;
    Ok(NewToken::new(app, Purpose::Verify, Lifetime::Link.duration())
        .of_user(user.id)
        .bound(bound))
}

/// The link that confirms the address of a new user, with its mail.
#[derive(Debug)]
pub struct VerificationLink {
    token: NewToken,
    mail: NewMail,
}

/// The link for a user who is about to be saved.
pub fn link_to(app: &App, user: &user::Model) -> Result<VerificationLink, Fault> {
    let token = new_token(app, user)?;
    let letter = Letter::ConfirmAddress {
        token: token.secret.text().clone().into(),
    };
    let mail = NewMail::letter(app, Some(user.id), recipient(user), letter)?;
    Ok(VerificationLink { token, mail })
}

impl VerificationLink {
    /// Saves both.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        self.token.save(tx).await?;
        self.mail.save(tx, app).await
    }
}

/// The letter for this address; none if there is nothing to confirm.
pub async fn compose(app: &App, email_key: &str) -> Result<Option<Composed>, Failed> {
    match users::find_by_key(&app.db, email_key).await? {
        Some(user) if user.email_verified_at.is_none() && users::is_open(&user) => {
            let token = new_token(app, &user)?;
            let letter = Letter::ConfirmAddress {
                token: token.secret.text().clone().into(),
            };
            Ok(Some(
                Composed::new(Some(user.id), recipient(&user), letter).with(token),
            ))
        }
        Some(_) => Ok(None),
        None => newest_registration(app, email_key).await,
    }
}
