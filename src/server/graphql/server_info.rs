//! Public facts about this server.

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    context::graphql::operation,
    features::{identity::SocialProvider, key::http::jwks_uri, mail, passkey},
    platform::{
        config::EmailVerification,
        failure::Failed,
        graphql::{document_limits::DocumentLimits as Limits, error::RequestErrorCode},
    },
};

/// Version of the schema (SemVer); its changelog is `CHANGELOG-schema.md`.
const SCHEMA_VERSION: &str = "0.8.0";

/// Public facts about this server.
#[derive(SimpleObject)]
#[expect(clippy::struct_excessive_bools, reason = "each is a field of the schema")]
struct ServerInfo {
    /// Server version (SemVer).
    version: &'static str,
    /// Schema version (SemVer); its changelog is CHANGELOG-schema.md.
    schema_version: &'static str,
    /// Value of the `iss` claim.
    issuer: String,
    /// Where the public keys are.
    jwks_uri: String,
    /// Whether `signup` is open.
    is_signup_enabled: bool,
    /// Whether an address must be verified before there is an account.
    is_email_verification_required: bool,
    /// Whether one can sign in with a mailed code or link.
    is_email_login_enabled: bool,
    /// Whether passkeys can be used.
    is_passkey_enabled: bool,
    /// Providers to sign in with.
    social_providers: Vec<SocialProvider>,
    /// What passwords must satisfy.
    password_policy: PasswordPolicy,
    /// Limits on documents.
    document_limits: DocumentLimits,
    /// Every value that `extensions.code` of a top-level error can take.
    request_error_codes: Vec<RequestErrorCode>,
}

/// What passwords must satisfy. Common passwords and the account's own name and address are refused too.
#[derive(SimpleObject)]
struct PasswordPolicy {
    /// Minimum number of characters.
    min_length: usize,
    /// Maximum number of characters.
    max_length: usize,
}

/// Limits on documents. A document that exceeds one is refused before anything runs; a response that exceeds
/// `responseBytes` is withheld after the document has run.
#[derive(SimpleObject)]
struct DocumentLimits {
    /// Maximum depth of the selection.
    depth: usize,
    /// Maximum number of selected fields, fragments expanded.
    complexity: usize,
    /// Maximum number of aliases.
    aliases: usize,
    /// Maximum number of root fields. A credential mutation must always be alone.
    root_fields: usize,
    /// Maximum size of the document text, in bytes.
    document_bytes: usize,
    /// Maximum number of fields requested in list items: the fields selected per item, times the page sizes along the
    /// path, summed.
    list_items: usize,
    /// Maximum size of a response, in bytes. QUERY_LIMIT_EXCEEDED replaces a larger one, for a mutation with
    /// `extensions.outcome: UNKNOWN`.
    response_bytes: usize,
}

/// The query `serverInfo`.
#[derive(Default)]
pub struct ServerInfoQuery;

#[Object]
#[expect(clippy::unused_async, reason = "resolvers are async")]
impl ServerInfoQuery {
    /// Public facts about this server: password rules, limits, where its keys are. No sign-in needed.
    async fn server_info(&self, context: &Context<'_>) -> Result<ServerInfo, Failed> {
        let app = &operation(context)?.app;
        let limits = context.data_opt::<Limits>().copied().unwrap_or_default();
        Ok(ServerInfo {
            version: env!("CARGO_PKG_VERSION"),
            schema_version: SCHEMA_VERSION,
            issuer: app.config.public_url.to_string(),
            jwks_uri: jwks_uri(app),
            is_signup_enabled: app.config.signup_enabled,
            is_email_verification_required: app.config.email_verification == EmailVerification::Required,
            is_email_login_enabled: app.config.email_login && mail::is_enabled(app),
            is_passkey_enabled: passkey::is_enabled(app),
            social_providers: app.providers.all().map(SocialProvider::from).collect(),
            password_policy: PasswordPolicy {
                min_length: app.config.password_min_length,
                max_length: app.config.password_max_length,
            },
            document_limits: DocumentLimits {
                depth: limits.depth,
                complexity: limits.complexity,
                aliases: limits.aliases,
                root_fields: limits.root_fields,
                document_bytes: limits.document_bytes,
                list_items: limits.list_items,
                response_bytes: limits.response_bytes,
            },
            request_error_codes: RequestErrorCode::all(),
        })
    }
}
