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

/// How often readiness looks at the tables again.
const INSPECT_EVERY: Duration = Duration::from_secs(10);

/// Whether the database is one that the server can work with, and when that was last looked at.
#[derive(Debug, Default)]
struct Fitness(Mutex<Option<(Timestamp, bool)>>);

impl Fitness {
    /// Looks again where the last look was some time ago. The reason goes to the log.
    ///
    /// A newer version may have migrated the database since: as long as the tables fit, this one goes on.
    async fn check(&self, app: &App) -> DbResult<bool> {
        // Held while it looks, so that many who ask at once make one look.
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
        // They were all there at the start.
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

/// `/healthz`: the process answers. `/readyz`: the database does too, and nobody has asked the server to stop.
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
    let looking = async {
        app.db.ping().await?;
        fitness.check(app).await
    };
    match timeout(PING_TIMEOUT, looking).await {
        Ok(Ok(true)) => answer(StatusCode::OK, "ready"),
        Ok(Ok(false)) => answer(StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
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
