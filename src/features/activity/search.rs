//! Use case: find events of one kind.

use super::read::{Activity, Scope};
use crate::{
    context::App,
    features::audit::EventKind,
    platform::{
        failure::Failed,
        keyset::{Direction, PageRequest, Position},
    },
};

/// Events that one step reads.
const STEP: u16 = 100;

/// Steps of one search. No index has the kinds, so a search is bounded by what it reads, and can be continued.
const MAX_STEPS: usize = 10;

/// What a search found.
#[derive(Debug)]
pub struct Search {
    /// The events, newest first.
    pub items: Vec<Activity>,
    /// After which event to continue; none at the end of the log.
    pub resume: Option<Position>,
}

impl Scope {
    /// The newest events of one kind between two positions, up to `size`. It reads at most a thousand events of any kind,
    /// so it can find fewer though there are more.
    pub async fn search(
        &self,
        app: &App,
        kind: EventKind,
        (after, before): (Option<Position>, Option<Position>),
        size: usize,
    ) -> Result<Search, Failed> {
        let mut found = Search {
            items: Vec::new(),
            resume: after,
        };
        for _ in 0..MAX_STEPS {
            let request = PageRequest {
                direction: Direction::Forward,
                size: STEP,
                after: found.resume,
                before,
            };
            let page = self.page(app, &request).await?;
            let last = page.items.last().map(|(at, _)| *at);
            for (at, activity) in page.items {
                if activity.kind == kind {
                    found.items.push(activity);
                }
                if found.items.len() == size {
                    found.resume = Some(at).filter(|at| page.has_next || Some(*at) != last);
                    return Ok(found);
                }
            }
            found.resume = last.filter(|_| page.has_next);
            if found.resume.is_none() {
                break;
            }
        }
        Ok(found)
    }
}
