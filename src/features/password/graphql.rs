//! Password problems in GraphQL.

use super::{NotChosen, Problem};
use crate::context::graphql::user_error::{UserError, UserErrorCode};

impl Problem {
    /// The problem as an error of `field`.
    pub fn at(self, field: &str) -> UserError {
        let code = match self {
            Self::TooShort { .. } => UserErrorCode::PasswordTooShort,
            Self::TooLong { .. } | Self::TooManyBytes { .. } => UserErrorCode::PasswordTooLong,
            Self::InvalidCharacters => UserErrorCode::InvalidCharacters,
            Self::TooCommon | Self::SameAsAccount(_) => UserErrorCode::PasswordTooWeak,
        };
        UserError::at(field, code, self.message())
    }
}

impl NotChosen {
    /// The reason as an error of `field`.
    pub fn at(self, field: &str) -> UserError {
        match self {
            Self::Required => UserError::at(field, UserErrorCode::Required, "Please enter a new password."),
            Self::Problem(problem) => problem.at(field),
        }
    }
}
