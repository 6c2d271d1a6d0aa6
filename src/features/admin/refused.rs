//! What the use cases refuse, and why their transactions are rolled back.

use std::time::Duration;

use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    features::{
        authority::{RecheckError, StepUpRequired},
        user::{self as users, EmailProblem, EmailTaken, NameProblem},
    },
    platform::failure::{Denied, Failure, Outcome, Refusal},
};

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The caller must prove who they are first.
    StepUpRequired,
    /// There is no such account.
    NotFound,
    /// Nobody does this to their own account.
    CannotTargetSelf,
    /// It would leave nobody who administers.
    LastAdmin,
    /// There is no such role.
    InvalidRole,
    /// More roles than a token can carry.
    TooManyRoles,
    /// Another account has the address.
    EmailTaken,
    /// The name is invalid.
    Name(NameProblem),
    /// The address is invalid.
    Email(EmailProblem),
    /// The reason is too long.
    ReasonTooLong,
    /// The reason has characters that a name must not have.
    ReasonInvalid,
    /// This server sends no mail.
    MailOff,
}

impl Refusal for Refused {}

impl From<StepUpRequired> for Refused {
    fn from(StepUpRequired: StepUpRequired) -> Self {
        Self::StepUpRequired
    }
}

impl From<users::InvalidRoles> for Refused {
    fn from(invalid: users::InvalidRoles) -> Self {
        match invalid {
            users::InvalidRoles::Unknown => Self::InvalidRole,
            users::InvalidRoles::TooMany => Self::TooManyRoles,
        }
    }
}

impl From<users::Refused> for Refused {
    fn from(refused: users::Refused) -> Self {
        match refused {
            users::Refused::EmailTaken => Self::EmailTaken,
            users::Refused::Roles(invalid) => invalid.into(),
        }
    }
}

/// Why the transaction of a change is rolled back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ChangeError {
    /// The holder may not act.
    Recheck(RecheckError),
    /// The use case refuses.
    Refused(Refused),
    /// The address gets no further mail before this time has passed.
    NoMailLeft(Duration),
}

impl Refusal for ChangeError {}

impl From<RecheckError> for ChangeError {
    fn from(error: RecheckError) -> Self {
        Self::Recheck(error)
    }
}

impl From<Refused> for ChangeError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<EmailTaken> for ChangeError {
    fn from(EmailTaken: EmailTaken) -> Self {
        Self::Refused(Refused::EmailTaken)
    }
}

/// The outcome of a use case, from that of its transaction.
pub(super) fn finished<T>(done: Outcome<T, ChangeError>) -> Outcome<T, Refused> {
    done.map_err(|failure| match failure {
        Failure::Refused(ChangeError::Refused(refused)) => refused.into(),
        Failure::Refused(ChangeError::NoMailLeft(retry_after)) => Denied::RateLimited { retry_after }.into(),
        Failure::Refused(ChangeError::Recheck(error)) => {
            error.into_failure(Refused::NotFound, Refused::StepUpRequired)
        }
        Failure::Failed(failed) => failed.into(),
    })
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::StepUpRequired => Self::reauthentication_required(),
            Refused::NotFound => Self::at("userId", UserErrorCode::NotFound, "There is no such user."),
            Refused::CannotTargetSelf => Self::at(
                "userId",
                UserErrorCode::CannotTargetSelf,
                "You cannot do this to your own account. Ask another administrator, or use your account page.",
            ),
            Refused::LastAdmin => Self::at(
                "userId",
                UserErrorCode::LastAdmin,
                "This is the last administrator who can sign in. Make someone else an administrator first.",
            ),
            Refused::InvalidRole => Self::at(
                "roles",
                UserErrorCode::InvalidRole,
                users::InvalidRoles::Unknown.message(),
            ),
            Refused::TooManyRoles => Self::at(
                "roles",
                UserErrorCode::LimitReached,
                users::InvalidRoles::TooMany.message(),
            ),
            Refused::EmailTaken => Self::at(
                "email",
                UserErrorCode::EmailTaken,
                "Another account has this address.",
            ),
            Refused::Name(problem) => problem.into(),
            Refused::Email(problem) => problem.at("email"),
            Refused::ReasonTooLong => Self::at(
                "reason",
                UserErrorCode::TooLong,
                "Please give a reason of at most 500 characters.",
            ),
            Refused::ReasonInvalid => Self::at(
                "reason",
                UserErrorCode::InvalidCharacters,
                "Give a reason without control characters, such as tabs, line breaks or direction marks.",
            ),
            Refused::MailOff => Self::new(UserErrorCode::FeatureDisabled, "This server sends no mail."),
        }
    }
}
