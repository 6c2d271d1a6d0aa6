//! Sign-up in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::register::{Input, Output, Refused, SignedIn, register};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        session::{AuthTokens, Session, SessionRequest, TokenDelivery},
        user::User,
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
    /// The new account; null on failure, and while its address must be verified first.
    user: Option<User>,
    /// The new session; null on failure, and while the address must be verified first.
    session: Option<Session>,
    /// The tokens; null exactly when `session` is.
    tokens: Option<AuthTokens>,
    /// Whether a mail was sent whose link must be opened before there is an account. The same whether or not the
    /// address has an account already.
    is_email_verification_required: bool,
    /// Keep it for `verifyEmail`: with it, the password given here counts. Null unless the address must be verified
    /// first.
    registration_token: Option<String>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutation `signup`.
#[derive(Default)]
pub struct SignupMutation;

#[Object]
impl SignupMutation {
    /// Create an account and sign in; where the server requires verified addresses, mail a link that creates the account.
    /// Codes: REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, EMAIL_TAKEN,
    /// PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, SIGNUP_DISABLED. After too many sign-ups from one
    /// network, or too many mails to one address: RATE_LIMITED.
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
            Ok(Output::SignedIn(output)) => {
                let SignedIn { user, session } = *output;
                Ok(SignupPayload {
                    user: Some(User::signed_in(user, Vec::new(), &session.session)),
                    tokens: Some(AuthTokens::deliver(context, &session.tokens)),
                    session: Some(Session::current(session.session)),
                    ..SignupPayload::default()
                })
            }
            Ok(Output::Waiting(registered)) => Ok(SignupPayload {
                is_email_verification_required: true,
                registration_token: Some(registered.client_secret.expose_secret().to_owned()),
                ..SignupPayload::default()
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
            Refused::Email(problem) => problem.at("email"),
            Refused::PasswordRequired => {
                UserError::at("password", UserErrorCode::Required, "Please enter a password.")
            }
            Refused::DeviceName(problem) => problem.into(),
            Refused::Password(problem) => problem.at("password"),
        }
    }
}
