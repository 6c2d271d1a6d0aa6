//! Sign-in in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{
    output::{Output, SignedIn},
    password::{Input, Refused, sign_in},
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        mfa::MfaChallenge,
        session::{AuthTokens, Session, SessionRequest, TokenDelivery},
        user::User,
    },
    platform::failure::Failed,
};

/// Input of `login`.
#[derive(InputObject)]
struct LoginInput {
    /// Address of the account.
    email: String,
    /// Password in plain text; send it over TLS.
    password: SecretString,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
}

/// Result of a sign-in: `user`, `session` and `tokens`, or `mfaChallenge`, or `userErrors`.
#[derive(SimpleObject, Default)]
pub struct LoginPayload {
    /// The signed-in account.
    user: Option<User>,
    /// The new session.
    session: Option<Session>,
    /// The tokens; null exactly when `session` is.
    tokens: Option<AuthTokens>,
    /// Set when a second factor is needed: nobody is signed in before `verifyMfa`.
    mfa_challenge: Option<MfaChallenge>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

impl LoginPayload {
    /// A sign-in, or what it waits for.
    pub fn of(context: &Context<'_>, output: Output) -> Self {
        match output {
            Output::SignedIn(signed_in) => Self::signed_in(context, *signed_in),
            Output::Challenge(challenge) => Self {
                mfa_challenge: Some(challenge.into()),
                ..Self::default()
            },
        }
    }

    /// A sign-in, whose tokens are delivered.
    pub fn signed_in(context: &Context<'_>, output: SignedIn) -> Self {
        Self {
            user: Some(User::signed_in(
                output.user,
                output.roles,
                &output.session.session,
            )),
            tokens: Some(AuthTokens::deliver(context, &output.session.tokens)),
            session: Some(Session::current(output.session.session)),
            mfa_challenge: None,
            user_errors: Vec::new(),
        }
    }

    /// A refusal.
    pub fn refused(error: UserError) -> Self {
        Self {
            user_errors: vec![error],
            ..Self::default()
        }
    }
}

/// The mutation `login`.
#[derive(Default)]
pub struct LoginMutation;

#[Object]
impl LoginMutation {
    /// Sign in with email and password. An account with a second factor gets `mfaChallenge`. Must be alone in its
    /// document. Codes: REQUIRED, INVALID_CREDENTIALS, EMAIL_NOT_VERIFIED, ACCOUNT_DISABLED, TOO_LONG,
    /// INVALID_CHARACTERS. After too many attempts, whether or not the account exists: RATE_LIMITED.
    async fn login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: LoginInput,
    ) -> Result<LoginPayload, Failed> {
        let input = Input {
            email: input.email,
            password: input.password,
            session: SessionRequest {
                device_name: input.device_name,
                delivery: input.token_delivery.into(),
            },
        };
        match sign_in(operation(context)?, input).await {
            Ok(output) => Ok(LoginPayload::of(context, output)),
            Err(failure) => Ok(LoginPayload::refused(failure.refusal()?.into())),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        let (code, message) = match refused {
            Refused::DeviceName(problem) => return problem.into(),
            Refused::AccountDisabled => return Self::account_disabled(),
            Refused::EmailNotVerified => return Self::email_not_verified(),
            Refused::Required => (UserErrorCode::Required, "Please enter both email and password"),
            Refused::InvalidCredentials => (UserErrorCode::InvalidCredentials, "Invalid email or password"),
        };
        Self::new(code, message)
    }
}
