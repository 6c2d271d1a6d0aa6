//! The signals that end the server.

use std::io;

use futures_util::{Stream, stream};
use tokio::signal::unix::{SignalKind, signal};

/// Yields at each interrupt (Ctrl-C) or termination signal. From now on these no longer kill the process.
pub fn signals() -> io::Result<impl Stream<Item = ()>> {
    let interrupt = signal(SignalKind::interrupt())?;
    let terminate = signal(SignalKind::terminate())?;
    Ok(stream::unfold(
        (interrupt, terminate),
        async |(mut interrupt, mut terminate)| {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            Some(((), (interrupt, terminate)))
        },
    ))
}
