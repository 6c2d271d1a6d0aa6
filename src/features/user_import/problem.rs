//! Why a user is not imported.

use std::borrow::Cow;

use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    features::user::{EmailProblem, InvalidRoles, NameProblem},
    platform::crypto::ForeignHashProblem,
};

/// Why a user is not imported. Contains nothing of the user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// The name is invalid.
    Name(NameProblem),
    /// The address is invalid.
    Email(EmailProblem),
    /// Another account has the address, or can take it back, or an earlier user of the same import has it.
    EmailTaken,
    /// The hash is not supported, or too costly.
    PasswordHash(ForeignHashProblem),
    /// The roles are not possible.
    Roles(InvalidRoles),
    /// The account was created before 1970, or in the future.
    CreatedAt,
}

impl Problem {
    /// The code in the schema.
    pub fn code(self) -> UserErrorCode {
        self.describe().1
    }

    /// What is wrong, for people.
    pub fn message(self) -> Cow<'static, str> {
        self.describe().2
    }

    /// The error of the user at this place of the input.
    pub(super) fn at(self, index: usize) -> UserError {
        let (field, code, message) = self.describe();
        UserError {
            code,
            message: message.into_owned(),
            field: Some(vec!["users".to_owned(), index.to_string(), field.to_owned()]),
        }
    }

    fn describe(self) -> (&'static str, UserErrorCode, Cow<'static, str>) {
        match self {
            Self::Name(problem) => ("name", UserError::from(problem).code, problem.message().into()),
            Self::Email(problem) => ("email", problem.at("email").code, problem.message().into()),
            Self::EmailTaken => (
                "email",
                UserErrorCode::EmailTaken,
                "Another account has this address, so this user is skipped.".into(),
            ),
            Self::PasswordHash(problem) => ("passwordHash", hash_code(problem), sentence(problem).into()),
            Self::Roles(invalid) => {
                let code = match invalid {
                    InvalidRoles::Unknown => UserErrorCode::InvalidRole,
                    InvalidRoles::TooMany => UserErrorCode::LimitReached,
                };
                ("roles", code, invalid.message().into())
            }
            Self::CreatedAt => (
                "createdAt",
                UserErrorCode::InvalidTime,
                "An account cannot have been created before 1970 or in the future.".into(),
            ),
        }
    }
}

fn hash_code(problem: ForeignHashProblem) -> UserErrorCode {
    match problem {
        ForeignHashProblem::TooCostly { .. } => UserErrorCode::PasswordHashTooCostly,
        _ => UserErrorCode::PasswordHashInvalid,
    }
}

/// The problem as a sentence.
fn sentence(problem: ForeignHashProblem) -> String {
    let text = problem.to_string();
    let mut characters = text.chars();
    let first = characters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(characters).chain(['.']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_a_problem_begins_at_the_input_and_its_message_is_a_sentence() {
        let costly = ForeignHashProblem::TooCostly {
            form: "bcrypt",
            limit: "a cost of 14",
        };
        let error = Problem::PasswordHash(costly).at(3);
        assert_eq!(error.field.unwrap(), ["users", "3", "passwordHash"]);
        assert_eq!(error.code, UserErrorCode::PasswordHashTooCostly);
        assert_eq!(
            error.message,
            "The bcrypt hash is too costly to verify: the limit is a cost of 14."
        );
        let problem = Problem::PasswordHash(ForeignHashProblem::Unknown);
        assert_eq!(problem.code(), UserErrorCode::PasswordHashInvalid);
    }
}
