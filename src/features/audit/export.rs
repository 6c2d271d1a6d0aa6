//! Use case: read the log from one time on, for an operator.

use entity::{AuditEventId, audit_event::Model};

use super::{
    actor::Actor,
    event::NewEvent,
    kind::EventKind,
    store::{reading, stored::Stored},
};
use crate::{
    context::App,
    platform::{clock::Timestamp, db::DbResult, failure::Failed, id},
};

/// How many rows are read at once.
const PAGE: u64 = 500;

/// Reads the log in pages, so that any number of rows fits into memory.
#[derive(Debug)]
pub struct Export<'a> {
    app: &'a App,
    after: Option<AuditEventId>,
    is_over: bool,
}

/// Begins to read the log, from the events of `since` on, or all of it. Records first that this user of the operating
/// system reads it.
pub async fn export<'a>(app: &'a App, since: Option<Timestamp>, os_user: &str) -> Result<Export<'a>, Failed> {
    let mut event = NewEvent::new(app, EventKind::AuditRead, Actor::command_line(os_user));
    if let Some(since) = since {
        event = event.detail("since", &since.to_string());
    }
    event.save_alone().await?;
    Ok(Export {
        app,
        // The times of ids are those of the events.
        after: since.map(|since| AuditEventId(id::first_at(since))),
        is_over: false,
    })
}

impl Export<'_> {
    /// The next rows, the oldest first; none at the end.
    pub async fn next(&mut self) -> DbResult<Vec<Model>> {
        if self.is_over {
            return Ok(Vec::new());
        }
        let page = reading::after(&self.app.db, self.after, PAGE).await?;
        self.is_over = u64::try_from(page.len()).unwrap_or(PAGE) < PAGE;
        if let Some(last) = page.last() {
            self.after = Some(last.model.id);
        }
        Ok(page.into_iter().map(Stored::into_model).collect())
    }
}
