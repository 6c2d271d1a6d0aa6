//! Runs an import to the end of the file, or until a signal.

use std::{
    collections::HashSet,
    hash::{BuildHasher as _, RandomState},
    pin::pin,
    sync::Arc,
};

use futures_util::StreamExt as _;
use tokio::sync::mpsc;

use super::{
    input::{Input, Read},
    progress::{Counts, Progress},
    report::{Entry, RecordResult, Report, reported},
    stopped::Stopped,
};
use crate::{
    cli::{CliError, output},
    context::graphql::user_error::UserErrorCode,
    features::{
        authority::{Authority, ImportUsers},
        user::EmailAddress,
        user_import::{
            Import, Imported, ImportedUser, InputError, LineProblem, Mode, Problem, Record, UnreadNames,
        },
    },
    server::signals::signals,
};

/// Users in one transaction.
const BATCH: usize = 250;

/// How many refusals are written to standard error where there is no report.
const MAX_WARNINGS: u64 = 20;

/// An import.
pub(super) struct Run<'a> {
    authority: &'a Authority<'a, ImportUsers>,
    import: Import,
    report: Option<Report>,
    counts: Arc<Counts>,
    seen: Seen,
    unread: UnreadNames,
}

impl<'a> Run<'a> {
    pub(super) fn new(
        authority: &'a Authority<'a, ImportUsers>,
        import: Import,
        report: Option<Report>,
    ) -> Self {
        Self {
            authority,
            import,
            report,
            counts: Arc::default(),
            seen: Seen::default(),
            unread: UnreadNames::default(),
        }
    }

    /// Imports batch by batch. Returns how far it came in any case, and the names of what was not read.
    pub(super) async fn all(mut self, input: Input) -> (Arc<Counts>, UnreadNames, Result<(), Stopped>) {
        let is_dry_run = self.import.mode == Mode::DryRun;
        let _progress = Progress::start(Arc::clone(&self.counts), is_dry_run);
        let stopped = self.batches(input).await;
        let more = self.counts.refused().saturating_sub(MAX_WARNINGS);
        if more > 0 && self.report.is_none() {
            let were = if more == 1 { "user was" } else { "users were" };
            output::warn(&format!(
                "{more} more {were} refused; --report FILE writes all of them to a file"
            ));
        }
        (self.counts, self.unread, stopped)
    }

    async fn batches(&mut self, input: Input) -> Result<(), Stopped> {
        let signals = signals().map_err(|error| {
            Stopped::ForGood(CliError::Failed(format!("cannot wait for signals: {error}")))
        })?;
        let mut signals = pin!(signals);
        let mut records = input.start().map_err(Stopped::ForGood)?;
        loop {
            let mut batch = Vec::with_capacity(BATCH);
            let read = tokio::select! {
                biased;
                _ = signals.next() => return Err(Stopped::BySignal),
                read = fill(&mut records, &mut batch) => read,
            };
            if !batch.is_empty() {
                self.one(batch).await?;
            }
            if read? == End::Reached {
                return Ok(());
            }
        }
    }

    /// Imports a batch, and reports it.
    async fn one(&mut self, batch: Vec<Record>) -> Result<(), Stopped> {
        let total = batch.len();
        let now = self.authority.app().clock.now();
        let mut users = Vec::with_capacity(total);
        // In the order of the file: the place among `users`, or what is wrong.
        let mut places = Vec::with_capacity(total);
        for Record { line, content } in batch {
            let place = match content {
                Ok(fields) => {
                    self.unread.add(&fields);
                    let email = || fields.email().and_then(reported);
                    fields.user(now).map_err(|problem| (problem, email()))
                }
                Err(problem) => Err((problem, None)),
            };
            let place = place.map(|user| {
                users.push(user);
                users.len() - 1
            });
            places.push((line, place));
        }
        let imported = self.import.run_of(self.authority, &users, total).await?;
        let mut done: Vec<_> = users.iter().zip(imported).map(Some).collect();
        let mut entries = Vec::with_capacity(places.len());
        for (line, place) in places {
            match place {
                Ok(place) => {
                    if let Some((user, imported)) = done.get_mut(place).and_then(Option::take) {
                        entries.push(self.entry(line, user, imported));
                    }
                }
                Err((problem, email)) => entries.push(unreadable(line, &problem, email)),
            }
        }
        for entry in &entries {
            self.counts
                .add(entry.line, entry.result, entry.hash_format.is_some());
            if entry.result == RecordResult::Refused
                && self.report.is_none()
                && self.counts.refused() <= MAX_WARNINGS
            {
                let why: Vec<_> = entry
                    .reasons
                    .iter()
                    .map(|(_, message)| message.as_str())
                    .collect();
                output::warn(&format!("line {}: {}", entry.line, why.join(" ")));
            }
        }
        match &mut self.report {
            Some(report) => report.add(&entries).map_err(Stopped::Failed),
            None => Ok(()),
        }
    }

    fn entry(&mut self, line: u64, user: &ImportedUser, imported: Imported) -> Entry {
        let taken = Problem::EmailTaken;
        let result = match imported.result {
            // Nothing was written, so the database does not know the batches before.
            Ok(None) if !self.seen.is_new(&user.email) => Err(vec![taken]),
            result => result,
        };
        let (result, problems) = match result {
            Ok(created) => (
                RecordResult::Created(created.map(|created| created.user.id)),
                Vec::new(),
            ),
            Err(problems) if problems == [taken] => (RecordResult::Skipped, problems),
            Err(problems) => (RecordResult::Refused, problems),
        };
        let reasons = problems.into_iter().map(|problem| {
            let code = UserErrorCode::as_str(problem.code());
            (code.to_owned(), problem.message().into_owned())
        });
        Entry {
            line,
            email: reported(&user.email),
            result,
            reasons: reasons.collect(),
            hash_format: imported.hash_format,
        }
    }
}

/// The report of a record that could not be read.
fn unreadable(line: u64, problem: &LineProblem, email: Option<String>) -> Entry {
    Entry {
        line,
        email,
        result: RecordResult::Refused,
        reasons: vec![(problem.code().to_owned(), problem.message())],
        hash_format: None,
    }
}

/// Whether there is more to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Reached,
    Ahead,
}

/// Fills the batch.
async fn fill(records: &mut mpsc::Receiver<Read>, batch: &mut Vec<Record>) -> Result<End, InputError> {
    while batch.len() < BATCH {
        match records.recv().await {
            Some(record) => batch.push(record?),
            None => return Ok(End::Reached),
        }
    }
    Ok(End::Ahead)
}

/// The addresses of a dry run, as hashes of eight bytes: two of a million are equal by accident once in 37 million runs.
#[derive(Default)]
struct Seen {
    state: RandomState,
    hashes: HashSet<u64>,
}

impl Seen {
    fn is_new(&mut self, email: &str) -> bool {
        let Ok(email) = EmailAddress::parse(email) else {
            return true;
        };
        let hash = self.state.hash_one(email.key());
        self.hashes.insert(hash)
    }
}
