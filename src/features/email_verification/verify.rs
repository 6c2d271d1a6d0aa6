//! Use case: confirm an address with the mailed token.

use entity::{
    one_time_token::{self as token_row, Purpose},
    user,
};
use secrecy::SecretString;

use super::{
    account,
    given::Offer,
    outcome::{Input, Output, Refused},
    registration::{Registration, find_registration},
    sign_up,
};
use crate::{
    context::OpContext,
    features::{email_change, one_time_token},
    platform::failure::{Failure, Outcome},
};

/// What the link of a mail is about, before anything is consumed.
#[derive(Debug)]
pub enum Shown {
    /// The address of an account.
    Account(Box<user::Model>),
    /// A sign-up that waits.
    Registration(Box<Registration>),
    /// A new address of an account.
    Change(Box<email_change::Change>),
}

const PURPOSES: [Purpose; 3] = [Purpose::Verify, Purpose::Registration, Purpose::Change];

/// Confirms the address.
pub async fn verify(context: &OpContext, input: &Input) -> Outcome<Output, Refused> {
    let token = match find(context, &input.token).await {
        // On the pages, the form itself is recognised.
        Err(Failure::Refused(Refused::Token(_)))
            if input.session.is_none() && sign_up::was_finished(context, input).await? =>
        {
            return Ok(Output::default());
        }
        found => found?,
    };
    let offer = Offer {
        password: input.password.as_ref(),
        new_password: input.new_password.as_ref(),
    };
    match token.purpose {
        Purpose::Verify => account::confirm(context, &token, &offer).await,
        Purpose::Registration => sign_up::finish(context, &token, input, &offer).await,
        _ => {
            let confirmed = email_change::confirm(context, &token, input.password.as_ref()).await;
            confirmed
                .map(|user| Output { user, session: None })
                .map_err(|failure| failure.map(Refused::from))
        }
    }
}

/// What a link is about. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<Shown, Refused> {
    let token = find(context, secret).await?;
    Ok(match token.purpose {
        Purpose::Verify => Shown::Account(Box::new(account::find(context, &token).await?)),
        Purpose::Registration => Shown::Registration(Box::new(find_registration(&context.app, &token)?)),
        _ => {
            let found = email_change::find(context, &token).await;
            let (_, change) = found.map_err(|failure| failure.map(Refused::Token))?;
            Shown::Change(Box::new(change))
        }
    })
}

async fn find(context: &OpContext, secret: &SecretString) -> Outcome<token_row::Model, Refused> {
    let found = one_time_token::find(&context.app, &PURPOSES, secret).await;
    found.map_err(|failure| failure.map(Refused::Token))
}
