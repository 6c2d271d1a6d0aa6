//! Use case: ask for another link.

use crate::{
    context::OpContext,
    features::{
        form_receipt,
        mail::{self, Lookup, MailPurpose, NewMail, NotRequested},
        user::EmailAddress,
    },
    platform::{
        db::{Invalidates, transaction},
        failure::{Denied, Failed, Outcome},
    },
};

/// Puts the request into the outbox.
pub async fn resend(context: &OpContext, email: &str) -> Outcome<(), NotRequested> {
    let app = &context.app;
    mail::check_enabled(app)?;
    let email = EmailAddress::parse(email).map_err(NotRequested::Email)?;
    mail::take(context, MailPurpose::Verification, email.key()).await?;
    let mail = NewMail::request(app, lookup(email.key()))?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        mail.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })
}

/// Mails the link that is missing to a person whose password was right. Does nothing if this address has had enough.
pub async fn remind(context: &OpContext, email_key: &str) -> Result<(), Failed> {
    let app = &context.app;
    match mail::take(context, MailPurpose::Verification, email_key).await {
        Err(Failed::Denied(Denied::RateLimited { .. })) => return Ok(()),
        taken => taken?,
    }
    let mail = NewMail::request(app, lookup(email_key))?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        mail.save(tx, app).await?;
        Ok(())
    })?;
    Ok(())
}

fn lookup(email_key: &str) -> Lookup {
    Lookup::Verification {
        email_key: email_key.to_owned(),
    }
}
