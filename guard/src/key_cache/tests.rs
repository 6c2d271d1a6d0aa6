use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    task::{Context, Waker},
    time::{SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tokio::sync::Semaphore;

use super::*;
use crate::FetchedKeys;

/// RFC 8037, appendix A.2.
const X: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

#[derive(Debug, Default)]
struct Seconds(AtomicU64);

impl Seconds {
    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }
}

impl Clock for Seconds {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_700_000_000 + self.0.load(Ordering::SeqCst))
    }
}

/// What the source answers.
#[derive(Clone)]
enum Answer {
    Keys(&'static [&'static str], Option<u64>),
    Failure,
    Hangs,
    Panics,
}

struct Issuer {
    clock: Arc<Seconds>,
    cache: KeyCache,
    answer: Arc<Mutex<Answer>>,
    fetches: Arc<AtomicUsize>,
    /// A fetch takes one permit when it begins.
    gate: Arc<Semaphore>,
}

fn document(kids: &[&str]) -> Vec<u8> {
    let jwk = |kid: &&str| json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": X });
    let keys: Vec<Value> = kids.iter().map(jwk).collect();
    json!({ "keys": keys }).to_string().into_bytes()
}

impl Issuer {
    fn new() -> Self {
        Self::with_timeout(Duration::from_mins(1))
    }

    /// An issuer that is not waited for when it hangs.
    fn impatient() -> Self {
        Self::with_timeout(Duration::from_millis(50))
    }

    fn with_timeout(fetch_timeout: Duration) -> Self {
        let clock = Arc::new(Seconds::default());
        let answer = Arc::new(Mutex::new(Answer::Keys(&["a"], Some(300))));
        let fetches = Arc::new(AtomicUsize::new(0));
        let gate = Arc::new(Semaphore::new(Semaphore::MAX_PERMITS));
        let parts = (Arc::clone(&answer), Arc::clone(&fetches), Arc::clone(&gate));
        let source = move || {
            let (answer, fetches, gate) = parts.clone();
            async move {
                fetches.fetch_add(1, Ordering::SeqCst);
                gate.acquire().await.unwrap().forget();
                let answer = answer.lock().unwrap().clone();
                match answer {
                    Answer::Keys(kids, max_age) => Ok(FetchedKeys {
                        document: document(kids),
                        max_age: max_age.map(Duration::from_secs),
                    }),
                    Answer::Failure => Err(FetchError::new("down")),
                    Answer::Hangs => std::future::pending().await,
                    Answer::Panics => panic!("a source with a bug"),
                }
            }
        };
        let cache = KeyCache::with_timeout(source, Arc::clone(&clock) as _, fetch_timeout);
        Self {
            clock,
            cache,
            answer,
            fetches,
            gate,
        }
    }

    fn answer(&self, answer: Answer) {
        *self.answer.lock().unwrap() = answer;
    }

    /// What is known about a key at this second, and how many fetches there were until then.
    async fn at(&self, seconds: u64, kid: &str) -> (&'static str, usize) {
        self.clock.set(seconds);
        let word = word(&self.cache.find(kid).await);
        self.settle().await;
        (word, self.fetches.load(Ordering::SeqCst))
    }

    /// Waits for the fetch in the background, if there is one.
    async fn settle(&self) {
        let in_flight = self.cache.0.state().in_flight.clone();
        if let Some(mut landed) = in_flight {
            let _ = landed.changed().await;
        }
    }
}

fn word(lookup: &Lookup) -> &'static str {
    match lookup {
        Lookup::Found(_) => "found",
        Lookup::Unknown => "unknown",
        Lookup::Unavailable(_) => "unavailable",
    }
}

#[tokio::test]
async fn keys_are_fresh_for_as_long_as_their_issuer_says() {
    for (max_age, fresh_until, fetched_again) in [
        (Some(300), 239, 300),
        (None, 239, 300),
        (Some(0), 47, 60),
        (Some(59), 47, 60),
        (Some(1_000), 799, 1_000),
        (Some(3_600), 2_879, 3_600),
        (Some(86_400), 2_879, 3_600),
    ] {
        let issuer = Issuer::new();
        issuer.answer(Answer::Keys(&["a"], max_age));
        assert_eq!(issuer.at(0, "a").await, ("found", 1));
        assert_eq!(issuer.at(fresh_until, "a").await, ("found", 1), "{max_age:?}");
        issuer.answer(Answer::Keys(&["b"], max_age));
        assert_eq!(issuer.at(fetched_again, "a").await, ("unknown", 2), "{max_age:?}");
        assert_eq!(issuer.at(fetched_again, "b").await, ("found", 2), "{max_age:?}");
    }
}

