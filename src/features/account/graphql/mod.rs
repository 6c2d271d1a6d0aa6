//! Door: one's own account in GraphQL.

mod payloads;

use async_graphql::{Context, InputObject, Object, OneofObject};
use secrecy::SecretString;

use self::payloads::{
    ChangePasswordPayload, DeleteAccountPayload, ReauthenticatePayload, UpdateProfilePayload,
};
use super::{
    change_password::{self, change_password},
    delete::delete_account,
    reauthenticate::reauthenticate,
    update_profile::update_profile,
};
use crate::{
    context::graphql::operation,
    features::{
        session::{AuthTokens, Tokens, forget_cookies},
        user::User,
    },
    platform::failure::Failed,
};

/// Input of `changePassword`.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// Current password; leave out when the account has none.
    current_password: Option<SecretString>,
    /// New password. `serverInfo.passwordPolicy` tells what it must satisfy.
    new_password: SecretString,
    /// Whether other sessions stay.
    #[graphql(default)]
    keep_other_sessions: bool,
}

/// Input of `updateProfile`. Fields left out, or null, stay as they are.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// Display name, 1 to 100 characters.
    name: Option<String>,
}

/// Input of `deleteAccount`.
#[derive(InputObject)]
struct DeleteAccountInput {
    /// Current password, unless just reauthenticated.
    current_password: Option<SecretString>,
}

/// Input of `reauthenticate`: exactly one proof.
#[derive(OneofObject)]
enum ReauthenticateInput {
    /// Current password.
    Password(SecretString),
}

/// What people do to their own accounts.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Change one's password; other sessions end unless told otherwise, and the current one stays. Alone in its
    /// document. Needs sign-in. Codes: REQUIRED, CURRENT_PASSWORD_INCORRECT, UNCHANGED, INVALID_CHARACTERS, PASSWORD_TOO_SHORT,
    /// PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, REAUTHENTICATION_REQUIRED. After too many attempts: RATE_LIMITED.
    async fn change_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The current password and the new one.")] input: ChangePasswordInput,
    ) -> Result<ChangePasswordPayload, Failed> {
        let operation = operation(context)?;
        let input = change_password::Input {
            current: input.current_password,
            new: input.new_password,
            keep_other_sessions: input.keep_other_sessions,
        };
        match change_password(operation, input).await {
            Ok(output) => {
                deliver_cookies(context, output.cookies.as_ref());
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(ChangePasswordPayload {
                    user: Some(User::changed(output.user, caller)),
                    revoked_session_count: i32::try_from(output.ended_sessions).unwrap_or(i32::MAX),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => {
                let refused = failure.refusal()?;
                Ok(ChangePasswordPayload::refused(
                    refused.into_iter().map(Into::into).collect(),
                ))
            }
        }
    }

    /// Change one's profile. Fields left out, or null, stay as they are. Tokens show the change from the next refresh on. Needs
    /// sign-in. Codes: REQUIRED, TOO_LONG, INVALID_CHARACTERS. After too many changes: RATE_LIMITED.
    async fn update_profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> Result<UpdateProfilePayload, Failed> {
        let operation = operation(context)?;
        match update_profile(operation, input.name.as_deref()).await {
            Ok(user) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(UpdateProfilePayload {
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(UpdateProfilePayload::refused(vec![failure.refusal()?.into()])),
        }
    }

    /// Delete one's own account, with its sessions and all that belongs to it, for good. Alone in its document. Needs
    /// sign-in. Codes:
    /// CURRENT_PASSWORD_INCORRECT, REAUTHENTICATION_REQUIRED, LAST_ADMIN. After too many attempts: RATE_LIMITED.
    async fn delete_account(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Proof that it is the owner who asks.")] input: DeleteAccountInput,
    ) -> Result<DeleteAccountPayload, Failed> {
        let operation = operation(context)?;
        match delete_account(operation, input.current_password.as_ref()).await {
            Ok(id) => {
                // Cookies beside a bearer token may be somebody else's.
                if operation.browser.is_credential {
                    forget_cookies(context, operation)?;
                }
                Ok(DeleteAccountPayload {
                    deleted_user_id: Some(id.to_string().into()),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(DeleteAccountPayload::refused(vec![failure.refusal()?.into()])),
        }
    }

    /// Prove one's identity again; the session then passes REAUTHENTICATION_REQUIRED checks for some minutes.
    /// Alone in its document. Needs sign-in. Codes: CURRENT_PASSWORD_INCORRECT. After too many attempts: RATE_LIMITED.
    async fn reauthenticate(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The proof.")] input: ReauthenticateInput,
    ) -> Result<ReauthenticatePayload, Failed> {
        let ReauthenticateInput::Password(password) = input;
        match reauthenticate(operation(context)?, &password).await {
            Ok(output) => {
                deliver_cookies(context, output.cookies.as_ref());
                Ok(ReauthenticatePayload {
                    valid_until: Some(output.valid_until.into()),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(ReauthenticatePayload::refused(vec![failure.refusal()?.into()])),
        }
    }
}

/// New cookies go along with the answer, whatever else it says.
fn deliver_cookies(context: &Context<'_>, tokens: Option<&Tokens>) {
    if let Some(tokens) = tokens {
        AuthTokens::deliver(context, tokens);
    }
}
