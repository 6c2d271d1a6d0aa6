//! Payloads of the mutations.

use async_graphql::{ID, SimpleObject};

use crate::{context::graphql::user_error::UserError, features::user::User};

/// Result of `createUser`.
#[derive(SimpleObject, Default)]
pub(super) struct CreateUserPayload {
    /// The new account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `updateUser`.
#[derive(SimpleObject, Default)]
pub(super) struct UpdateUserPayload {
    /// The changed account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `updateUserRoles`.
#[derive(SimpleObject, Default)]
pub(super) struct UpdateUserRolesPayload {
    /// The changed account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `disableUser`.
#[derive(SimpleObject, Default)]
pub(super) struct DisableUserPayload {
    /// The changed account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `enableUser`.
#[derive(SimpleObject, Default)]
pub(super) struct EnableUserPayload {
    /// The changed account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `deleteUser`.
#[derive(SimpleObject, Default)]
pub(super) struct DeleteUserPayload {
    /// Id of the deleted account, to evict it from caches; null on failure.
    pub(super) deleted_user_id: Option<ID>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `revokeUserSessions`.
#[derive(SimpleObject, Default)]
pub(super) struct RevokeUserSessionsPayload {
    /// How many sessions ended.
    pub(super) revoked_session_count: i32,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `sendPasswordReset`.
#[derive(SimpleObject, Default)]
pub(super) struct SendPasswordResetPayload {
    /// Whether a mail was put into the outbox.
    pub(super) is_queued: bool,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `resetUserMfa`.
#[derive(SimpleObject, Default)]
pub(super) struct ResetUserMfaPayload {
    /// The changed account; null on failure, and for callers without permission `read_users`.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}
