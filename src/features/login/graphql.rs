//! Door: login in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::password::{Input, Refused, sign_in};
use crate::{
    features::{
        session::{AuthTokens, Session},
        user::User,
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

/// Input of `login`.
#[derive(InputObject)]
struct LoginInput {
    /// Address of the account.
    email: String,
    /// Password, in plain, over TLS.
    password: SecretString,
}

/// Result of a sign-in: `user`, `session` and `tokens`, or `userErrors`.
#[derive(SimpleObject, Default)]
struct LoginPayload {
    /// The signed-in account.
    user: Option<User>,
    /// The new session.
    session: Option<Session>,
    /// The tokens; null exactly when `session` is.
    tokens: Option<AuthTokens>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// What signs in.
#[derive(Default)]
pub struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Sign in with e-mail and password. Codes: REQUIRED, INVALID_CREDENTIALS, ACCOUNT_DISABLED.
    async fn login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Result<LoginPayload, ApiError> {
        let input = Input {
            email: input.email,
            password: input.password,
        };
        match sign_in(operation(context)?, input).await {
            Ok(output) => Ok(LoginPayload {
                user: Some(User::with_roles(output.user, output.roles)),
                tokens: Some(AuthTokens::from(&output.session.access_token)),
                session: Some(Session::current(output.session.session)),
                user_errors: Vec::new(),
            }),
            Err(Failure::Refused(refused)) => Ok(LoginPayload {
                user_errors: vec![user_error(refused)],
                ..LoginPayload::default()
            }),
            Err(Failure::Denied(denied)) => Err(ApiError::Denied(denied)),
            Err(Failure::Fault(fault)) => Err(ApiError::Fault(fault)),
        }
    }
}

fn user_error(refused: Refused) -> UserError {
    let (code, message) = match refused {
        Refused::Required => (UserErrorCode::Required, "Please enter both email and password"),
        Refused::InvalidCredentials => (UserErrorCode::InvalidCredentials, "Invalid email or password"),
        Refused::AccountDisabled => (
            UserErrorCode::AccountDisabled,
            "This account is disabled. Ask the administrator to enable it.",
        ),
    };
    UserError::new(code, message)
}
