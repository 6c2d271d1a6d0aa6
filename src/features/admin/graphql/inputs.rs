//! Inputs of the mutations.

use async_graphql::{ID, InputObject};

/// Input of `createUser`.
#[derive(InputObject)]
pub(super) struct CreateUserInput {
    /// Display name, 1 to 100 characters.
    pub(super) name: String,
    /// Address, to which the invitation goes.
    pub(super) email: String,
    /// Roles, which count once the invitation is accepted.
    pub(super) roles: Option<Vec<String>>,
}

/// Input of `updateUser`. Omitted or null fields stay unchanged.
#[derive(InputObject)]
pub(super) struct UpdateUserInput {
    /// Id of the user.
    pub(super) user_id: ID,
    /// Display name, 1 to 100 characters.
    pub(super) name: Option<String>,
    /// Address.
    pub(super) email: Option<String>,
}

/// Input of `updateUserRoles`.
#[derive(InputObject)]
pub(super) struct UpdateUserRolesInput {
    /// Id of the user.
    pub(super) user_id: ID,
    /// The full new list.
    pub(super) roles: Vec<String>,
}

/// Input of `disableUser`.
#[derive(InputObject)]
pub(super) struct DisableUserInput {
    /// Id of the user.
    pub(super) user_id: ID,
    /// Why, for the audit log; at most 500 characters.
    pub(super) reason: Option<String>,
}

/// Input of `enableUser`.
#[derive(InputObject)]
pub(super) struct EnableUserInput {
    /// Id of the user.
    pub(super) user_id: ID,
}

/// Input of `deleteUser`.
#[derive(InputObject)]
pub(super) struct DeleteUserInput {
    /// Id of the user.
    pub(super) user_id: ID,
}

/// Input of `revokeUserSessions`.
#[derive(InputObject)]
pub(super) struct RevokeUserSessionsInput {
    /// Id of the user.
    pub(super) user_id: ID,
}

/// Input of `sendPasswordReset`.
#[derive(InputObject)]
pub(super) struct SendPasswordResetInput {
    /// Id of the user.
    pub(super) user_id: ID,
}

/// Input of `resetUserMfa`.
#[derive(InputObject)]
pub(super) struct ResetUserMfaInput {
    /// Id of the user.
    pub(super) user_id: ID,
}
