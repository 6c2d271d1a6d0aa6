//! The subgraph for a federation router, at a path of its own.

use std::sync::Arc;

use async_graphql::{EmptyMutation, EmptySubscription, Schema, SchemaBuilder};
use axum::{
    Extension, Router,
    extract::{Request, State},
    response::Response,
    routing::post,
};

use super::graphql_endpoint::{EndpointError, EndpointSettings, GraphqlEndpoint};
use crate::{
    context::App,
    features::federation::{self, FederationQuery},
    platform::{
        config::Config,
        http::{client::Client, request_id::RequestId},
    },
};

/// The path of the subgraph.
const PATH: &str = "/federation/graphql";

type Endpoint = Arc<GraphqlEndpoint<FederationQuery, EmptyMutation>>;

/// The schema builder; the endpoint finishes it.
pub fn builder() -> SchemaBuilder<FederationQuery, EmptyMutation, EmptySubscription> {
    Schema::build(FederationQuery, EmptyMutation, EmptySubscription)
}

/// The route; none without `federation_secrets`. It needs no CORS: no browser has the secret.
pub fn routes(config: &Config) -> Result<Router<Arc<App>>, EndpointError> {
    if config.federation_secrets.is_none() {
        return Ok(Router::new());
    }
    let settings = EndpointSettings {
        introspection: config.introspection,
        timeout: config.request_timeout,
        ..EndpointSettings::default()
    };
    let endpoint: Endpoint = Arc::new(GraphqlEndpoint::new(builder, settings)?);
    // A router always sends a POST; a GET would leave representations in logs.
    Ok(Router::new().route(PATH, post(answer)).layer(Extension(endpoint)))
}

async fn answer(
    State(app): State<Arc<App>>,
    Extension(endpoint): Extension<Endpoint>,
    Extension(client): Extension<Client>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    if let Err(error) = federation::http::authorize(&app, &client, request.headers()) {
        return error.respond(&id);
    }
    endpoint.handle(app, &id, request).await
}
