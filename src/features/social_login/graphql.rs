//! Sign-in with another provider in GraphQL.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{
    client_code::{end_session_of, receipt_key, redeem},
    finish_link::{NotFinished, finish_link},
    outcome::{self, Refused},
    request::{self, NotRequested},
    sign_in::sign_in,
};
use crate::{
    context::{
        OpContext,
        graphql::{
            operation,
            user_error::{UserError, UserErrorCode},
        },
    },
    features::{
        identity::Identity,
        login::{LoginPayload, Output},
        one_time_token::TokenProblem,
        session::{SessionRequest, TokenDelivery},
        user::User,
    },
    platform::failure::{Failed, Failure, Outcome},
};

/// Input of `startSocialLogin` and `startIdentityLink`.
#[derive(InputObject)]
struct StartSocialLoginInput {
    /// Id of the provider, from `serverInfo.socialProviders`.
    provider: ID,
    /// Where the browser comes back to, with `code` or `error` in the query; one of `login_redirect_urls`.
    redirect_url: String,
    /// S256 challenge of a verifier that the client keeps: 43 characters of base64url (RFC 7636).
    code_challenge: String,
}

/// Result of `startSocialLogin` and `startIdentityLink`.
#[derive(SimpleObject, Default)]
struct StartSocialLoginPayload {
    /// Where to send the browser: a page of this server, which leads on to the provider. It works for 10 minutes. Null
    /// on failure.
    authorization_url: Option<String>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Input of `finishSocialLogin`.
#[derive(InputObject)]
struct FinishSocialLoginInput {
    /// From the query of `redirectUrl`.
    code: SecretString,
    /// The verifier of `codeChallenge`.
    code_verifier: SecretString,
    /// Name for this session, at most 100 characters. If omitted, it is derived from the user agent.
    device_name: Option<String>,
    /// Where the tokens go.
    #[graphql(default_with = "TokenDelivery::Body")]
    token_delivery: TokenDelivery,
}

/// Input of `finishIdentityLink`.
#[derive(InputObject)]
struct FinishIdentityLinkInput {
    /// From the query of `redirectUrl`.
    code: SecretString,
    /// The verifier of `codeChallenge`.
    code_verifier: SecretString,
}

/// Result of `finishIdentityLink`.
#[derive(SimpleObject, Default)]
struct FinishIdentityLinkPayload {
    /// The linked identity; null on failure.
    identity: Option<Identity>,
    /// The account; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of other providers.
#[derive(Default)]
pub struct SocialLoginMutation;

#[Object]
impl SocialLoginMutation {
    /// Begin a sign-in at another provider: where to send the browser. Codes: FEATURE_DISABLED, PROVIDER_UNKNOWN,
    /// REDIRECT_NOT_ALLOWED. If `codeChallenge` is malformed: BAD_USER_INPUT.
    async fn start_social_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to sign in, and where to come back to.")] input: StartSocialLoginInput,
    ) -> Result<StartSocialLoginPayload, Failed> {
        start(operation(context)?, input, false).await
    }

    /// Finish a sign-in at another provider with the code that came back to `redirectUrl`, within a minute. If the
    /// provider refuses, `redirectUrl` gets `error` instead: ACCESS_DENIED, PROVIDER_REJECTED, PROVIDER_UNREACHABLE,
    /// EMAIL_NOT_VERIFIED, TOKEN_INVALID or RATE_LIMITED. An account with a second factor gets `mfaChallenge`. A code
    /// that comes back after its use ends the session that it started. Must be alone in its document. Codes:
    /// TOKEN_INVALID, TOKEN_EXPIRED, ACCOUNT_DISABLED, ACCOUNT_EXISTS, EMAIL_NOT_VERIFIED, SIGNUP_DISABLED, TOO_LONG,
    /// INVALID_CHARACTERS. After too many sign-ups from one network: RATE_LIMITED.
    async fn finish_social_login(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code and its verifier.")] input: FinishSocialLoginInput,
    ) -> Result<LoginPayload, Failed> {
        match finish(operation(context)?, input).await {
            Ok(output) => Ok(LoginPayload::of(context, output)),
            Err(failure) => Ok(LoginPayload::refused(failure.refusal()?.into())),
        }
    }

    /// Begin linking an account of another provider to the caller's account. Needs sign-in and a recent
    /// `reauthenticate`. Codes: FEATURE_DISABLED, PROVIDER_UNKNOWN, REDIRECT_NOT_ALLOWED, REAUTHENTICATION_REQUIRED. If
    /// `codeChallenge` is malformed: BAD_USER_INPUT.
    async fn start_identity_link(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Where to sign in, and where to come back to.")] input: StartSocialLoginInput,
    ) -> Result<StartSocialLoginPayload, Failed> {
        start(operation(context)?, input, true).await
    }

