//! Use case: finish a sign-up that waited for its address.

use entity::one_time_token::{self as token_row, Purpose};
use secrecy::SecretString;

use super::{
    given::{About, Given, Offer},
    outcome::{Input, Output, Refused},
    registration::{Registration, bound, find_registration},
};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{AccountKey, OwnNetwork},
        audit::{EventKind, NewEvent},
        form_receipt::{self, NO_SESSION},
        one_time_token::{self, TokenProblem},
        session,
        user::{DisplayName, EmailAddress, EmailTaken, NewUser},
    },
    platform::{
        db::transaction,
        failure::{Failed, Fault, Outcome},
    },
};

/// Creates the account. Where the sign-up began, it starts the requested session.
pub(super) async fn finish(
    context: &OpContext,
    token: &token_row::Model,
    input: &Input,
    offer: &Offer<'_>,
) -> Outcome<Output, Refused> {
    let app = &context.app;
    if !app.config.signup_enabled {
        return Err(Refused::SignupDisabled.into());
    }
    let registration = find_registration(app, token)?;
    let (name, email) = parsed(&registration)?;
    let client = input.client_secret.as_ref();
    let given = if client.is_some_and(|secret| registration.is_of_client(secret)) {
        Given::Client
    } else {
        let about = About {
            email: email.display(),
            email_key: email.key(),
            name: name.as_str(),
            password_hash: Some(&registration.password_hash),
        };
        offer.check(context, about).await?
    };
    let hash = match &given {
        Given::NewPassword(hash) => hash.as_str(),
        Given::Session(_) | Given::Client | Given::Password => &registration.password_hash,
    };
    let new = NewUser::new(app, name, &email, Some(hash))
        .speaking(registration.locale.clone())
        .verified();
    let starts = input.session.clone().filter(|_| matches!(given, Given::Client));
    let (new, session) = match starts {
        Some(options) => {
            let new = new.signed_in_at_once();
            let session = session::prepare(context, &new.user, &[], options, &[AuthMethod::Password]).await?;
            (new, Some(Box::new(session)))
        }
        None => (new, None),
    };
    let repeat_key = match (&given, client) {
        (Given::Client, Some(secret)) => Some(repeat_key(context, &input.token, secret)?),
        _ => None,
    };
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, email.key())?)?;
    let bound = bound(app, email.key())?;
    let now = app.clock.now();
    let event = NewEvent::by_owner(context, EventKind::Signup, new.user.id).detail("email_verified", "true");
    let event = match &session {
        Some(session) => event.in_session(session.session.id),
        None => event,
    };
    transaction!(app.db, |tx| {
        one_time_token::hold_bound(tx, Purpose::Registration, &bound).await?;
        if !one_time_token::claim(tx, token, now.as_millisecond()).await? {
            return Err(Refused::Token(TokenProblem::Invalid).into());
        }
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| Refused::EmailTaken))?;
        event.save(tx).await?;
        one_time_token::void_bound(tx, Purpose::Registration, &bound, now.as_millisecond()).await?;
        if let Some(session) = &session {
            session.save(tx).await?;
            network.save(tx, now).await?;
            form_receipt::save(tx, context, session.session.id).await?;
        } else {
            form_receipt::save_without_session(tx, context).await?;
        }
        if let Some(key) = &repeat_key {
            let session_id = session.as_ref().map_or(NO_SESSION, |session| session.session.id);
            form_receipt::save_as(tx, context, key, session_id).await?;
        }
        Ok(())
    })?;
    Ok(Output { user: None, session })
}

/// Whether the client that signed up has just finished this, and lost the answer.
pub(super) async fn was_finished(context: &OpContext, input: &Input) -> Result<bool, Failed> {
    let Some(secret) = &input.client_secret else {
        return Ok(false);
    };
    let key = repeat_key(context, &input.token, secret)?;
    Ok(form_receipt::find_by(context, &key).await?.is_some())
}

fn repeat_key(context: &OpContext, token: &SecretString, client: &SecretString) -> Result<String, Fault> {
    form_receipt::repeat_key(&context.app, "end of a sign-up", &[token, client])
}

/// The name and the address, which were checked when the sign-up came.
fn parsed(registration: &Registration) -> Result<(DisplayName, EmailAddress), Fault> {
    const TASK: &str = "read a sign-up";
    let name = DisplayName::parse(&registration.name).map_err(|_| Fault::new(TASK, "its name is invalid"))?;
    let email =
        EmailAddress::parse(&registration.email).map_err(|_| Fault::new(TASK, "its address is invalid"))?;
    Ok((name, email))
}
