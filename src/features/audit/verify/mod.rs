//! Use case: verify that the log is as the servers wrote it.
//!
//! Reads the whole log, seal by seal, in bounded memory. A server may write, seal and remove meanwhile.

mod finding;
mod removed;
mod report;
mod rows;

use std::time::Duration;

use entity::audit_seal::Model;

pub use finding::Finding;
pub use report::{MAX_FINDINGS, Report, SealReference};

use super::{
    chain::Start,
    seal_mac::{SealState, check_stored},
    store::{reading, seals, stored::Stored},
};
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult},
};

/// After this time, a row that no seal covers shows that no server seals.
const OVERDUE_AFTER: Duration = Duration::from_mins(10);

/// Verifies the log with the keys of this server. `last_seal` is one that a server logged: if it is given, it must be in
/// the chain, since nothing in the database can show that the newest rows and seals were cut off.
pub async fn verify(app: &App, last_seal: Option<&SealReference>) -> DbResult<Report> {
    let start = Start::find(&app.db, &app.audit_keys).await?;
    let mut walk = Walk::new(app, start);
    walk.check_as_a_whole().await?;
    walk.check_before_first().await?;
    removed::check_left(app, &walk.start, &mut walk.report).await?;
    while walk.step().await? {}
    let Walk {
        mut report,
        start,
        key,
        ..
    } = walk;
    let overdue = app.clock.now().checked_sub(OVERDUE_AFTER);
    let overdue = overdue.unwrap_or(Timestamp::MIN).as_millisecond();
    rows::check_unsealed(app, overdue, key.as_deref(), &mut report).await?;
    if let Some(given) = last_seal {
        check_last(app, given, &mut report).await?;
    }
    report.removed_to = start.removed_to;
    Ok(report)
}

async fn check_last(app: &App, given: &SealReference, report: &mut Report) -> DbResult<()> {
    let seal = given.seq;
    let mac = if let Some(found) = seals::find(&app.db, seal).await? {
        Some(found.mac)
    } else {
        let start = Start::find(&app.db, &app.audit_keys).await?;
        if seal < start.removed_to {
            // Removed because of its age, which the chain after it proves.
            return Ok(());
        }
        start.mac.filter(|_| seal == start.removed_to)
    };
    match mac {
        None => report.add(Finding::TailMissing { seal }),
        Some(mac) if mac != given.mac => report.add(Finding::TailReplaced { seal }),
        Some(_) => {}
    }
    Ok(())
}

/// A walk along the chain of seals.
struct Walk<'a> {
    app: &'a App,
    start: Start,
    /// The last number that was checked.
    at: i64,
    /// Number and MAC of the last seal before that; those of the start if there was none.
    last: (i64, Option<String>),
    /// Id of the newest key that made a seal before that. A key is replaced when others know it, so what is authenticated
    /// with an older one from then on is not by a server.
    key: Option<String>,
    report: Report,
}

impl<'a> Walk<'a> {
    fn new(app: &'a App, start: Start) -> Self {
        Self {
            app,
            at: start.removed_to,
            last: (start.removed_to, start.mac.clone()),
            key: None,
            start,
            report: Report::default(),
        }
    }

    /// What no walk along the chain meets.
    async fn check_as_a_whole(&mut self) -> DbResult<()> {
        let db = &self.app.db;
        if reading::is_missing(db).await? {
            self.report.add(Finding::LogMissing);
        }
        let count = reading::count_without_place(db).await?;
        if count > 0 {
            self.report.add(Finding::RowsUnreadable { count });
        }
        Ok(())
    }

    /// Rows that name a number below that of any seal.
    async fn check_before_first(&mut self) -> DbResult<()> {
        let mut from = i64::MIN;
        loop {
            let named = reading::next_seal(&self.app.db, from).await?;
            let Some(seal) = named.filter(|seal| *seal < 1) else {
                return Ok(());
            };
            self.check_without_seal(seal).await?;
            from = seal + 1;
        }
    }

    /// Checks the next seal, or the rows that name one that does not exist. False at the end.
    async fn step(&mut self) -> DbResult<bool> {
        let Some(from) = self.at.checked_add(1) else {
            return Ok(false);
        };
        // In this order: a seal is committed together with its rows.
        let named = reading::next_seal(&self.app.db, from).await?;
        let seal = seals::after(&self.app.db, self.at, 1).await?.pop();
        let (found, last) = (self.report.clone(), self.last.0);
        let at = match (named, seal) {
            (Some(named), seal) if seal.as_ref().is_none_or(|seal| named < seal.model.seq) => {
                self.check_without_seal(named).await?;
                named
            }
            (_, Some(seal)) => {
                let seq = seal.model.seq;
                self.check_seal(seal).await?;
                seq
            }
            (_, None) => return Ok(false),
        };
        self.at = at;
        if self.report.finding_count > found.finding_count && self.was_removed_after(last).await? {
            self.report = found;
        }
        Ok(true)
    }

    /// Whether a server has meanwhile removed seals after this one because of their age. Then the walk goes on after
    /// these.
    async fn was_removed_after(&mut self, last: i64) -> DbResult<bool> {
        let start = Start::find(&self.app.db, &self.app.audit_keys).await?;
        let is_removed = start.removed_to > last;
        if is_removed {
            self.at = start.removed_to;
            self.last = (start.removed_to, start.mac.clone());
            self.start = start;
        }
        Ok(is_removed)
    }

    async fn check_without_seal(&mut self, seal: i64) -> DbResult<()> {
        let rows = rows::read(self.app, seal, self.key.as_deref(), &mut self.report).await?;
        let count = rows.count;
        if let Some(id) = rows.first() {
            self.report.add(Finding::RowsWithoutSeal { seal, id, count });
        }
        Ok(())
    }

    async fn check_seal(&mut self, seal: Stored<Model>) -> DbResult<()> {
        let rows = rows::read(self.app, seal.model.seq, self.key.as_deref(), &mut self.report).await?;
        rows.compare(&seal.model, &mut self.report);
        self.check_link(&seal);
        let seal = seal.into_model();
        self.report.seals += 1;
        self.report.last_seal = Some(SealReference {
            seq: seal.seq,
            mac: seal.mac.clone(),
        });
        self.last = (seal.seq, Some(seal.mac));
        Ok(())
    }

    fn check_link(&mut self, seal: &Stored<Model>) {
        let report = &mut self.report;
        let state = check_stored(&self.app.audit_keys, seal);
        let seal = &seal.model;
        let seq = seal.seq;
        match state {
            SealState::Genuine => match &self.key {
                Some(key) if self.app.audit_keys.is_older(&seal.key_id, key) => {
                    report.add(Finding::SealKeyReplaced { seal: seq });
                }
                _ => self.key = Some(seal.key_id.clone()),
            },
            SealState::Changed => report.add(Finding::SealChanged { seal: seq }),
            SealState::UnknownKey => report.add(Finding::SealKeyUnknown { seal: seq }),
        }
        let (last, mac) = &self.last;
        let expected = last + 1;
        if seq == expected {
            if seal.previous_mac != *mac {
                report.add(Finding::SealDetached { seal: seq });
            }
        } else if *last == self.start.removed_to {
            report.add(Finding::HeadMissing { seal: seq });
        } else {
            let (from, to) = (expected, seq - 1);
            report.add(Finding::SealsMissing { from, to });
        }
    }
}
