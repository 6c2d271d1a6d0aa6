//! What this server hands out and reads again: sealed, so that nobody can read or change it.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use crate::{
    context::App,
    platform::{clock::later, crypto::SealContext, failure::Fault},
};

/// How long a person has at the provider, or on a page of ours.
pub const FLOW_TTL: Duration = Duration::from_mins(10);

/// Maximum length of a sealed text: browsers store cookies of 4,096 bytes.
const MAX_SEALED_BYTES: usize = 3_800;

/// What a sealed text is. One of another kind does not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A flow.
    Flow,
    /// The request of a client that begins one.
    Request,
    /// A person who must still prove an address.
    Waiting,
}

impl Kind {
    const fn seal_context(self) -> SealContext<'static> {
        SealContext {
            table: "one_time_tokens",
            id: "social_login",
            column: match self {
                Self::Flow => "flow",
                Self::Request => "request",
                Self::Waiting => "waiting",
            },
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Expiring<T> {
    content: T,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// Seals something that this server hands out and reads again within [`FLOW_TTL`].
pub(super) fn seal(app: &App, kind: Kind, content: &impl Serialize) -> Result<SecretString, Fault> {
    const TASK: &str = "seal a sign-in with another provider";
    let expiring = Expiring {
        content,
        expires_at: later(app.clock.now(), FLOW_TTL).as_millisecond(),
    };
    let text = serde_json::to_vec(&expiring).map_err(|error| Fault::new(TASK, error))?;
    let sealed = app
        .sealer
        .seal(&*app.rng, kind.seal_context(), &Zeroizing::new(text))?;
    if sealed.len() > MAX_SEALED_BYTES {
        return Err(Fault::new(TASK, "it does not fit into a cookie"));
    }
    Ok(sealed.into())
}

/// Reads it; none if it is not ours, of another kind, or has run out.
pub(super) fn open<T: DeserializeOwned>(app: &App, kind: Kind, text: &SecretString) -> Option<T> {
    let text = text.expose_secret();
    // Check before opening, so that a long text costs nothing.
    if text.len() > MAX_SEALED_BYTES {
        return None;
    }
    let opened = app.sealer.open(kind.seal_context(), text).ok()?;
    let expiring: Expiring<T> = serde_json::from_slice(opened.expose_secret()).ok()?;
    (expiring.expires_at > app.clock.now().as_millisecond()).then_some(expiring.content)
}
