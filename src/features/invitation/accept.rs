//! Use case: accept an invitation with the mailed token, and set a password.

use entity::{UserId, one_time_token::Purpose, user};
use secrecy::SecretString;

use super::carried::Carried;
use crate::{
    context::{App, OpContext},
    features::{
        audit::{EventKind, NewEvent},
        authority,
        mailed_password::{self, Chosen, Input, Refused},
        one_time_token::{self, TokenProblem},
        user as users,
    },
    platform::{
        db::{DbResult, Tx, transaction},
        failure::Outcome,
    },
};

/// The account that the invitation is for. Consumes nothing.
pub async fn look(context: &OpContext, secret: &SecretString) -> Outcome<user::Model, TokenProblem> {
    mailed_password::look(context, Purpose::Invitation, secret).await
}

/// Sets the password, and gives the account its roles, if the sender still could give them. Nobody is signed in. Returns whose account it is.
pub async fn accept(context: &OpContext, input: &Input) -> Outcome<UserId, Refused> {
    let app = &context.app;
    let chosen = Chosen::with_link(context, Purpose::Invitation, input).await?;
    let id = chosen.user().id;
    let carried: Carried = one_time_token::payload(app, chosen.token())?;
    // A role that the settings no longer have is not given.
    let is_known = |role: &String| app.config.roles.has(role);
    let roles: Vec<_> = carried.roles.into_iter().filter(is_known).collect();
    let event = NewEvent::by_owner(context, EventKind::InvitationAccepted, id);
    transaction!(app.db, |tx| {
        let held = chosen.claim(tx).await?;
        chosen.set(tx, context, held).await?;
        // Nobody gives by an invitation what they could not give now.
        let is_given = match &carried.sender {
            Some(sender) => may_grant(tx, app, sender, &roles).await?,
            None => true,
        };
        let (given, withheld) = if is_given {
            (&*roles, &[][..])
        } else {
            (&[][..], &*roles)
        };
        users::set_roles(tx, id, given, chosen.now().as_millisecond()).await?;
        let event = event.clone().detail("roles", &given.join(","));
        if withheld.is_empty() {
            event.save(tx).await?;
        } else {
            event.detail("withheld", &withheld.join(",")).save(tx).await?;
        }
        Ok(id)
    })
}

/// Whether the sender can give these roles now.
async fn may_grant(tx: &Tx, app: &App, sender: &str, roles: &[String]) -> DbResult<bool> {
    match sender.parse::<UserId>() {
        Ok(sender) => Ok(roles.is_empty() || authority::may_grant(tx, app, sender, roles).await?),
        Err(_) => Ok(false),
    }
}
