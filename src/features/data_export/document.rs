//! The document: an object whose first part is small, and whose lists can be long.
//!
//! It is written piece by piece: each piece reads one page of a table by its key, so that a million events take no more
//! memory than a hundred. Before each page, the session must still be alive: a sign-out ends a download.

use std::{fmt::Write as _, sync::Arc};

use entity::{MailId, OneTimeTokenId, SessionId};
use serde::Serialize;

use super::{profile::Opening, records};
use crate::{
    context::{App, Caller, OpContext, RunningExport, SessionState, find_session_with_user, session_state},
    features::{activity, mail, one_time_token, session},
    platform::{
        failure::{Denied, Failed, Failure, Fault, UnauthenticatedReason},
        keyset::{Direction, PageRequest, Position},
    },
};

/// Rows per page.
const PAGE: u16 = 100;

/// An export that is being written.
#[derive(Debug)]
pub struct Document {
    app: Arc<App>,
    caller: Caller,
    part: Part,
    /// Whether the list has no item yet.
    is_first: bool,
    _running: RunningExport,
}

/// What comes next: a part of the document, after this row.
#[derive(Debug, Clone, Copy)]
enum Part {
    Opening,
    Sessions(Option<SessionId>),
    Mails(Option<MailId>),
    Tokens(Option<OneTimeTokenId>),
    Events(Option<Position>),
    Over,
}

impl Document {
    /// Begins the document of this caller. Fails while another one of theirs runs, or after too many.
    pub(super) async fn begin(context: &OpContext, caller: Caller) -> Result<Self, Failed> {
        let app = Arc::clone(&context.app);
        let running = app.limits.data_exports.begin(caller.user.id).await?;
        Ok(Self {
            app,
            caller,
            part: Part::Opening,
            is_first: true,
            _running: running,
        })
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<String>, Failed> {
        if !matches!(self.part, Part::Over) {
            self.check_session().await?;
        }
        let (user, db) = (self.caller.user.id, &self.app.db);
        let size = u64::from(PAGE);
        let mut piece = String::new();
        match self.part {
            Part::Opening => {
                let opening = Opening::read(&self.app, &self.caller.user).await?;
                piece = json(&opening)?;
                // The lists go into the same object.
                piece.pop();
                self.begin_list(&mut piece, "sessions", Part::Sessions(None));
            }
            Part::Sessions(after) => {
                let rows = session::after(db, user, after, size)
                    .await
                    .map_err(Failure::from)?;
                let last = rows.last().map(|row| row.id);
                let is_over = is_over(rows.len());
                self.add(&mut piece, rows.into_iter().map(records::Session::from))?;
                self.part = Part::Sessions(last);
                if is_over {
                    self.end_list(&mut piece, "mails", Part::Mails(None));
                }
            }
            Part::Mails(after) => {
                let rows = mail::after(db, user, after, size).await.map_err(Failure::from)?;
                let last = rows.last().map(|row| row.id);
                let is_over = is_over(rows.len());
                self.add(&mut piece, rows.into_iter().map(records::Mail::from))?;
                self.part = Part::Mails(last);
                if is_over {
                    self.end_list(&mut piece, "tokens", Part::Tokens(None));
                }
            }
            Part::Tokens(after) => {
                let rows = one_time_token::live_after(&self.app, user, after, size).await;
                let rows = rows.map_err(Failure::from)?;
                let last = rows.last().map(|row| row.id);
                let is_over = is_over(rows.len());
                self.add(&mut piece, rows.into_iter().map(records::Token::from))?;
                self.part = Part::Tokens(last);
                if is_over {
                    self.end_list(&mut piece, "events", Part::Events(None));
                }
            }
            Part::Events(after) => {
                let request = PageRequest {
                    direction: Direction::Forward,
                    size: PAGE,
                    after,
                    before: None,
                };
                let page = activity::own(&self.app, &self.caller, &request).await;
                let page = page.map_err(Failure::from)?;
                let last = page.items.last().map(|(at, _)| *at);
                let events = page
                    .items
                    .into_iter()
                    .map(|(_, it)| records::Event::new(it, user));
                self.add(&mut piece, events)?;
                self.part = match last {
                    Some(last) if page.has_next => Part::Events(Some(last)),
                    _ => {
                        piece.push_str("]}");
                        Part::Over
                    }
                };
            }
            Part::Over => return Ok(None),
        }
        Ok(Some(piece))
    }

    /// Fails once the session has ended.
    async fn check_session(&self) -> Result<(), Failed> {
        let found = find_session_with_user(&self.app.db, self.caller.session.id).await;
        let now = self.app.clock.now();
        let is_alive = found
            .map_err(Failure::from)?
            .is_some_and(|(session, user)| session_state(&session, &user, now) == SessionState::Alive);
        if is_alive {
            Ok(())
        } else {
            Err(Denied::Unauthenticated(UnauthenticatedReason::SessionRevoked).into())
        }
    }

    /// Writes the items of the list.
    fn add(&mut self, piece: &mut String, items: impl Iterator<Item: Serialize>) -> Result<(), Fault> {
        for item in items {
            if !std::mem::take(&mut self.is_first) {
                piece.push(',');
            }
            piece.push_str(&json(&item)?);
        }
        Ok(())
    }

    fn begin_list(&mut self, piece: &mut String, name: &str, part: Part) {
        // Writing to a string cannot fail.
        let _ = write!(piece, ",\"{name}\":[");
        self.part = part;
        self.is_first = true;
    }

    fn end_list(&mut self, piece: &mut String, next: &str, part: Part) {
        piece.push(']');
        self.begin_list(piece, next, part);
    }
}

/// Whether a page with so many rows is the last one.
fn is_over(rows: usize) -> bool {
    rows < usize::from(PAGE)
}

fn json(value: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(value).map_err(|error| Fault::new("write an export", error))
}
