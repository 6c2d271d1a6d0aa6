//! Exports in GraphQL.

use async_graphql::{Context, Object, SimpleObject};

use super::export::{Exported, ReauthenticationRequired, export};
use crate::{
    context::graphql::{operation, user_error::UserError},
    platform::failure::Failed,
};

/// Result of `exportMyData`.
#[derive(SimpleObject, Default)]
struct ExportMyDataPayload {
    /// JSON text, with a version and a date; null on failure, and when it is larger than an answer may be.
    data: Option<String>,
    /// Where to download it instead, for five minutes: by GET in the same session, with its cookies or its access token as
    /// a bearer token. Null on failure, and when `data` has it.
    download_url: Option<String>,
    /// What went wrong.
    user_errors: Vec<UserError>,
}

/// The mutation that exports one's data.
#[derive(Default)]
pub struct DataExportMutation;

#[Object]
impl DataExportMutation {
    /// Everything that this server holds on the caller, without secrets: profile, addresses, sessions, factors,
    /// identities, networks, mails, tokens and events. Needs sign-in and a reauthentication. Codes:
    /// REAUTHENTICATION_REQUIRED. After too many exports, or while another one runs: RATE_LIMITED.
    async fn export_my_data(&self, context: &Context<'_>) -> Result<ExportMyDataPayload, Failed> {
        Ok(match export(operation(context)?).await {
            Ok(Exported::Inline(data)) => ExportMyDataPayload {
                data: Some(data),
                ..ExportMyDataPayload::default()
            },
            Ok(Exported::Link(url)) => ExportMyDataPayload {
                download_url: Some(url),
                ..ExportMyDataPayload::default()
            },
            Err(failure) => {
                let ReauthenticationRequired = failure.refusal()?;
                ExportMyDataPayload {
                    user_errors: vec![UserError::reauthentication_required()],
                    ..ExportMyDataPayload::default()
                }
            }
        })
    }
}
