//! The response for unknown paths.

use std::sync::Arc;

use axum::{
    Extension, RequestExt as _,
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode},
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
    if !is_for_people(request.method(), request.headers()) {
        return Ok(HttpError::not_found().respond(&id));
    }
    let page = request.extract_parts_with_state::<PageContext, _>(&app).await?;
    Ok(page.missing(true))
}

/// Whether the response to a request is a page.
pub(super) fn is_for_people(method: &Method, headers: &HeaderMap) -> bool {
    matches!(*method, Method::GET | Method::HEAD) && prefers_html(headers)
}

impl PageContext {
    /// The response for a path that does not exist for this caller: the same as for one that nobody has.
    pub(super) fn missing(&self, is_for_people: bool) -> Response {
        if is_for_people {
            self.message(StatusCode::NOT_FOUND, "missing")
        } else {
            HttpError::not_found().respond(&self.context.request_id)
        }
    }
}
