//! The mutations of authenticator apps and recovery codes, and the second step of a sign-in.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::MfaFactorInput;
use crate::{
    context::graphql::{operation, user_error::UserError},
    features::{
        login::LoginPayload,
        mfa::{self, password_off, regenerate, totp_off, totp_setup},
        user::User,
    },
    platform::{failure::Failed, graphql::scalars::DateTime},
};

/// Input of `verifyMfa`.
#[derive(InputObject)]
struct VerifyMfaInput {
    /// From `MfaChallenge`.
    challenge_token: SecretString,
    /// The proof.
    factor: MfaFactorInput,
}

/// Input of `confirmTotpSetup`.
#[derive(InputObject)]
struct ConfirmTotpSetupInput {
    /// From `startTotpSetup`.
    setup_token: SecretString,
    /// Six digits from the app.
    code: SecretString,
}

/// Input of `disableTotp`.
#[derive(InputObject)]
struct DisableTotpInput {
    /// Six digits from the app, or a recovery code; omit it after `reauthenticate`.
    code: Option<SecretString>,
}

/// Result of `startTotpSetup`.
#[derive(SimpleObject, Default)]
struct StartTotpSetupPayload {
    /// Hand this to `confirmTotpSetup`; null on failure.
    setup_token: Option<String>,
    /// Secret in base32, for typing; null on failure.
    secret: Option<String>,
    /// `otpauth://` address, for a QR code; null on failure.
    otpauth_uri: Option<String>,
    /// When the set-up expires; null on failure.
    expires_at: Option<DateTime>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `confirmTotpSetup`.
#[derive(SimpleObject, Default)]
struct ConfirmTotpSetupPayload {
    /// The account; null on failure.
    user: Option<User>,
    /// With the first second factor: shown once, never readable again. Else null.
    recovery_codes: Option<Vec<String>>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `disableTotp`.
#[derive(SimpleObject, Default)]
struct DisableTotpPayload {
    /// The account; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `regenerateRecoveryCodes`.
#[derive(SimpleObject, Default)]
struct RegenerateRecoveryCodesPayload {
    /// Shown once, never readable again; null on failure.
    recovery_codes: Option<Vec<String>>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `removePassword`.
#[derive(SimpleObject, Default)]
struct RemovePasswordPayload {
    /// The account; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of second factors.
#[derive(Default)]
pub struct MfaMutation;

#[Object]
impl MfaMutation {
    /// Finish a sign-in that answered with `mfaChallenge`. The same call again, within a minute, gets the same answer.
    /// Must be alone in its document. Codes: REQUIRED, MFA_CODE_INVALID, MFA_CHALLENGE_EXPIRED, PASSKEY_REJECTED,
    /// ACCOUNT_DISABLED. After too many wrong codes: RATE_LIMITED.
    async fn verify_mfa(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The challenge and the proof.")] input: VerifyMfaInput,
    ) -> Result<LoginPayload, Failed> {
        let input = mfa::Input {
            challenge_token: input.challenge_token,
            factor: input.factor.into(),
            remembers: false,
        };
        match mfa::verify(operation(context)?, &input).await {
            Ok(output) => Ok(LoginPayload::signed_in(context, output.signed_in)),
            Err(failure) => Ok(LoginPayload::refused(failure.refusal()?.into())),
        }
    }

