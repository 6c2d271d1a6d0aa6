//! The guard of fields that need a signed-in caller.
//!
//! Resolvers call it; it is not an attribute. When an attribute guard on a nullable field fails, the library nulls the
//! parent, but the specification requires `null` and an error at the field itself.

use async_graphql::Context;

use super::operation;
use crate::{context::Caller, platform::failure::Failed};

/// The signed-in caller; anyone else is denied with UNAUTHENTICATED and the reason.
pub async fn signed_in<'a>(context: &Context<'a>) -> Result<&'a Caller, Failed> {
    operation(context)?.caller().await
}
