//! An invitation that is about to be mailed.

use entity::{UserId, one_time_token::Purpose, user};

use super::{carried::Carried, pending::void};
use crate::{
    context::App,
    features::{
        mail::{Letter, Lifetime, NewMail, recipient},
        mailbox,
        one_time_token::NewToken,
    },
    platform::{
        db::{DbResult, Tx},
        failure::Fault,
    },
};

/// A new invitation with its mail.
#[derive(Debug)]
pub struct NewInvitation {
    token: NewToken,
    mail: NewMail,
}

impl NewInvitation {
    /// Invites this user, who gets these roles from this sender; from none on the command line.
    pub fn of(
        app: &App,
        user: &user::Model,
        roles: &[String],
        sender: Option<UserId>,
    ) -> Result<Self, Fault> {
        let carried = Carried {
            roles: roles.to_vec(),
        };
        let token = NewToken::new(app, Purpose::Invitation, Lifetime::Invitation.duration())
            .of_user(user.id)
            .sent_by(sender)
            .bound(mailbox::bound(app, &user.email_key)?)
            .carrying(app, &carried)?;
        let letter = Letter::Invitation {
            token: token.secret.text().clone().into(),
        };
        let mail = NewMail::letter(app, Some(user.id), recipient(user), letter)?;
        Ok(Self { token, mail })
    }

    /// Saves both, and voids the invitations before.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        if let Some(id) = self.token.row.user_id {
            void(tx, id, self.token.row.created_at).await?;
        }
        self.token.save(tx).await?;
        self.mail.save(tx, app).await
    }
}
