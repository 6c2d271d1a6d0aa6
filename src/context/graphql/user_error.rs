//! Expected failures, as clients get them.

use async_graphql::{Enum, SimpleObject, resolver_utils::EnumType};

/// Codes of `UserError`. More can be added at any time: keep a default branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum UserErrorCode {
    /// A required value is empty. On `login`: `Please enter both email and password`.
    Required,
    /// Longer than allowed.
    TooLong,
    /// Control characters or noncharacters.
    InvalidCharacters,
    /// Same as the current value.
    Unchanged,
    /// Not an email address.
    InvalidEmail,
    /// `User already exists. Please login.`
    EmailTaken,
    /// The address must be confirmed before sign-in; revealed only after correct credentials.
    EmailNotVerified,
    /// `Invalid email or password`; never says which.
    InvalidCredentials,
    /// The current password given is wrong.
    CurrentPasswordIncorrect,
    /// Shorter than the policy allows.
    PasswordTooShort,
    /// Longer than the policy allows.
    PasswordTooLong,
    /// Too easy to guess.
    PasswordTooWeak,
    /// The account was disabled; revealed only after correct credentials.
    AccountDisabled,
    /// A one-time token is unknown, used, or for something else.
    TokenInvalid,
    /// A one-time token expired.
    TokenExpired,
    /// Wrong or used code.
    MfaCodeInvalid,
    /// Wrong code from a mail.
    EmailCodeInvalid,
    /// The MFA challenge or set-up expired: start again.
    MfaChallengeExpired,
    /// An authenticator app is already set up.
    TotpAlreadyEnabled,
    /// No authenticator app is set up.
    TotpNotEnabled,
    /// The passkey answer did not verify.
    PasskeyRejected,
    /// The challenge of a passkey or a mailed code expired, was used, or was tried too often: start again.
    ChallengeExpired,
    /// There is no such provider on this server.
    ProviderUnknown,
    /// The other provider refused, or its response did not verify. Only as `error` in the query of `redirectUrl`.
    ProviderRejected,
    /// Not one of `login_redirect_urls`.
    RedirectNotAllowed,
    /// There is an account with this address: sign in to it, then link.
    AccountExists,
    /// This account of the provider belongs to another user.
    IdentityTaken,
    /// The last way to sign in cannot be removed.
    LastCredential,
    /// The refresh token is unknown, used, expired or revoked: sign in again.
    RefreshTokenInvalid,
    /// Confirm with `reauthenticate`, then retry.
    ReauthenticationRequired,
    /// Sign-up is closed on this server.
    SignupDisabled,
    /// The feature is switched off on this server.
    FeatureDisabled,
    /// Not a language that this server speaks.
    InvalidLocale,
    /// No more can be added.
    LimitReached,
    /// Nothing with that id, or not visible to the caller.
    NotFound,
    /// The last admin must stay one.
    LastAdmin,
    /// Not possible on one's own account.
    CannotTargetSelf,
    /// Not a role of this server.
    InvalidRole,
    /// A password hash of another system is malformed, of a form that this server does not verify, or needs a key that
    /// only the command line takes.
    PasswordHashInvalid,
    /// A password hash of another system takes more work to verify than this server allows.
    PasswordHashTooCostly,
    /// Not a possible time: before 1970, or in the future.
    InvalidTime,
}

impl UserErrorCode {
    /// The code's name in the schema.
    pub fn as_str(self) -> &'static str {
        let items = <Self as EnumType>::items();
        items
            .iter()
            .find(|item| item.value == self)
            .map_or("", |item| item.name)
    }
}

/// An expected failure that the person or the form can act on.
#[derive(Debug, Clone, SimpleObject)]
pub struct UserError {
    /// Stable, for code and translations.
    pub code: UserErrorCode,
    /// English text that can be shown as it is.
    pub message: String,
    /// Path inside `input`, for example `["email"]`; null when the error concerns no single field.
    pub field: Option<Vec<String>>,
}

impl UserError {
    /// The field of `input` that is wrong, if it is a single one.
    pub fn input_field(&self) -> Option<&str> {
        self.field.as_ref()?.first().map(String::as_str)
    }

    /// An error that concerns no single field.
    pub fn new(code: UserErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: None,
        }
    }

    /// An error of one field of `input`.
    pub fn at(field: &str, code: UserErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            field: Some(vec![field.to_owned()]),
        }
    }

    /// The address must be confirmed first; for callers who have proven that the account is theirs.
    pub fn email_not_verified() -> Self {
        Self::new(
            UserErrorCode::EmailNotVerified,
            "Please confirm your email address first: open the link that we mailed you.",
        )
    }

    /// The caller must prove who they are first.
    pub fn reauthentication_required() -> Self {
        Self::new(
            UserErrorCode::ReauthenticationRequired,
            "Please confirm that it is you, then try again.",
        )
    }

    /// The account is disabled; for callers who have proven that it is theirs.
    pub fn account_disabled() -> Self {
        Self::new(
            UserErrorCode::AccountDisabled,
            "This account is disabled. Ask the administrator to enable it.",
        )
    }
}
