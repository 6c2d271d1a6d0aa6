//! Reported sessions in GraphQL.

use async_graphql::{Context, InputObject, Object, SimpleObject};
use secrecy::SecretString;

use super::end::end;
use crate::{
    context::graphql::{operation, user_error::UserError},
    platform::failure::Failed,
};

/// Input of `endReportedSession`.
#[derive(InputObject)]
struct EndReportedSessionInput {
    /// From the mailed link.
    token: SecretString,
}

/// Result of `endReportedSession`.
#[derive(SimpleObject, Default)]
struct EndReportedSessionPayload {
    /// Whether the session is ended; a mail with a reset link is on its way.
    is_ended: bool,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutation that ends a reported session.
#[derive(Default)]
pub struct SessionReportMutation;

#[Object]
impl SessionReportMutation {
    /// End the session that a mailed notice tells of, and every other one. The password ends too, and a reset link is
    /// mailed. Must be alone in its document. Codes: TOKEN_INVALID, TOKEN_EXPIRED.
    async fn end_reported_session(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "The token.")] input: EndReportedSessionInput,
    ) -> Result<EndReportedSessionPayload, Failed> {
        match end(operation(context)?, &input.token).await {
            Ok(()) => Ok(EndReportedSessionPayload {
                is_ended: true,
                user_errors: Vec::new(),
            }),
            Err(failure) => Ok(EndReportedSessionPayload {
                user_errors: vec![failure.refusal()?.at("token")],
                ..EndReportedSessionPayload::default()
            }),
        }
    }
}
