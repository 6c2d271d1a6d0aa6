//! How long a session lives.

use entity::{session, user};

use crate::platform::{
    clock::{Timestamp, from_millis, later},
    config::Config,
};

/// Whether a session can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// It can be used.
    Alive,
    /// It was revoked, has expired, or its user may no longer sign in.
    Ended,
}

/// The state of a session of `user` at `now`.
pub fn session_state(session: &session::Model, user: &user::Model, now: Timestamp) -> SessionState {
    if is_live(session, now) && may_sign_in(user) {
        SessionState::Alive
    } else {
        SessionState::Ended
    }
}

/// Whether an account is active, and no deletion closes it. One that its owner can still cancel does not.
pub fn may_sign_in(user: &user::Model) -> bool {
    let is_closed = user.deletes_at.is_some() && user.deletion_cancellable_since.is_none();
    user.status == user::Status::Active && !is_closed
}

/// Whether the session is neither revoked nor expired.
pub fn is_live(session: &session::Model, now: Timestamp) -> bool {
    session.revoked_at.is_none() && session.expires_at > now.as_millisecond()
}

/// The minute in which a session was used. Only that is stored: the exact time would show a thief with a copied access
/// token when to use the copied refresh token.
pub fn to_the_minute(now: Timestamp) -> Timestamp {
    let millis = now.as_millisecond();
    from_millis(millis - millis.rem_euclid(60_000))
}

/// When a session that began at `created_at` expires if it is not used after `now`.
pub fn expiry(config: &Config, created_at: Timestamp, now: Timestamp) -> Timestamp {
    later(now, config.session_idle_timeout).min(later(created_at, config.session_lifetime))
}

/// Rows for tests.
#[cfg(test)]
pub mod fixtures {
    use entity::{SessionId, UserId};

    use super::{session, user};

    /// An active user.
    pub fn user() -> user::Model {
        user::Model {
            name_key: String::new(),
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
            locale: "en".to_owned(),
            pending_email: None,
            sign_in_notices_off_at: None,
            deletes_at: None,
            deletion_cancellable_since: None,
        }
    }

    /// A session from 0 ms to 1,000 ms.
    pub fn session() -> session::Model {
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
            device_name: String::new(),
            auth_methods: String::new(),
            token_delivery: session::TokenDelivery::Body,
            reauthenticated_at: None,
            refresh_key_id: String::new(),
            refresh_salt: String::new(),
            refresh_generation: 0,
            rotated_at: None,
            rotated_by: None,
            repeat_count: 0,
            repeat_weight: 0,
            rotated_from: None,
            form_cookie: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{
        fixtures::{session, user},
        *,
    };

    fn at(millis: i64) -> Timestamp {
        from_millis(millis)
    }

    #[test]
    fn a_session_lives_until_the_instant_it_expires() {
        assert_eq!(session_state(&session(), &user(), at(999)), SessionState::Alive);
        assert_eq!(session_state(&session(), &user(), at(1_000)), SessionState::Ended);
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
        assert_eq!(session_state(&revoked, &user(), at(2)), SessionState::Ended);
    }

    #[test]
    fn the_sessions_of_a_disabled_user_have_ended() {
        let disabled = user::Model {
            status: user::Status::Disabled,
            ..user()
        };
        assert_eq!(session_state(&session(), &disabled, at(2)), SessionState::Ended);
    }

    #[test]
    fn a_deletion_ends_the_sessions_unless_its_owner_can_cancel_it() {
        let closed = user::Model {
            deletes_at: Some(500),
            ..user()
        };
        assert_eq!(session_state(&session(), &closed, at(2)), SessionState::Ended);
        let leaving = user::Model {
            deletion_cancellable_since: Some(1),
            ..closed
        };
        assert_eq!(session_state(&session(), &leaving, at(2)), SessionState::Alive);
    }

    #[test]
    fn use_is_kept_to_the_minute() {
        let minute = |millis| to_the_minute(at(millis)).as_millisecond();
        assert_eq!(
            (minute(59_999), minute(60_000), minute(61_500)),
            (0, 60_000, 60_000)
        );
        assert_eq!(minute(-1), -60_000);
    }
}
