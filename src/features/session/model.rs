//! Rules about the state of a session.

use std::time::Duration;

use entity::{session, user};

use super::sender::Sender;
use crate::platform::clock::{Timestamp, from_millis, later};

/// Tolerated difference between the clocks of two servers.
const CLOCK_LEEWAY: Duration = Duration::from_secs(30);

/// Repeats of one trade within this time count as sent at once.
const AT_ONCE: Duration = Duration::from_secs(1);

/// Whether the session would still be alive if its user's account had not been disabled.
pub(super) fn ended_with_account(session: &session::Model, user: &user::Model, now: Timestamp) -> bool {
    let is_by_account = |reason| reason == session::RevocationReason::AccountClosed;
    user.status == user::Status::Disabled
        && session.revocation_reason.is_none_or(is_by_account)
        && session.expires_at > now.as_millisecond()
}

/// The verdict on a genuine refresh token of a live session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RefreshVerdict {
    /// It is the current one: rotate.
    Current,
    /// The same program traded this token, or got it by a trade, a moment ago: give that response again. Holds the
    /// weight of the repeat.
    Repeated(i64),
    /// It was used before: somebody has a copy.
    Used,
    /// It is newer than the state of the database, which was restored from an older copy.
    Unknown,
}

/// The verdict on the token of `generation`, sent by `sender`.
pub(super) fn refresh_verdict(
    session: &session::Model,
    generation: i64,
    sender: Sender,
    now: Timestamp,
    replay_window: Duration,
) -> RefreshVerdict {
    let current = session.refresh_generation;
    let is_open = session
        .rotated_at
        .is_some_and(|at| is_within(at, replay_window, now));
    let is_again = is_open && sender.is_same_program;
    match current - generation {
        // Of tabs that refresh at once, one may hold the new token before another's request with the old one arrives.
        // If the new token rotated the session now, the late one would count as stolen.
        0 if is_again => RefreshVerdict::Repeated(0),
        1 if is_again => RefreshVerdict::Repeated(weight(session, sender, now)),
        0 => RefreshVerdict::Current,
        1.. => RefreshVerdict::Used,
        _ => RefreshVerdict::Unknown,
    }
}

/// Total weight of consecutive repeated trades that counts as theft.
const THEFT_WEIGHT: i64 = 3;

/// Weight of a repeat with the previous token. Tabs that refresh at once are within a second of each other; a copy that
/// waits for its owner's trade comes later, or from another network. The new token weighs nothing: a holder who did not
/// trade got it by a repeat.
fn weight(session: &session::Model, sender: Sender, now: Timestamp) -> i64 {
    let traded_at = session.rotated_at.map_or(Timestamp::MIN, from_millis);
    if sender.is_elsewhere {
        2
    } else {
        i64::from(now > later(traded_at, AT_ONCE))
    }
}

/// Whether another repeat of this weight makes the session count as stolen.
pub(super) fn is_followed(session: &session::Model, weight: i64) -> bool {
    session.repeat_count.saturating_add(weight) >= THEFT_WEIGHT
}

/// Total weight of the repeated trades when the session is rotated: 0 once a trade was not repeated.
pub(super) fn repeats_so_far(session: &session::Model) -> i64 {
    match session.repeat_weight {
        0 => 0,
        weight => session.repeat_count.saturating_add(weight),
    }
}

