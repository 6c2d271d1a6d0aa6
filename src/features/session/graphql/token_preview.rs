//! The claims of the next token in GraphQL.

use async_graphql::{Enum, SimpleObject};

use crate::{features::session::preview, platform::config};

/// Shapes of claims for gateways and databases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "config::ClaimsPreset")]
pub(super) enum ClaimsPreset {
    /// RFC 9068 with `roles`.
    Plain,
    /// The hasura.io namespace.
    Hasura,
    /// PostgREST and PostGraphile: a `role` claim.
    Postgrest,
    /// Apollo Router and Hive Router: a space-separated `scope`.
    Router,
}

/// Claims that a token would carry.
#[derive(SimpleObject)]
pub(super) struct TokenPreview {
    /// The decoded payload as JSON text.
    payload: String,
    /// Signing algorithm.
    algorithm: &'static str,
}

impl From<preview::TokenPreview> for TokenPreview {
    fn from(preview: preview::TokenPreview) -> Self {
        Self {
            payload: preview.payload,
            algorithm: preview.algorithm.name(),
        }
    }
}
