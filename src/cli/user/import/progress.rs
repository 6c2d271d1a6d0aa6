//! How far an import is.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tokio::{
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use super::report::RecordResult;
use crate::features::user_import::UnreadNames;

/// How often the progress is written.
const INTERVAL: Duration = Duration::from_secs(1);

/// How many records had which result.
#[derive(Debug, Default)]
pub(super) struct Counts {
    created: AtomicU64,
    /// Those of them without a hash.
    without_password: AtomicU64,
    skipped: AtomicU64,
    refused: AtomicU64,
    last_line: AtomicU64,
}

impl Counts {
    /// Counts one record.
    pub(super) fn add(&self, line: u64, result: RecordResult, has_password: bool) {
        if matches!(result, RecordResult::Created(_)) && !has_password {
            self.without_password.fetch_add(1, Ordering::Relaxed);
        }
        let count = match result {
            RecordResult::Created(_) => &self.created,
            RecordResult::Skipped => &self.skipped,
            RecordResult::Refused => &self.refused,
        };
        count.fetch_add(1, Ordering::Relaxed);
        self.last_line.store(line, Ordering::Relaxed);
    }

    /// How many were refused.
    pub(super) fn refused(&self) -> u64 {
        self.refused.load(Ordering::Relaxed)
    }

    /// The line at which the last record began; 0 before the first.
    pub(super) fn last_line(&self) -> u64 {
        self.last_line.load(Ordering::Relaxed)
    }

    /// In words, for example `3 users: 1 created, 1 skipped, 1 refused`.
    pub(super) fn text(&self, is_dry_run: bool) -> String {
        let [created, skipped, refused] = self.numbers();
        let users = match created + skipped + refused {
            1 => "1 user".to_owned(),
            count => format!("{count} users"),
        };
        let word = if is_dry_run { "valid" } else { "created" };
        format!("{users}: {created} {word}, {skipped} skipped, {refused} refused")
    }

    /// The same at the end, with the names of what was not read.
    pub(super) fn summary(&self, is_dry_run: bool, unread: &UnreadNames) -> String {
        let mut text = self.text(is_dry_run);
        // Writing to a `String` cannot fail.
        match self.without_password.load(Ordering::Relaxed) {
            0 => {}
            count => {
                let _ = write!(text, "; {count} without a password");
            }
        }
        let names = unread.names();
        if !names.is_empty() {
            let _ = write!(text, "; not read: {}", names.join(", "));
        }
        text
    }

    /// As JSON.
    pub(super) fn json(&self, is_dry_run: bool, is_complete: bool, unread: &UnreadNames) -> Value {
        let [created, skipped, refused] = self.numbers();
        json!({
            "users": created + skipped + refused,
            "created": if is_dry_run { 0 } else { created },
            "valid": if is_dry_run { created } else { 0 },
            "skipped": skipped,
            "refused": refused,
            "withoutPassword": self.without_password.load(Ordering::Relaxed),
            "notRead": unread.names(),
            "isDryRun": is_dry_run,
            "isComplete": is_complete,
            "lastLine": self.last_line(),
        })
    }

    fn numbers(&self) -> [u64; 3] {
        [&self.created, &self.skipped, &self.refused].map(|count| count.load(Ordering::Relaxed))
    }
}

/// Writes the progress to standard error once a second, until this is dropped.
pub(super) struct Progress(JoinHandle<()>);

impl Progress {
    /// Starts.
    pub(super) fn start(counts: Arc<Counts>, is_dry_run: bool) -> Self {
        Self(tokio::spawn(async move {
            let mut ticks = interval(INTERVAL);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            // The first is at once.
            ticks.tick().await;
            loop {
                ticks.tick().await;
                // If nobody reads it, the import goes on.
                let _ = writeln!(io::stderr().lock(), "portcullis: {}", counts.text(is_dry_run));
            }
        }))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.0.abort();
    }
}