    /// Finish linking, within a minute. Needs sign-in, in the session that began it. Reported by mail. Must be alone in
    /// its document. Codes: TOKEN_INVALID, TOKEN_EXPIRED, IDENTITY_TAKEN, LIMIT_REACHED. After too many changes:
    /// RATE_LIMITED.
    async fn finish_identity_link(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The code and its verifier.")] input: FinishIdentityLinkInput,
    ) -> Result<FinishIdentityLinkPayload, Failed> {
        let operation = operation(context)?;
        let linked = finish_link(operation, &input.code, &input.code_verifier).await;
        match linked {
            Ok((user, identity)) => Ok(FinishIdentityLinkPayload {
                identity: Some(identity.into()),
                user: Some(User::changed(user, operation.caller().await?)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(FinishIdentityLinkPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..FinishIdentityLinkPayload::default()
            }),
        }
    }
}

async fn start(
    operation: &OpContext,
    input: StartSocialLoginInput,
    links: bool,
) -> Result<StartSocialLoginPayload, Failed> {
    let input = request::Input {
        provider: input.provider.to_string(),
        redirect_url: input.redirect_url,
        code_challenge: input.code_challenge,
        links,
    };
    match request::request(operation, input).await {
        Ok(url) => Ok(StartSocialLoginPayload {
            authorization_url: Some(url),
            user_errors: Vec::new(),
        }),
        Err(failure) => Ok(StartSocialLoginPayload {
            user_errors: vec![failure.refusal()?.into()],
            ..StartSocialLoginPayload::default()
        }),
    }
}

/// Why a client does not get its session.
#[derive(Debug)]
enum NotSignedIn {
    Code(TokenProblem),
    Refused(Refused),
}

impl crate::platform::failure::Refusal for NotSignedIn {}

async fn finish(operation: &OpContext, input: FinishSocialLoginInput) -> Outcome<Output, NotSignedIn> {
    let redeemed = redeem(operation, &input.code, &input.code_verifier)
        .await
        .map_err(|failure| failure.map(NotSignedIn::Code))?;
    // A code that links an identity signs nobody in.
    if redeemed.linking.is_some() {
        return Err(NotSignedIn::Code(TokenProblem::Invalid).into());
    }
    let session = SessionRequest {
        device_name: input.device_name,
        delivery: input.token_delivery.into(),
    };
    let sign_in_input = outcome::Input {
        used: redeemed.used(),
        profile: redeemed.profile,
        session,
        receipt_key: Some(receipt_key(&operation.app, &input.code)?),
    };
    match sign_in(operation, &sign_in_input).await {
        Ok(output) => Ok(output),
        Err(Failure::Refused(Refused::Used)) => {
            // Of two at once, one was faster.
            end_session_of(operation, &input.code).await?;
            Err(NotSignedIn::Code(TokenProblem::Invalid).into())
        }
        Err(failure) => Err(failure.map(NotSignedIn::Refused)),
    }
}

fn of_code(problem: TokenProblem) -> UserError {
    match problem {
        TokenProblem::Invalid => UserError::at(
            "code",
            UserErrorCode::TokenInvalid,
            "This code is invalid: it was already used, is for something else, or does not match `codeVerifier`. Please \
             start again.",
        ),
        TokenProblem::Expired => UserError::at(
            "code",
            UserErrorCode::TokenExpired,
            "This code has expired: it works for a minute. Please start again.",
        ),
    }
}

impl From<NotSignedIn> for UserError {
    fn from(not_signed_in: NotSignedIn) -> Self {
        match not_signed_in {
            NotSignedIn::Code(problem) => of_code(problem),
            NotSignedIn::Refused(refused) => refused.into(),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::DeviceName(problem) => problem.into(),
            Refused::Used => of_code(TokenProblem::Invalid),
            Refused::AddressNeeded => Self::new(
                UserErrorCode::EmailNotVerified,
                "Please confirm an email address first: start the sign-in again, and follow its page.",
            ),
            Refused::AccountExists => Self::new(
                UserErrorCode::AccountExists,
                "There is already an account with this email address. Please sign in to it as usual, then connect the \
                 provider in its settings.",
            ),
            Refused::AccountDisabled => Self::account_disabled(),
            Refused::EmailNotVerified => Self::email_not_verified(),
            Refused::SignupDisabled => Self::new(
                UserErrorCode::SignupDisabled,
                "There is no account for this sign-in, and sign-up is closed. Ask the administrator for one.",
            ),
        }
    }
}

impl From<NotRequested> for UserError {
    fn from(problem: NotRequested) -> Self {
        match problem {
            NotRequested::Disabled => Self::new(
                UserErrorCode::FeatureDisabled,
                "Sign-in with other providers is not set up on this server.",
            ),
            NotRequested::ProviderUnknown => Self::at(
                "provider",
                UserErrorCode::ProviderUnknown,
                "There is no such provider. `serverInfo.socialProviders` lists them.",
            ),
            NotRequested::RedirectNotAllowed => Self::at(
                "redirectUrl",
                UserErrorCode::RedirectNotAllowed,
                "This address is not one of `login_redirect_urls`.",
            ),
            NotRequested::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}

impl From<NotFinished> for UserError {
    fn from(problem: NotFinished) -> Self {
        match problem {
            NotFinished::Code(problem) => of_code(problem),
            NotFinished::Link(problem) => problem.into(),
        }
    }
}
