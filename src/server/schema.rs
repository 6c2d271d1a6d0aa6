//! The schema: every room's doors put together.

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema, SchemaBuilder};

use super::graphql::{NodeQuery, ServerInfoQuery};
use crate::features::{
    account::AccountMutation,
    login::LoginMutation,
    session::{SessionMutation, SessionQuery},
    signup::SignupMutation,
    user::UserQuery,
};

/// Mutations that check or set a credential: each is the only root field of its document, so that one request is one
/// try.
pub const CREDENTIAL_MUTATIONS: &[&str] = &[
    "signup",
    "login",
    "refreshSession",
    "changePassword",
    "reauthenticate",
    "deleteAccount",
];

/// Entry points that read.
#[derive(MergedObject, Default)]
pub struct Query(UserQuery, SessionQuery, NodeQuery, ServerInfoQuery);

/// Entry points that write. Expected failures come back in `userErrors`; everything else is a top-level error.
#[derive(MergedObject, Default)]
pub struct Mutation(SignupMutation, LoginMutation, SessionMutation, AccountMutation);

/// The schema, to be finished by the endpoint.
pub fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query::default(), Mutation::default(), EmptySubscription)
}

/// The schema in its definition language, as committed in `schema.graphql`.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(
        SDLExportOptions::new()
            .prefer_single_line_descriptions()
            .include_specified_by()
            .use_space_ident(),
    )
}
