//! HTTP: how other services get the keys.

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    extract::State,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Serialize;
use tower_http::cors::{Any, CorsLayer};

use crate::{
    context::App,
    features::introspection::VERIFY_PATH,
    platform::{
        crypto::SigningAlgorithm,
        http::entity_tag::{EntityTag, is_known},
    },
};

/// Where the public keys are.
pub const JWKS_PATH: &str = "/.well-known/jwks.json";
/// Where the discovery document is (OpenID Connect Discovery 1.0, section 4).
pub const DISCOVERY_PATH: &str = "/.well-known/openid-configuration";

/// How long services may cache these responses; a new key is published for longer than this before it signs.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// How long browsers may cache the response to a preflight.
const PREFLIGHT_AGE: Duration = Duration::from_mins(10);

/// The routes. Pages of every origin may read these public documents, without cookies.
pub fn routes() -> Router<Arc<App>> {
    let any_page = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::HEAD])
        // Tools that trace requests add their own headers.
        .allow_headers(Any)
        .expose_headers([header::ETAG])
        .max_age(PREFLIGHT_AGE)
        // The response is the same for everyone, so caches need only one copy.
        .vary([]);
    // The layer answers preflights for routes that accept them; no handler runs.
    let preflight = async || StatusCode::NO_CONTENT;
    Router::new()
        .route(JWKS_PATH, get(jwks).options(preflight))
        .route(DISCOVERY_PATH, get(discovery).options(preflight))
        .layer(any_page)
}

async fn jwks(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    public(&headers, &app.tokens.keys().public_keys())
}

/// The fields that a verifier needs. There is no authorization endpoint here, hence no response type.
#[derive(Serialize)]
struct Discovery<'a> {
    issuer: &'a str,
    jwks_uri: String,
    response_types_supported: [&'static str; 0],
    subject_types_supported: [&'static str; 1],
    id_token_signing_alg_values_supported: Vec<&'static str>,
    /// Where named callers ask about tokens (RFC 8414, section 2).
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    introspection_endpoint_auth_methods_supported: Option<[&'static str; 1]>,
}

async fn discovery(State(app): State<Arc<App>>, headers: HeaderMap) -> Response {
    let algorithms = app.tokens.keys().algorithms().into_iter();
    let issuer = app.config.public_url.as_str();
    let has_callers = !app.config.introspection_callers.is_empty();
    let document = Discovery {
        issuer,
        jwks_uri: jwks_uri(&app),
        response_types_supported: [],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: algorithms.map(SigningAlgorithm::name).collect(),
        introspection_endpoint: has_callers.then(|| format!("{issuer}{VERIFY_PATH}")),
        introspection_endpoint_auth_methods_supported: has_callers.then_some(["client_secret_basic"]),
    };
    public(&headers, &document)
}

/// URL of the public keys.
pub fn jwks_uri(app: &App) -> String {
    format!("{}{JWKS_PATH}", app.config.public_url.as_str())
}

/// A public response that clients may cache; 304 if the client already has it.
fn public(request: &HeaderMap, document: &impl Serialize) -> Response {
    // Plain text fields always serialize.
    let body = serde_json::to_vec(document).unwrap_or_default();
    let tag = EntityTag::of(&body);
    let known = is_known(request, tag.as_str());
    let mut response = if known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, JSON)], body).into_response()
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, CACHE);
    if let Ok(tag) = HeaderValue::from_str(tag.as_str()) {
        headers.insert(header::ETAG, tag);
    }
    response
}
