//! Whether the server is alive, and whether it is ready. The response is one word: the cause goes to the log.

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
use tokio::{sync::Mutex, time::timeout};

use crate::{
    context::App,
    platform::{
        clock::Timestamp,
        db::{self, DbResult, Inspection},
    },
};

/// How long the database may take to answer before the server counts as not ready.
const PING_TIMEOUT: Duration = Duration::from_secs(3);

/// Whether the server is about to stop: the load balancer should then send no more requests; those that still arrive
/// are answered.
#[derive(Debug, Clone, Default)]
pub struct Stopping(Arc<AtomicBool>);

impl Stopping {
    /// Marks the server as about to stop.
    pub fn begin(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether the server is about to stop.
    pub fn has_begun(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// How often readiness inspects the tables again.
const INSPECT_EVERY: Duration = Duration::from_secs(10);

/// Whether the server can work with the database, and when that was last checked.
#[derive(Debug, Default)]
struct Fitness(Mutex<Option<(Timestamp, bool)>>);

impl Fitness {
    /// Checks again if the last check is old enough. The reason goes to the log.
    ///
    /// A newer version may have migrated the database since: as long as the tables fit, this version keeps running.
    async fn check(&self, app: &App) -> DbResult<bool> {
        // Held during the check, so that concurrent requests make one check.
        let mut last = self.0.lock().await;
        let now = app.clock.now();
        if let Some((at, is_fit)) = *last
            && now.duration_since(at).unsigned_abs() < INSPECT_EVERY
        {
            return Ok(is_fit);
        }
        let Inspection { migrations, problem } = db::inspect(&app.db).await?;
        if let Some(problem) = &problem {
            tracing::warn!("not ready: {problem}");
        }
        // All of them were there at the start.
        let has_lost_some = !migrations.pending.is_empty();
        if has_lost_some {
            tracing::warn!(
                missing = migrations.pending.len(),
                "not ready: migrations that this database had are gone; was it replaced by another?"
            );
        }
        let is_fit = problem.is_none() && !has_lost_some;
        *last = Some((now, is_fit));
        Ok(is_fit)
    }
}

/// `/healthz`: the process answers. `/readyz`: the database answers too, and the server was not asked to stop.
pub fn routes(stopping: Stopping) -> Router<Arc<App>> {
    let fitness = Arc::new(Fitness::default());
    Router::new()
        .route("/healthz", get(async || answer(StatusCode::OK, "ok")))
        .route(
            "/readyz",
            get(async move |State(app): State<Arc<App>>| ready(&app, &stopping, &fitness).await),
        )
}

/// Whether the path is one of these, which load balancers and supervisors call by any host name.
pub(super) fn is_probe(path: &str) -> bool {
    matches!(path, "/healthz" | "/readyz")
}

async fn ready(app: &App, stopping: &Stopping, fitness: &Fitness) -> Response {
    if stopping.has_begun() {
        return answer(StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    let checking = async {
        app.db.ping().await?;
        fitness.check(app).await
    };
    let Ok(checked) = timeout(PING_TIMEOUT, checking).await else {
        tracing::warn!("not ready: the database takes too long to answer");
        return answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable");
    };
    match checked {
        Ok(true) => answer(StatusCode::OK, "ready"),
        Ok(false) => answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        Err(failure) => {
            tracing::warn!(?failure, "not ready: the database does not answer");
            answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable")
        }
    }
}

fn answer(status: StatusCode, word: &str) -> Response {
    (status, Json(json!({ "status": word }))).into_response()
}
