//! A challenge and its factors in GraphQL.

use async_graphql::{Enum, OneofObject, SimpleObject};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::AuthMethod,
    features::{
        mfa::{Challenge, Given},
        passkey::{AuthenticationResponseJson, RequestOptionsJson},
    },
    platform::graphql::scalars::DateTime,
};

/// Second factors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
enum MfaMethod {
    /// Code from an authenticator app.
    Totp,
    /// One of the recovery codes.
    RecoveryCode,
    /// A passkey.
    Passkey,
}

/// A sign-in that waits for a second factor.
#[derive(Debug, SimpleObject)]
pub struct MfaChallenge {
    /// Hand this to `verifyMfa`. Good for five minutes, and for nothing else.
    challenge_token: String,
    /// Factors that the user can use.
    methods: Vec<MfaMethod>,
    /// Passkey options, when PASSKEY is among the methods. One answer is accepted.
    passkey_options: Option<RequestOptionsJson>,
    /// When the challenge stops working.
    expires_at: DateTime,
}

impl From<Challenge> for MfaChallenge {
    fn from(challenge: Challenge) -> Self {
        let method = |method: &AuthMethod| match method {
            AuthMethod::Totp => Some(MfaMethod::Totp),
            AuthMethod::RecoveryCode => Some(MfaMethod::RecoveryCode),
            AuthMethod::Passkey => Some(MfaMethod::Passkey),
            AuthMethod::Password | AuthMethod::EmailCode | AuthMethod::EmailLink | AuthMethod::Social => None,
        };
        Self {
            challenge_token: challenge.token.expose_secret().to_owned(),
            methods: challenge.methods.iter().filter_map(method).collect(),
            passkey_options: challenge.passkey_options.as_deref().map(RequestOptionsJson::new),
            expires_at: DateTime::from_millis(challenge.expires_at),
        }
    }
}

/// Exactly one proof of a second factor.
#[derive(OneofObject)]
pub enum MfaFactorInput {
    /// Six digits from the app. Spaces do not matter.
    TotpCode(SecretString),
    /// A recovery code, in any case, with or without hyphens.
    RecoveryCode(SecretString),
    /// A passkey's answer to `passkeyOptions`.
    Passkey(AuthenticationResponseJson),
}

impl From<MfaFactorInput> for Given {
    fn from(factor: MfaFactorInput) -> Self {
        match factor {
            MfaFactorInput::TotpCode(code) => Self::Totp(code),
            MfaFactorInput::RecoveryCode(code) => Self::RecoveryCode(code),
            MfaFactorInput::Passkey(answer) => Self::Passkey(answer.as_str().to_owned().into()),
        }
    }
}
