//! Use case: ask for a code and a link.

use entity::one_time_token::Purpose;
use secrecy::SecretString;

use super::challenge::{Challenge, Link, MAX_ATTEMPTS, link_key};
use crate::{
    context::OpContext,
    features::{
        form_receipt,
        mail::{self, Lifetime, Lookup, MailPurpose, NewMail, NotRequested, asker},
        mailbox,
        one_time_token::{MailedCode, NewToken, code_tag},
        user::EmailAddress,
    },
    platform::{
        db::{Invalidates, transaction},
        failure::Outcome,
    },
};

/// A sign-in that waits for its code or link.
#[derive(Debug)]
pub struct Requested {
    /// The secret of the client that asked.
    pub challenge_token: SecretString,
    /// When code and link stop working; milliseconds since 1970.
    pub expires_at: i64,
}

/// Makes a challenge, and puts the request for its mail into the outbox.
pub async fn request(context: &OpContext, email: &str) -> Outcome<Requested, NotRequested> {
    let app = &context.app;
    if !app.config.email_login {
        return Err(NotRequested::Disabled.into());
    }
    mail::check_enabled(app)?;
    let email = EmailAddress::parse(email).map_err(NotRequested::Email)?;
    mail::take(context, MailPurpose::SignIn, email.key()).await?;
    let challenge = NewToken::new(app, Purpose::LoginChallenge, Lifetime::Code.duration())
        .bound(mailbox::bound(app, email.key())?)
        .with_attempts(MAX_ATTEMPTS);
    let id = challenge.row.id;
    let code = MailedCode::new(&*app.rng);
    let challenge = challenge.carrying(
        app,
        &Challenge {
            email_key: email.key().to_owned(),
            code_tag: code_tag(app, id, &code)?,
        },
    )?;
    let link = NewToken::new(app, Purpose::LoginLink, Lifetime::Code.duration())
        .bound(link_key(app, id)?)
        .carrying(app, &Link::new(id, code.text()))?;
    let mail = NewMail::request(
        app,
        Lookup::SignInCode {
            email_key: email.key().to_owned(),
            code: SecretString::from(code.text()).into(),
            secret: link.secret.text().clone().into(),
            asker: asker(context),
        },
    )?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        challenge.save(tx).await?;
        link.save(tx).await?;
        mail.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(Requested {
        challenge_token: challenge.secret.text().clone(),
        expires_at: challenge.row.expires_at,
    })
}
