//! Use cases: check that somebody has a right.

use super::{Authority, ChangeRight, Holder, ReadRight, Right};
use crate::{
    context::{App, Caller, OpContext},
    features::{proof, session, user as users},
    platform::{
        config::{Permission, Permissions},
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
    let roles = users::roles(&app.db, caller.user.id)
        .await
        .map_err(Failure::from)?;
    Ok(app.config.roles.permissions_of(&roles))
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
