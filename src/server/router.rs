//! The routes of the server.

use std::{sync::Arc, time::Duration};

use async_graphql::parser;
use axum::{
    Extension, Router,
    extract::{Request, State},
    http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header},
    middleware::{from_fn_with_state, map_request},
    response::{IntoResponse as _, Redirect, Response},
    routing::{any, get},
};
use tower_http::cors::{AllowCredentials, AllowOrigin, CorsLayer};

use super::{
    envelope::envelope,
    federation, graphiql,
    graphql_endpoint::{
        DocumentSettings, EndpointError, EndpointSettings, GraphqlEndpoint, TrustedDocuments,
    },
    health::{self, Stopping},
    schema::{self, CREDENTIAL_MUTATIONS, Endpoint},
    socket::{self, OpenSockets, SocketLimits, Sockets},
};
use crate::{
    context::{App, OpContext},
    features::{data_export, introspection, key, mail, page, passkey},
    platform::{
        config::{Config, ConfigError},
        graphql::error::RequestErrorCode,
        http::{client::Client, error::HttpError, request_auth::RequestAuth, request_id::RequestId},
    },
};

/// The path of the GraphQL endpoint.
pub const GRAPHQL_PATH: &str = "/graphql";
/// The path of the GraphiQL page.
const GRAPHIQL_PATH: &str = "/graphiql";

/// How long browsers may cache the response to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_mins(10);

/// Why the router could not be built.
#[derive(Debug)]
pub enum RouterError {
    /// A file that a setting names cannot be used.
    Config(ConfigError),
    /// The schema cannot be parsed from its own SDL.
    Schema(parser::Error),
}

impl From<ConfigError> for RouterError {
    fn from(error: ConfigError) -> Self {
        Self::Config(error)
    }
}

impl From<EndpointError> for RouterError {
    fn from(error: EndpointError) -> Self {
        match error {
            EndpointError::Schema(error) => Self::Schema(error),
            EndpointError::Untrustworthy { id, problem } => Self::Config(ConfigError::new(
                "trusted_documents",
                format_args!("the document `{id}` would be refused: {problem}"),
            )),
        }
    }
}

/// The router of a server.
pub fn router(app: &Arc<App>, stopping: Stopping) -> Result<Router, RouterError> {
    router_with(app, stopping, SocketLimits::default())
}

/// The router of a server whose sockets have these limits.
pub fn router_with(
    app: &Arc<App>,
    stopping: Stopping,
    socket_limits: SocketLimits,
) -> Result<Router, RouterError> {
    let config = &app.config;
    let endpoint = endpoint(config)?;
    let graphql = Router::new()
        .route(GRAPHQL_PATH, any(graphql))
        .layer(Extension(Sockets {
            open: Arc::new(OpenSockets::new(config, app.metrics.open_sockets.clone())),
            limits: socket_limits,
            endpoint: endpoint.clone(),
        }))
        .layer(Extension(endpoint))
        .merge(sdl_route(config))
        .merge(data_export::http::routes())
        .layer(cors(config));
    let mut router = Router::new()
        .merge(graphql)
        .merge(key::http::routes())
        .merge(introspection::http::routes(config))
        .merge(passkey::http::routes(config))
        .merge(federation::routes(config)?)
        .merge(health::routes(stopping));
    if config.graphiql {
        router = router.merge(graphiql::routes(GRAPHQL_PATH));
    }
    if let Some(pages) = page::routes(config)? {
        router = router.merge(pages);
    } else {
        if config.graphiql {
            router = router.route("/", get(async || Redirect::to(GRAPHIQL_PATH)));
        }
        router =
            router.fallback(async |Extension(id): Extension<RequestId>| HttpError::not_found().respond(&id));
    }
    let mut router = router.method_not_allowed_fallback(async |Extension(id): Extension<RequestId>| {
        HttpError::method_not_allowed().respond(&id)
    });
    if app.outbox_key.is_some() {
        router = router.layer(from_fn_with_state(app.clone(), mail::http::outbox));
    }
    let router = router
        .layer(from_fn_with_state(app.clone(), envelope))
        .with_state(app.clone());
    // A slash at the end of a path is ignored: clients are configured with and without one. A redirect would not do:
    // not every client repeats a POST after one.
    Ok(Router::new()
        .fallback_service(router)
        .layer(map_request(without_slash)))
}

