//! The context of one operation: no use case can be called without it.

use std::sync::{Arc, OnceLock};

use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::OnceCell;

use super::{
    App, Caller, Freshness,
    access_token::{SignedToken, audience},
    auth_method::AuthMethod,
    authenticate::{Authenticated, authenticate},
    second_factor_gate,
};
use crate::platform::{
    clock::Timestamp,
    failure::{Denied, Failed, Failure, Outcome, UnauthenticatedReason},
    http::{
        client::Client,
        credential::Credential,
        request_auth::{Browser, RequestAuth},
        request_id::RequestId,
    },
};

/// What every use case gets: the server, the caller, where the call comes from, and its id.
#[derive(Debug)]
pub struct OpContext {
    /// The server's parts.
    pub app: Arc<App>,
    /// Where the call comes from.
    pub client: Client,
    /// The browser side of the call: its cookies and its page.
    pub browser: Browser,
    /// Key of a submitted form of a hosted page, derived from its browser, token, path and body; none for any other
    /// call. Use cases that must not run twice for one form store it.
    pub form_key: Option<String>,
    /// Id of the request, in the response and in every log line.
    pub request_id: RequestId,
    credential: Credential,
    /// Set when first needed.
    caller: OnceCell<Authenticated>,
    /// Read when first needed.
    step_up_claim: OnceLock<Option<StepUpClaim>>,
}

impl OpContext {
    /// The context of a request with these credentials.
    pub fn new(app: Arc<App>, client: Client, request_id: RequestId, auth: RequestAuth) -> Self {
        Self {
            app,
            client,
            browser: auth.browser,
            form_key: None,
            request_id,
            credential: auth.credential,
            caller: OnceCell::new(),
            step_up_claim: OnceLock::new(),
        }
    }

    /// The caller, or why the request counts as not signed in. A failure is cached too: if the database is down, the
    /// request waits for it once, not once per field.
    pub async fn identify(&self) -> Outcome<&Caller, UnauthenticatedReason> {
        let caller = self.caller.get_or_init(|| self.authenticate(Freshness::Cached));
        match caller.await {
            Ok(caller) => Ok(caller),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The caller; none when not signed in. A missing second factor that a role needs is an error.
    pub async fn optional_caller(&self) -> Result<Option<&Caller>, Failed> {
        match self.identify().await {
            Ok(caller) => self.past_the_gate(caller).await.map(|()| Some(caller)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::Failed(failed)) => Err(failed),
        }
    }

    /// The caller; not being signed in is an error, and so is a missing second factor that a role needs.
    pub async fn caller(&self) -> Result<&Caller, Failed> {
        let caller = self.identify().await.map_err(denied)?;
        self.past_the_gate(caller).await?;
        Ok(caller)
    }

    /// The same for the few things that are allowed without that second factor: to set one up, or to prove it.
    pub async fn caller_before_mfa(&self) -> Result<&Caller, Failed> {
        self.identify().await.map_err(denied)
    }

    async fn past_the_gate(&self, caller: &Caller) -> Result<(), Failed> {
        // Without the policy, which is the default only on this machine, this costs a `me` nothing.
        if self.app.config.mfa_required_roles.is_empty() {
            return Ok(());
        }
        if second_factor_gate::is_missing(&self.app, caller).await? {
            return Err(Denied::MfaRequired.into());
        }
        Ok(())
    }

    /// The caller, read from the database now, for use cases that decide by it. Not being signed in is an error, and so
    /// is a missing second factor that a role needs.
    pub async fn fresh_caller(&self) -> Result<Caller, Failed> {
        let caller = self.fresh_caller_before_mfa().await?;
        self.past_the_gate(&caller).await?;
        Ok(caller)
    }

    /// The same for the few things that are allowed without that second factor.
    pub async fn fresh_caller_before_mfa(&self) -> Result<Caller, Failed> {
        let mut is_fresh = false;
        let caller = self.caller.get_or_init(|| {
            is_fresh = true;
            self.authenticate(Freshness::Fresh)
        });
        let mut caller = caller.await.clone();
        if !is_fresh {
            caller = self.authenticate(Freshness::Fresh).await;
        }
        caller.map(Arc::unwrap_or_clone).map_err(denied)
    }

    /// The caller, read from the database now; none when not signed in.
    pub async fn fresh_optional_caller(&self) -> Result<Option<Caller>, Failed> {
        match self.fresh_caller().await {
            Ok(caller) => Ok(Some(caller)),
            Err(Failed::Denied(Denied::Unauthenticated(_))) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    /// The same for the few things that are allowed without that second factor.
    pub async fn fresh_optional_caller_before_mfa(&self) -> Result<Option<Caller>, Failed> {
        match self.fresh_caller_before_mfa().await {
            Ok(caller) => Ok(Some(caller)),
            Err(Failed::Denied(Denied::Unauthenticated(_))) => Ok(None),
            Err(failed) => Err(failed),
        }
    }

    async fn authenticate(&self, freshness: Freshness) -> Authenticated {
        authenticate(&self.app, &self.client, &self.credential, freshness).await
    }

    /// When the caller's token expires; none if it is not valid.
    pub fn token_expiry(&self) -> Option<Timestamp> {
        let expires_at = i64::try_from(self.signed_token()?.claims.exp).ok()?;
        Timestamp::from_second(expires_at).ok()
    }

    /// What the caller's token says about a proof of identity; none if the token was not returned by such a proof. Only
    /// of use together with the session, which says whether that proof still counts.
    pub fn step_up_claim(&self) -> Option<StepUpClaim> {
        *self.step_up_claim.get_or_init(|| self.read_step_up_claim())
    }

    fn read_step_up_claim(&self) -> Option<StepUpClaim> {
        let signed = self.signed_token()?;
        let claims = &signed.claims;
        let methods = claims.amr.iter().flatten();
        Some(StepUpClaim {
            auth_time: claims.auth_time?,
            method: methods.into_iter().find_map(|word| AuthMethod::from_word(word))?,
        })
    }

    /// The caller's token; none if it is not valid now.
    fn signed_token(&self) -> Option<Arc<SignedToken>> {
        let Credential::Token(token) = &self.credential else {
            return None;
        };
        let expected = audience::of_server(&self.app.config);
        let now = self.app.clock.now();
        self.app.tokens.verify(token.expose_secret(), &expected, now).ok()
    }

    /// The request's bearer token, not verified. None when cookies authenticate the caller.
    pub fn bearer_token(&self) -> Option<&SecretString> {
        match &self.credential {
            Credential::Token(token) if !self.browser.is_credential => Some(token),
            _ => None,
        }
    }
}

/// What a token says about the proof of identity that returned it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StepUpClaim {
    /// When the person proved their identity; seconds since 1970.
    pub auth_time: u64,
    /// By what.
    pub method: AuthMethod,
}

/// Turns "not signed in" into an error.
fn denied(failure: Failure<UnauthenticatedReason>) -> Failed {
    match failure {
        Failure::Refused(reason) => Denied::Unauthenticated(reason).into(),
        Failure::Failed(failed) => failed,
    }
}
