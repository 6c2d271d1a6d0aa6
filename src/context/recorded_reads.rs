//! Which reads of other people's data were recorded lately, so that one that takes many requests is one event.

use std::collections::HashMap;

use entity::UserId;
use tokio::sync::Mutex;

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

/// The reads that this server recorded in the last minute.
#[derive(Debug, Default)]
pub struct RecordedReads(Mutex<HashMap<RecordedRead, i64>>);

impl RecordedReads {
    /// Runs `record`, unless the same read was recorded in the minute before `now`. It counts as recorded once that has
    /// succeeded. Concurrent calls wait for each other, so that the fields of one document record it once.
    pub async fn once(
        &self,
        read: RecordedRead,
        now: i64,
        record: impl Future<Output = Result<(), Failed>> + Send,
    ) -> Result<(), Failed> {
        let is_recent = |at: i64| (0..COVERS_MILLIS).contains(&now.saturating_sub(at));
        let mut recorded = self.0.lock().await;
        if recorded.get(&read).is_some_and(|at| is_recent(*at)) {
            return Ok(());
        }
        record.await?;
        if recorded.len() >= MAX_READS {
            recorded.retain(|_, at| is_recent(*at));
        }
        if recorded.len() < MAX_READS {
            recorded.insert(read, now);
        }
        Ok(())
    }
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
    async fn its_memory_is_bounded() {
        let reads = RecordedReads::default();
        for subject in 0..MAX_READS as u128 + 10 {
            reads.once(read(subject), 0, async { Ok(()) }).await.unwrap();
        }
        assert_eq!(reads.0.lock().await.len(), MAX_READS);
        reads.once(read(0), 60_000, async { Ok(()) }).await.unwrap();
        assert_eq!(reads.0.lock().await.len(), 1);
    }
}
