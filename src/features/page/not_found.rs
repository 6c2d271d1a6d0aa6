//! The response for unknown paths.

use std::sync::Arc;

use axum::{
    Extension, RequestExt as _,
    extract::{Request, State},
    http::{Method, StatusCode},
    response::Response,
};

use super::page_context::PageContext;
use crate::{
    context::App,
    platform::http::{accept::prefers_html, error::HttpError, request_id::RequestId},
};

/// A page for people, the API's JSON for programs.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Extension(id): Extension<RequestId>,
    mut request: Request,
) -> Result<Response, Response> {
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    if !(is_read && prefers_html(request.headers())) {
        return Ok(HttpError::not_found().respond(&id));
    }
    let page = request.extract_parts_with_state::<PageContext, _>(&app).await?;
    Ok(page.message(StatusCode::NOT_FOUND, "missing"))
}
