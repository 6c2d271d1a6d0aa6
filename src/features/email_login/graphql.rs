//! Sign-in by mail in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    request::request,
    sign_in::{Answer, Input, Refused, sign_in},
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        login::LoginPayload,
        session::{SessionRequest, TokenDelivery},
    },
    platform::{failure::Failed, graphql::scalars::DateTime},
};

/// Input of `requestEmailLogin`.
#[derive(InputObject)]
struct RequestEmailLoginInput {
    /// Address of the account.
    email: String,
}

/// Result of `requestEmailLogin`.
#[derive(SimpleObject, Default)]
struct RequestEmailLoginPayload {
    /// Keep it, and send it with the code or the link's token; null on failure.
    challenge_token: Option<String>,
    /// When code and link stop working; null on failure.
    expires_at: Option<DateTime>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Input of `loginWithEmailCode`.
#[derive(InputObject)]
struct LoginWithEmailCodeInput {
    /// From `requestEmailLogin`.
    challenge_token: SecretString,
    /// From the mail, in any case, with or without the hyphen.
    code: SecretString,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
}

/// Input of `loginWithEmailLink`.
#[derive(InputObject)]
struct LoginWithEmailLinkInput {
    /// From `requestEmailLogin`, which this browser kept.
    challenge_token: SecretString,
    /// From the mailed link.
    token: SecretString,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
}

/// The mutations of the sign-in by mail.
#[derive(Default)]
pub struct EmailLoginMutation;

#[Object]
impl EmailLoginMutation {
    /// Mail a code and a link to sign in with, both good for 10 minutes and only together with the returned
    /// `challengeToken`. The answer is the same whether or not the address is known. Must be alone in its document. Codes:
    /// REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, FEATURE_DISABLED. After too many requests: RATE_LIMITED.
    async fn request_email_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Who signs in.")] input: RequestEmailLoginInput,
    ) -> Result<RequestEmailLoginPayload, Failed> {
        match request(operation(context)?, &input.email).await {
            Ok(requested) => Ok(RequestEmailLoginPayload {
                challenge_token: Some(requested.challenge_token.expose_secret().to_owned()),
                expires_at: Some(DateTime::from_millis(requested.expires_at)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(RequestEmailLoginPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RequestEmailLoginPayload::default()
            }),
        }
    }

    /// Sign in with the mailed code. After five wrong codes, the challenge expires. The same call again, within a minute,
    /// gets the same answer, unless it returned `mfaChallenge`: then request another mail. Must be alone in its
    /// document. Codes: REQUIRED, EMAIL_CODE_INVALID, CHALLENGE_EXPIRED, ACCOUNT_DISABLED, TOO_LONG,
    /// INVALID_CHARACTERS.
    async fn login_with_email_code(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The challenge and the code.")] input: LoginWithEmailCodeInput,
    ) -> Result<LoginPayload, Failed> {
        let session = SessionRequest {
            device_name: input.device_name,
            delivery: input.token_delivery.into(),
        };
        let answer = Answer::Code(input.code);
        finish(context, input.challenge_token, answer, session).await
    }

    /// Sign in with the token of the mailed link, in the browser that asked for it. The same call again, within a minute,
    /// gets the same answer, unless it returned `mfaChallenge`: then request another mail. Must be alone in its
    /// document. Codes: TOKEN_INVALID, TOKEN_EXPIRED, ACCOUNT_DISABLED, TOO_LONG, INVALID_CHARACTERS.
    async fn login_with_email_link(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The challenge and the token.")] input: LoginWithEmailLinkInput,
    ) -> Result<LoginPayload, Failed> {
        let session = SessionRequest {
            device_name: input.device_name,
            delivery: input.token_delivery.into(),
        };
        let answer = Answer::Link(input.token);
        finish(context, input.challenge_token, answer, session).await
    }
}

async fn finish(
    context: &Context<'_>,
    challenge_token: SecretString,
    answer: Answer,
    session: SessionRequest,
) -> Result<LoginPayload, Failed> {
    let input = Input {
        challenge_token,
        answer,
        session,
    };
    match sign_in(operation(context)?, input).await {
        Ok(output) => Ok(LoginPayload::of(context, output)),
        Err(failure) => Ok(LoginPayload::refused(failure.refusal()?.into())),
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::DeviceName(problem) => problem.into(),
            Refused::CodeRequired => Self::at("code", UserErrorCode::Required, "Please enter the code."),
            Refused::CodeInvalid => Self::at(
                "code",
                UserErrorCode::EmailCodeInvalid,
                "This is not the code from the mail. Please check it.",
            ),
            Refused::ChallengeExpired => Self::new(
                UserErrorCode::ChallengeExpired,
                "This sign-in has expired. Please ask for another mail.",
            ),
            Refused::Link(problem) => problem.at("token"),
            Refused::AccountDisabled => Self::account_disabled(),
        }
    }
}
