//! A document of a provider that is fetched again from time to time.

use std::{sync::Arc, time::Duration};

use tokio::sync::Mutex;

use super::error::ProviderError;
use crate::platform::clock::{Clock, Timestamp};

/// Pause after a failed fetch: callers in the meantime get its error at once, instead of waiting each for its own.
const RETRY_INTERVAL: Duration = Duration::from_secs(10);

/// How long the last good document is used while no new one can be had.
const MAX_STALENESS: Duration = Duration::from_hours(24);

/// The last good document. One caller at a time fetches a new one; the others wait for it.
#[derive(Debug)]
pub(super) struct Cached<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    good: Option<(Arc<T>, Timestamp)>,
    failed: Option<(ProviderError, Timestamp)>,
}

impl<T> Default for Cached<T> {
    fn default() -> Self {
        Self(Mutex::new(State {
            good: None,
            failed: None,
        }))
    }
}

impl<T> Cached<T> {
    /// The document, if it is younger than `max_age`, else a new one. If that fails, an old one of up to a day.
    pub(super) async fn get(
        &self,
        clock: &dyn Clock,
        max_age: Duration,
        fetch: impl Future<Output = Result<T, ProviderError>>,
    ) -> Result<Arc<T>, ProviderError> {
        let mut state = self.0.lock().await;
        let now = clock.now();
        if let Some(fresh) = state.good_within(max_age, now) {
            return Ok(fresh);
        }
        if let Some((error, at)) = &state.failed
            && is_within(RETRY_INTERVAL, *at, now)
        {
            return state.good_within(MAX_STALENESS, now).ok_or(error.clone());
        }
        match fetch.await {
            Ok(document) => {
                let document = Arc::new(document);
                *state = State {
                    good: Some((document.clone(), now)),
                    failed: None,
                };
                Ok(document)
            }
            Err(error) => {
                state.failed = Some((error.clone(), now));
                let old = state.good_within(MAX_STALENESS, now);
                if old.is_some() {
                    tracing::warn!(
                        "using a stale document of a provider: {}",
                        error.operator_message()
                    );
                }
                old.ok_or(error)
            }
        }
    }
}

impl<T> State<T> {
    fn good_within(&self, age: Duration, now: Timestamp) -> Option<Arc<T>> {
        let (document, at) = self.good.as_ref()?;
        is_within(age, *at, now).then(|| document.clone())
    }
}

/// Whether less than `age` has passed. False if the clock was set back.
fn is_within(age: Duration, at: Timestamp, now: Timestamp) -> bool {
    Duration::try_from(now.duration_since(at)).is_ok_and(|passed| passed < age)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::{super::error::Step, *};

    const HOUR: Duration = Duration::from_hours(1);

    #[derive(Debug, Default)]
    struct Seconds(AtomicI64);

    impl Seconds {
        fn pass(&self, seconds: i64) {
            self.0.fetch_add(seconds, Ordering::SeqCst);
        }
    }

    impl Clock for Seconds {
        fn now(&self) -> Timestamp {
            Timestamp::from_second(1_700_000_000 + self.0.load(Ordering::SeqCst)).unwrap()
        }
    }

    fn down() -> ProviderError {
        ProviderError::Refused {
            provider: "corp".to_owned(),
            step: Step::Keys,
            code: "HTTP 403".to_owned(),
        }
    }

    #[tokio::test]
    async fn many_callers_share_one_fetch_and_its_failure() {
        let (clock, cached, fetches) = (
            Seconds::default(),
            Cached::<usize>::default(),
            AtomicUsize::new(0),
        );
        let fetch = async |is_up: bool| {
            let count = fetches.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            if is_up { Ok(count) } else { Err(down()) }
        };
        let all = async |is_up| join_all((0..20).map(|_| cached.get(&clock, HOUR, fetch(is_up)))).await;
        assert!(all(false).await.iter().all(|it| it.as_ref() == Err(&down())));
        assert_eq!(fetches.load(Ordering::SeqCst), 1);
        clock.pass(10);
        assert!(all(true).await.iter().all(|it| it.as_deref() == Ok(&1)));
        assert_eq!(fetches.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_document_is_fetched_again_after_an_hour_and_used_for_a_day_if_that_fails() {
        let (clock, cached) = (Seconds::default(), Cached::<usize>::default());
        let get = async |answer| cached.get(&clock, HOUR, async { answer }).await.map(|it| *it);
        assert_eq!(get(Ok(1)).await, Ok(1));
        clock.pass(3599);
        assert_eq!(get(Ok(2)).await, Ok(1));
        clock.pass(1);
        assert_eq!(get(Err(down())).await, Ok(1));
        assert_eq!(get(Ok(3)).await, Ok(1), "not tried again at once");
        clock.pass(10);
        assert_eq!(get(Ok(4)).await, Ok(4));
        clock.pass(86_399);
        assert_eq!(get(Err(down())).await, Ok(4));
        clock.pass(1);
        assert_eq!(
            get(Ok(5)).await,
            Err(down()),
            "too old, and not tried again at once"
        );
        clock.pass(10);
        assert_eq!(get(Ok(6)).await, Ok(6));
        clock.pass(-60);
        assert_eq!(get(Ok(7)).await, Ok(7), "the clock was set back");
    }

    #[tokio::test]
    async fn a_caller_that_gives_up_leaves_nothing_behind() {
        let (clock, cached) = (Seconds::default(), Cached::<usize>::default());
        let hanging = cached.get(&clock, HOUR, std::future::pending());
        assert!(
            tokio::time::timeout(Duration::from_millis(20), hanging)
                .await
                .is_err()
        );
        assert_eq!(
            cached.get(&clock, HOUR, async { Ok(1) }).await.map(|it| *it),
            Ok(1)
        );
    }
}