    /// Begin to set up an authenticator app (TOTP, RFC 6238): a secret to show as a QR code. Nothing changes before
    /// `confirmTotpSetup`. Must be alone in its document. Needs sign-in and a recent `reauthenticate`. Codes:
    /// TOTP_ALREADY_ENABLED, REAUTHENTICATION_REQUIRED, EMAIL_NOT_VERIFIED. After too many changes: RATE_LIMITED.
    async fn start_totp_setup(&self, context: &Context<'_>) -> Result<StartTotpSetupPayload, Failed> {
        match totp_setup::start(operation(context)?).await {
            Ok(setup) => Ok(StartTotpSetupPayload {
                setup_token: Some(setup.token.expose_secret().to_owned()),
                secret: Some(setup.shown.secret.expose_secret().to_owned()),
                otpauth_uri: Some(setup.shown.uri.expose_secret().to_owned()),
                expires_at: Some(DateTime::from_millis(setup.expires_at)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(StartTotpSetupPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..StartTotpSetupPayload::default()
            }),
        }
    }

    /// Finish setting up an authenticator app with its first code, within ten minutes and in the same session. Other
    /// sessions end. With the first second factor, it gives the recovery codes, once. Must be alone in its document.
    /// Needs sign-in. Codes: REQUIRED, MFA_CODE_INVALID, MFA_CHALLENGE_EXPIRED.
    async fn confirm_totp_setup(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The set-up and the code.")] input: ConfirmTotpSetupInput,
    ) -> Result<ConfirmTotpSetupPayload, Failed> {
        let operation = operation(context)?;
        match totp_setup::confirm(operation, &input.setup_token, &input.code).await {
            Ok(confirmed) => {
                let caller = operation
                    .caller_before_mfa()
                    .await
                    .map_err(Failed::after_commit)?;
                Ok(ConfirmTotpSetupPayload {
                    user: Some(User::changed(confirmed.user, caller)),
                    recovery_codes: confirmed.recovery_codes.as_deref().map(exposed),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(ConfirmTotpSetupPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..ConfirmTotpSetupPayload::default()
            }),
        }
    }

    /// Turn the authenticator app off, with one of its codes, with a recovery code, or after a recent `reauthenticate`.
    /// Other sessions end. Must be alone in its document. Needs sign-in. Codes: TOTP_NOT_ENABLED, MFA_CODE_INVALID,
    /// REAUTHENTICATION_REQUIRED. After too many wrong codes: RATE_LIMITED.
    async fn disable_totp(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The proof.")] input: DisableTotpInput,
    ) -> Result<DisableTotpPayload, Failed> {
        let operation = operation(context)?;
        match totp_off::disable(operation, input.code.as_ref()).await {
            Ok(user) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(DisableTotpPayload {
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(DisableTotpPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..DisableTotpPayload::default()
            }),
        }
    }

    /// Replace all recovery codes: the earlier ones stop working, and other sessions end. Must be alone in its
    /// document. Needs sign-in, a second factor and a recent `reauthenticate`. Codes: TOTP_NOT_ENABLED,
    /// REAUTHENTICATION_REQUIRED. The first one means that there is no second factor at all. After too many changes:
    /// RATE_LIMITED.
    async fn regenerate_recovery_codes(
        &self,
        context: &Context<'_>,
    ) -> Result<RegenerateRecoveryCodesPayload, Failed> {
        match regenerate::regenerate(operation(context)?).await {
            Ok(codes) => Ok(RegenerateRecoveryCodesPayload {
                recovery_codes: Some(exposed(&codes)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(RegenerateRecoveryCodesPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RegenerateRecoveryCodesPayload::default()
            }),
        }
    }

    /// Remove the caller's password: from then on, they sign in with a passkey. Must be alone in its document. Needs
    /// sign-in, a passkey, unused recovery codes, and a recent `reauthenticate` by passkey. Codes: LAST_CREDENTIAL,
    /// REAUTHENTICATION_REQUIRED. After too many changes: RATE_LIMITED.
    async fn remove_password(&self, context: &Context<'_>) -> Result<RemovePasswordPayload, Failed> {
        let operation = operation(context)?;
        match password_off::remove_password(operation).await {
            Ok(user) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(RemovePasswordPayload {
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(RemovePasswordPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RemovePasswordPayload::default()
            }),
        }
    }
}

/// Recovery codes for the one response that shows them.
pub(super) fn exposed(codes: &[SecretString]) -> Vec<String> {
    codes.iter().map(|code| code.expose_secret().to_owned()).collect()
}
