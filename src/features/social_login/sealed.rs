//! What this server hands out and reads again: sealed, so that nobody can read or change it.

use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    context::App,
    platform::{clock::later, crypto::SealContext, failure::Fault},
};

/// How long a person has at the provider.
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

/// Seals something that this server hands out and reads again until `expires_at`, in milliseconds since 1970.
pub(super) fn seal(
    app: &App,
    kind: Kind,
    content: &impl Serialize,
    expires_at: i64,
) -> Result<SecretString, Fault> {
    let sealed = app
        .sealer
        .seal_until(&*app.rng, kind.seal_context(), content, expires_at)?;
    if sealed.len() > MAX_SEALED_BYTES {
        let problem = "it does not fit into a cookie";
        return Err(Fault::new("seal a sign-in with another provider", problem));
    }
    Ok(sealed.into())
}

/// When something ends that was handed out now, and works for [`FLOW_TTL`].
pub(super) fn end_of_flow(app: &App) -> i64 {
    later(app.clock.now(), FLOW_TTL).as_millisecond()
}

/// Reads it; none if it is not ours, of another kind, or has run out.
pub(super) fn open<T: DeserializeOwned>(app: &App, kind: Kind, text: &SecretString) -> Option<T> {
    let now = app.clock.now().as_millisecond();
    app.sealer
        .open_unexpired(kind.seal_context(), text.expose_secret(), MAX_SEALED_BYTES, now)
}
