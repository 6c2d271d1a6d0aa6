//! Whether the database answers at all.
//!
//! A database that hangs keeps its connections open and says nothing. Each statement would wait for its own limit then,
//! and a request with many of them for the sum. So the first one that waited in vain has the database asked by
//! a connection of its own; until that is answered, everybody else is told at once that the database is away.

use std::{sync::Arc, sync::Weak, time::Duration};

use sea_orm::{ConnAcquireErr, DbErr, sqlx};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::pool::Target;

/// How long opening a connection and asking on it may take.
const PROBE: Duration = Duration::from_secs(1);
/// Between two probes.
const PAUSE: Duration = Duration::from_millis(200);
/// How long others wait for the first probe.
const PATIENCE: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Answering,
    /// Somebody waited in vain, and the first probe is under way.
    Suspect,
    Silent,
}

/// Knows whether the database answers, as far as somebody has noticed.
#[derive(Debug)]
pub(super) struct Liveness {
    target: Target,
    state: watch::Sender<State>,
}

impl Liveness {
    pub(super) fn new(target: Target) -> Self {
        Self {
            target,
            state: watch::Sender::new(State::Answering),
        }
    }

    /// Fails at once while the database is known to be silent.
    pub(super) async fn check(&self) -> Result<(), DbErr> {
        let mut state = *self.state.borrow();
        if state == State::Suspect {
            let mut watching = self.state.subscribe();
            let known = timeout(PATIENCE, watching.wait_for(|state| *state != State::Suspect)).await;
            state = known.map_or(State::Silent, |state| state.map_or(State::Silent, |state| *state));
        }
        match state {
            State::Answering => Ok(()),
            State::Suspect | State::Silent => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// Somebody waited in vain: has the database asked until it answers.
    pub(super) fn suspect(self: &Arc<Self>) {
        let is_new = self.state.send_if_modified(|state| {
            let is_new = *state == State::Answering;
            if is_new {
                *state = State::Suspect;
            }
            is_new
        });
        if is_new {
            tokio::spawn(probe_until_it_answers(Arc::downgrade(self)));
        }
    }
}

/// Ends with the server that asks.
async fn probe_until_it_answers(liveness: Weak<Liveness>) {
    loop {
        let Some(liveness) = liveness.upgrade() else {
            return;
        };
        let answers = answers(&liveness.target).await;
        let state = if answers { State::Answering } else { State::Silent };
        let before = liveness.state.send_replace(state);
        match (before, answers) {
            (State::Suspect, false) => tracing::warn!("the database does not answer"),
            (State::Silent, true) => tracing::info!("the database answers again"),
            _ => {}
        }
        if answers {
            return;
        }
        drop(liveness);
        sleep(PAUSE).await;
    }
}

async fn answers(target: &Target) -> bool {
    let asked = async {
        let mut connection = target.open().await?;
        connection.ping().await?;
        connection.close().await
    };
    match timeout(PROBE, asked).await {
        // An error is an answer, too: that there are too many connections, for one.
        Ok(Ok(()) | Err(sqlx::Error::Database(_))) => true,
        Ok(Err(_)) | Err(_) => false,
    }
}
