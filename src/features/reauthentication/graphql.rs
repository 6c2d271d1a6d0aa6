//! Reauthentication in GraphQL.

use async_graphql::{Context, InputObject, Object, OneofObject, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    prove::{Given, Refused, reauthenticate},
    start::start,
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        passkey::{AuthenticationResponseJson, RequestOptionsJson},
        session::{AuthMethod, AuthTokens},
    },
    platform::{failure::Failed, graphql::scalars::DateTime},
};

/// A passkey's answer to a challenge.
#[derive(InputObject)]
struct PasskeyProofInput {
    /// From `startReauthentication`.
    challenge_token: SecretString,
    /// Answer of the browser.
    credential: AuthenticationResponseJson,
}

/// A mailed code and its challenge.
#[derive(InputObject)]
struct EmailCodeProofInput {
    /// From `startReauthentication`.
    challenge_token: SecretString,
    /// From the mail, in any case, with or without the hyphen.
    code: SecretString,
}

/// Input of `reauthenticate`: exactly one proof.
#[derive(OneofObject)]
enum ReauthenticateInput {
    /// Current password; it suffices only for accounts without a second factor.
    Password(SecretString),
    /// Six digits from the app. Spaces do not matter.
    TotpCode(SecretString),
    /// A recovery code, in any case, with or without hyphens.
    RecoveryCode(SecretString),
    /// A passkey's answer.
    Passkey(PasskeyProofInput),
    /// A code from a mail.
    EmailCode(EmailCodeProofInput),
}

impl From<ReauthenticateInput> for Given {
    fn from(input: ReauthenticateInput) -> Self {
        match input {
            ReauthenticateInput::Password(password) => Self::Password(password),
            ReauthenticateInput::TotpCode(code) => Self::Totp(code),
            ReauthenticateInput::RecoveryCode(code) => Self::RecoveryCode(code),
            ReauthenticateInput::Passkey(proof) => Self::Passkey {
                challenge_token: proof.challenge_token,
                answer: proof.credential.as_str().to_owned().into(),
            },
            ReauthenticateInput::EmailCode(proof) => Self::EmailCode {
                challenge_token: proof.challenge_token,
                code: proof.code,
            },
        }
    }
}

/// Result of `startReauthentication`.
#[derive(SimpleObject, Default)]
struct StartReauthenticationPayload {
    /// Proofs that this account can give, the best first. Empty if there is none: ask the administrator.
    methods: Vec<AuthMethod>,
    /// Send it with a passkey's answer or a mailed code; null if neither is among the methods.
    challenge_token: Option<String>,
    /// Passkey options, when PASSKEY is among the methods. One answer is accepted.
    passkey_options: Option<RequestOptionsJson>,
    /// When the challenge stops working; null exactly when `challengeToken` is.
    expires_at: Option<DateTime>,
    /// Always empty in this version.
    user_errors: Vec<UserError>,
}

/// Result of `reauthenticate`.
#[derive(SimpleObject, Default)]
struct ReauthenticatePayload {
    /// Until when sensitive changes are allowed; null on failure.
    valid_until: Option<DateTime>,
    /// New tokens of the same session, delivered as chosen at sign-in: they alone carry the proof, and the refresh
    /// token of before is used up. Null on failure.
    tokens: Option<AuthTokens>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations that prove the caller's identity again.
#[derive(Default)]
pub struct ReauthenticationMutation;

#[Object]
impl ReauthenticationMutation {
    /// Begin to prove the caller's identity: which proofs the account can give, and a challenge for a passkey. If a
    /// mailed code is the only one, it is mailed. Must be alone in its document. Needs sign-in. After too many
    /// requests: RATE_LIMITED.
    async fn start_reauthentication(
        &self,
        context: &Context<'_>,
    ) -> Result<StartReauthenticationPayload, Failed> {
        let started = start(operation(context)?).await?;
        let challenge = started.challenge.as_ref();
        let options = challenge.and_then(|challenge| challenge.passkey_options.as_deref());
        Ok(StartReauthenticationPayload {
            methods: started.methods.into_iter().map(AuthMethod::from).collect(),
            challenge_token: challenge.map(|it| it.token.expose_secret().to_owned()),
            passkey_options: options.map(RequestOptionsJson::new),
            expires_at: challenge.map(|it| DateTime::from_millis(it.expires_at)),
            user_errors: Vec::new(),
        })
    }

    /// Prove the caller's identity again. For some minutes, the tokens that come back pass checks that would return
    /// REAUTHENTICATION_REQUIRED; tokens of before do not, and neither do those of a later refresh. If the account has
    /// a second factor, a password or a mailed code alone is not enough: REAUTHENTICATION_REQUIRED. Must be alone in
    /// its document. Needs sign-in. Codes: REQUIRED, CURRENT_PASSWORD_INCORRECT, MFA_CODE_INVALID, EMAIL_CODE_INVALID,
    /// CHALLENGE_EXPIRED, PASSKEY_REJECTED, REAUTHENTICATION_REQUIRED. After too many attempts: RATE_LIMITED.
    async fn reauthenticate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The proof.")] input: ReauthenticateInput,
    ) -> Result<ReauthenticatePayload, Failed> {
        match reauthenticate(operation(context)?, &input.into()).await {
            Ok(output) => Ok(ReauthenticatePayload {
                valid_until: Some(output.valid_until.into()),
                tokens: Some(AuthTokens::deliver(context, &output.tokens)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(ReauthenticatePayload {
                user_errors: vec![failure.refusal()?.into()],
                ..ReauthenticatePayload::default()
            }),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::PasswordIncorrect => Self::at(
                "password",
                UserErrorCode::CurrentPasswordIncorrect,
                "This is not your current password.",
            ),
            Refused::Factor(wrong) => wrong.at("totpCode", "recoveryCode", "passkey"),
            Refused::CodeRequired => Self::at("emailCode", UserErrorCode::Required, "Please enter the code."),
            Refused::EmailCode => Self::at(
                "emailCode",
                UserErrorCode::EmailCodeInvalid,
                "This is not the code from the mail. Please check it.",
            ),
            Refused::ChallengeExpired => Self::new(
                UserErrorCode::ChallengeExpired,
                "This proof has expired. Please start again.",
            ),
            Refused::NotEnough => Self::new(
                UserErrorCode::ReauthenticationRequired,
                "This does not prove who you are for your account. Please use another way.",
            ),
        }
    }
}
