//! Use case: receive the answer of a provider.

use std::fmt;

use entity::one_time_token::Purpose;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    flow::{Linking, OpenedFlow, Target, log, open_flow},
    sealed::FLOW_TTL,
    social_profile::SocialProfile,
};
use crate::{
    context::{App, OpContext},
    features::{
        attempt,
        one_time_token::{NewToken, SingleUse},
    },
    platform::{
        crypto::is_same_secret,
        failure::Failed,
        oidc::{Answer, Provider, ProviderError},
    },
};

/// What the provider sent with the browser.
#[derive(Clone, Default)]
pub struct Callback {
    /// The state of the flow.
    pub state: Option<SecretString>,
    /// The authorization code.
    pub code: Option<SecretString>,
    /// Why there is no code (RFC 6749, section 4.1.2.1).
    pub error: Option<String>,
    /// Who answers (RFC 9207).
    pub iss: Option<String>,
}

/// Hidden: it holds a code.
impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback").finish_non_exhaustive()
    }
}

/// A flow that was answered.
#[derive(Debug)]
pub struct CallbackResult {
    /// Where the sign-in leads.
    pub target: Target,
    /// The session whose user links an identity; none to sign in.
    pub linking: Option<Linking>,
    /// Who signed in there, or why nobody did.
    pub result: Result<Authenticated, CallbackError>,
}

/// Somebody who signed in at the provider.
pub struct Authenticated {
    /// Their profile.
    pub profile: SocialProfile,
    /// The state of the flow, which counts once.
    pub state: String,
}

impl Authenticated {
    /// The record that the provider's response was used.
    pub fn used(&self, app: &App) -> SingleUse {
        SingleUse::Secret(used_state(app, &self.state))
    }
}

/// Hidden: it is personal.
impl fmt::Debug for Authenticated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticated").finish_non_exhaustive()
    }
}

/// The record that the response to the flow with this state was used.
pub(super) fn used_state(app: &App, state: &str) -> NewToken {
    // Longer than anything that the response leads to, so that no clock can make it count twice.
    NewToken::of_used(app, Purpose::SocialAnswer, FLOW_TTL * 6, state)
}

/// Why nobody signed in there.
#[derive(Debug)]
pub enum CallbackError {
    /// The person did not agree at the provider.
    Declined,
    /// The provider refused, or its answer did not verify. The log has the reason.
    Rejected,
    /// The provider cannot be reached. The log has the reason.
    Unreachable,
    /// Anything else, such as too many attempts.
    Failed(Failed),
}

/// Receives the response to the flow in `cookie`. None if the browser has no such flow: it has run out, began in another
/// browser, or was never begun. Writes nothing.
pub async fn receive(
    context: &OpContext,
    provider_id: &str,
    cookie: Option<&SecretString>,
    callback: Callback,
) -> Option<CallbackResult> {
    let app = &context.app;
    let opened = open_flow(app, cookie?)?;
    let state = callback.state.as_ref()?;
    let is_of_flow = is_same_secret(opened.flow.state.expose_secret(), state.expose_secret());
    // A response at the callback of another provider would carry a code to the wrong one (RFC 9700, section 4.4).
    if !is_of_flow || opened.provider != provider_id {
        return None;
    }
    let provider = app.providers.find(provider_id)?;
    Some(CallbackResult {
        result: check(context, provider, &opened, callback).await,
        target: opened.target,
        linking: opened.linking,
    })
}

async fn check(
    context: &OpContext,
    provider: &Provider,
    opened: &OpenedFlow,
    callback: Callback,
) -> Result<Authenticated, CallbackError> {
    let app = &context.app;
    attempt::limit_login(context).map_err(CallbackError::Failed)?;
    if let Some(error) = callback.error {
        let declined = ["access_denied", "user_cancelled_authorize", "user_denied"];
        if declined.contains(&error.as_str()) {
            return Err(CallbackError::Declined);
        }
        let error: String = error.chars().filter(char::is_ascii_graphic).take(100).collect();
        tracing::warn!(provider = provider.id(), error, "a provider refused a sign-in");
        return Err(CallbackError::Rejected);
    }
    let Some(code) = callback.code else {
        tracing::warn!(
            provider = provider.id(),
            "a provider sent neither a code nor an error"
        );
        return Err(CallbackError::Rejected);
    };
    let answer = Answer {
        code,
        iss: callback.iss,
    };
    let claims = provider
        .claims(&*app.clock, &answer, &opened.flow)
        .await
        .map_err(|error| {
            log(provider, &error);
            match error {
                ProviderError::Unreachable { .. } => CallbackError::Unreachable,
                ProviderError::Refused { .. } | ProviderError::Invalid { .. } => CallbackError::Rejected,
            }
        })?;
    Ok(Authenticated {
        profile: SocialProfile::new(provider.id(), claims),
        state: opened.flow.state.expose_secret().to_owned(),
    })
}
