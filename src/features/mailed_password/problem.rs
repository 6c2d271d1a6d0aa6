//! Why a password was not set with a link.

use crate::{
    context::graphql::user_error::UserError,
    features::{one_time_token::TokenProblem, password::NotChosen},
    platform::failure::Refusal,
};

/// Why the password was not set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token does not count.
    Token(TokenProblem),
    /// The password is refused.
    Password(NotChosen),
}

impl Refusal for Refused {}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Token(problem) => problem.at("token"),
            Refused::Password(problem) => problem.at("newPassword"),
        }
    }
}