#[tokio::test]
async fn a_set_that_is_nearly_too_old_is_renewed_while_it_still_serves() {
    let issuer = Issuer::new();
    assert_eq!(issuer.at(0, "a").await, ("found", 1));
    issuer.answer(Answer::Keys(&["b"], Some(300)));
    assert_eq!(issuer.at(240, "a").await, ("found", 2), "the caller did not wait");
    assert_eq!(issuer.at(241, "a").await, ("unknown", 2), "the new set is there");
    assert_eq!(
        issuer.at(479, "b").await,
        ("found", 2),
        "and fresh from the second fetch on"
    );
}

#[tokio::test]
async fn many_callers_share_one_fetch_and_its_failure() {
    for (answer, result) in [
        (Answer::Keys(&["a"], None), "found"),
        (Answer::Keys(&["b"], None), "unknown"),
        (Answer::Keys(&[], None), "unavailable"),
        (Answer::Failure, "unavailable"),
        (Answer::Hangs, "unavailable"),
        (Answer::Panics, "unavailable"),
    ] {
        let issuer = Issuer::impatient();
        issuer.answer(answer);
        let callers: Vec<_> = (0..100)
            .map(|_| {
                let cache = issuer.cache.clone();
                tokio::spawn(async move { word(&cache.find("a").await) })
            })
            .collect();
        for caller in callers {
            assert_eq!(caller.await.unwrap(), result);
        }
        assert_eq!(issuer.fetches.load(Ordering::SeqCst), 1, "{result}");
    }
}