/// Removes slashes at the end of the path, but not at its start: that could bypass a proxy that filters by path.
async fn without_slash(mut request: Request) -> Request {
    let uri = request.uri();
    let path = uri.path().trim_end_matches('/');
    if path.is_empty() || path.len() == uri.path().len() {
        return request;
    }
    let query = uri.query().map(|query| format!("?{query}")).unwrap_or_default();
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = format!("{path}{query}").parse().ok();
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
    request
}

/// Checks that the router can be built with these settings. Reads every file that they name.
pub fn check(config: &Config) -> Result<(), RouterError> {
    endpoint(config)?;
    page::routes(config)?;
    Ok(())
}

fn endpoint(config: &Config) -> Result<Endpoint, RouterError> {
    let settings = EndpointSettings {
        credential_mutations: CREDENTIAL_MUTATIONS,
        documents: documents(config)?,
        introspection: config.introspection,
        page: config.graphiql.then_some(GRAPHIQL_PATH),
        timeout: config.request_timeout,
        ..EndpointSettings::default()
    };
    Ok(Arc::new(GraphqlEndpoint::new(schema::builder, settings)?))
}

fn documents(config: &Config) -> Result<DocumentSettings, ConfigError> {
    let trusted = match &config.trusted_documents {
        Some(path) => {
            TrustedDocuments::load(path).map_err(|problem| ConfigError::new("trusted_documents", problem))?
        }
        None => TrustedDocuments::default(),
    };
    Ok(DocumentSettings {
        trusted,
        only_trusted: config.trusted_documents_only,
        persisted_bytes: config.persisted_queries_kib.saturating_mul(1024),
    })
}

async fn graphql(
    State(app): State<Arc<App>>,
    Extension(endpoint): Extension<Endpoint>,
    Extension(client): Extension<Client>,
    Extension(id): Extension<RequestId>,
    Extension(sockets): Extension<Sockets>,
    request: Request,
) -> Response {
    if socket::is_handshake(&request) {
        return socket::accept(app, sockets, client, &id, request);
    }
    let auth = match RequestAuth::read(request.method(), request.headers(), &app.config) {
        Ok(auth) => auth,
        Err(error) => return error.respond(&id),
    };
    let context = OpContext::new(app, client, id.clone(), auth);
    endpoint.handle(Arc::new(context), &id, request).await
}

/// The schema as text. If introspection is off, it is not published here either.
fn sdl_route(config: &Config) -> Router<Arc<App>> {
    let sdl = config.introspection.then(schema::sdl);
    let answer = async move |Extension(id): Extension<RequestId>| {
        if let Some(sdl) = sdl {
            return ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], sdl).into_response();
        }
        let code = RequestErrorCode::IntrospectionDisabled;
        let message = "Introspection is switched off on this server.";
        HttpError::new(StatusCode::NOT_FOUND, code, message).respond(&id)
    };
    // The CORS layer answers preflights for routes that accept them; no handler runs.
    let preflight = async || StatusCode::NO_CONTENT;
    Router::new().route("/graphql/schema.graphql", get(answer).options(preflight))
}

/// Allows the origins in `cors_origins`, compared as whole strings (Fetch Standard, section 3.2). Their pages may also
/// use cookies, if `SameSite` lets the browser send them.
fn cors(config: &Config) -> CorsLayer {
    let origins = config.cors_origins.clone();
    let allows = move |origin: &HeaderValue| origin.to_str().is_ok_and(|origin| origins.allow(origin));
    let allows_cookies = allows.clone();
    let own = [header::AUTHORIZATION, header::CONTENT_TYPE, header::ACCEPT];
    let further = config.cors_headers.iter().filter_map(|name| name.parse().ok());
    let further: Vec<HeaderName> = further.filter(|name| !own.contains(name)).collect();
    let headers = own.into_iter().chain(further).collect::<Vec<_>>();
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin: &HeaderValue, _| {
            allows(origin)
        }))
        .allow_credentials(AllowCredentials::predicate(move |origin: &HeaderValue, _| {
            allows_cookies(origin)
        }))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers(headers)
        .expose_headers([HeaderName::from_static(RequestId::HEADER), header::RETRY_AFTER])
        .max_age(PREFLIGHT_AGE)
}
