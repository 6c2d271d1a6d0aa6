//! The letter with the link.

use entity::{one_time_token::Purpose, user};

use crate::{
    context::App,
    features::{
        audit::{EventKind, Requester},
        mail::{Asker, Composed, Letter, Lifetime, recipient},
        mailbox,
        one_time_token::NewToken,
        user as users,
    },
    platform::failure::{Failed, Fault},
};

/// A token that sets a new password for this user.
pub fn new_token(app: &App, user: &user::Model) -> Result<NewToken, Fault> {
    let bound = mailbox::bound(app, &user.email_key)?;
    Ok(NewToken::new(app, Purpose::Reset, Lifetime::Link.duration())
        .of_user(user.id)
        .bound(bound))
}

/// The letter for this address, and the event that it was requested; none if it has no account that could sign in.
pub async fn compose(
    app: &App,
    email_key: &str,
    asker: Asker,
    requester: Requester,
) -> Result<Option<Composed>, Failed> {
    let Some(user) = users::find_by_key(&app.db, email_key)
        .await?
        .filter(users::is_open)
    else {
        return Ok(None);
    };
    let token = new_token(app, &user)?;
    let letter = Letter::ResetPassword {
        token: token.secret.text().clone().into(),
        asker,
    };
    Ok(Some(
        Composed::new(Some(user.id), recipient(&user), letter)
            .with(token)
            .recording(EventKind::PasswordResetRequested, requester),
    ))
}
