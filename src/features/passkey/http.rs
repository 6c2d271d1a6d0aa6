//! HTTP: which other origins can use the passkeys of this domain (WebAuthn Level 3, section 5.11).

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse as _, Response},
    routing::get,
};
use serde_json::json;

use crate::{context::App, platform::config::Config};

/// Where browsers look for the list.
pub const RELATED_ORIGINS_PATH: &str = "/.well-known/webauthn";

/// How long browsers may cache it.
const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The route; none where passkeys do not work.
pub fn routes(config: &Config) -> Router<Arc<App>> {
    if config.passkey_rp().is_none() {
        return Router::new();
    }
    Router::new().route(RELATED_ORIGINS_PATH, get(related_origins))
}

async fn related_origins(State(app): State<Arc<App>>) -> Response {
    let list = json!({ "origins": app.config.passkey_web_origins() });
    ([(header::CACHE_CONTROL, CACHE)], Json(list)).into_response()
}
