//! Where there is nothing.

use std::sync::Arc;

use axum::{
    Extension, RequestExt as _,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::Response,
};

use super::visit::Visit;
use crate::platform::{
    app::App,
    http::{error::HttpError, request_id::RequestId},
};

/// A page for people, the API's words for programs.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    mut request: Request,
) -> Result<Response, Response> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !(is_read && is_for_a_person(request.headers())) {
        return Ok(HttpError::not_found().respond(&id));
    }
    let visit = request.extract_parts_with_state::<Visit, _>(&app).await?;
    Ok(visit.message(StatusCode::NOT_FOUND, "missing"))
}

/// Browsers that lead somebody to an address name HTML; programs seldom do.
fn is_for_a_person(headers: &HeaderMap) -> bool {
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    accept.is_some_and(|accept| accept.contains("text/html"))
}
