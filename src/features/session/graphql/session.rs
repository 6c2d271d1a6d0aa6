//! A session in GraphQL.

use async_graphql::{Enum, ID, Object};
use entity::{SessionId, session};

use crate::{context, features::device::DeviceName, platform::graphql::scalars::DateTime};

/// One signed-in device or client. Same value as the `sid` claim.
#[derive(Debug, Clone)]
pub struct Session {
    session: session::Model,
    is_current: bool,
}

impl Session {
    /// The session of the current request, or the one that it started.
    pub fn current(session: session::Model) -> Self {
        Self {
            session,
            is_current: true,
        }
    }

    /// Any session of an account; `current` is the one in use, if it can be among them.
    pub fn own(session: session::Model, current: Option<SessionId>) -> Self {
        Self {
            is_current: Some(session.id) == current,
            session,
        }
    }
}

/// Ways to sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "context::AuthMethod")]
pub enum AuthMethod {
    /// Password.
    Password,
    /// Passkey.
    Passkey,
    /// Code from an authenticator app.
    Totp,
    /// Recovery code.
    RecoveryCode,
    /// Code from a mail.
    EmailCode,
    /// Link from a mail.
    EmailLink,
    /// Another provider.
    Social,
}

/// One signed-in device or client.
#[Object]
impl Session {
    /// Same value as the `sid` claim of the access tokens.
    pub async fn id(&self) -> ID {
        self.session.id.to_string().into()
    }

    /// Whether this is the session of the current request, or the one that this sign-in started.
    async fn is_current(&self) -> bool {
        self.is_current
    }

    /// Name given at sign-in, else one derived from the user agent, such as `Firefox on Linux`. At most 100 characters.
    async fn device_name(&self) -> String {
        DeviceName::of(&self.session)
    }

    /// Raw User-Agent header at sign-in, cut after 256 bytes.
    async fn user_agent(&self) -> Option<&str> {
        self.session.user_agent.as_deref()
    }

    /// IP address last seen, to the minute.
    async fn ip_address(&self) -> Option<&str> {
        self.session.ip_address.as_deref()
    }

    /// How the user signed in, and which second factors they gave in this session since.
    async fn auth_methods(&self) -> Vec<AuthMethod> {
        let methods = context::AuthMethod::of_words(&self.session.auth_methods);
        methods.map(AuthMethod::from).collect()
    }

    /// Sign-in time.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.session.created_at)
    }

    /// Last refresh or use, to the minute.
    async fn last_used_at(&self) -> DateTime {
        DateTime::from_millis(self.session.last_used_at)
    }

    /// When the session ends if unused; counted from the minute of the last use.
    async fn expires_at(&self) -> DateTime {
        DateTime::from_millis(self.session.expires_at)
    }
}
