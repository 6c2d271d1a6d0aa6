//! Door: sign-up in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::register::{Input, Output, Refused, register};
use crate::{
    features::{
        password::Problem,
        session::{AuthTokens, Session},
        user::{EmailProblem, NameProblem, User},
    },
    platform::{
        failure::Failure,
        graphql::{
            context::operation,
            error::ApiError,
            user_error::{UserError, UserErrorCode},
        },
    },
};

/// Input of `signup`.
#[derive(InputObject)]
struct SignupInput {
    /// Display name, 1 to 100 characters.
    name: String,
    /// Address to sign in with.
    email: String,
    /// Password, in plain, over TLS. `serverInfo.passwordPolicy` tells what it must satisfy.
    password: SecretString,
}

/// Result of `signup`.
#[derive(SimpleObject, Default)]
struct SignupPayload {
    /// The new account; null on failure.
    user: Option<User>,
    /// The new session; null on failure.
    session: Option<Session>,
    /// The tokens; null exactly when `session` is.
    tokens: Option<AuthTokens>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// What makes accounts.
#[derive(Default)]
pub struct SignupMutation;

#[Object]
impl SignupMutation {
    /// Create an account and sign in. Codes: REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, EMAIL_TAKEN,
    /// PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, SIGNUP_DISABLED.
    async fn signup(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs up.")] input: SignupInput,
    ) -> Result<SignupPayload, ApiError> {
        let input = Input {
            name: input.name,
            email: input.email,
            password: input.password,
        };
        match register(operation(context)?, input).await {
            Ok(output) => Ok(output.into()),
            Err(Failure::Refused(refused)) => {
                let user_errors = refused.iter().map(user_error).collect();
                Ok(SignupPayload {
                    user_errors,
                    ..SignupPayload::default()
                })
            }
            Err(Failure::Denied(denied)) => Err(ApiError::Denied(denied)),
            Err(Failure::Fault(fault)) => Err(ApiError::Fault(fault)),
        }
    }
}

impl From<Output> for SignupPayload {
    fn from(output: Output) -> Self {
        Self {
            user: Some(User::with_roles(output.user, Vec::new())),
            tokens: Some(AuthTokens::from(&output.session.access_token)),
            session: Some(Session::current(output.session.session)),
            user_errors: Vec::new(),
        }
    }
}

fn user_error(refused: &Refused) -> UserError {
    match refused {
        Refused::SignupDisabled => UserError::new(
            UserErrorCode::SignupDisabled,
            "Sign-up is closed. Ask the administrator for an account.",
        ),
        Refused::EmailTaken => UserError::at(
            "email",
            UserErrorCode::EmailTaken,
            "User already exists. Please login.",
        ),
        Refused::Name(problem) => {
            let code = match problem {
                NameProblem::Required => UserErrorCode::Required,
                NameProblem::TooLong => UserErrorCode::TooLong,
                NameProblem::InvalidCharacters => UserErrorCode::InvalidCharacters,
            };
            UserError::at("name", code, problem.message())
        }
        Refused::Email(problem) => {
            let code = match problem {
                EmailProblem::Required => UserErrorCode::Required,
                EmailProblem::Invalid => UserErrorCode::InvalidEmail,
                EmailProblem::TooLong => UserErrorCode::TooLong,
                EmailProblem::InvalidCharacters => UserErrorCode::InvalidCharacters,
            };
            UserError::at("email", code, problem.message())
        }
        Refused::PasswordRequired => {
            UserError::at("password", UserErrorCode::Required, "Please enter a password.")
        }
        Refused::Password(problem) => UserError::at("password", password_code(*problem), problem.message()),
    }
}

fn password_code(problem: Problem) -> UserErrorCode {
    match problem {
        Problem::TooShort { .. } => UserErrorCode::PasswordTooShort,
        Problem::TooLong { .. } | Problem::TooManyBytes => UserErrorCode::PasswordTooLong,
        Problem::InvalidCharacters => UserErrorCode::InvalidCharacters,
        Problem::TooCommon | Problem::SameAsAccount(_) => UserErrorCode::PasswordTooWeak,
    }
}
