//! Messages for what the use cases refuse.

use crate::{
    context::{
        AuthMethod,
        graphql::user_error::{UserError, UserErrorCode},
    },
    features::{
        mfa::{
            NotAllowed, Refused, Wrong, passkey_setup, passkeys, password_off, regenerate, totp_off,
            totp_setup,
        },
        passkey,
    },
};

const TOO_MANY: &str = "You have as many passkeys as an account can have. Remove one first.";
const WRONG_CODE: &str =
    "This code is wrong, or was used already. Codes of an app work once: wait for the next one.";

impl Wrong {
    /// As an error of these fields: of the code of an app, of a recovery code, and of a passkey.
    pub fn at(self, totp: &str, recovery: &str, passkey_field: &str) -> UserError {
        let field = |method| match method {
            AuthMethod::RecoveryCode => recovery,
            _ => totp,
        };
        match self {
            Self::Required(method) => {
                UserError::at(field(method), UserErrorCode::Required, "Please enter the code.")
            }
            Self::Code(AuthMethod::RecoveryCode) => UserError::at(
                recovery,
                UserErrorCode::MfaCodeInvalid,
                "This recovery code is wrong, or was used already. Each of them works once.",
            ),
            Self::Code(method) => UserError::at(field(method), UserErrorCode::MfaCodeInvalid, WRONG_CODE),
            Self::ResetFirst => UserError::at(
                totp,
                UserErrorCode::MfaCodeInvalid,
                "Too many codes were wrong. Use a recovery code or a passkey, or reset your password first.",
            ),
            Self::Passkey => passkey::rejected(passkey_field),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Factor(wrong) => wrong.at("factor", "factor", "factor"),
            Refused::ChallengeExpired => Self::at(
                "challengeToken",
                UserErrorCode::MfaChallengeExpired,
                "This sign-in has expired. Please start again.",
            ),
            Refused::DeviceName(problem) => problem.into(),
            Refused::AccountDisabled => Self::account_disabled(),
        }
    }
}

impl From<NotAllowed> for UserError {
    fn from(refused: NotAllowed) -> Self {
        match refused {
            NotAllowed::ReauthenticationRequired => Self::reauthentication_required(),
            NotAllowed::EmailNotVerified => Self::new(
                UserErrorCode::EmailNotVerified,
                "Please confirm your email address first: notices about second factors are mailed there.",
            ),
        }
    }
}

impl From<totp_setup::NotStarted> for UserError {
    fn from(refused: totp_setup::NotStarted) -> Self {
        match refused {
            totp_setup::NotStarted::AlreadyEnabled => Self::new(
                UserErrorCode::TotpAlreadyEnabled,
                "An authenticator app is already set up. Turn it off to set up another one.",
            ),
            totp_setup::NotStarted::NotAllowed(refused) => refused.into(),
        }
    }
}

impl From<totp_setup::NotConfirmed> for UserError {
    fn from(refused: totp_setup::NotConfirmed) -> Self {
        match refused {
            totp_setup::NotConfirmed::Required => {
                Self::at("code", UserErrorCode::Required, "Please enter the code.")
            }
            totp_setup::NotConfirmed::Code => Self::at(
                "code",
                UserErrorCode::MfaCodeInvalid,
                "This is not the code that the app shows now. Please check the clock of your device.",
            ),
            totp_setup::NotConfirmed::Expired => Self::at(
                "setupToken",
                UserErrorCode::MfaChallengeExpired,
                "This set-up has expired. Please start again.",
            ),
        }
    }
}

impl From<totp_off::Refused> for UserError {
    fn from(refused: totp_off::Refused) -> Self {
        match refused {
            totp_off::Refused::NotEnabled => {
                Self::new(UserErrorCode::TotpNotEnabled, "No authenticator app is set up.")
            }
            totp_off::Refused::Code(wrong) => wrong.at("code", "code", "code"),
            totp_off::Refused::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}

impl From<regenerate::Refused> for UserError {
    fn from(refused: regenerate::Refused) -> Self {
        match refused {
            regenerate::Refused::NoFactor => Self::new(
                UserErrorCode::TotpNotEnabled,
                "Set up an authenticator app or a passkey first: recovery codes replace a lost one.",
            ),
            regenerate::Refused::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}

impl From<password_off::Refused> for UserError {
    fn from(refused: password_off::Refused) -> Self {
        match refused {
            password_off::Refused::LastCredential => Self::new(
                UserErrorCode::LastCredential,
                "To remove the password, you need a passkey and unused recovery codes.",
            ),
            password_off::Refused::ReauthenticationRequired => Self::new(
                UserErrorCode::ReauthenticationRequired,
                "Please confirm with a passkey that it is you, then try again.",
            ),
        }
    }
}

impl From<passkey_setup::NotStarted> for UserError {
    fn from(refused: passkey_setup::NotStarted) -> Self {
        match refused {
            passkey_setup::NotStarted::Disabled => passkey::disabled(),
            passkey_setup::NotStarted::LimitReached => Self::new(UserErrorCode::LimitReached, TOO_MANY),
            passkey_setup::NotStarted::NotAllowed(refused) => refused.into(),
        }
    }
}

impl From<passkey_setup::NotFinished> for UserError {
    fn from(refused: passkey_setup::NotFinished) -> Self {
        match refused {
            passkey_setup::NotFinished::Name(problem) => problem.into(),
            passkey_setup::NotFinished::Rejected => passkey::rejected("credential"),
            passkey_setup::NotFinished::Expired => Self::at(
                "challengeToken",
                UserErrorCode::ChallengeExpired,
                "This registration has expired. Please start again.",
            ),
            passkey_setup::NotFinished::LimitReached => Self::new(UserErrorCode::LimitReached, TOO_MANY),
        }
    }
}

impl From<passkeys::NotRenamed> for UserError {
    fn from(refused: passkeys::NotRenamed) -> Self {
        match refused {
            passkeys::NotRenamed::Name(problem) => problem.into(),
            passkeys::NotRenamed::NotFound => not_found(),
        }
    }
}

impl From<passkeys::NotRemoved> for UserError {
    fn from(refused: passkeys::NotRemoved) -> Self {
        match refused {
            passkeys::NotRemoved::NotFound => not_found(),
            passkeys::NotRemoved::LastCredential => Self::new(
                UserErrorCode::LastCredential,
                "This passkey is your last way to sign in. Set a password first.",
            ),
            passkeys::NotRemoved::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}

fn not_found() -> UserError {
    UserError::at(
        "passkeyId",
        UserErrorCode::NotFound,
        "You have no passkey with this id.",
    )
}
