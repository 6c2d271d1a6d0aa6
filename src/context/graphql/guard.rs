//! The guard of fields that need a signed-in caller.
//!
//! It stands inside the resolver, not in an attribute: the library runs attribute guards so that a failing one on a
//! nullable field takes the parent along, where the specification wants `null` and an error at the field itself.

use async_graphql::Context;

use super::operation;
use crate::{context::Caller, platform::failure::Failed};

/// The signed-in caller; anyone else is denied with UNAUTHENTICATED and the reason.
pub async fn signed_in<'a>(context: &Context<'a>) -> Result<&'a Caller, Failed> {
    operation(context)?.caller().await
}
