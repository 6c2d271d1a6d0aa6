//! Who is calling: worked out once a request, and only when something asks.

use std::{fmt, sync::Arc};

use entity::{session, user};
use futures_util::future::BoxFuture;
use secrecy::SecretString;
use tokio::sync::OnceCell;

use super::{
    failure::{Denied, Outcome, UnauthenticatedReason},
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

/// The signed-in caller: a live session and its user, both as of this request.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who.
    pub user: user::Model,
    /// By which session.
    pub session: session::Model,
    /// The user's role names, loaded at the first question, and shared by all who ask.
    pub roles: Arc<OnceCell<Vec<String>>>,
}

/// Turns a credential into a caller. The session room does it; the server wires it in.
pub trait Authenticator: fmt::Debug + Send + Sync + 'static {
    /// The caller that the credential proves, or why it proves none.
    fn authenticate<'a>(
        &'a self,
        context: &'a OpContext,
        credential: &'a Credential,
    ) -> BoxFuture<'a, Outcome<Result<Caller, UnauthenticatedReason>>>;
}

/// The caller of one request, found out at the first question and then remembered.
#[derive(Debug)]
pub struct Identity {
    credential: Credential,
    caller: OnceCell<Outcome<Result<Caller, UnauthenticatedReason>>>,
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
    pub async fn identify(&self) -> Outcome<Result<&Caller, UnauthenticatedReason>> {
        let credential = &self.identity.credential;
        let caller = self
            .identity
            .caller
            .get_or_init(|| self.app.authenticator.authenticate(self, credential))
            .await;
        match caller {
            Ok(caller) => Ok(caller.as_ref().map_err(|reason| *reason)),
            Err(failure) => Err(failure.clone()),
        }
    }

    /// The caller; not being signed in is an error.
    pub async fn caller(&self) -> Outcome<&Caller> {
        Ok(self.identify().await?.map_err(Denied::Unauthenticated)?)
    }
}
