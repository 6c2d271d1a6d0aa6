//! When a key signs, and how long it verifies. Pure: all times are milliseconds since 1970 by the database's clock.

use std::time::Duration;

use entity::signing_key::Model;

use crate::{
    context::access_token,
    platform::{config::LONGEST_TOKEN_TTL, crypto::SigningAlgorithm},
};

/// How long a key is published before it signs. Services cache the key set, some of them for hours.
pub(super) const PUBLISHED_BEFORE: Duration = Duration::from_hours(24);

/// How long a key is published before it signs if there is no time: until every server has read it.
pub(super) const AT_ONCE: Duration = Duration::from_secs(10);

/// How long a key verifies after another one has followed: as long as its last token lives, and some time for clocks that
/// differ and servers that were slow to notice.
pub(super) const KEPT_AFTER: Duration = LONGEST_TOKEN_TTL
    .saturating_add(Duration::from_secs(access_token::LEEWAY.unsigned_abs()))
    .saturating_add(Duration::from_hours(1));

/// What a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyState {
    /// Published; it will sign.
    Published,
    /// It signs new tokens.
    Signing,
    /// Another key signs; it verifies the tokens that are left.
    Verifying,
    /// Its last token has run out.
    Retired,
}

impl KeyState {
    /// The word for people and programs.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Published => "published",
            Self::Signing => "signing",
            Self::Verifying => "verifying",
            Self::Retired => "retired",
        }
    }
}

/// A duration in milliseconds.
pub(super) fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// When a key started to sign, or will. One from before this was noted started when it was made.
pub(super) fn start_of(key: &Model) -> i64 {
    key.activates_at.max(key.created_at)
}

/// Whether a key still verifies.
pub(super) fn is_kept(key: &Model, now: i64) -> bool {
    key.retires_at.is_none_or(|retires_at| now < retires_at)
}

/// The one of `keys` that signs: of those that have started and still verify, the one that started last, one of the
/// configured algorithm before all others. If none has started, as by a clock that went back, the one that starts first.
pub(super) fn signing(keys: &[Model], algorithm: SigningAlgorithm, now: i64) -> Option<&Model> {
    let kept = || keys.iter().filter(|key| is_kept(key, now));
    let started = kept().filter(|key| key.activates_at <= now);
    started
        .max_by_key(|key| {
            let is_configured = key.algorithm == algorithm.name();
            (is_configured, key.activates_at, key.id)
        })
        .or_else(|| kept().min_by_key(|key| (key.activates_at, key.id)))
}

/// The key that is published to sign next, if there is one of the configured algorithm.
pub(super) fn next(keys: &[Model], algorithm: SigningAlgorithm, now: i64) -> Option<&Model> {
    keys.iter()
        .filter(|key| key.algorithm == algorithm.name() && is_kept(key, now) && now < key.activates_at)
        .max_by_key(|key| (key.activates_at, key.id))
}

/// What a key does, if `signing` is the one that signs.
pub(super) fn state(key: &Model, signing: Option<&Model>, now: i64) -> KeyState {
    if !is_kept(key, now) {
        KeyState::Retired
    } else if signing.is_some_and(|signing| signing.id == key.id) {
        KeyState::Signing
    } else if now < key.activates_at {
        KeyState::Published
    } else {
        KeyState::Verifying
    }
}

#[cfg(test)]
mod tests {
    use entity::SigningKeyId;
    use uuid::Uuid;

    use super::{
        KeyState::{Published, Retired, Signing, Verifying},
        *,
    };

    const ES: SigningAlgorithm = SigningAlgorithm::Es256;

    fn key(number: u128, algorithm: &str, activates_at: i64, retires_at: Option<i64>) -> Model {
        Model {
            id: SigningKeyId(Uuid::from_u128(number)),
            kid: number.to_string(),
            algorithm: algorithm.to_owned(),
            sealed_private_key: String::new(),
            created_at: 0,
            activates_at,
            retires_at,
        }
    }

    fn kid(keys: &[Model], algorithm: SigningAlgorithm, now: i64) -> Option<&str> {
        signing(keys, algorithm, now).map(|key| key.kid.as_str())
    }

    #[test]
    fn the_key_signs_that_started_last() {
        let keys = [
            key(1, "ES256", 0, Some(30)),
            key(2, "ES256", 10, None),
            key(3, "ES256", 20, None),
        ];
        for (now, expected) in [(0, "1"), (9, "1"), (10, "2"), (19, "2"), (20, "3"), (1_000, "3")] {
            assert_eq!(kid(&keys, ES, now), Some(expected), "at {now}");
        }
        let states = |now| {
            keys.each_ref()
                .map(|key| state(key, signing(&keys, ES, now), now))
        };
        assert_eq!(states(5), [Signing, Published, Published]);
        assert_eq!(states(15), [Verifying, Signing, Published]);
        assert_eq!(states(29), [Verifying, Verifying, Signing]);
        assert_eq!(states(30), [Retired, Verifying, Signing]);
    }

    #[test]
    fn a_key_of_the_configured_algorithm_signs_once_it_has_started() {
        let keys = [key(1, "ES256", 10, None), key(2, "RS256", 5, None)];
        assert_eq!(kid(&keys, SigningAlgorithm::Rs256, 20), Some("2"));
        assert_eq!(kid(&keys, ES, 20), Some("1"));
        assert_eq!(kid(&keys, SigningAlgorithm::EdDsa, 20), Some("1"));
        assert_eq!(kid(&keys, ES, 7), Some("2"));
    }

    #[test]
    fn without_a_key_that_has_started_the_first_one_signs() {
        let keys = [key(1, "ES256", 20, None), key(2, "ES256", 10, None)];
        assert_eq!(kid(&keys, ES, 0), Some("2"));
        assert_eq!(kid(&[], ES, 0), None);
        assert_eq!(kid(&[key(1, "ES256", 0, Some(5))], ES, 5), None);
    }
}
