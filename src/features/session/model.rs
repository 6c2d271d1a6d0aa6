//! The states of a session.

use entity::{session, user};

use std::time::Duration;

use crate::platform::{clock::Timestamp, config::Config};

/// Whether a session can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// It can.
    Alive,
    /// It was ended, ran out, or its user may no longer sign in.
    Ended,
}

/// The state of a session of `user` at `now`.
pub(super) fn state(session: &session::Model, user: &user::Model, now: Timestamp) -> State {
    let ended = session.revoked_at.is_some()
        || session.expires_at <= now.as_millisecond()
        || user.status != user::Status::Active;
    if ended { State::Ended } else { State::Alive }
}

/// When a session that began at `created_at` ends if it is not used after `now`.
pub(super) fn expiry(config: &Config, created_at: Timestamp, now: Timestamp) -> Timestamp {
    later(now, config.session_idle_timeout).min(later(created_at, config.session_lifetime))
}

/// When the session began.
pub(super) fn created_at(session: &session::Model) -> Timestamp {
    Timestamp::from_millisecond(session.created_at).unwrap_or(Timestamp::MIN)
}

/// An instant some time after another.
pub(super) fn later(instant: Timestamp, by: Duration) -> Timestamp {
    instant.checked_add(by).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use entity::{SessionId, UserId};

    use super::*;

    fn user() -> user::Model {
        user::Model {
            id: UserId(uuid::Uuid::nil()),
            name: String::new(),
            email: String::new(),
            email_key: String::new(),
            password_hash: None,
            email_verified_at: None,
            status: user::Status::Active,
            created_at: 0,
            updated_at: 0,
            last_login_at: None,
        }
    }

    fn session() -> session::Model {
        session::Model {
            id: SessionId(uuid::Uuid::nil()),
            user_id: UserId(uuid::Uuid::nil()),
            created_at: 0,
            last_used_at: 0,
            expires_at: 1_000,
            revoked_at: None,
            revocation_reason: None,
            user_agent: None,
            ip_address: None,
        }
    }

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(millis).unwrap()
    }

    #[test]
    fn a_session_lives_until_the_instant_it_expires() {
        assert_eq!(state(&session(), &user(), at(999)), State::Alive);
        assert_eq!(state(&session(), &user(), at(1_000)), State::Ended);
    }

    #[test]
    fn use_moves_the_end_but_not_past_the_sessions_whole_life() {
        let config = Config {
            session_idle_timeout: Duration::from_millis(100),
            session_lifetime: Duration::from_millis(250),
            ..Config::default()
        };
        let ends = |now| expiry(&config, at(0), at(now)).as_millisecond();
        assert_eq!((ends(0), ends(90), ends(200)), (100, 190, 250));
    }

    #[test]
    fn a_revoked_session_has_ended() {
        let revoked = session::Model {
            revoked_at: Some(1),
            ..session()
        };
        assert_eq!(state(&revoked, &user(), at(2)), State::Ended);
    }

    #[test]
    fn the_sessions_of_a_disabled_user_have_ended() {
        let disabled = user::Model {
            status: user::Status::Disabled,
            ..user()
        };
        assert_eq!(state(&session(), &disabled, at(2)), State::Ended);
    }
}
