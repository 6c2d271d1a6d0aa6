//! The operation's context, from the data of the GraphQL request.

use std::sync::Arc;

use async_graphql::Context;

use crate::{
    context::OpContext,
    platform::failure::{Failed, Fault},
};

/// The context of the operation that runs the resolver.
pub fn operation<'a>(context: &Context<'a>) -> Result<&'a OpContext, Failed> {
    context
        .data_opt::<Arc<OpContext>>()
        .map(|operation| &**operation)
        .ok_or_else(|| {
            Failed::Fault(Fault::new(
                "find the operation's context",
                "the endpoint did not provide it",
            ))
        })
}