#[tokio::test]
async fn a_caller_that_gives_up_does_not_break_off_the_fetch() {
    let issuer = Issuer::new();
    issuer.gate.forget_permits(Semaphore::MAX_PERMITS);
    let cache = issuer.cache.clone();
    let caller = tokio::spawn(async move { cache.find("a").await });
    while issuer.fetches.load(Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    issuer.gate.add_permits(1);
    assert_eq!(issuer.at(0, "a").await, ("found", 1));
}

#[tokio::test]
async fn an_unknown_key_causes_a_fetch_every_ten_seconds_at_most() {
    let issuer = Issuer::new();
    assert_eq!(issuer.at(0, "a").await, ("found", 1));
    assert_eq!(issuer.at(9, "b").await, ("unknown", 1));
    issuer.answer(Answer::Keys(&["a", "b"], Some(300)));
    assert_eq!(issuer.at(10, "b").await, ("found", 2));
    for second in 11..20 {
        for forged in ["x", "y", "z"] {
            assert_eq!(issuer.at(second, forged).await, ("unknown", 2));
        }
    }
    assert_eq!(issuer.at(20, "x").await, ("unknown", 3));
    assert_eq!(issuer.at(20, "a").await, ("found", 3));
}

#[tokio::test]
async fn nobody_can_say_that_a_key_is_unknown_while_its_issuer_is_down() {
    let issuer = Issuer::new();
    assert_eq!(issuer.at(0, "a").await, ("found", 1));
    issuer.answer(Answer::Failure);
    assert_eq!(issuer.at(10, "b").await, ("unavailable", 2));
    assert_eq!(issuer.at(19, "b").await, ("unavailable", 2));
    assert_eq!(issuer.at(19, "a").await, ("found", 2));
    issuer.answer(Answer::Keys(&["a"], Some(300)));
    assert_eq!(issuer.at(20, "b").await, ("unknown", 3));
}

#[tokio::test]
async fn old_keys_are_trusted_for_an_hour_at_most() {
    for failure in [Answer::Failure, Answer::Keys(&[], Some(300)), Answer::Hangs] {
        let issuer = Issuer::impatient();
        assert_eq!(issuer.at(0, "a").await, ("found", 1));
        issuer.answer(failure);
        assert_eq!(issuer.at(300, "a").await, ("found", 2), "after a failed fetch");
        assert_eq!(issuer.at(301, "b").await, ("unavailable", 2));
        assert_eq!(issuer.at(3_599, "a").await, ("found", 3));
        assert_eq!(issuer.at(3_600, "a").await, ("unavailable", 3));
        assert_eq!(issuer.at(3_604, "a").await, ("unavailable", 4));
        issuer.answer(Answer::Keys(&["a"], Some(300)));
        assert_eq!(issuer.at(3_608, "a").await, ("unavailable", 4));
        assert_eq!(issuer.at(3_609, "a").await, ("found", 5));
    }
}

#[tokio::test]
async fn a_failed_fetch_is_repeated_after_five_seconds_and_old_keys_do_not_wait_for_it() {
    let issuer = Issuer::new();
    issuer.answer(Answer::Failure);
    for second in 0..5 {
        assert_eq!(issuer.at(second, "a").await, ("unavailable", 1));
    }
    issuer.answer(Answer::Keys(&["a"], Some(300)));
    assert_eq!(issuer.at(5, "a").await, ("found", 2));
    issuer.answer(Answer::Failure);
    assert_eq!(issuer.at(305, "a").await, ("found", 3));
    assert_eq!(issuer.at(309, "a").await, ("found", 3));
    // The next fetch begins in the background, and nobody waits until it ends.
    issuer.gate.forget_permits(Semaphore::MAX_PERMITS);
    issuer.clock.set(310);
    assert_eq!(word(&issuer.cache.find("a").await), "found");
    assert!(issuer.cache.0.state().in_flight.is_some());
}

#[tokio::test]
async fn a_clock_that_is_set_back_makes_no_key_live_longer() {
    let issuer = Issuer::new();
    assert_eq!(issuer.at(5_000, "a").await, ("found", 1));
    issuer.answer(Answer::Failure);
    assert_eq!(issuer.at(1_000, "a").await, ("unavailable", 2));
    issuer.answer(Answer::Keys(&["a"], Some(300)));
    assert_eq!(issuer.at(1_005, "a").await, ("found", 3));
}

#[test]
fn a_fetch_whose_runtime_ends_is_a_failed_one() {
    let runtime = || {
        tokio::runtime::Builder::new_current_thread()
            .enable_time()
            .build()
            .unwrap()
    };
    let issuer = Issuer::new();
    issuer.gate.forget_permits(Semaphore::MAX_PERMITS);
    let first = runtime();
    let begun = async {
        while issuer.fetches.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    };
    first.block_on(async {
        tokio::select! {
            _ = issuer.cache.find("a") => panic!("the fetch cannot have ended"),
            () = begun => {}
        }
    });
    drop(first);
    issuer.gate.add_permits(1);
    assert_eq!(runtime().block_on(issuer.at(5, "a")), ("found", 2));
}

#[test]
fn a_guard_without_a_runtime_panics_and_recovers() {
    let issuer = Issuer::new();
    let mut context = Context::from_waker(Waker::noop());
    let attempt = catch_unwind(AssertUnwindSafe(|| {
        let find = pin!(issuer.cache.find("a"));
        find.poll(&mut context).is_pending()
    }));
    assert!(attempt.is_err());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .build()
        .unwrap();
    assert_eq!(runtime.block_on(issuer.at(4, "a")), ("unavailable", 0));
    assert_eq!(runtime.block_on(issuer.at(5, "a")), ("found", 1));
}

#[tokio::test]
async fn keys_are_as_old_as_the_fetch_that_asked_for_them() {
    let issuer = Issuer::new();
    issuer.gate.forget_permits(Semaphore::MAX_PERMITS);
    let find = async {
        while issuer.fetches.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
        issuer.clock.set(4);
        issuer.gate.add_permits(2);
    };
    let (found, ()) = tokio::join!(issuer.cache.find("a"), find);
    assert_eq!(word(&found), "found");
    assert_eq!(issuer.at(239, "a").await, ("found", 1));
    assert_eq!(issuer.at(240, "a").await, ("found", 2));
}
