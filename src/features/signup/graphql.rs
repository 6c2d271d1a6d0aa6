//! Sign-up in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::register::{Input, Refused, register};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        session::{AuthTokens, Session, SessionRequest, TokenDelivery},
        user::{EmailProblem, User},
    },
    platform::failure::Failed,
};

/// Input of `signup`.
#[derive(InputObject)]
struct SignupInput {
    /// Display name, 1 to 100 characters.
    name: String,
    /// Address to sign in with.
    email: String,
    /// Password in plain text; send it over TLS. `serverInfo.passwordPolicy` has the rules.
    password: SecretString,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
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

/// The mutation `signup`.
#[derive(Default)]
pub struct SignupMutation;

#[Object]
impl SignupMutation {
    /// Create an account and sign in. Codes: REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, EMAIL_TAKEN,
    /// PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, SIGNUP_DISABLED. After too many sign-ups from one
    /// network: RATE_LIMITED.
    async fn signup(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs up.")] input: SignupInput,
    ) -> Result<SignupPayload, Failed> {
        let input = Input {
            name: input.name,
            email: input.email,
            password: input.password,
            session: SessionRequest {
                device_name: input.device_name,
                delivery: input.token_delivery.into(),
            },
        };
        match register(operation(context)?, input).await {
            Ok(output) => Ok(SignupPayload {
                user: Some(User::signed_in(
                    output.user,
                    Vec::new(),
                    output.session.session.id,
                )),
                tokens: Some(AuthTokens::deliver(context, &output.session.tokens)),
                session: Some(Session::current(output.session.session)),
                user_errors: Vec::new(),
            }),
            Err(failure) => {
                let refused = failure.refusal()?;
                Ok(SignupPayload {
                    user_errors: refused.into_iter().map(Into::into).collect(),
                    ..SignupPayload::default()
                })
            }
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
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
            Refused::Name(problem) => problem.into(),
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
            Refused::DeviceName(problem) => problem.into(),
            Refused::Password(problem) => problem.at("password"),
        }
    }
}
