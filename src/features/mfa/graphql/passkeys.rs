//! The mutations of one's own passkeys.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use super::mutations::exposed;
use crate::{
    context::graphql::{operation, user_error::UserError},
    features::{
        mfa::{
            passkey_setup::{self, Answered},
            passkeys,
        },
        passkey::{CreationOptionsJson, Passkey, RegistrationResponseJson},
        user::User,
    },
    platform::failure::Failed,
};

/// Input of `finishPasskeyRegistration`.
#[derive(InputObject)]
struct FinishPasskeyRegistrationInput {
    /// From `startPasskeyRegistration`.
    challenge_token: SecretString,
    /// Answer of the browser.
    credential: RegistrationResponseJson,
    /// Label, 1 to 100 characters. If omitted, it is derived from the user agent.
    name: Option<String>,
}

/// Input of `renamePasskey`.
#[derive(InputObject)]
struct RenamePasskeyInput {
    /// Id of the passkey.
    passkey_id: ID,
    /// New label, 1 to 100 characters.
    name: String,
}

/// Input of `removePasskey`.
#[derive(InputObject)]
struct RemovePasskeyInput {
    /// Id of the passkey.
    passkey_id: ID,
}

/// Result of `startPasskeyRegistration`.
#[derive(SimpleObject, Default)]
struct StartPasskeyRegistrationPayload {
    /// Hand this to `finishPasskeyRegistration`; null on failure.
    challenge_token: Option<String>,
    /// Hand this to the browser; null on failure.
    options: Option<CreationOptionsJson>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `finishPasskeyRegistration`.
#[derive(SimpleObject, Default)]
struct FinishPasskeyRegistrationPayload {
    /// The new passkey; null on failure.
    passkey: Option<Passkey>,
    /// The account; null on failure.
    user: Option<User>,
    /// With the first second factor: shown once, never readable again. Else null.
    recovery_codes: Option<Vec<String>>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `renamePasskey`.
#[derive(SimpleObject, Default)]
struct RenamePasskeyPayload {
    /// The renamed passkey; null on failure.
    passkey: Option<Passkey>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `removePasskey`.
#[derive(SimpleObject, Default)]
struct RemovePasskeyPayload {
    /// Id of the removed passkey, to evict it from caches; null on failure.
    removed_passkey_id: Option<ID>,
    /// The account; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of one's own passkeys.
#[derive(Default)]
pub struct PasskeyMutation;

#[Object]
impl PasskeyMutation {
    /// Begin to register a passkey; an account can have 20. Must be alone in its document. Needs sign-in and a recent
    /// `reauthenticate`. Codes: FEATURE_DISABLED, LIMIT_REACHED, REAUTHENTICATION_REQUIRED, EMAIL_NOT_VERIFIED. After
    /// too many changes: RATE_LIMITED.
    async fn start_passkey_registration(
        &self,
        context: &Context<'_>,
    ) -> Result<StartPasskeyRegistrationPayload, Failed> {
        match passkey_setup::start(operation(context)?).await {
            Ok(started) => Ok(StartPasskeyRegistrationPayload {
                challenge_token: Some(started.token.expose_secret().to_owned()),
                options: Some(CreationOptionsJson::new(&started.options)),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(StartPasskeyRegistrationPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..StartPasskeyRegistrationPayload::default()
            }),
        }
    }

    /// Finish registering a passkey, within five minutes and in the same session; one answer is accepted. Other
    /// sessions end. With the first second factor, it gives the recovery codes, once. Must be alone in its document.
    /// Needs sign-in. Codes: PASSKEY_REJECTED, CHALLENGE_EXPIRED, LIMIT_REACHED, TOO_LONG, INVALID_CHARACTERS.
    async fn finish_passkey_registration(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The answer of the browser.")] input: FinishPasskeyRegistrationInput,
    ) -> Result<FinishPasskeyRegistrationPayload, Failed> {
        let operation = operation(context)?;
        let answered = Answered {
            token: &input.challenge_token,
            answer: input.credential.as_str(),
            name: input.name.as_deref(),
        };
        match passkey_setup::finish(operation, &answered).await {
            Ok(registered) => {
                let caller = operation
                    .caller_before_mfa()
                    .await
                    .map_err(Failed::after_commit)?;
                Ok(FinishPasskeyRegistrationPayload {
                    passkey: Some(registered.passkey.into()),
                    user: Some(User::changed(registered.user, caller)),
                    recovery_codes: registered.recovery_codes.as_deref().map(exposed),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(FinishPasskeyRegistrationPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..FinishPasskeyRegistrationPayload::default()
            }),
        }
    }

    /// Rename a passkey. Needs sign-in. Codes: NOT_FOUND, REQUIRED, TOO_LONG, INVALID_CHARACTERS. After too many
    /// changes: RATE_LIMITED.
    async fn rename_passkey(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which passkey, and its label.")] input: RenamePasskeyInput,
    ) -> Result<RenamePasskeyPayload, Failed> {
        match passkeys::rename(operation(context)?, &input.passkey_id, &input.name).await {
            Ok(passkey) => Ok(RenamePasskeyPayload {
                passkey: Some(passkey.into()),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(RenamePasskeyPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RenamePasskeyPayload::default()
            }),
        }
    }

    /// Remove a passkey. Other sessions end. Must be alone in its document. Needs sign-in and a recent
    /// `reauthenticate`. Codes: NOT_FOUND, LAST_CREDENTIAL, REAUTHENTICATION_REQUIRED. After too many changes:
    /// RATE_LIMITED.
    async fn remove_passkey(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which passkey.")] input: RemovePasskeyInput,
    ) -> Result<RemovePasskeyPayload, Failed> {
        let operation = operation(context)?;
        match passkeys::remove(operation, &input.passkey_id).await {
            Ok((user, id)) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(RemovePasskeyPayload {
                    removed_passkey_id: Some(id.to_string().into()),
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(RemovePasskeyPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RemovePasskeyPayload::default()
            }),
        }
    }
}
