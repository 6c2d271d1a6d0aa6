//! The schema: every room's doors put together.

use async_graphql::{EmptySubscription, MergedObject, SDLExportOptions, Schema};

use super::graphql::{NodeQuery, ServerInfoQuery};
use crate::features::{
    login::LoginMutation,
    session::{SessionMutation, SessionQuery},
    signup::SignupMutation,
    user::UserQuery,
};

/// Version of the schema (SemVer); its changes stand in `CHANGELOG-schema.md`.
pub const SCHEMA_VERSION: &str = "0.1.0";

/// Mutations that check or set a credential: each is the only root field of its document, so that one request is one
/// try.
pub const CREDENTIAL_MUTATIONS: &[&str] = &["signup", "login"];

/// Entry points that read.
#[derive(MergedObject, Default)]
pub struct Query(UserQuery, SessionQuery, NodeQuery, ServerInfoQuery);

/// Entry points that write. Expected failures come back in `userErrors`; everything else is a top-level error.
#[derive(MergedObject, Default)]
pub struct Mutation(SignupMutation, LoginMutation, SessionMutation);

/// The schema of this server.
pub type ApiSchema = Schema<Query, Mutation, EmptySubscription>;

/// Builds the schema.
pub fn build(introspection: bool) -> ApiSchema {
    let schema = Schema::build(Query::default(), Mutation::default(), EmptySubscription);
    // What may not be asked for shall not be suggested either.
    if introspection {
        schema.finish()
    } else {
        schema.disable_suggestions().finish()
    }
}

/// The schema in its definition language, as committed in `schema.graphql`.
pub fn sdl() -> String {
    build(true).sdl_with_options(
        SDLExportOptions::new()
            .prefer_single_line_descriptions()
            .include_specified_by()
            .use_space_ident(),
    )
}
