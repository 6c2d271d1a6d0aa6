//! When to try again.

use std::time::Duration;

use entity::mail::Model;

use crate::platform::{
    clock::{Timestamp, later},
    rng::Rng,
};

/// Pauses after the first failed try and the next ones; the last one repeats.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(15),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(6),
];

/// The longest pause is this part of the lifetime of a letter: a link for an hour is tried every ten minutes.
const PART_OF_LIFE: i64 = 6;

/// When to try a mail again after a failure; milliseconds since 1970. Each pause varies by a fifth, so that mails that
/// failed together do not come back together.
pub(super) fn next_try(mail: &Model, now: Timestamp, rng: &dyn Rng) -> i64 {
    let tries = usize::try_from(mail.attempts).unwrap_or(1).max(1);
    let pause = PAUSES
        .get(tries - 1)
        .or(PAUSES.last())
        .copied()
        .unwrap_or_default();
    let life = (mail.expires_at - mail.created_at).max(0) / PART_OF_LIFE;
    let pause = pause.min(Duration::from_millis(life.unsigned_abs()));
    let [random] = rng.bytes::<1>();
    // From 80 % to 120 %.
    let percent = 80 + u32::from(random) * 40 / 255;
    later(now, pause * percent / 100).as_millisecond()
}

#[cfg(test)]
mod tests {
    use entity::{MailId, mail::State};

    use super::*;
    use crate::platform::{clock::from_millis, rng::SystemRng};

    fn mail(attempts: i64, hours: i64) -> Model {
        Model {
            id: MailId(uuid::Uuid::nil()),
            kind: String::new(),
            state: State::Waiting,
            user_id: None,
            to_address: None,
            sealed_content: None,
            attempts,
            due_at: 0,
            leased_until: None,
            lease_token: None,
            expires_at: hours * 3_600_000,
            last_problem: None,
            created_at: 0,
            ended_at: None,
        }
    }

    #[test]
    fn pauses_grow_and_stay_within_what_a_letter_lives() {
        let pause = |attempts, hours| next_try(&mail(attempts, hours), from_millis(0), &SystemRng) / 1_000;
        for (attempts, seconds) in [(1, 15), (2, 60), (3, 300), (4, 600), (9, 600)] {
            let pause = pause(attempts, 1);
            assert!(
                (seconds * 8 / 10..=seconds * 12 / 10).contains(&pause),
                "{attempts}: {pause}"
            );
        }
        assert!(pause(6, 168) > 4 * 3_600);
    }
}
