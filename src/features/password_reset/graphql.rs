//! Password reset in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{request::request, reset::reset};
use crate::{
    context::graphql::{operation, user_error::UserError},
    features::mailed_password::Input,
    platform::failure::Failed,
};

/// Input of `requestPasswordReset`.
#[derive(InputObject)]
struct RequestPasswordResetInput {
    /// Address of the account.
    email: String,
}

/// Result of `requestPasswordReset`.
#[derive(SimpleObject, Default)]
struct RequestPasswordResetPayload {
    /// Address as given, for the confirmation text; null on failure.
    email: Option<String>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Input of `resetPassword`.
#[derive(InputObject)]
struct ResetPasswordInput {
    /// From the mailed link.
    token: SecretString,
    /// New password; `serverInfo.passwordPolicy` has the rules.
    new_password: SecretString,
}

/// Result of `resetPassword`.
#[derive(SimpleObject, Default)]
struct ResetPasswordPayload {
    /// Whether the password was set; then go to `login`.
    is_reset: bool,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of the password reset.
#[derive(Default)]
pub struct PasswordResetMutation;

#[Object]
impl PasswordResetMutation {
    /// Mail a link that sets a new password. The answer is the same whether or not the address is known. Must be alone in
    /// its document. Codes: REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, FEATURE_DISABLED. After too many
    /// requests: RATE_LIMITED.
    async fn request_password_reset(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Whose password.")] input: RequestPasswordResetInput,
    ) -> Result<RequestPasswordResetPayload, Failed> {
        match request(operation(context)?, &input.email).await {
            Ok(()) => Ok(RequestPasswordResetPayload {
                email: Some(input.email),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(RequestPasswordResetPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RequestPasswordResetPayload::default()
            }),
        }
    }

    /// Set a new password with a mailed token; all sessions end, and nobody is signed in. A failure consumes nothing. Must
    /// be alone in its document. Codes: REQUIRED, TOKEN_INVALID, TOKEN_EXPIRED, INVALID_CHARACTERS, PASSWORD_TOO_SHORT,
    /// PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK. After too many attempts: RATE_LIMITED.
    async fn reset_password(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: ResetPasswordInput,
    ) -> Result<ResetPasswordPayload, Failed> {
        let input = Input {
            token: input.token,
            new_password: input.new_password,
        };
        match reset(operation(context)?, &input).await {
            Ok(_) => Ok(ResetPasswordPayload {
                is_reset: true,
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(ResetPasswordPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..ResetPasswordPayload::default()
            }),
        }
    }
}
