//! Use cases: check that somebody has a right.

use entity::{UserId, user};

use super::{Authority, ChangeRight, Holder, ReadRight, Right};
use crate::{
    context::{App, Caller, OpContext},
    features::{mail, proof, session, user as users},
    platform::{
        config::{Permission, Permissions},
        db::{DbResult, Tx},
        failure::{Denied, Failed, Failure, Outcome, Refusal},
    },
};

/// The caller must prove who they are first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUpRequired;

impl Refusal for StepUpRequired {}

/// What the caller may do, by the roles that they have now. It opens no use case: it is for what is offered to them.
pub async fn permissions(context: &OpContext) -> Result<Permissions, Failed> {
    let caller = context.fresh_caller().await?;
    permissions_of(context, &caller).await
}

/// The same for a caller who was read already.
pub async fn permissions_of(context: &OpContext, caller: &Caller) -> Result<Permissions, Failed> {
    let app = &context.app;
    if !counts(app, &caller.user) {
        return Ok(Permissions::default());
    }
    let roles = users::roles(&app.db, caller.user.id)
        .await
        .map_err(Failure::from)?;
    Ok(app.config.roles.permissions_of(&roles))
}

/// Whether the roles of a user give permissions. Where mail is sent, they wait until the address is proven: the account
/// may be that of a stranger to it.
pub(super) fn counts(app: &App, user: &user::Model) -> bool {
    user.email_verified_at.is_some() || !mail::is_enabled(app)
}

/// Whether a user may give these roles: one who is active and has every permission that they have, and the one to manage
/// roles.
pub async fn may_grant(tx: &Tx, app: &App, id: UserId, roles: &[String]) -> DbResult<bool> {
    let user = users::find_in(tx, id).await?;
    if !user.is_some_and(|user| users::is_open(&user) && counts(app, &user)) {
        return Ok(false);
    }
    let own = app.config.roles.permissions_of(&users::roles_in(tx, id).await?);
    let granted = app.config.roles.permissions_of(roles);
    Ok(own.contains(&Permission::ManageRoles) && granted.is_subset(&own))
}

impl<'a, R: Right> Authority<'a, R> {
    /// The authority of a user of the command line.
    pub fn of_command_line(app: &'a App, os_user: &str) -> Self {
        let os_user = os_user.to_owned();
        Self::new(Holder::CommandLine { app, os_user }, Permission::all())
    }

    /// The caller's authority, by the roles that they have now. Without the permission, FORBIDDEN.
    async fn of_caller(context: &'a OpContext) -> Result<Self, Failed> {
        let caller = context.fresh_caller().await?;
        let permissions = permissions_of(context, &caller).await?;
        if !permissions.contains(&R::PERMISSION) {
            return Err(Denied::Forbidden.into());
        }
        let caller = Box::new(caller);
        Ok(Self::new(Holder::Administrator { context, caller }, permissions))
    }
}

impl<'a, R: ReadRight> Authority<'a, R> {
    /// Checks that the caller may read.
    pub async fn to_read(context: &'a OpContext) -> Result<Self, Failed> {
        Self::of_caller(context).await
    }
}

impl<'a, R: ChangeRight> Authority<'a, R> {
    /// Checks that the caller may change something, and has just proven who they are. Counts the change.
    pub async fn to_change(context: &'a OpContext) -> Outcome<Self, StepUpRequired> {
        let authority = Self::of_caller(context).await?;
        if let Some(caller) = authority.caller() {
            session::count_write(context, caller).await?;
            if proof::step_up(context, caller).is_none() {
                return Err(StepUpRequired.into());
            }
        }
        Ok(authority)
    }
}