/// Whether `now` is within `window` after an instant in milliseconds since 1970. Clocks of two servers may differ a
/// little; one that was set back further must not open a window again.
pub(super) fn is_within(since: i64, window: Duration, now: Timestamp) -> bool {
    let since = from_millis(since);
    later(now, CLOCK_LEEWAY) >= since && now < later(since, window)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::fixtures::{session, user};

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_session_that_ended_otherwise_did_not_end_with_the_account() {
        use session::RevocationReason::{AccountClosed, Logout, TokenReuse};
        let disabled = user::Model {
            status: user::Status::Disabled,
            ..user()
        };
        let revoked = |reason| session::Model {
            revoked_at: Some(1),
            revocation_reason: Some(reason),
            ..session()
        };
        assert!(ended_with_account(&session(), &disabled, at(2)));
        assert!(ended_with_account(&revoked(AccountClosed), &disabled, at(2)));
        assert!(!ended_with_account(&revoked(AccountClosed), &user(), at(2)));
        assert!(!ended_with_account(&revoked(AccountClosed), &disabled, at(1_000)));
        for other in [Logout, TokenReuse] {
            assert!(!ended_with_account(&revoked(other), &disabled, at(2)));
        }
    }

    /// A session whose fifth refresh token was made at 1,000 ms, by Firefox.
    fn rotated() -> session::Model {
        session::Model {
            refresh_generation: 5,
            rotated_at: Some(1_000),
            ..session()
        }
    }

    fn judged(generation: i64, agent: Option<&str>, millis: i64, window: u64) -> RefreshVerdict {
        let sender = Sender {
            is_same_program: agent == Some("Firefox"),
            is_elsewhere: false,
        };
        refresh_verdict(
            &rotated(),
            generation,
            sender,
            at(millis),
            Duration::from_millis(window),
        )
    }

    #[test]
    fn the_token_before_is_answered_again_for_a_while_and_to_the_same_program_only() {
        let firefox = Some("Firefox");
        assert_eq!(judged(4, firefox, 1_000, 10), RefreshVerdict::Repeated(0));
        assert_eq!(judged(4, firefox, 1_009, 10), RefreshVerdict::Repeated(0));
        assert_eq!(judged(4, firefox, 1_010, 10), RefreshVerdict::Used);
        assert_eq!(judged(4, firefox, 1_000, 0), RefreshVerdict::Used);
        assert_eq!(judged(4, Some("curl"), 1_000, 10), RefreshVerdict::Used);
        assert_eq!(judged(4, None, 1_000, 10), RefreshVerdict::Used);
    }

    #[test]
    fn a_clock_that_is_a_little_behind_changes_nothing_and_one_far_behind_opens_no_window() {
        let firefox = Some("Firefox");
        assert_eq!(
            judged(4, firefox, 1_000 - 30_000, 10),
            RefreshVerdict::Repeated(0)
        );
        assert_eq!(judged(4, firefox, 1_000 - 30_001, 10), RefreshVerdict::Used);
    }

    #[test]
    fn the_present_token_moves_on_once_in_a_window_and_at_once_for_another_program() {
        let firefox = Some("Firefox");
        assert_eq!(judged(5, firefox, 1_000, 10), RefreshVerdict::Repeated(0));
        assert_eq!(judged(5, firefox, 1_009, 10), RefreshVerdict::Repeated(0));
        assert_eq!(judged(5, firefox, 1_010, 10), RefreshVerdict::Current);
        assert_eq!(judged(5, firefox, 1_000, 0), RefreshVerdict::Current);
        assert_eq!(judged(5, Some("curl"), 1_000, 10), RefreshVerdict::Current);
    }

    #[test]
    fn the_present_token_is_good_for_everyone_and_older_ones_for_nobody() {
        for agent in [Some("Firefox"), Some("curl"), None] {
            assert_eq!(judged(5, agent, 9_000, 10), RefreshVerdict::Current);
            for older in [0, 1, 3] {
                assert_eq!(judged(older, agent, 1_000, 10), RefreshVerdict::Used);
            }
            assert_eq!(judged(6, agent, 1_000, 10), RefreshVerdict::Unknown);
        }
    }

    fn repeated(generation: i64, is_elsewhere: bool, millis: i64) -> RefreshVerdict {
        let sender = Sender {
            is_same_program: true,
            is_elsewhere,
        };
        refresh_verdict(
            &rotated(),
            generation,
            sender,
            at(millis),
            Duration::from_secs(30),
        )
    }

    #[test]
    fn a_repeat_weighs_one_when_it_is_late_and_two_from_elsewhere() {
        for (is_elsewhere, millis, weight) in [
            (false, 1_000, 0),
            (false, 2_000, 0),
            (false, 2_001, 1),
            (false, 30_999, 1),
            (true, 1_000, 2),
            (true, 30_999, 2),
        ] {
            assert_eq!(
                repeated(4, is_elsewhere, millis),
                RefreshVerdict::Repeated(weight),
                "{millis}"
            );
            // The new token was handed out already.
            assert_eq!(
                repeated(5, is_elsewhere, millis),
                RefreshVerdict::Repeated(0),
                "{millis}"
            );
        }
    }

    #[test]
    fn repeats_add_up_to_a_theft_until_a_trade_is_not_repeated() {
        let after = |repeat_count, repeat_weight| {
            repeats_so_far(&session::Model {
                repeat_count,
                repeat_weight,
                ..session()
            })
        };
        assert_eq!((after(0, 1), after(1, 1), after(0, 2), after(2, 0)), (1, 2, 2, 0));
        let is_followed = |repeat_count, weight| {
            let session = session::Model {
                repeat_count,
                ..session()
            };
            is_followed(&session, weight)
        };
        assert!(!is_followed(0, 2) && !is_followed(1, 1) && !is_followed(2, 0));
        assert!(is_followed(2, 1) && is_followed(1, 2) && is_followed(2, 2));
    }
}
