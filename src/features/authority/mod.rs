//! The authority to administer: what a checked caller may do to the accounts of others.
//!
//! The roles of an account give permissions (the setting `roles`). An [`Authority`] is the proof that they were checked,
//! and no use case of administration can be called without one: it is a parameter of each, typed by the right that is
//! needed. It is made from the rows as they are now, never from a token. A change also needs a step-up, and checks
//! everything again in its transaction: a role that was taken away meanwhile does nothing any more.
//!
//! Nobody lifts themselves: nobody acts on an account that holds a permission they lack, nor grants one
//! ([`Authority::hold`], [`Authority::can_grant`]).
//!
//! The command line has every right: anyone who can run it with the settings of the server could also change the
//! database.

mod check;
mod hold;
mod last_admin;
mod right;

use entity::UserId;

use crate::{
    context::{App, Caller, OpContext},
    features::audit::{Actor, EventKind, NewEvent},
    platform::config::{Permission, Permissions},
};

pub use check::{StepUpRequired, may_grant, permissions, permissions_of};
pub use hold::{RecheckError, Target};
pub use last_admin::is_last_admin;
pub use right::{ChangeRight, ImportUsers, ManageRoles, ManageUsers, ReadAudit, ReadRight, ReadUsers, Right};

/// The proof that somebody has the right `R`.
#[derive(Debug)]
pub struct Authority<'a, R> {
    holder: Holder<'a>,
    permissions: Permissions,
    right: std::marker::PhantomData<R>,
}

/// Who has it.
#[derive(Debug)]
pub enum Holder<'a> {
    /// A signed-in person.
    Administrator {
        /// The request.
        context: &'a OpContext,
        /// The person.
        caller: Box<Caller>,
    },
    /// A user of the command line.
    CommandLine {
        /// The server's parts.
        app: &'a App,
        /// Their name in the operating system.
        os_user: String,
    },
}

impl<'a, R: Right> Authority<'a, R> {
    fn new(holder: Holder<'a>, permissions: Permissions) -> Self {
        Self {
            holder,
            permissions,
            right: std::marker::PhantomData,
        }
    }

    /// The server's parts.
    pub fn app(&self) -> &'a App {
        match &self.holder {
            Holder::Administrator { context, .. } => &context.app,
            Holder::CommandLine { app, .. } => app,
        }
    }

    /// Who has it.
    pub fn holder(&self) -> &Holder<'a> {
        &self.holder
    }

    /// Who has it, for the audit log.
    pub fn actor(&self) -> Actor {
        match &self.holder {
            Holder::Administrator { context, caller } => {
                Actor::administrator(context, caller.user.id, caller.session.id)
            }
            Holder::CommandLine { os_user, .. } => Actor::command_line(os_user),
        }
    }

    /// An event that the holder causes to this account.
    pub fn event(&self, kind: EventKind, subject: UserId) -> NewEvent<'a> {
        NewEvent::new(self.app(), kind, self.actor()).about(subject)
    }

    /// The signed-in person who has it; none on the command line.
    pub fn caller(&self) -> Option<&Caller> {
        match &self.holder {
            Holder::Administrator { caller, .. } => Some(caller),
            Holder::CommandLine { .. } => None,
        }
    }

    /// Whether the holder has another permission, too.
    pub fn has(&self, permission: Permission) -> bool {
        self.permissions.contains(&permission)
    }

    /// Whether the holder can give these roles by an invitation.
    pub fn can_invite_to(&self, roles: &[String]) -> bool {
        roles.is_empty() || (self.has(Permission::ManageRoles) && self.can_grant(roles))
    }

    /// Whether these roles permit nothing that the holder is not permitted.
    pub fn can_grant(&self, roles: &[String]) -> bool {
        let granted = self.app().config.roles.permissions_of(roles);
        granted.is_subset(&self.permissions)
    }
}
