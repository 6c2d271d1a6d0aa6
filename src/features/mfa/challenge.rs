//! The challenge of a sign-in that waits for its second factor.
//!
//! It is no session: it is good for nothing but `verifyMfa`, for five minutes, for one user and one attempt. Nothing of
//! a successful sign-in has happened yet.

use std::{fmt, time::Duration};

use entity::{
    one_time_token::{Model, Purpose},
    session::TokenDelivery,
    user,
};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use super::Factors;
use crate::{
    context::{App, AuthMethod, OpContext},
    features::{
        identity::SignInIdentity,
        one_time_token::{self, NewToken},
        passkey::{self, AssertionState},
        recovery_code,
        session::SessionRequest,
    },
    platform::{
        db::{DbResult, Tx},
        failure::{Failed, Fault},
    },
};

/// How long a challenge works.
pub const CHALLENGE_TTL: Duration = Duration::from_mins(5);

/// A sign-in that waits for a second factor.
pub struct Challenge {
    /// The secret of the client that began it.
    pub token: SecretString,
    /// What can be given.
    pub methods: Vec<AuthMethod>,
    /// What to ask a passkey, as JSON; if one can be given.
    pub passkey_options: Option<String>,
    /// When it stops working; milliseconds since 1970.
    pub expires_at: i64,
}

/// Hidden: it can be a secret.
impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").finish_non_exhaustive()
    }
}

/// What the row of a challenge carries.
#[derive(Serialize, Deserialize)]
pub(super) struct Pending {
    /// The first factor, which the person has proven already: the word of its `AuthMethod`.
    first: String,
    device_name: Option<String>,
    takes_cookies: bool,
    /// The identity that the person signed in with at another provider.
    pub(super) identity: Option<SignInIdentity>,
    /// What a passkey was asked, with the options for the browser.
    pub(super) passkey: Option<(AssertionState, String)>,
}

impl Pending {
    /// What the person has proven already.
    pub(super) fn first(&self) -> Result<AuthMethod, Fault> {
        let unknown = || Fault::new("continue a sign-in", "its first factor is unknown");
        AuthMethod::from_word(&self.first).ok_or_else(unknown)
    }

    /// The session that was asked for.
    pub(super) fn session(&self) -> SessionRequest {
        SessionRequest {
            device_name: self.device_name.clone(),
            delivery: if self.takes_cookies {
                TokenDelivery::Cookie
            } else {
                TokenDelivery::Body
            },
        }
    }
}

/// What a person has proven already.
#[derive(Debug, Clone, Copy)]
pub enum FirstFactor<'a> {
    /// The password, or their mailbox.
    Method(AuthMethod),
    /// An account of another provider. It is recorded, and linked if it is new, once the second factor was given.
    Identity(&'a SignInIdentity),
}

impl<'a> FirstFactor<'a> {
    const fn method(self) -> AuthMethod {
        match self {
            Self::Method(method) => method,
            Self::Identity(_) => AuthMethod::Social,
        }
    }

    const fn identity(self) -> Option<&'a SignInIdentity> {
        match self {
            Self::Method(_) => None,
            Self::Identity(identity) => Some(identity),
        }
    }
}

/// A challenge that is not saved yet.
pub struct NewChallenge {
    token: NewToken,
    methods: Vec<AuthMethod>,
    passkey_options: Option<String>,
}

/// Hidden: it can be a secret.
impl fmt::Debug for NewChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewChallenge").finish_non_exhaustive()
    }
}

impl NewChallenge {
    /// A challenge for a user with these factors, who has proven the `first` and asks for this session.
    pub async fn new(
        context: &OpContext,
        user: &user::Model,
        factors: &Factors,
        first: FirstFactor<'_>,
        request: &SessionRequest,
    ) -> Result<Self, Failed> {
        let app = &context.app;
        let asked = if factors.passkeys.is_empty() || !passkey::is_enabled(app) {
            None
        } else {
            Some(passkey::begin_assertion(app, &factors.passkeys)?)
        };
        let passkey = asked.map(|asked| (asked.state, asked.options_json));
        let passkey_options = passkey.as_ref().map(|(_, options)| options.clone());
        let pending = Pending {
            first: first.method().word().to_owned(),
            identity: first.identity().cloned(),
            device_name: request.device_name.clone(),
            takes_cookies: request.delivery == TokenDelivery::Cookie,
            passkey,
        };
        let recovery_codes = recovery_code::count_unused(app.db.reader(), user.id).await?;
        Ok(Self {
            token: NewToken::new(app, Purpose::Mfa, CHALLENGE_TTL)
                .of_user(user.id)
                // One answer of a passkey: its challenge is used up also by a wrong one.
                .with_attempts(1)
                .carrying(app, &pending)?,
            methods: factors.methods(passkey_options.is_some(), recovery_codes),
            passkey_options,
        })
    }

    /// Saves it, in the transaction that uses the first factor up.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        self.token.save(tx).await
    }

    /// What the client gets.
    pub fn into_challenge(self) -> Challenge {
        Challenge {
            token: self.token.secret.text().clone(),
            methods: self.methods,
            passkey_options: self.passkey_options,
            expires_at: self.token.row.expires_at,
        }
    }
}

/// What a stored challenge carries.
pub(super) fn pending(app: &App, row: &Model) -> Result<Pending, Fault> {
    one_time_token::payload(app, row)
}
