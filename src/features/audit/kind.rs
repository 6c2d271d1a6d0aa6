//! What can happen: the kinds of events.

/// Declares the kinds, each with its word in the database.
macro_rules! event_kinds {
    ($($(#[$doc:meta])+ $name:ident = $word:literal;)+) => {
        /// What happened. The words are those of `AuditEventType` in the schema, in lower case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum EventKind {
            $($(#[$doc])+ $name,)+
        }

        impl EventKind {
            /// All kinds.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The word in the database, at most 40 characters.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$name => $word,)+
                }
            }
        }
    };
}

event_kinds! {
    /// An account was created by its owner.
    Signup = "signup";
    /// A sign-in.
    LoginSucceeded = "login_succeeded";
    /// Refused sign-ins of the last minute; `details` has their number by reason.
    LoginFailed = "login_failed";
    /// A sign-out.
    Logout = "logout";
    /// A used refresh token came back; the session was ended.
    TokenReuseDetected = "token_reuse_detected";
    /// The owner changed the password.
    PasswordChanged = "password_changed";
    /// A link to reset the password was requested.
    PasswordResetRequested = "password_reset_requested";
    /// The password was set with a mailed token.
    PasswordReset = "password_reset";
    /// The owner removed the password.
    PasswordRemoved = "password_removed";
    /// An address was confirmed.
    EmailVerified = "email_verified";
    /// A new address was entered.
    EmailChangeRequested = "email_change_requested";
    /// A new address was confirmed.
    EmailChanged = "email_changed";
    /// A change of address was undone.
    EmailChangeUndone = "email_change_undone";
    /// The profile was changed.
    ProfileUpdated = "profile_updated";
    /// A session was ended from elsewhere.
    SessionRevoked = "session_revoked";
    /// A session was ended by a mailed notice.
    SessionReported = "session_reported";
    /// An authenticator app was set up.
    TotpEnabled = "totp_enabled";
    /// The authenticator app was removed.
    TotpDisabled = "totp_disabled";
    /// The recovery codes were replaced.
    RecoveryCodesRegenerated = "recovery_codes_regenerated";
    /// A recovery code was used.
    RecoveryCodeUsed = "recovery_code_used";
    /// A passkey was added.
    PasskeyAdded = "passkey_added";
    /// A passkey was removed.
    PasskeyRemoved = "passkey_removed";
    /// An administrator removed the second factors.
    MfaReset = "mfa_reset";
    /// A wrong code after a right password.
    MfaFailed = "mfa_failed";
    /// The person proved their identity again.
    Reauthenticated = "reauthenticated";
    /// An account at a provider was linked.
    IdentityLinked = "identity_linked";
    /// An account at a provider was unlinked.
    IdentityUnlinked = "identity_unlinked";
    /// An administrator created or imported an account.
    UserCreated = "user_created";
    /// An administrator changed an account.
    UserUpdated = "user_updated";
    /// An administrator read an account; without a subject, a list of accounts.
    UserViewed = "user_viewed";
    /// An administrator replaced the roles.
    RolesChanged = "roles_changed";
    /// An account was disabled.
    UserDisabled = "user_disabled";
    /// An account was enabled again.
    UserEnabled = "user_enabled";
    /// An account was deleted, at once or by the server when its time had come. Also if an account is closed first
    /// because a former address can still take it back: then again when it is deleted.
    UserDeleted = "user_deleted";
    /// The owner asked to delete the account, and its grace period began; until it ends, they can cancel. Also by the
    /// server, if an account was closed until no former address could take it back, and its grace period goes on.
    DeletionScheduled = "deletion_scheduled";
    /// The owner cancelled the deletion in the grace period.
    DeletionCancelled = "deletion_cancelled";
    /// An invitation was mailed.
    InvitationSent = "invitation_sent";
    /// An invitation was accepted.
    InvitationAccepted = "invitation_accepted";
    /// Users were imported.
    UsersImported = "users_imported";
    /// The owner exported their data.
    DataExported = "data_exported";
    /// Events of others were read.
    AuditRead = "audit_read";
    /// A key was replaced.
    KeyRotated = "key_rotated";
}

impl EventKind {
    /// The kind with this word; none for a kind of a newer version, or a row that was changed by hand.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.word() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_short_and_stands_for_one_kind() {
        assert_eq!(EventKind::ALL.len(), 42);
        for kind in EventKind::ALL {
            let word = kind.word();
            let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
            assert!(is_plain && word.len() <= 40, "{word}");
            assert_eq!(EventKind::from_word(word), Some(*kind));
        }
        assert_eq!(EventKind::from_word("LOGOUT"), None);
    }
}
