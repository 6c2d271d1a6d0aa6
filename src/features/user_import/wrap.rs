//! Makes what is stored of the hashes.

use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::time::sleep;

use super::check::Checked;
use crate::{
    context::App,
    features::{
        attempt,
        authority::{Authority, Holder, ImportUsers},
    },
    platform::{
        crypto::{Asker, ForeignHash, PasswordHash, PoolLimits},
        failure::{Denied, Failed},
    },
};

/// Pause of a command before it asks the hashing threads again.
const PAUSE: Duration = Duration::from_millis(10);

/// What to store for each of the users, in their order; none for those without a password.
///
/// Weak hashes take the time of a new hash each. In a request they are counted for the caller's network, take at most
/// half of the threads, and fail with `Unavailable` if there is more to do. A command has the threads of its process to
/// itself, and waits.
pub(super) async fn stored_hashes(
    authority: &Authority<'_, ImportUsers>,
    users: &[Checked],
) -> Result<Vec<Option<PasswordHash>>, Failed> {
    let app = authority.app();
    let weak = users.iter().filter_map(|user| user.hash.as_ref());
    let weak = weak.filter(|hash| hash.is_weak()).count();
    let threads = match app.config.hash_threads {
        0 => PoolLimits::threads_of_machine(),
        threads => threads,
    };
    let (at_once, patient) = match authority.holder() {
        Holder::Administrator { context, .. } => {
            if weak > 0 {
                attempt::limit_wrapping(context, u32::try_from(weak).unwrap_or(u32::MAX))?;
                app.hasher.check_room(Asker::Stranger)?;
            }
            ((threads / 2).max(1), false)
        }
        Holder::CommandLine { .. } => (threads, true),
    };
    // The order is that of the users. Collected first: a stream of borrowing closures is not `Send` enough for a request.
    let jobs: Vec<_> = users
        .iter()
        .map(|user| stored_hash(app, user.hash.as_ref(), patient))
        .collect();
    stream::iter(jobs).buffered(at_once).try_collect().await
}

async fn stored_hash(
    app: &App,
    hash: Option<&ForeignHash>,
    patient: bool,
) -> Result<Option<PasswordHash>, Failed> {
    let Some(hash) = hash else { return Ok(None) };
    loop {
        match app.hasher.import(Asker::Stranger, hash).await {
            Err(Failed::Denied(Denied::Unavailable { .. })) if patient => sleep(PAUSE).await,
            imported => return imported.map(Some),
        }
    }
}
