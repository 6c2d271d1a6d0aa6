//! Invitations in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::accept;
use crate::{
    context::graphql::{operation, user_error::UserError},
    features::mailed_password::Input,
    platform::failure::Failed,
};

/// Input of `acceptInvitation`.
#[derive(InputObject)]
struct AcceptInvitationInput {
    /// From the mailed link.
    token: SecretString,
    /// Password; `serverInfo.passwordPolicy` has the rules.
    new_password: SecretString,
}

/// Result of `acceptInvitation`.
#[derive(SimpleObject, Default)]
struct AcceptInvitationPayload {
    /// Whether the account can be used now.
    is_accepted: bool,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutation that accepts invitations.
#[derive(Default)]
pub struct InvitationMutation;

#[Object]
impl InvitationMutation {
    /// Accept an invitation and set a password; then go to `login`. A failure consumes nothing. Must be alone in its
    /// document. Codes: REQUIRED, TOKEN_INVALID, TOKEN_EXPIRED, INVALID_CHARACTERS, PASSWORD_TOO_SHORT, PASSWORD_TOO_LONG,
    /// PASSWORD_TOO_WEAK. After too many attempts: RATE_LIMITED.
    async fn accept_invitation(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token and the new password.")] input: AcceptInvitationInput,
    ) -> Result<AcceptInvitationPayload, Failed> {
        let input = Input {
            token: input.token,
            new_password: input.new_password,
        };
        Ok(match accept(operation(context)?, &input).await {
            Ok(_) => AcceptInvitationPayload {
                is_accepted: true,
                user_errors: Vec::new(),
            },
            Err(failure) => AcceptInvitationPayload {
                is_accepted: false,
                user_errors: vec![failure.refusal()?.into()],
            },
        })
    }
}
