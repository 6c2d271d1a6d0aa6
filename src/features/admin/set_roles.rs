//! Use case: replace the roles of an account.

use entity::UserId;

use super::{
    refused::{ChangeError, Refused, finished},
    send_invitation::send_invitation,
    target,
};
use crate::{
    features::{
        audit::EventKind,
        authority::{Authority, ManageRoles, Target},
        invitation, mail,
        user::{self as users, Listed},
    },
    platform::{
        config::ADMIN,
        db::{Tx, TxError, transaction},
        failure::{Denied, Outcome},
    },
};

/// Replaces all roles. Returns the user with the new ones. While the address is unproven, roles are taken at
/// once, but given by an invitation: they count once the mailbox has answered.
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
    let _permit = authority.transaction_permit().await;
    let done = transaction!(app.db, |tx| {
        let target = target::hold(tx, authority, id).await?;
        let waits = !is_proven(authority, &target);
        let now = if waits {
            let is_kept = |role: &&String| target.roles.contains(*role);
            roles.iter().filter(is_kept).cloned().collect()
        } else {
            roles.clone()
        };
        replace(tx, authority, &target, &now).await?;
        let was_invited = waits
            && invitation::pending_in::<ChangeError>(tx, app, id)
                .await?
                .is_some();
        // It would bring its own roles.
        invitation::void(tx, id, app.clock.now().as_millisecond()).await?;
        if was_invited || now != roles {
            match send_invitation(tx, authority, &target, &roles).await {
                // To take roles needs no mail: the person can be invited again later.
                Err(TxError::Refused(ChangeError::NoMailLeft(_))) if now == roles => {}
                sent => sent?,
            }
        }
        authority.save_receipt(tx).await?;
        let user = users::find_in(tx, id).await?.unwrap_or(target.user);
        Ok(Listed { user, roles: now })
    });
    finished(done)
}

/// Whether the owner's mailbox has answered, or no mail can ask it. The command line vouches for its accounts.
fn is_proven(authority: &Authority<'_, ManageRoles>, target: &Target) -> bool {
    let can_ask = mail::is_enabled(authority.app()) && authority.caller().is_some();
    target.user.email_verified_at.is_some() || !can_ask
}

/// Sets the roles that count from now on.
async fn replace(
    tx: &Tx,
    authority: &Authority<'_, ManageRoles>,
    target: &Target,
    roles: &[String],
) -> Result<(), TxError<ChangeError>> {
    if target.roles == roles {
        target::record_unchanged(tx, authority, target).await?;
        return Ok(());
    }
    let id = target.user.id;
    let keeps_admin = roles.iter().any(|role| role == ADMIN);
    if !keeps_admin && authority.is_last_admin(tx, id).await? {
        return Err(ChangeError::Refused(Refused::LastAdmin).into());
    }
    let now = authority.app().clock.now().as_millisecond();
    users::set_roles(tx, id, roles, now).await?;
    let event = authority.event(EventKind::RolesChanged, id);
    let event = event.detail("before", &target.roles.join(","));
    event.detail("after", &roles.join(",")).save(tx).await?;
    Ok(())
}
