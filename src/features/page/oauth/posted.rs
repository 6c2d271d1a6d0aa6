//! The answer of a provider that posts it, as Apple does.
//!
//! A POST from another site comes without our cookies, since they are `SameSite=Lax`. Weaker cookies would make every
//! other form of this server worse. So that POST consumes nothing and sets no cookie; its answer is a form with the same
//! values, and only what this form sends counts.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    RequestExt as _,
    body::Body,
    extract::{Path, Request, State},
    http::StatusCode,
    response::Response,
};

use super::callback::{read, receive_at};
use crate::{
    context::App,
    features::page::{
        link::only,
        page_context::{AnyPage, PageContext},
        response::{Frame, Way},
    },
    platform::{
        http::body::{self, BodyLimits},
        oidc::Provider,
    },
};

/// Limits of an answer.
const LIMITS: BodyLimits = BodyLimits {
    bytes: 16 * 1024,
    timeout: Duration::from_secs(10),
};

/// The parameters that count.
const NAMES: [&str; 4] = ["state", "code", "error", "iss"];

#[derive(Template)]
#[template(path = "oauth_posted.html")]
struct PostedPage<'a> {
    frame: Frame<'a>,
    path: String,
    fields: Vec<(&'static str, String)>,
}

pub(in super::super) async fn submit(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    mut request: Request,
) -> Result<Response, Response> {
    let any = request.extract_parts_with_state::<AnyPage, _>(&app).await?;
    let (page, is_own) = match any {
        AnyPage::Own(page) => (*page, true),
        AnyPage::Foreign(page) => (*page, false),
    };
    let posts = app.providers.find(&id).is_some_and(Provider::posts_answers);
    if !posts {
        return Ok(page.message_to(StatusCode::METHOD_NOT_ALLOWED, "missing", Way::SIGN_IN));
    }
    let text = body_of(&page, request.into_body()).await?;
    if is_own {
        return Box::pin(receive_at(page, &id, read(&text))).await;
    }
    let fields = NAMES
        .into_iter()
        .filter_map(|name| Some((name, only(&text, name)?)));
    let nonce = page.nonce();
    let template = PostedPage {
        frame: page.frame(&nonce, None),
        path: format!("/oauth/{id}/callback"),
        fields: fields.collect(),
    };
    Ok(page.page(StatusCode::OK, &nonce, &template))
}

/// The body as text. What is not UTF-8 is no answer.
async fn body_of(page: &PageContext, body: Body) -> Result<String, Response> {
    let body = body::read(body, LIMITS)
        .await
        .map_err(|error| page.message(error.status(), "foreign"))?;
    Ok(String::from_utf8(body.to_vec()).unwrap_or_default())
}
