//! Who is calling: worked out once a request, and only when something asks.

use std::{fmt, sync::Arc};

use entity::{session, user};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::OnceCell;

use super::{
    failure::{Denied, Failed, Failure, Outcome, UnauthenticatedReason},
    op_context::OpContext,
};

/// What the request brought to prove who is calling.
#[derive(Debug)]
pub enum Credential {
    /// Nothing.
    Missing,
    /// An `Authorization` header that is no single bearer token, or two cookies of one name.
    Malformed,
    /// An access token, as a bearer token (RFC 6750, section 2.1) or from a cookie; not yet verified.
    Token(SecretString),
    /// A refresh cookie alone: the access token that came with it has run out.
    Lapsed,
}

/// The signed-in caller: a live session and its user.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: user::Model,
    /// By which session.
    pub session: session::Model,
    /// The user's role names, loaded at the first question, and shared by all who ask.
    pub roles: Arc<OnceCell<Vec<String>>>,
}

impl Caller {
    /// A caller whose roles nobody has asked for yet.
    pub fn new(user: user::Model, session: session::Model) -> Self {
        Self {
            user,
            session,
            roles: Arc::default(),
        }
    }
}

/// Which state of the database an answer must be true of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// The present one, or one of a moment ago of which this instance has changed nothing since: for what is shown.
    JustNow,
    /// The present one: for what is decided.
    Now,
}

/// Turns a credential into a caller. The session room does it; the server wires it in.
pub trait Authenticator: fmt::Debug + Send + Sync + 'static {
    /// The caller that the credential proves, or why it proves none.
    fn authenticate<'a>(
        &'a self,
        context: &'a OpContext,
        credential: &'a Credential,
        as_of: AsOf,
    ) -> BoxFuture<'a, Identified>;
}

/// The caller, or why the request counts as not signed in.
pub type Identified = Outcome<Arc<Caller>, UnauthenticatedReason>;

/// The caller of one request, found out at the first question and then remembered.
#[derive(Debug)]
pub struct Identity {
    credential: Credential,
    caller: OnceCell<Identified>,
}

impl Identity {
    /// An identity that rests on `credential`.
    pub fn new(credential: Credential) -> Self {
        Self {
            credential,
            caller: OnceCell::new(),
        }
    }
}

impl OpContext {
    /// The caller, or why the request counts as not signed in. A failure is remembered too: a request whose database
    /// is away waits for it once, not once for every field.
    pub async fn identify(&self) -> Outcome<&Caller, UnauthenticatedReason> {
        let caller = self
            .identity
            .caller
            .get_or_init(|| self.authenticate(AsOf::JustNow));
        match caller.await {
            Ok(caller) => Ok(caller),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The caller; none when not signed in.
    pub async fn optional_caller(&self) -> Result<Option<&Caller>, Failed> {
        match self.identify().await {
            Ok(caller) => Ok(Some(caller)),
            Err(Failure::Refused(_)) => Ok(None),
            Err(Failure::Failed(failed)) => Err(failed),
        }
    }

    /// The caller; not being signed in is an error.
    pub async fn caller(&self) -> Result<&Caller, Failed> {
        self.identify().await.map_err(denied)
    }

    /// The caller as the database has them now, for those who decide by what they read. Not being signed in is an
    /// error.
    pub async fn present_caller(&self) -> Result<Arc<Caller>, Failed> {
        let mut is_present = false;
        let caller = self.identity.caller.get_or_init(|| {
            is_present = true;
            self.authenticate(AsOf::Now)
        });
        let mut caller = caller.await.clone();
        if !is_present {
            caller = self.authenticate(AsOf::Now).await;
        }
        caller.map_err(denied)
    }

    /// The bearer token that came with the request, not verified. None where cookies say who calls.
    pub fn bearer_token(&self) -> Option<&SecretString> {
        match &self.identity.credential {
            Credential::Token(token) if !self.browser.is_credential => Some(token),
            _ => None,
        }
    }

    fn authenticate(&self, as_of: AsOf) -> BoxFuture<'_, Identified> {
        let credential = &self.identity.credential;
        self.app.authenticator.authenticate(self, credential, as_of)
    }
}

/// Not being signed in, as an error.
fn denied(failure: Failure<UnauthenticatedReason>) -> Failed {
    match failure {
        Failure::Refused(reason) => Denied::Unauthenticated(reason).into(),
        Failure::Failed(failed) => failed,
    }
}
