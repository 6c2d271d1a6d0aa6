//! Kinds of events and of actors in GraphQL.

use async_graphql::Enum;

use crate::features::audit::{ActorKind, EventKind};

/// Kind of who caused an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "ActorKind")]
pub(super) enum AuditActorKind {
    /// The owner of the account.
    Owner,
    /// Somebody with a permission.
    Administrator,
    /// Somebody unknown.
    Anonymous,
    /// The command line; `details` names the operating system's user.
    CommandLine,
    /// The server itself.
    System,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "EventKind")]
pub(super) enum AuditEventType {
    /// An account was created by its owner.
    Signup,
    /// A sign-in.
    LoginSucceeded,
    /// Refused sign-ins of the last minute; `details` has their number by reason.
    LoginFailed,
    /// A sign-out.
    Logout,
    /// A used refresh token came back; the session was ended.
    TokenReuseDetected,
    /// The owner changed the password.
    PasswordChanged,
    /// A link to reset the password was requested.
    PasswordResetRequested,
    /// The password was set with a mailed token.
    PasswordReset,
    /// The owner removed the password.
    PasswordRemoved,
    /// An address was confirmed.
    EmailVerified,
    /// A new address was entered.
    EmailChangeRequested,
    /// A new address was confirmed.
    EmailChanged,
    /// A change of address was undone.
    EmailChangeUndone,
    /// The profile was changed.
    ProfileUpdated,
    /// A session was ended from elsewhere.
    SessionRevoked,
    /// A session was ended by a mailed notice.
    SessionReported,
    /// An authenticator app was set up.
    TotpEnabled,
    /// The authenticator app was removed.
    TotpDisabled,
    /// The recovery codes were replaced.
    RecoveryCodesRegenerated,
    /// A recovery code was used.
    RecoveryCodeUsed,
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was removed.
    PasskeyRemoved,
    /// An administrator removed the second factors.
    MfaReset,
    /// A wrong code after a right password.
    MfaFailed,
    /// The person proved their identity again.
    Reauthenticated,
    /// An account at a provider was linked.
    IdentityLinked,
    /// An account at a provider was unlinked.
    IdentityUnlinked,
    /// An administrator created an account.
    UserCreated,
    /// An administrator changed an account.
    UserUpdated,
    /// An administrator read an account; without a subject, a list of accounts.
    UserViewed,
    /// An administrator replaced the roles.
    RolesChanged,
    /// An account was disabled.
    UserDisabled,
    /// An account was enabled again.
    UserEnabled,
    /// An account was deleted, at once or by the server when its time had come. Also if an account is closed first
    /// because a former address can still take it back: then again when it is deleted.
    UserDeleted,
    /// The owner asked to delete the account, and its grace period began; until it ends, they can cancel. Also by the
    /// server, if an account was closed until no former address could take it back, and its grace period goes on.
    DeletionScheduled,
    /// The owner cancelled the deletion in the grace period.
    DeletionCancelled,
    /// An invitation was mailed.
    InvitationSent,
    /// An invitation was accepted.
    InvitationAccepted,
    /// Users were imported.
    UsersImported,
    /// The owner exported their data.
    DataExported,
    /// Events of others were read.
    AuditRead,
    /// A key was replaced.
    KeyRotated,
}
