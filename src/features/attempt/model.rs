//! When the next attempt is allowed.

use std::time::Duration;

use entity::attempt_streak::Model;

use crate::platform::{clock::Timestamp, config::Config};

/// The network key shared by all networks that the account does not know.
pub(super) const ELSEWHERE: &str = "";

/// After a day without a failure, earlier ones no longer count. A success is recorded once a day.
const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Six digits can be guessed: these limits do not depend on the settings (OWASP ASVS 5.0, 6.6.3). Only people who
/// have the password can guess, so failures are not forgotten after a day.
const CODES: Rules = Rules {
    limit: 5,
    window: 15 * 60 * 1_000,
    wait_max: 60 * 60 * 1_000,
    in_a_row: 100,
    known_for: 0,
    counts_for: 365 * DAY,
    forgiven: 5,
};

/// The settings that the rules depend on. Times in milliseconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    limit: u64,
    window: i64,
    wait_max: i64,
    in_a_row: u64,
    known_for: i64,
    /// After this time without a failure, earlier ones no longer count.
    counts_for: i64,
    /// Further failures of unknown networks that a success from an unknown network forgives: an owner who changes
    /// networks mistypes, too, and these errors must not add up.
    forgiven: i64,
}

impl Rules {
    /// None if attempts at accounts are not limited.
    pub(super) fn of(config: &Config) -> Option<Self> {
        let milliseconds = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        (config.attempts_per_account > 0).then(|| Self {
            limit: config.attempts_per_account.into(),
            window: milliseconds(config.attempt_window),
            wait_max: milliseconds(config.attempt_wait_max),
            in_a_row: config.attempts_in_a_row.into(),
            known_for: milliseconds(config.known_network_ttl),
            counts_for: DAY,
            forgiven: 0,
        })
    }

    /// The rules for the codes of an authenticator app.
    pub(super) fn of_codes(config: &Config) -> Self {
        let known_for = i64::try_from(config.known_network_ttl.as_millis()).unwrap_or(i64::MAX);
        Self { known_for, ..CODES }
    }

    /// How many attempts may run at once, or how long until one may.
    pub(super) fn allowance(&self, streak: &Model, now: Timestamp) -> Result<u64, Duration> {
        let streak = self.at(streak, now);
        let now = now.as_millisecond();
        let left = streak.blocked_until.saturating_sub(now);
        // Longer than the longest wait means that the clock was set back.
        if left > 0 && left <= self.wait_max {
            return Err(Duration::from_millis(left.unsigned_abs()));
        }
        if self.is_hard(&streak) {
            return Ok(1);
        }
        let failed = streak.failures_in_window.unsigned_abs();
        // Never zero: the wait for those failures is over.
        Ok(self.limit.saturating_sub(failed).max(1))
    }

    /// Whether the right password came from this network lately.
    pub(super) fn knows(&self, streak: &Model, now: Timestamp) -> bool {
        let since = now.as_millisecond().saturating_sub(self.known_for);
        streak.network_key != ELSEWHERE && streak.succeeded_at.is_some_and(|at| at > since)
    }

    /// Whether a success must be recorded: there are failures to clear, or the last record is old.
    pub(super) fn is_news(&self, streak: &Model, now: Timestamp) -> bool {
        let since = now.as_millisecond().saturating_sub(DAY);
        self.at(streak, now).failures > 0 || streak.succeeded_at.is_none_or(|at| at <= since)
    }

    /// The streak after one more failure.
    pub(super) fn failed(&self, streak: &Model, now: Timestamp) -> Model {
        let mut streak = self.at(streak, now);
        let now = now.as_millisecond();
        streak.failures = streak.failures.saturating_add(1);
        streak.failures_in_window = streak.failures_in_window.saturating_add(1);
        streak.failed_at = now;
        if self.is_hard(&streak) {
            streak.blocked_until = now.saturating_add(self.window);
        } else if streak.failures_in_window.unsigned_abs() >= self.limit {
            // 32 doublings are far beyond the longest wait.
            let factor = 1_i64 << streak.waits.clamp(0, 32);
            let wait = self.window.saturating_mul(factor).min(self.wait_max);
            streak.waits = streak.waits.saturating_add(1);
            streak.blocked_until = now.saturating_add(wait);
            streak.failures_in_window = 0;
        }
        self.with_end(streak)
    }

    /// The streak of a network after the right password came from there.
    pub(super) fn succeeded(&self, streak: Model, now: Timestamp) -> Model {
        self.with_end(Model {
            succeeded_at: Some(now.as_millisecond()),
            ..empty(streak.account_key, streak.network_key)
        })
    }

    /// The streak of a network that is known from now on, with its failures.
    pub(super) fn known(&self, streak: Model, now: Timestamp) -> Model {
        self.with_end(Model {
            succeeded_at: Some(now.as_millisecond()),
            ..streak
        })
    }

    /// The streak of the unknown networks, minus the failures of one of them that is now known.
    pub(super) fn without(&self, streak: &Model, network: &Model, now: Timestamp) -> Model {
        let (mut streak, network) = (self.at(streak, now), self.at(network, now));
        streak.failures = (streak.failures - network.failures - self.forgiven).max(0);
        streak.failures_in_window = (streak.failures_in_window - network.failures_in_window).max(0);
        self.with_end(streak)
    }

    /// The streak without what no longer counts.
    fn at(&self, streak: &Model, now: Timestamp) -> Model {
        let mut streak = streak.clone();
        let now = now.as_millisecond();
        if now.saturating_sub(streak.failed_at) >= self.counts_for && streak.blocked_until <= now {
            streak = Model {
                succeeded_at: streak.succeeded_at,
                ..empty(streak.account_key, streak.network_key)
            };
        }
        if streak.failures_in_window == 0 || now.saturating_sub(streak.window_began_at) >= self.window {
            streak.failures_in_window = 0;
            streak.window_began_at = now;
        }
        streak
    }

    /// Whether so many attempts have failed that the unknown networks get one at a time.
    pub(super) fn is_hard(&self, streak: &Model) -> bool {
        self.in_a_row > 0
            && streak.network_key == ELSEWHERE
            && streak.failures.unsigned_abs() >= self.in_a_row
    }

    /// Whether the owner should know of this failure: the first wait begins with it, or the unknown networks become
    /// restricted.
    pub(super) fn is_news_for_owner(&self, before: &Model, after: &Model) -> bool {
        (before.waits == 0 && after.waits == 1) || (!self.is_hard(before) && self.is_hard(after))
    }

    fn with_end(&self, mut streak: Model) -> Model {
        let known_until = streak
            .succeeded_at
            .map_or(0, |at| at.saturating_add(self.known_for));
        streak.forget_at = streak
            .failed_at
            .saturating_add(self.counts_for)
            .max(streak.blocked_until)
            .max(known_until);
        streak
    }
}

/// A streak without attempts.
pub(super) fn empty(account_key: String, network_key: String) -> Model {
    Model {
        account_key,
        network_key,
        failures: 0,
        failures_in_window: 0,
        window_began_at: 0,
        waits: 0,
        blocked_until: 0,
        failed_at: 0,
        succeeded_at: None,
        forget_at: 0,
    }
}

#[cfg(test)]
#[path = "model_tests.rs"]
mod tests;
