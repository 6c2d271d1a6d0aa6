//! Use case: ask for the link.

use crate::{
    context::OpContext,
    features::{
        audit::Requester,
        form_receipt,
        mail::{self, Lookup, MailPurpose, NewMail, NotRequested, asker},
        user::EmailAddress,
    },
    platform::{
        db::{Invalidates, transaction},
        failure::Outcome,
    },
};

/// Puts the request into the outbox.
pub async fn request(context: &OpContext, email: &str) -> Outcome<(), NotRequested> {
    let app = &context.app;
    mail::check_enabled(app)?;
    let email = EmailAddress::parse(email).map_err(NotRequested::Email)?;
    mail::take(context, MailPurpose::PasswordReset, email.key()).await?;
    let mail = NewMail::request(
        app,
        Lookup::PasswordReset {
            email_key: email.key().to_owned(),
            asker: asker(context),
            requester: Requester::of(context),
        },
    )?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        mail.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })
}
