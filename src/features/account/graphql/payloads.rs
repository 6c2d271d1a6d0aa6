//! Payloads of the mutations, and messages for what they refuse.

use async_graphql::{ID, SimpleObject};

use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    features::{
        account::{change_password, delete, update_profile},
        user::User,
    },
    platform::graphql::scalars::DateTime,
};

/// Result of `changePassword`.
#[derive(SimpleObject, Default)]
pub(super) struct ChangePasswordPayload {
    /// The account; null on failure.
    pub(super) user: Option<User>,
    /// How many other sessions ended.
    pub(super) revoked_session_count: i32,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `updateProfile`.
#[derive(SimpleObject, Default)]
pub(super) struct UpdateProfilePayload {
    /// The changed account; null on failure.
    pub(super) user: Option<User>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `deleteAccount`.
#[derive(SimpleObject, Default)]
pub(super) struct DeleteAccountPayload {
    /// Id of the deleted account, to evict it from caches; null on failure.
    pub(super) deleted_user_id: Option<ID>,
    /// When it will be deleted; null if it is deleted already.
    pub(super) deletes_at: Option<DateTime>,
    /// What went wrong.
    pub(super) user_errors: Vec<UserError>,
}

/// Result of `cancelAccountDeletion`.
#[derive(SimpleObject, Default)]
pub(super) struct CancelAccountDeletionPayload {
    /// The account, which stays.
    pub(super) user: Option<User>,
    /// Always empty in this version.
    pub(super) user_errors: Vec<UserError>,
}

impl From<change_password::Refused> for UserError {
    fn from(refused: change_password::Refused) -> Self {
        use change_password::Refused;
        match refused {
            Refused::CurrentRequired => Self::at(
                "currentPassword",
                UserErrorCode::Required,
                "Please enter your current password.",
            ),
            Refused::CurrentIncorrect => incorrect("currentPassword"),
            Refused::ReauthenticationRequired => Self::reauthentication_required(),
            Refused::NewRequired => Self::at(
                "newPassword",
                UserErrorCode::Required,
                "Please enter a new password.",
            ),
            Refused::New(problem) => problem.at("newPassword"),
            Refused::Unchanged => Self::at(
                "newPassword",
                UserErrorCode::Unchanged,
                "Choose a password other than the current one.",
            ),
        }
    }
}

impl From<update_profile::Refused> for UserError {
    fn from(refused: update_profile::Refused) -> Self {
        match refused {
            update_profile::Refused::Name(problem) => problem.into(),
            update_profile::Refused::Locale => Self::at(
                "locale",
                UserErrorCode::InvalidLocale,
                "This server does not speak that language.",
            ),
        }
    }
}

impl From<delete::Refused> for UserError {
    fn from(refused: delete::Refused) -> Self {
        use delete::Refused;
        match refused {
            Refused::CurrentIncorrect => incorrect("currentPassword"),
            Refused::ReauthenticationRequired => Self::reauthentication_required(),
            Refused::LastAdmin => Self::new(
                UserErrorCode::LastAdmin,
                "You are the last administrator. Make someone else an administrator before you leave.",
            ),
        }
    }
}

fn incorrect(field: &str) -> UserError {
    UserError::at(
        field,
        UserErrorCode::CurrentPasswordIncorrect,
        "This is not your current password.",
    )
}
