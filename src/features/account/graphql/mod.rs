//! The caller's own account in GraphQL.

mod payloads;

use async_graphql::{Context, InputObject, Object};
use secrecy::SecretString;

use self::payloads::{
    CancelAccountDeletionPayload, ChangePasswordPayload, DeleteAccountPayload, UpdateProfilePayload,
};
use super::{
    cancel_deletion::cancel_deletion,
    change_password::{self, change_password},
    delete::delete_account,
    update_profile::{self, update_profile},
};
use crate::{
    context::graphql::operation,
    features::{
        session::{AuthTokens, Tokens, forget_cookies},
        user::User,
    },
    platform::{failure::Failed, graphql::scalars::DateTime},
};

/// Input of `changePassword`.
#[derive(InputObject)]
struct ChangePasswordInput {
    /// Current password; leave out when the account has none.
    current_password: Option<SecretString>,
    /// New password; `serverInfo.passwordPolicy` has the rules.
    new_password: SecretString,
    /// Whether other sessions stay signed in.
    #[graphql(default)]
    keep_other_sessions: bool,
}

/// Input of `updateProfile`. Omitted or null fields stay unchanged.
#[derive(InputObject)]
struct UpdateProfileInput {
    /// Display name, 1 to 100 characters.
    name: Option<String>,
    /// Language of mails and pages, one that the server speaks (BCP 47).
    locale: Option<String>,
    /// Whether a mail reports new sign-ins from unknown devices or networks.
    is_sign_in_notice_enabled: Option<bool>,
}

/// Input of `deleteAccount`.
#[derive(InputObject)]
struct DeleteAccountInput {
    /// Current password, unless just reauthenticated.
    current_password: Option<SecretString>,
}

/// The mutations of one's own account.
#[derive(Default)]
pub struct AccountMutation;

#[Object]
impl AccountMutation {
    /// Change the caller's password. Other sessions end unless `keepOtherSessions` is true; the current one stays. Must
    /// be alone in its document. Needs sign-in. Codes: REQUIRED, CURRENT_PASSWORD_INCORRECT, UNCHANGED,
    /// INVALID_CHARACTERS, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, REAUTHENTICATION_REQUIRED. After
    /// too many attempts: RATE_LIMITED.
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
                Ok(ChangePasswordPayload {
                    user_errors: refused.into_iter().map(Into::into).collect(),
                    ..ChangePasswordPayload::default()
                })
            }
        }
    }

    /// Change the caller's profile. Omitted or null fields stay unchanged. Tokens show the change after the next
    /// refresh. Needs sign-in. Codes: REQUIRED, TOO_LONG, INVALID_CHARACTERS, INVALID_LOCALE. After too many changes: RATE_LIMITED.
    async fn update_profile(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "What to change.")] input: UpdateProfileInput,
    ) -> Result<UpdateProfilePayload, Failed> {
        let operation = operation(context)?;
        let input = update_profile::Input {
            name: input.name,
            locale: input.locale,
            has_sign_in_notices: input.is_sign_in_notice_enabled,
        };
        match update_profile(operation, &input).await {
            Ok(user) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(UpdateProfilePayload {
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(UpdateProfilePayload {
                user_errors: failure.refusal()?.into_iter().map(Into::into).collect(),
                ..UpdateProfilePayload::default()
            }),
        }
    }

    /// Permanently delete the caller's account, its sessions and everything else that belongs to it. With the setting
    /// `deletion_grace`, only the sessions end at once, and the account is deleted at `deletesAt`: until then its owner can
    /// sign in and call `cancelAccountDeletion`. While a former address can still take itself back, nobody can sign in, and
    /// the account is deleted at `deletesAt`. Must be alone in its document. Needs sign-in. Codes:
    /// CURRENT_PASSWORD_INCORRECT, REAUTHENTICATION_REQUIRED, LAST_ADMIN. After too many attempts: RATE_LIMITED.
    async fn delete_account(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Proof that the owner is asking.")] input: DeleteAccountInput,
    ) -> Result<DeleteAccountPayload, Failed> {
        let operation = operation(context)?;
        match delete_account(operation, input.current_password.as_ref()).await {
            Ok(deleted) => {
                // Cookies sent along with a bearer token may belong to another account.
                if operation.browser.is_credential {
                    forget_cookies(context, operation)?;
                }
                Ok(DeleteAccountPayload {
                    deleted_user_id: Some(deleted.id.to_string().into()),
                    deletes_at: deleted.deletes_at.map(DateTime::from_millis),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(DeleteAccountPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..DeleteAccountPayload::default()
            }),
        }
    }

    /// Keep the caller's account, whose deletion was asked for during the grace period. Does nothing if none was. Signing
    /// in does not do this by itself: ask people whose `user.deletesAt` is set. Needs sign-in. After too many changes:
    /// RATE_LIMITED.
    async fn cancel_account_deletion(
        &self,
        context: &Context<'_>,
    ) -> Result<CancelAccountDeletionPayload, Failed> {
        let operation = operation(context)?;
        let user = cancel_deletion(operation).await?;
        let caller = operation
            .caller_before_mfa()
            .await
            .map_err(Failed::after_commit)?;
        Ok(CancelAccountDeletionPayload {
            user: Some(User::changed(user, caller)),
            user_errors: Vec::new(),
        })
    }
}

/// Adds the cookies to the response.
fn deliver_cookies(context: &Context<'_>, tokens: Option<&Tokens>) {
    if let Some(tokens) = tokens {
        AuthTokens::deliver(context, tokens);
    }
}
