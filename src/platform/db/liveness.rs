//! Detects a database that does not answer at all.
//!
//! A hanging database keeps its connections open but does not answer. Each statement would then wait for its own limit,
//! and a request with many statements for the sum. So the first time-out starts probes on a separate connection; until
//! one is answered, all other requests fail at once.

use std::{sync::Arc, sync::Weak, time::Duration};

use sea_orm::{ConnAcquireErr, DbErr, sqlx};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

use super::{connection_factory::Target, limits};

/// Pause between two probes.
const PROBE_PAUSE: Duration = Duration::from_millis(200);
/// How long other requests wait for the first probe.
const FIRST_PROBE_TIMEOUT: Duration = Duration::from_millis(500);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Answering,
    /// A statement timed out, and the first probe is running.
    Suspect,
    Silent,
}

/// Tracks whether the database responds.
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
            let known = timeout(
                FIRST_PROBE_TIMEOUT,
                watching.wait_for(|state| *state != State::Suspect),
            )
            .await;
            state = known.map_or(State::Silent, |state| state.map_or(State::Silent, |state| *state));
        }
        match state {
            State::Answering => Ok(()),
            State::Suspect | State::Silent => Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        }
    }

    /// Reports a time-out, and probes the database until it responds.
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

/// Ends when the server does.
async fn probe_until_it_answers(liveness: Weak<Liveness>) {
    let _reset = ResetOnPanic(liveness.clone());
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
        sleep(PROBE_PAUSE).await;
    }
}

async fn answers(target: &Target) -> bool {
    let probe = async {
        let mut connection = target.open().await?;
        connection.ping().await?;
        connection.close().await.ok();
        Ok(())
    };
    // As long as the pool can take, or a probe over a slow network would never succeed.
    let Ok(probed) = timeout(limits::CONNECT_TIMEOUT + limits::PING_TIMEOUT, probe).await else {
        return false;
    };
    // Any other error is an answer, too, such as too many connections.
    !matches!(probed, Err(sqlx::Error::Io(_)))
}

/// Resets the state if the probe panics: otherwise nothing would detect that the database responds again.
struct ResetOnPanic(Weak<Liveness>);

impl Drop for ResetOnPanic {
    fn drop(&mut self) {
        if let Some(liveness) = self.0.upgrade().filter(|_| std::thread::panicking()) {
            liveness.state.send_replace(State::Answering);
        }
    }
}
