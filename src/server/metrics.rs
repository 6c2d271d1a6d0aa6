//! Serves the metrics for monitoring, on their own addresses: requests for them are not authenticated.

use std::{net::TcpListener, sync::Arc, time::Duration};

use axum::{
    Router, extract::State, http::header, middleware::map_response, response::Response, routing::get,
};
use futures_util::stream;

use super::{
    envelope::add_security_headers,
    listen::{self, ConnectionLimits},
};
use crate::context::{App, METRICS_MEDIA_TYPE};

/// Serves the metrics at `/metrics`, and nothing else, until it is dropped. These requests are neither counted nor
/// logged: monitoring sends one every few seconds.
pub async fn serve(listeners: Vec<TcpListener>, app: Arc<App>) {
    let served = listen::serve(listeners, router(app), limits(), stream::pending()).await;
    if let Err(error) = served {
        tracing::error!(%error, "the metrics are no longer served");
    }
}

fn router(app: Arc<App>) -> Router {
    let text = async |State(app): State<Arc<App>>| {
        ([(header::CONTENT_TYPE, METRICS_MEDIA_TYPE)], app.metrics.text())
    };
    Router::new()
        .route("/metrics", get(text))
        .layer(map_response(async |mut answer: Response| {
            add_security_headers(answer.headers_mut());
            answer
        }))
        .with_state(app)
}

/// Enough for a few monitoring clients that keep their connections, each with a short head and no body.
fn limits() -> ConnectionLimits {
    ConnectionLimits {
        head_timeout: Duration::from_secs(5),
        write_timeout: Duration::from_secs(5),
        head_bytes: 8 * 1024,
        headers: 50,
        connections: 16,
        connections_per_address: 8,
        ..ConnectionLimits::default()
    }
}
