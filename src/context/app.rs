//! The parts of a running server.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::Notify;

use super::{
    CallerCache, Limits, Metrics, NewestSeal, RecordedReads, RefusedSignIns, SessionWatch,
    access_token::AccessTokens,
};
use crate::platform::{
    clock::Clock,
    config::Config,
    crypto::{PasswordHasher, Sealer, TagKeys},
    db::Db,
    i18n::Translations,
    oidc::Providers,
    rng::Rng,
};

/// The server's parts, made once at start.
#[derive(Debug)]
pub struct App {
    /// The settings.
    pub config: Config,
    /// Random name of this process, which tells it from other servers on the same database.
    pub instance: String,
    /// The languages that this server speaks.
    pub languages: Translations,
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub rng: Arc<dyn Rng>,
    /// Hashes and verifies passwords.
    pub hasher: PasswordHasher,
    /// Signs and verifies access tokens.
    pub tokens: AccessTokens,
    /// Authenticates refresh tokens.
    pub refresh_keys: TagKeys,
    /// Authenticates the forms of pages, and recognises repeated calls of the API.
    pub form_keys: TagKeys,
    /// Pseudonyms of addresses in one-time tokens and mail, and mailed codes.
    pub mail_keys: TagKeys,
    /// Keyed hashes of recovery codes.
    pub recovery_code_keys: TagKeys,
    /// Authenticates the audit log.
    pub audit_keys: TagKeys,
    /// Seals stored values that the server must read again.
    pub sealer: Sealer,
    /// The providers that people can sign in with.
    pub providers: Providers,
    /// Rate limits.
    pub limits: Limits,
    /// Caches callers.
    pub callers: CallerCache,
    /// Opens the development outbox; none if there is no such outbox. Another one at each start.
    pub outbox_key: Option<SecretString>,
    /// Refused sign-ins that are not in the audit log yet.
    pub refused_sign_ins: RefusedSignIns,
    /// Reads of other people's data that are in the audit log already.
    pub recorded_reads: RecordedReads,
    /// The newest seal of the audit log that this server knows of.
    pub newest_seal: NewestSeal,
    /// The sessions that open sockets belong to.
    pub session_watch: SessionWatch,
    /// Wakes the worker that sends mail.
    pub mail_queued: Notify,
    /// Counts what happens.
    pub metrics: Metrics,
}
