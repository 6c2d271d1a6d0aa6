//! Use case: accept an invitation with the mailed token, and set a password.

use entity::{UserId, one_time_token::Purpose, user};
use secrecy::SecretString;

use super::carried::Carried;
use crate::{
    context::OpContext,
    features::{
        audit::{EventKind, NewEvent},
        mailed_password::{self, Chosen, Input, Refused},
        one_time_token::{self, TokenProblem},
        user as users,
    },
    platform::{db::transaction, failure::Outcome},
};

/// The account that the invitation is for. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<user::Model, TokenProblem> {
    mailed_password::look(context, Purpose::Invitation, secret).await
}

/// Sets the password, and gives the account its roles. Nobody is signed in. Returns whose account it is.
pub async fn accept(context: &OpContext, input: &Input) -> Outcome<UserId, Refused> {
    let app = &context.app;
    let chosen = Chosen::with_link(context, Purpose::Invitation, input).await?;
    let id = chosen.user().id;
    let carried: Carried = one_time_token::payload(app, chosen.token())?;
    // A role that the settings no longer have is not given.
    let roles: Vec<_> = carried
        .roles
        .into_iter()
        .filter(|role| app.config.roles.has(role))
        .collect();
    let event =
        NewEvent::by_owner(context, EventKind::InvitationAccepted, id).detail("roles", &roles.join(","));
    transaction!(app.db, |tx| {
        let held = chosen.claim(tx).await?;
        chosen.set(tx, context, held).await?;
        users::set_roles(tx, id, &roles, chosen.now().as_millisecond()).await?;
        event.save(tx).await?;
        Ok(id)
    })
}
