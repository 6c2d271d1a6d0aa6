//! A flow: from the start page to the callback, in a cookie of the browser.

use std::fmt;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use url::Url;

use super::sealed::{Kind, end_of_flow, open, seal};
use crate::{
    context::{App, Caller},
    platform::{
        failure::{Outcome, Refusal},
        oidc::{Flow, Provider, ProviderError},
    },
};

/// Where a sign-in leads.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A page of this server gets a session in cookies.
    Page {
        /// Where it leads then. Check it before it is used.
        next: Option<String>,
    },
    /// A client of the API gets a one-time code.
    Client {
        /// Its address, which the settings allow.
        redirect_url: String,
        /// S256 challenge of the verifier that it keeps, in base64url.
        code_challenge: String,
    },
}

/// Hidden: an address can contain anything.
impl fmt::Debug for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Page { .. } => "Page",
            Self::Client { .. } => "Client",
        })
    }
}

/// The session whose user links an identity, as text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Linking {
    /// Its id.
    pub session_id: String,
    /// The id of its user.
    pub user_id: String,
}

impl Linking {
    /// The session of this caller.
    pub fn of(caller: &Caller) -> Self {
        Self {
            session_id: caller.session.id.to_string(),
            user_id: caller.user.id.to_string(),
        }
    }

    /// Whether it began in the session of this caller.
    pub fn is_in_session_of(&self, caller: &Caller) -> bool {
        *self == Self::of(caller)
    }

    /// Whether its user is this caller.
    pub fn is_by(&self, caller: &Caller) -> bool {
        self.user_id == caller.user.id.to_string()
    }
}

/// A flow, as it is sealed.
#[derive(Serialize, Deserialize)]
struct SealedFlow {
    provider: String,
    state: String,
    nonce: String,
    code_verifier: String,
    target: Target,
    linking: Option<Linking>,
}

/// A flow whose browser has come back.
pub(super) struct OpenedFlow {
    pub(super) provider: String,
    pub(super) flow: Flow,
    pub(super) target: Target,
    pub(super) linking: Option<Linking>,
}

/// A flow that has begun.
pub struct Begun {
    /// Where to send the browser.
    pub location: Url,
    /// What its cookie holds.
    pub cookie: SecretString,
}

/// Hidden: it holds secrets.
impl fmt::Debug for Begun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Begun").finish_non_exhaustive()
    }
}

/// Why a flow does not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotBegun {
    /// The provider cannot be reached. The log has the reason.
    Unreachable,
}

impl Refusal for NotBegun {}

/// Begins a flow. Writes nothing: a stranger can begin any number of them.
pub async fn begin(
    app: &App,
    provider: &Provider,
    target: Target,
    linking: Option<Linking>,
) -> Outcome<Begun, NotBegun> {
    let random = || URL_SAFE_NO_PAD.encode(app.rng.bytes::<32>());
    let sealed = SealedFlow {
        provider: provider.id().to_owned(),
        state: random(),
        nonce: random(),
        code_verifier: random(),
        target,
        linking,
    };
    let flow = flow_of(&sealed);
    let location = match provider.authorization_url(&*app.clock, &flow).await {
        Ok(location) => location,
        Err(error) => {
            log(provider, &error);
            return Err(NotBegun::Unreachable.into());
        }
    };
    let cookie = seal(app, Kind::Flow, &sealed, end_of_flow(app))?;
    Ok(Begun { location, cookie })
}

/// The flow in a cookie; none if it is not one of ours, or has run out.
pub(super) fn open_flow(app: &App, cookie: &SecretString) -> Option<OpenedFlow> {
    let sealed: SealedFlow = open(app, Kind::Flow, cookie)?;
    Some(OpenedFlow {
        flow: flow_of(&sealed),
        provider: sealed.provider,
        target: sealed.target,
        linking: sealed.linking,
    })
}

fn flow_of(sealed: &SealedFlow) -> Flow {
    Flow {
        state: sealed.state.as_str().into(),
        nonce: sealed.nonce.as_str().into(),
        code_verifier: sealed.code_verifier.as_str().into(),
    }
}

/// Writes to the log why a provider failed.
pub(super) fn log(provider: &Provider, error: &ProviderError) {
    tracing::warn!(provider = provider.id(), "{}", error.operator_message());
}
