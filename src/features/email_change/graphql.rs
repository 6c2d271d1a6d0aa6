//! Changing one's address in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::{
    cancel::cancel,
    request::{Input, Refused, request},
    undo::{NotUndone, undo},
};
use crate::{
    context::graphql::{
        operation,
        user_error::{UserError, UserErrorCode},
    },
    features::{
        mail::feature_disabled,
        mfa::{Given, MfaFactorInput},
        user::User,
    },
    platform::failure::Failed,
};

/// Input of `requestEmailChange`.
#[derive(InputObject)]
struct RequestEmailChangeInput {
    /// New address.
    new_email: String,
    /// Current password, unless just reauthenticated.
    current_password: Option<SecretString>,
}

/// Result of `requestEmailChange`.
#[derive(SimpleObject, Default)]
struct RequestEmailChangePayload {
    /// The account, with `pendingEmail` set; null on failure.
    user: Option<User>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// Result of `cancelEmailChange`.
#[derive(SimpleObject, Default)]
struct CancelEmailChangePayload {
    /// The account.
    user: Option<User>,
    /// Always empty in this version.
    user_errors: Vec<UserError>,
}

/// Input of `undoEmailChange`.
#[derive(InputObject)]
struct UndoEmailChangeInput {
    /// From the mailed link.
    token: SecretString,
    /// A code of a second factor that is older than the change, if there is one; a passkey does not work here.
    factor: Option<MfaFactorInput>,
}

/// Result of `undoEmailChange`.
#[derive(SimpleObject, Default)]
struct UndoEmailChangePayload {
    /// Whether the old address is back; a mail with a reset link is on its way to it.
    is_undone: bool,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutations that change one's address.
#[derive(Default)]
pub struct EmailChangeMutation;

#[Object]
impl EmailChangeMutation {
    /// Ask to change one's address; it changes once `verifyEmail` confirms the new one. Where addresses must be verified,
    /// a taken address answers like a free one. Must be alone in its document. Needs sign-in. Codes: REQUIRED,
    /// INVALID_EMAIL, INVALID_CHARACTERS, TOO_LONG, UNCHANGED, EMAIL_TAKEN, CURRENT_PASSWORD_INCORRECT,
    /// REAUTHENTICATION_REQUIRED, FEATURE_DISABLED. After too many attempts or requests: RATE_LIMITED.
    async fn request_email_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The new address, and proof that the owner is asking.")]
        input: RequestEmailChangeInput,
    ) -> Result<RequestEmailChangePayload, Failed> {
        let operation = operation(context)?;
        let input = Input {
            new_email: input.new_email,
            password: input.current_password,
        };
        match request(operation, &input).await {
            Ok(user) => {
                let caller = operation.caller().await.map_err(Failed::after_commit)?;
                Ok(RequestEmailChangePayload {
                    user: Some(User::changed(user, caller)),
                    user_errors: Vec::new(),
                })
            }
            Err(failure) => Ok(RequestEmailChangePayload {
                user_errors: vec![failure.refusal()?.into()],
                ..RequestEmailChangePayload::default()
            }),
        }
    }

    /// Withdraw a change of address that waits for confirmation; its links stop working. Needs sign-in. Succeeds also when
    /// none waits. After too many changes: RATE_LIMITED.
    async fn cancel_email_change(&self, context: &Context<'_>) -> Result<CancelEmailChangePayload, Failed> {
        let operation = operation(context)?;
        let user = cancel(operation).await?;
        let caller = operation.caller().await.map_err(Failed::after_commit)?;
        Ok(CancelEmailChangePayload {
            user: Some(User::changed(user, caller)),
            user_errors: Vec::new(),
        })
    }

    /// Take the old address back with the token mailed to it, for 7 days after a change. All sessions, the password and
    /// every later change end, and a reset link is mailed to the old address. Must be alone in its document. Codes:
    /// TOKEN_INVALID, TOKEN_EXPIRED.
    async fn undo_email_change(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token.")] input: UndoEmailChangeInput,
    ) -> Result<UndoEmailChangePayload, Failed> {
        let factor = input.factor.map(Given::from);
        match undo(operation(context)?, &input.token, factor.as_ref()).await {
            Ok(_) => Ok(UndoEmailChangePayload {
                is_undone: true,
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(UndoEmailChangePayload {
                user_errors: vec![failure.refusal()?.into()],
                ..UndoEmailChangePayload::default()
            }),
        }
    }
}

impl From<NotUndone> for UserError {
    fn from(refused: NotUndone) -> Self {
        match refused {
            NotUndone::Token(problem) => problem.at("token"),
            NotUndone::FactorRequired => Self::at(
                "factor",
                UserErrorCode::Required,
                "Please enter a code from your authenticator app, or a recovery code.",
            ),
            NotUndone::Factor(wrong) => wrong.at("factor", "factor", "factor"),
        }
    }
}

impl From<Refused> for UserError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Disabled => feature_disabled(),
            Refused::Email(problem) => problem.at("newEmail"),
            Refused::Unchanged => Self::at(
                "newEmail",
                UserErrorCode::Unchanged,
                "This is your email address already.",
            ),
            Refused::EmailTaken => Self::at(
                "newEmail",
                UserErrorCode::EmailTaken,
                "Another account has this email address.",
            ),
            Refused::CurrentIncorrect => Self::at(
                "currentPassword",
                UserErrorCode::CurrentPasswordIncorrect,
                "This is not your current password.",
            ),
            Refused::ReauthenticationRequired => Self::reauthentication_required(),
        }
    }
}
