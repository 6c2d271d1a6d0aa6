//! Somebody who uses the server all the while.

use std::time::{Duration, Instant};

use tokio::{sync::oneshot, task::JoinHandle, time::interval};

use super::gunner::Gunner;

/// What `me` answers.
const ANSWER: &str = r#"{"data":{"me":{"email":"ada@example.com"}}}"#;

/// Asks for `me` a hundred times a second.
pub(super) struct Watch {
    stop: oneshot::Sender<()>,
    asking: JoinHandle<Waits>,
}

/// How long `me` took, each time.
#[derive(Default)]
pub(super) struct Waits {
    times: Vec<Duration>,
    /// Answers that were not hers.
    troubles: Vec<String>,
}

impl Watch {
    pub(super) fn start(url: &str, token: &str) -> Self {
        const BODY: &str = r#"{"query":"{ me { email } }"}"#;
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             authorization: Bearer {token}\r\ncontent-length: {}\r\n\r\n{BODY}",
            BODY.len()
        );
        let (stop, mut stopped) = oneshot::channel();
        let mut gunner = Gunner::new(url);
        let asking = tokio::spawn(async move {
            let mut waits = Waits::default();
            let mut ticks = interval(Duration::from_millis(10));
            loop {
                tokio::select! {
                    _ = &mut stopped => return waits,
                    _ = ticks.tick() => {}
                }
                #[expect(clippy::disallowed_methods, reason = "the duration is what is measured")]
                let start = Instant::now();
                let reply = gunner.ask(request.as_bytes(), false).await;
                waits.times.push(start.elapsed());
                let body = reply.map(|reply| String::from_utf8_lossy(&reply.body).into_owned());
                let is_hers = body.as_ref().is_ok_and(|body| body == ANSWER);
                if !is_hers && waits.troubles.len() < 3 {
                    waits
                        .troubles
                        .push(format!("after {:?}: {body:?}", start.elapsed()));
                }
            }
        });
        Self { stop, asking }
    }

    pub(super) async fn stop(self) -> Waits {
        // It may have failed, and tells so then.
        self.stop.send(()).ok();
        let mut waits = self.asking.await.unwrap();
        waits.times.sort();
        waits
    }
}

impl Waits {
    fn at(&self, percent: usize) -> Duration {
        self.times[(self.times.len() * percent / 100).min(self.times.len() - 1)]
    }

    #[allow(clippy::print_stdout, reason = "figures for `--nocapture`")]
    pub(super) fn tell(&self) {
        println!(
            "  `me` {} times meanwhile: median {:?}, p99 {:?}",
            self.times.len(),
            self.at(50),
            self.at(99)
        );
    }

    /// In a debug build, in parallel with other tests, only a server that hangs fails: release builds measure speed.
    pub(super) fn hold(&self) {
        let most = if cfg!(debug_assertions) { 10_000 } else { 50 };
        assert!(self.troubles.is_empty(), "`me` failed {:#?}", self.troubles);
        let p99 = self.at(99);
        assert!(p99 <= Duration::from_millis(most), "`me` took {p99:?} at p99");
    }
}
