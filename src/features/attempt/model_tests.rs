use super::*;

const MINUTE: i64 = 60 * 1_000;

fn rules() -> Rules {
    Rules::of(&Config::default()).unwrap()
}

/// Minutes after some instant.
fn at(minutes: i64) -> Timestamp {
    Timestamp::from_millisecond(1_800_000_000_000 + minutes * MINUTE).unwrap()
}

fn streak(network: &str) -> Model {
    empty("account".to_owned(), network.to_owned())
}

fn minutes(wait: Duration) -> u64 {
    wait.as_secs() / 60
}

/// Fails as often as it is allowed to for this many minutes. Returns the waits.
fn hammer(mut streak: Model, most_minutes: i64) -> (Model, Vec<u64>) {
    let mut waits = Vec::new();
    let mut now = 0;
    while now < most_minutes {
        match rules().allowance(&streak, at(now)) {
            Ok(_) => streak = rules().failed(&streak, at(now)),
            Err(wait) => {
                waits.push(minutes(wait));
                now += i64::try_from(minutes(wait)).unwrap();
            }
        }
    }
    (streak, waits)
}

#[test]
fn five_may_fail_in_a_window_and_then_one_waits() {
    let mut here = streak("here");
    for left in (1..=5).rev() {
        assert_eq!(rules().allowance(&here, at(0)), Ok(left));
        here = rules().failed(&here, at(0));
    }
    assert_eq!(rules().allowance(&here, at(0)).map_err(minutes), Err(15));
    assert_eq!(rules().allowance(&here, at(14)).map_err(minutes), Err(1));
    assert_eq!(rules().allowance(&here, at(15)), Ok(5));
}

#[test]
fn failures_of_an_earlier_window_do_not_count() {
    let mut here = streak("here");
    for round in 0..20 {
        for _ in 0..4 {
            here = rules().failed(&here, at(round * 15));
            assert!(rules().allowance(&here, at(round * 15)).is_ok());
        }
    }
}

#[test]
fn each_wait_is_twice_as_long_up_to_an_hour_and_a_day_later_all_is_forgotten() {
    let (here, waits) = hammer(streak("here"), 24 * 60);
    assert_eq!(waits[..5], [15, 30, 60, 60, 60]);
    assert!(here.failures > 100, "a network that the account knows goes on");
    let last = Timestamp::from_millisecond(here.failed_at).unwrap();
    let day_later = Timestamp::from_millisecond(here.failed_at + DAY).unwrap();
    assert!(rules().allowance(&here, last).is_err());
    let after = rules().failed(&here, day_later);
    assert_eq!((after.failures, after.waits), (1, 0));
}

#[test]
fn after_a_hundred_in_a_row_the_unknown_networks_share_one_attempt_for_each_window() {
    let (elsewhere, waits) = hammer(streak(ELSEWHERE), 3 * 24 * 60);
    assert!(waits.ends_with(&[15, 15, 15, 15]), "{waits:?}");
    let free = Timestamp::from_millisecond(elsewhere.blocked_until).unwrap();
    assert_eq!(rules().allowance(&elsewhere, free), Ok(1));
    let again = rules().failed(&elsewhere, free);
    assert_eq!(rules().allowance(&again, free).map_err(minutes), Err(15));
}

#[test]
fn who_takes_care_never_to_be_made_wait_gets_some_hundred_guesses_a_day() {
    let mut elsewhere = streak(ELSEWHERE);
    let mut guesses = [0; 3];
    for quarter in 0..3 * 96 {
        for _ in 0..4 {
            if rules().allowance(&elsewhere, at(quarter * 15)).is_ok() {
                elsewhere = rules().failed(&elsewhere, at(quarter * 15));
                guesses[usize::try_from(quarter / 96).unwrap()] += 1;
            }
        }
    }
    assert_eq!(guesses, [171, 96, 96]);
}

#[test]
fn a_success_forgives_the_failures_of_its_network_and_those_of_no_other() {
    let (mut here, mut elsewhere) = (streak("here"), streak(ELSEWHERE));
    elsewhere = rules().failed(&elsewhere, at(0));
    for _ in 0..3 {
        here = rules().failed(&here, at(1));
        elsewhere = rules().failed(&elsewhere, at(1));
    }
    let elsewhere = rules().without(&elsewhere, &here, at(2));
    assert_eq!((elsewhere.failures, elsewhere.failures_in_window), (1, 1));
    let here = rules().succeeded(here, at(2));
    assert_eq!(rules().allowance(&here, at(2)), Ok(5));
}

#[test]
fn a_network_is_known_for_ninety_days_after_the_last_success() {
    let here = rules().succeeded(streak("here"), at(0));
    let day = 24 * 60;
    assert!(rules().knows(&here, at(90 * day - 1)));
    assert!(!rules().knows(&here, at(90 * day)));
    assert!(!rules().is_news(&here, at(day - 1)), "one note a day is enough");
    assert!(rules().is_news(&here, at(day)));
    let failed = rules().failed(&here, at(1));
    assert!(rules().knows(&failed, at(1)) && rules().is_news(&failed, at(1)));
}

#[test]
fn a_row_is_kept_for_as_long_as_it_says_something() {
    let failed = rules().failed(&streak("here"), at(0));
    assert_eq!(failed.forget_at, at(24 * 60).as_millisecond());
    let known = rules().succeeded(failed, at(0));
    assert_eq!(known.forget_at, at(90 * 24 * 60).as_millisecond());
}

#[test]
fn a_clock_that_was_wrong_for_a_moment_blocks_nobody_for_long() {
    let mut here = streak("here");
    for _ in 0..5 {
        here = rules().failed(&here, at(10 * 365 * 24 * 60));
    }
    assert!(rules().allowance(&here, at(0)).is_ok());
}

#[test]
fn attempts_at_accounts_are_not_limited_where_the_settings_say_none() {
    let config = Config {
        attempts_per_account: 0,
        ..Config::default()
    };
    assert!(Rules::of(&config).is_none());
}

#[test]
fn the_failures_of_a_network_that_is_known_now_are_taken_from_those_of_the_unknown() {
    let here = rules().failed(&streak("here"), at(0));
    let mut elsewhere = streak(ELSEWHERE);
    for _ in 0..4 {
        elsewhere = rules().failed(&elsewhere, at(0));
    }
    let left = rules().without(&elsewhere, &here, at(0));
    assert_eq!((left.failures, left.failures_in_window), (3, 3));
    assert_eq!(rules().allowance(&left, at(0)), Ok(2));
}

#[test]
fn failures_in_a_row_are_not_limited_where_the_settings_say_none() {
    let many = Model {
        failures: 1_000,
        failed_at: at(0).as_millisecond(),
        ..streak(ELSEWHERE)
    };
    assert_eq!(rules().allowance(&many, at(0)), Ok(1));
    let config = Config {
        attempts_in_a_row: 0,
        ..Config::default()
    };
    assert_eq!(Rules::of(&config).unwrap().allowance(&many, at(0)), Ok(5));
}
