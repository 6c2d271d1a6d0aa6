//! Use case: accept an invitation with the mailed token, and set a password.

use std::collections::BTreeSet;

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
        let given = grantable(tx, app, chosen.token().sender_id, &roles).await?;
        let held = users::roles_in(tx, id).await?;
        // An owner who confirmed the address in another way keeps the roles that count since.
        let after: BTreeSet<_> = held.iter().chain(&given).cloned().collect();
        let after: Vec<_> = after.into_iter().collect();
        users::set_roles(tx, id, &after, chosen.now().as_millisecond()).await?;
        if after != held {
            let event = event.another(EventKind::RolesChanged);
            let event = event.detail("before", &held.join(","));
            event.detail("after", &after.join(",")).save(tx).await?;
        }
        let event = event.clone().detail("roles", &given.join(","));
        let withheld: Vec<_> = roles
            .iter()
            .filter(|role| !given.contains(role))
            .cloned()
            .collect();
        if withheld.is_empty() {
            event.save(tx).await?;
        } else {
            event.detail("withheld", &withheld.join(",")).save(tx).await?;
        }
        Ok(id)
    })
}

/// Those of the roles that the sender can give now; all, if the command line sent them.
async fn grantable(tx: &Tx, app: &App, sender: Option<UserId>, roles: &[String]) -> DbResult<Vec<String>> {
    let Some(sender) = sender else {
        return Ok(roles.to_vec());
    };
    let mut given = Vec::new();
    for role in roles {
        if authority::may_grant(tx, app, sender, std::slice::from_ref(role)).await? {
            given.push(role.clone());
        }
    }
    Ok(given)
}
