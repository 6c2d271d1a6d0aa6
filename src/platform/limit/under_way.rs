//! How many of something are under way for each key.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
};

use tokio::sync::{self, Notify, OwnedMutexGuard};

/// Lines, one for each key. One in each line has its turn and decides whether there is a place for it; the others wait
/// behind it. Whoever has a place keeps it until it is dropped.
///
/// A line is here as long as somebody stands in it: memory is bounded by the requests that are open.
#[derive(Debug, Clone, Default)]
pub struct UnderWay(Arc<Mutex<HashMap<String, Arc<Line>>>>);

#[derive(Debug, Default)]
struct Line {
    turn: Arc<sync::Mutex<()>>,
    taken: AtomicU32,
    freed: Notify,
}

/// Somebody in a line.
#[derive(Debug)]
struct Standing {
    lines: UnderWay,
    key: String,
    line: Option<Arc<Line>>,
}

/// The turn to decide whether there is a place.
#[derive(Debug)]
pub struct Turn {
    standing: Standing,
    _turn: OwnedMutexGuard<()>,
}

/// A place.
#[derive(Debug)]
pub struct Place(Standing);

impl UnderWay {
    /// Waits for one's turn in the line of `key`.
    pub async fn turn(&self, key: &str) -> Turn {
        let standing = self.stand(key);
        let turn = standing.line().turn.clone().lock_owned().await;
        Turn {
            standing,
            _turn: turn,
        }
    }

    fn stand(&self, key: &str) -> Standing {
        let mut lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(key.to_owned()).or_default().clone();
        Standing {
            lines: self.clone(),
            key: key.to_owned(),
            line: Some(line),
        }
    }
}

impl Turn {
    /// How many places are taken. While one has the turn it can only get less, so what is read after this question
    /// counts whoever has left his place since at least once.
    pub fn taken(&self) -> u32 {
        self.standing.line().taken.load(Ordering::SeqCst)
    }

    /// Waits until somebody has left a place since the last time.
    pub async fn freed(&self) {
        self.standing.line().freed.notified().await;
    }

    /// Takes a place, and gives the turn to the next.
    pub fn take(self) -> Place {
        self.standing.line().taken.fetch_add(1, Ordering::SeqCst);
        Place(self.standing)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let line = self.0.line();
        line.taken.fetch_sub(1, Ordering::SeqCst);
        line.freed.notify_one();
    }
}

impl Standing {
    /// There is one until the drop.
    fn line(&self) -> Arc<Line> {
        self.line.clone().unwrap_or_default()
    }
}

impl Drop for Standing {
    fn drop(&mut self) {
        let mut lines = self.lines.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.line = None;
        if lines
            .get(&self.key)
            .is_some_and(|line| Arc::strong_count(line) == 1)
        {
            lines.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(under_way: &UnderWay) -> usize {
        under_way.0.lock().unwrap().len()
    }

    #[tokio::test]
    async fn one_decides_at_a_time_and_each_line_for_itself() {
        let under_way = UnderWay::default();
        let first = under_way.turn("a").await;
        assert_eq!(first.taken(), 0);
        let other = under_way.turn("b").await;
        let mut second = Box::pin(under_way.turn("a"));
        assert!(futures_util::poll!(&mut second).is_pending());
        let place = first.take();
        let second = second.await;
        assert_eq!((second.taken(), other.taken()), (1, 0));
        drop(place);
        second.freed().await;
        assert_eq!(second.taken(), 0);
    }

    #[tokio::test]
    async fn a_line_that_nobody_stands_in_is_gone() {
        let under_way = UnderWay::default();
        let turn = under_way.turn("a").await;
        let mut waiting = Box::pin(under_way.turn("a"));
        assert!(futures_util::poll!(&mut waiting).is_pending());
        let place = turn.take();
        drop(waiting);
        assert_eq!(lines(&under_way), 1);
        drop(place);
        assert_eq!(lines(&under_way), 0);
    }
}
