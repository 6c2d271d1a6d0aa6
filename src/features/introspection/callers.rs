//! Use case: recognise the service that asks.

use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::App,
    platform::{
        crypto::Sha256,
        failure::{Denied, Failure, Outcome, Refusal},
        http::client::Client,
    },
};

/// The name and secret that a caller sent.
pub(super) struct CallerCredentials {
    pub(super) name: String,
    pub(super) secret: SecretString,
}

impl CallerCredentials {
    /// Reads `name:secret`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (name, secret) = text.split_once(':')?;
        Some(Self {
            name: name.to_owned(),
            secret: secret.into(),
        })
    }
}

/// No caller has this name and this secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct UnknownCaller;

impl Refusal for UnknownCaller {}

/// Checks the credentials of a caller; the first ones that fit count. Wrong ones are counted by network, and a network
/// with too many is denied, so that secrets cannot be guessed at speed. `is_own_network` says that the client is the caller
/// itself, not somebody whose request it passes on.
pub(super) fn check(
    app: &App,
    client: &Client,
    credentials: &[CallerCredentials],
    is_own_network: bool,
) -> Outcome<(), UnknownCaller> {
    if credentials.is_empty() {
        return Err(UnknownCaller.into());
    }
    let is_right = credentials.iter().any(|sent| is_known(app, sent));
    app.limits
        .caller_attempts
        .count(client, is_right, is_own_network)
        .map_err(|retry_after| {
            app.metrics.attempts_refused_by_network.inc();
            tracing::info!(
                "refused a caller of introspection: too many wrong secrets came from this network"
            );
            Failure::from(Denied::RateLimited { retry_after })
        })?;
    if is_right {
        return Ok(());
    }
    tracing::info!("refused a request for introspection: no caller has this name and secret");
    Err(UnknownCaller.into())
}

/// Compares with every secret of every caller, so that the time reveals neither a name nor a part of a secret.
fn is_known(app: &App, sent: &CallerCredentials) -> bool {
    let digest = Sha256::of(sent.secret.expose_secret());
    let callers = app.config.introspection_callers.iter();
    let with_this_secret = callers.filter(|caller| caller.secret.is_same(&digest));
    with_this_secret.filter(|caller| caller.name == sent.name).count() > 0
}
