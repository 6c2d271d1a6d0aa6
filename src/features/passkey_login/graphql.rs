//! Sign-in with a passkey in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    challenge::ask,
    sign_in::{Input, Refused, sign_in},
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        login::LoginPayload,
        passkey::{self, AuthenticationResponseJson, RequestOptionsJson},
        session::{SessionRequest, TokenDelivery},
    },
    platform::failure::Failed,
};

/// Input of `finishPasskeyLogin`.
#[derive(InputObject)]
struct FinishPasskeyLoginInput {
    /// From `startPasskeyLogin`.
    challenge_token: SecretString,
    /// Answer of the browser.
    credential: AuthenticationResponseJson,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
}

/// Result of `startPasskeyLogin`.
#[derive(SimpleObject, Default)]
struct StartPasskeyLoginPayload {
    /// Hand this to `finishPasskeyLogin`; null on failure.
    challenge_token: Option<String>,
    /// Hand this to the browser; null on failure.
    options: Option<RequestOptionsJson>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of the sign-in with a passkey.
#[derive(Default)]
pub struct PasskeyLoginMutation;

#[expect(clippy::unused_async, reason = "resolvers are async")]
#[Object]
impl PasskeyLoginMutation {
    /// Begin a sign-in with a passkey: no address is needed, because the passkey names its account. The challenge works
    /// for five minutes. Codes: FEATURE_DISABLED.
    async fn start_passkey_login(&self, context: &Context<'_>) -> Result<StartPasskeyLoginPayload, Failed> {
        let app = &operation(context)?.app;
        if !passkey::is_enabled(app) {
            return Ok(StartPasskeyLoginPayload {
                user_errors: vec![passkey::disabled()],
                ..StartPasskeyLoginPayload::default()
            });
        }
        let asked = ask(app)?;
        Ok(StartPasskeyLoginPayload {
            challenge_token: Some(asked.token.expose_secret().to_owned()),
            options: Some(RequestOptionsJson::new(&asked.options)),
            user_errors: Vec::new(),
        })
    }

    /// Finish a sign-in with a passkey. It counts as both factors. One answer is accepted for each challenge; the same
    /// call again, within a minute, gets the same answer. Must be alone in its document. Codes: PASSKEY_REJECTED,
    /// CHALLENGE_EXPIRED, ACCOUNT_DISABLED, EMAIL_NOT_VERIFIED, TOO_LONG, INVALID_CHARACTERS. After too many attempts:
    /// RATE_LIMITED.
    async fn finish_passkey_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The answer of the browser.")] input: FinishPasskeyLoginInput,
    ) -> Result<LoginPayload, Failed> {
        let input = Input {
            challenge_token: input.challenge_token,
            answer: input.credential.as_str().to_owned().into(),
            session: SessionRequest {
                device_name: input.device_name,
                delivery: input.token_delivery.into(),
            },
        };
        match sign_in(operation(context)?, input).await {
            Ok(output) => Ok(LoginPayload::signed_in(context, output)),
            Err(failure) => Ok(LoginPayload::refused(failure.refusal()?.into())),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::DeviceName(problem) => problem.into(),
            Refused::ChallengeExpired => Self::at(
                "challengeToken",
                UserErrorCode::ChallengeExpired,
                "This sign-in has expired. Please try again.",
            ),
            Refused::Rejected => passkey::rejected("credential"),
            Refused::AccountDisabled => Self::account_disabled(),
            Refused::EmailNotVerified => Self::email_not_verified(),
        }
    }
}
