//! The address of a download. It is worth something only together with the session that asked for it.

use std::time::Duration;

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use crate::{
    context::{App, Caller},
    platform::{clock::later, crypto::SealContext, failure::Fault},
};

/// The path of the download.
pub(super) const PATH: &str = "/export";

/// How long it works.
const LIFETIME: Duration = Duration::from_mins(5);

/// More than any of ours has.
const MAX_BYTES: usize = 1_024;

/// What the address carries.
#[derive(Serialize, Deserialize)]
struct Proof {
    /// The step-up with which it was asked for; milliseconds since 1970.
    proven_at: i64,
}

/// The address at which the caller's session can download the export. The caller has stepped up.
pub(super) fn make(app: &App, caller: &Caller) -> Result<String, Fault> {
    let proof = Proof {
        proven_at: caller.session.reauthenticated_at.unwrap_or_default(),
    };
    let expires_at = later(app.clock.now(), LIFETIME).as_millisecond();
    let session = caller.session.id.to_string();
    let token = app
        .sealer
        .seal_until(&*app.rng, place(&session), &proof, expires_at)?;
    let token = utf8_percent_encode(&token, NON_ALPHANUMERIC);
    Ok(format!("{}{PATH}?token={token}", app.config.public_url))
}

/// Whether this token of an address works for the caller's session. The step-up may have ended meanwhile, but it must not
/// have been taken back, as a change of the password elsewhere does.
pub(super) fn is_valid(app: &App, caller: &Caller, token: &str) -> bool {
    let session = caller.session.id.to_string();
    let now = app.clock.now().as_millisecond();
    let proof: Option<Proof> = app.sealer.open_unexpired(place(&session), token, MAX_BYTES, now);
    let proven_at = caller.session.reauthenticated_at;
    proof.is_some_and(|proof| proven_at.is_some_and(|at| at >= proof.proven_at))
}

fn place(session: &str) -> SealContext<'_> {
    SealContext {
        table: "sessions",
        id: session,
        column: "data_export",
    }
}
