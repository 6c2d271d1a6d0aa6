//! Email verification in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{
    outcome::{Input, Refused},
    resend::resend,
    verify::verify,
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::user::User,
    platform::failure::Failed,
};

/// Input of `verifyEmail`.
#[derive(InputObject)]
struct VerifyEmailInput {
    /// From the mailed link.
    token: SecretString,
    /// From `signup`, if this client signed up: then the password given there counts.
    registration_token: Option<SecretString>,
    /// Password of the account or of the sign-up, for callers who are not signed in to it.
    password: Option<SecretString>,
    /// Instead of it: a new password, which ends earlier sessions, roles and links. Not for a changed address.
    new_password: Option<SecretString>,
}

/// Result of `verifyEmail`.
#[derive(SimpleObject, Default)]
struct VerifyEmailPayload {
    /// Whether the address is now confirmed.
    is_verified: bool,
    /// The account, when the caller is signed in to it.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Input of `resendVerificationEmail`.
#[derive(InputObject)]
struct ResendVerificationEmailInput {
    /// Address to confirm.
    email: String,
}

/// Result of `resendVerificationEmail`.
#[derive(SimpleObject, Default)]
struct ResendVerificationEmailPayload {
    /// Address as given, for the confirmation text; null on failure.
    email: Option<String>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations of email verification.
#[derive(Default)]
pub struct EmailVerificationMutation;

#[Object]
impl EmailVerificationMutation {
    /// Confirm an email address, a first one or a changed one, with a mailed token. A caller who is not signed in to the
    /// account gives its password, or a new one, which ends earlier sessions and links. A sign-up that waited becomes an
    /// account; then go to `login`. A failure consumes nothing. Must be alone in its document. Codes: REQUIRED,
    /// TOKEN_INVALID, TOKEN_EXPIRED, EMAIL_TAKEN, INVALID_CREDENTIALS, INVALID_CHARACTERS, PASSWORD_TOO_SHORT,
    /// PASSWORD_TOO_LONG, PASSWORD_TOO_WEAK, SIGNUP_DISABLED. After too many attempts: RATE_LIMITED.
    async fn verify_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token, and a proof.")] input: VerifyEmailInput,
    ) -> Result<VerifyEmailPayload, Failed> {
        let operation = operation(context)?;
        let input = Input {
            token: input.token,
            client_secret: input.registration_token,
            password: input.password,
            new_password: input.new_password,
            session: None,
        };
        match verify(operation, &input).await {
            Ok(output) => {
                let user = match output.user {
                    Some(user) => {
                        let caller = operation
                            .caller_before_mfa()
                            .await
                            .map_err(Failed::after_commit)?;
                        Some(User::changed(user, caller))
                    }
                    None => None,
                };
                Ok(VerifyEmailPayload {
                    is_verified: true,
                    user,
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(VerifyEmailPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..VerifyEmailPayload::default()
            }),
        }
    }

    /// Mail a new verification link, for an account or for a sign-up that waits. The answer is the same whether or not
    /// the address is known. Must be alone in its document. Codes: REQUIRED, INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG,
    /// FEATURE_DISABLED. After too many requests: RATE_LIMITED.
    async fn resend_verification_email(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Which address.")] input: ResendVerificationEmailInput,
    ) -> Result<ResendVerificationEmailPayload, Failed> {
        match resend(operation(context)?, &input.email).await {
            Ok(()) => Ok(ResendVerificationEmailPayload {
                email: Some(input.email),
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(ResendVerificationEmailPayload {
                user_errors: vec![failure.refusal()?.into()],
                ..ResendVerificationEmailPayload::default()
            }),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Token(problem) => problem.at("token"),
            Refused::PasswordRequired => Self::at(
                "password",
                UserErrorCode::Required,
                "Please enter the password of the account.",
            ),
            Refused::InvalidCredentials => Self::at(
                "password",
                UserErrorCode::InvalidCredentials,
                "This is not the password of the account.",
            ),
            Refused::NewPassword(problem) => problem.at("newPassword"),
            Refused::EmailTaken => Self::new(
                UserErrorCode::EmailTaken,
                "Another account has this email address by now. Please sign in to it.",
            ),
            Refused::SignupDisabled => Self::new(
                UserErrorCode::SignupDisabled,
                "Sign-up is closed. Ask the administrator for an account.",
            ),
        }
    }
}
