//! Token problems in GraphQL.

use super::TokenProblem;
use crate::context::graphql::user_error::{UserError, UserErrorCode};

impl TokenProblem {
    /// The problem as an error of `field`.
    pub fn at(self, field: &str) -> UserError {
        match self {
            Self::Invalid => UserError::at(
                field,
                UserErrorCode::TokenInvalid,
                "This link does not work: it was used already, or it is incomplete. Please ask for a new one.",
            ),
            Self::Expired => UserError::at(
                field,
                UserErrorCode::TokenExpired,
                "This link has expired. Please ask for a new one.",
            ),
        }
    }
}
