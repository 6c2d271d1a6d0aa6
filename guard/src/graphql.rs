//! Guards for fields of async-graphql.
//!
//! Put the claims of the caller into the data of each request, and none for a request without a token:
//!
//! ```
//! use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Request, Response, Result, Schema};
//! use portcullis_guard::{Claims, graphql::{HasRole, SignedIn, claims}};
//!
//! struct Query;
//!
//! #[Object]
//! impl Query {
//!     #[graphql(guard = "SignedIn")]
//!     async fn my_id(&self, context: &Context<'_>) -> Result<String> {
//!         Ok(claims(context)?.sub.clone())
//!     }
//!
//!     #[graphql(guard = "HasRole(\"editor\")")]
//!     async fn drafts(&self) -> Vec<String> {
//!         Vec::new()
//!     }
//! }
//!
//! async fn execute(
//!     schema: &Schema<Query, EmptyMutation, EmptySubscription>,
//!     request: Request,
//!     claims: Option<Claims>,
//! ) -> Response {
//!     let request = match claims {
//!         Some(claims) => request.data(claims),
//!         None => request,
//!     };
//!     schema.execute(request).await
//! }
//! ```
//!
//! A field whose guard fails is null, and so is its parent, unless the parent is a list or the root: async-graphql does
//! this also for nullable fields. Where only the field itself should be null, call [`claims`] in its resolver instead.

use async_graphql::{Context, Error, ErrorExtensions as _, Guard, Result};

use crate::{Claims, Rejection};

/// The claims of the caller, or the error UNAUTHENTICATED with the reason TOKEN_MISSING if the request has none.
pub fn claims<'a>(context: &Context<'a>) -> Result<&'a Claims> {
    context.data_opt::<Claims>().ok_or_else(|| {
        let missing = Rejection::Missing;
        Error::new(missing.message()).extend_with(|_, extensions| {
            extensions.set("code", missing.code());
            extensions.set("reason", missing.reason());
        })
    })
}

/// Guards a field that needs a signed-in caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignedIn;

impl Guard for SignedIn {
    async fn check(&self, context: &Context<'_>) -> Result<()> {
        claims(context).map(|_| ())
    }
}

/// Guards a field that needs a caller with this role. A caller without it gets FORBIDDEN; nobody signed in,
/// UNAUTHENTICATED.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HasRole<R>(pub R);

impl<R: AsRef<str> + Send + Sync> Guard for HasRole<R> {
    async fn check(&self, context: &Context<'_>) -> Result<()> {
        if claims(context)?.has_role(self.0.as_ref()) {
            return Ok(());
        }
        let error = Error::new("You are not allowed to do this.");
        Err(error.extend_with(|_, extensions| extensions.set("code", "FORBIDDEN")))
    }
}
