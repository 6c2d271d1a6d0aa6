//! Use case: show what the next token for services would say.

use entity::session;

use super::claims::{Person, Unsigned};
use crate::{
    context::{Caller, OpContext},
    platform::{
        config::ClaimsPreset,
        crypto::SigningAlgorithm,
        failure::{Failed, Fault},
    },
};

/// The claims of a token that is not signed.
pub(super) struct TokenPreview {
    /// The claims as JSON.
    pub(super) payload: String,
    /// The algorithm that would sign it.
    pub(super) algorithm: SigningAlgorithm,
}

/// The token that the caller's next refresh would bring for services, in the shape of `preset`, or of the configured one.
pub(super) async fn preview(
    context: &OpContext,
    caller: &Caller,
    preset: Option<ClaimsPreset>,
) -> Result<TokenPreview, Failed> {
    let config = &context.app.config;
    let person = Person {
        user: &caller.user,
        roles: caller.roles(&context.app.db).await?,
    };
    let next =
        Unsigned::for_services(config, &person).unwrap_or_else(|| Unsigned::for_server(config, &person));
    let unsigned = Unsigned {
        preset: preset.unwrap_or(config.claims_preset),
        ..next
    };
    let session: &session::Model = &caller.session;
    let (claims, _) = unsigned.claims(context, session);
    let payload = serde_json::to_string(&claims);
    Ok(TokenPreview {
        payload: payload.map_err(|error| Fault::new("write claims as JSON", error))?,
        algorithm: context.app.tokens.keys().algorithm(),
    })
}
