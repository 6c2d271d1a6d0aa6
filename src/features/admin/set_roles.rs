//! Use case: replace the roles of an account.

use entity::{UserId, user};

use super::{
    refused::{ChangeError, Refused, finished},
    target,
};
use crate::{
    context::App,
    features::{
        audit::EventKind,
        authority::{Authority, ManageRoles},
        invitation,
        user::{self as users, Listed},
    },
    platform::{
        config::ADMIN,
        db::transaction,
        failure::{Denied, Outcome},
    },
};

/// Replaces all roles. Returns the user with the new ones.
pub async fn set_roles(
    authority: &Authority<'_, ManageRoles>,
    id: UserId,
    roles: &[String],
) -> Outcome<Listed, Refused> {
    let app = authority.app();
    let roles = users::checked_roles(app, roles).map_err(Refused::from)?;
    if !authority.can_grant(&roles) {
        return Err(Denied::Forbidden.into());
    }
    let now = app.clock.now().as_millisecond();
    if let Some(user) = invited(app, id).await? {
        return invite_again(authority, &user, &roles).await;
    }
    let event = authority.event(EventKind::RolesChanged, id);
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        if target.roles == roles {
            target::record_unchanged(tx, authority, &target).await?;
        } else {
            let keeps_admin = roles.iter().any(|role| role == ADMIN);
            if !keeps_admin && authority.is_last_admin(tx, id).await? {
                return Err(ChangeError::Refused(Refused::LastAdmin).into());
            }
            users::set_roles(tx, id, &roles, now).await?;
            let event = event.clone().detail("before", &target.roles.join(","));
            event.detail("after", &roles.join(",")).save(tx).await?;
        }
        authority.save_receipt(tx).await?;
        Ok(users::find_in(tx, id).await?)
    });
    let user = finished(done)?.ok_or(Refused::NotFound)?;
    Ok(Listed { user, roles })
}

/// The account, if it has not accepted its invitation.
async fn invited(app: &App, id: UserId) -> Outcome<Option<user::Model>, Refused> {
    if invitation::pending(app, id).await?.is_none() {
        return Ok(None);
    }
    Ok(users::find(&app.db, id).await?.filter(users::is_open))
}

/// Mails another invitation, with other roles; the one before is dead. The roles count once it is accepted.
async fn invite_again(
    authority: &Authority<'_, ManageRoles>,
    user: &user::Model,
    roles: &[String],
) -> Outcome<Listed, Refused> {
    super::send_invitation::send_invitation(authority, user, roles).await?;
    Ok(Listed {
        user: user.clone(),
        roles: Vec::new(),
    })
}
