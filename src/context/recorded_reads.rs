//! Which reads of other people's data were recorded lately, so that one that takes many requests is one event.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::UserId;
use tokio::sync::Mutex as AsyncMutex;

use crate::platform::failure::Failed;

/// How long a recorded read covers further ones, in milliseconds.
const COVERS_MILLIS: i64 = 60_000;

/// Maximum number of reads that are kept. Beyond it, further ones are recorded each time.
const MAX_READS: usize = 10_000;

/// Who read what about whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct RecordedRead {
    /// The kind of the event.
    pub kind: &'static str,
    /// Who read; none on the command line.
    pub reader: Option<UserId>,
    /// About whom; none if about everybody.
    pub subject: Option<UserId>,
}

/// When a read was recorded; none while that has not succeeded. Locked while it is recorded.
type RecordedAt = Arc<AsyncMutex<Option<i64>>>;

/// The reads that this server recorded in the last minute.
#[derive(Debug, Default)]
pub struct RecordedReads(Mutex<HashMap<RecordedRead, RecordedAt>>);

impl RecordedReads {
    /// Runs `record`, unless the same read was recorded in the minute before `now`. It counts as recorded once that has
    /// succeeded. Concurrent calls for the same read wait for each other, so that the fields of one document record it
    /// once; other reads do not wait.
    pub async fn once(
        &self,
        read: RecordedRead,
        now: i64,
        record: impl Future<Output = Result<(), Failed>> + Send,
    ) -> Result<(), Failed> {
        let Some(recorded_at) = self.entry(read, now) else {
            return record.await;
        };
        let mut recorded_at = recorded_at.lock().await;
        if recorded_at.is_some_and(|at| is_recent(at, now)) {
            return Ok(());
        }
        record.await?;
        *recorded_at = Some(now);
        Ok(())
    }

    /// The entry of a read; none if there is no room for another one.
    fn entry(&self, read: RecordedRead, now: i64) -> Option<RecordedAt> {
        let mut entries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(&read) {
            return Some(Arc::clone(entry));
        }
        if entries.len() >= MAX_READS {
            entries.retain(|_, entry| match entry.try_lock() {
                Ok(at) => at.is_some_and(|at| is_recent(at, now)) || Arc::strong_count(entry) > 1,
                // It is being recorded.
                Err(_) => true,
            });
        }
        if entries.len() >= MAX_READS {
            return None;
        }
        Some(Arc::clone(entries.entry(read).or_default()))
    }
}

fn is_recent(at: i64, now: i64) -> bool {
    (0..COVERS_MILLIS).contains(&now.saturating_sub(at))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use uuid::Uuid;

    use super::*;
    use crate::platform::failure::Denied;

    fn read(subject: u128) -> RecordedRead {
        RecordedRead {
            kind: "user_viewed",
            reader: None,
            subject: Some(UserId(Uuid::from_u128(subject))),
        }
    }

    #[tokio::test]
    async fn a_read_is_recorded_once_a_minute() {
        let reads = RecordedReads::default();
        let count = AtomicU32::new(0);
        for (subject, now, total) in [
            (1, 0, 1),
            (1, 59_999, 1),
            (2, 59_999, 2),
            (1, 60_000, 3),
            (1, 61_000, 3),
            // The clock was set back.
            (1, 0, 4),
        ] {
            let record = async {
                count.fetch_add(1, Ordering::Relaxed);
                Ok(())
            };
            reads.once(read(subject), now, record).await.unwrap();
            assert_eq!(count.load(Ordering::Relaxed), total, "{subject} at {now}");
        }
    }

    #[tokio::test]
    async fn a_read_that_could_not_be_recorded_is_recorded_the_next_time() {
        let reads = RecordedReads::default();
        let failed = async { Err(Denied::Forbidden.into()) };
        assert!(reads.once(read(1), 0, failed).await.is_err());
        let count = AtomicU32::new(0);
        let record = async {
            count.fetch_add(1, Ordering::Relaxed);
            Ok(())
        };
        reads.once(read(1), 0, record).await.unwrap();
        assert_eq!(count.load(Ordering::Relaxed), 1);
    }

    #[tokio::test]
    async fn a_read_waits_for_the_same_one_and_for_no_other() {
        let reads = RecordedReads::default();
        let (finish, slow) = tokio::sync::oneshot::channel::<()>();
        let first = reads.once(read(1), 0, async {
            slow.await.unwrap();
            Ok(())
        });
        let same = reads.once(read(1), 0, async { panic!("recorded twice") });
        let other = async {
            reads.once(read(2), 0, async { Ok(()) }).await.unwrap();
            finish.send(()).unwrap();
        };
        let (first, same, ()) = tokio::join!(first, same, other);
        assert!(first.is_ok() && same.is_ok());
    }

    #[tokio::test]
    async fn its_memory_is_bounded() {
        let reads = RecordedReads::default();
        for subject in 0..MAX_READS as u128 + 10 {
            reads.once(read(subject), 0, async { Ok(()) }).await.unwrap();
        }
        assert_eq!(reads.0.lock().unwrap().len(), MAX_READS);
        let another = read(MAX_READS as u128 + 10);
        reads.once(another, 60_000, async { Ok(()) }).await.unwrap();
        assert_eq!(reads.0.lock().unwrap().len(), 1);
    }
}
