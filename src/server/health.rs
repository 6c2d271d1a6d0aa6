//! Whether the server lives, and whether it can do its work. One word each: the cause is for the log.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use axum::{
    Json, Router,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use serde_json::json;
use tokio::time::timeout;

use crate::platform::app::App;

/// How long the database may take to answer before the server counts as not ready.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whether the server is about to stop: it then asks the load balancer for no more requests, and answers those that
/// come all the same.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// From now on the server is about to stop.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// `/healthz`: the process answers. `/readyz`: the database does too, and nobody has asked the server to stop.
pub fn routes(stopping: Stopping) -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(async || answer(StatusCode::OK, "ok")))
        .route(
            "/readyz",
            get(async move |State(app): State<Arc<App>>| ready(&app, &stopping).await),
        )
}

/// Whether the path is one of these, which load balancers and supervisors call by any host name.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

async fn ready(app: &App, stopping: &Stopping) -> Response {
    if stopping.has_begun() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    match timeout(PATIENCE, app.db.ping()).await {
        Ok(Ok(())) => answer(StatusCode::OK, "ready"),
        Ok(Err(failure)) => {
            tracing::warn!(?failure, "not ready: the database does not answer");
            answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
        Err(_) => {
            tracing::warn!("not ready: the database takes too long to answer");
            answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

fn answer(status: StatusCode, word: &str) -> Response {
    (status, Json(json!({ "status": word }))).into_response()
}
