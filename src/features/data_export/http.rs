//! The download: by the address that `exportMyData` returns, in the session that asked for it.

use std::{io, sync::Arc};

use axum::{
    Extension, Router,
    body::{Body, Bytes},
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    response::Response,
    routing::get,
};
use futures_util::stream;
use url::form_urlencoded;

use super::{
    document::Document,
    download::{NotDownloaded, download_by_link},
    link::PATH,
};
use crate::{
    context::{App, OpContext},
    platform::{
        failure::{Denied, Failed, Failure, whole_seconds},
        graphql::error::RequestErrorCode,
        http::{client::Client, error::HttpError, request_auth::RequestAuth, request_id::RequestId},
    },
};

/// The route. The caller adds the CORS layer of the API: pages of applications may fetch the file.
pub fn routes() -> Router<Arc<App>> {
    // The CORS layer answers preflights for routes that accept them; no handler runs.
    let preflight = async || StatusCode::NO_CONTENT;
    Router::new().route(PATH, get(answer).options(preflight))
}

async fn answer(
    State(app): State<Arc<App>>,
    Extension(client): Extension<Client>,
    Extension(id): Extension<RequestId>,
    request: Request,
) -> Response {
    // A HEAD would be recorded and counted as a download.
    if request.method() != Method::GET {
        return HttpError::allows_only("GET").respond(&id);
    }
    let auth = match RequestAuth::read(request.method(), request.headers(), &app.config) {
        Ok(auth) => auth,
        Err(error) => return error.respond(&id),
    };
    let token = token(request.uri().query().unwrap_or_default());
    let context = OpContext::new(app, client, id.clone(), auth);
    match download_by_link(&context, &token).await {
        Ok(document) => attachment(document),
        Err(Failure::Refused(NotDownloaded::LinkExpired)) => HttpError::new(
            StatusCode::NOT_FOUND,
            RequestErrorCode::NotFound,
            "This address has expired, or another session asked for it. Call `exportMyData` again.",
        )
        .respond(&id),
        Err(Failure::Failed(failed)) => error(failed).respond(&id),
    }
}

/// The token of the address; empty if there is none.
fn token(query: &str) -> String {
    let found = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "token");
    found.map(|(_, value)| value.into_owned()).unwrap_or_default()
}

/// A file that the browser saves. It is read while it is sent, so that it never is in memory as a whole.
pub fn attachment(document: Document) -> Response {
    let pieces = stream::try_unfold(document, async |mut document| match document.next().await {
        Ok(piece) => Ok(piece.map(|piece| (Bytes::from(piece), document))),
        Err(failed) => {
            if let Failed::Fault(fault) = &failed {
                tracing::error!(cause = %fault.chain(), "an export of personal data broke off");
            }
            // The connection ends without the end of the body: the reader sees that the file is not complete.
            Err(io::Error::other("the export broke off"))
        }
    });
    let mut response = Response::new(Body::from_stream(pieces));
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (
            header::CONTENT_DISPOSITION,
            "attachment; filename=\"account-data.json\"",
        ),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn error(failed: Failed) -> HttpError {
    let unauthenticated =
        "Sign in, and send the cookies or the access token of the session that asked for this address.";
    let busy = "Try again later.";
    let retry =
        |error: HttpError, after| error.header(header::RETRY_AFTER, HeaderValue::from(whole_seconds(after)));
    match failed {
        Failed::Denied(Denied::Unauthenticated(_)) => HttpError::new(
            StatusCode::UNAUTHORIZED,
            RequestErrorCode::Unauthenticated,
            unauthenticated,
        ),
        Failed::Denied(Denied::RateLimited { retry_after }) => retry(
            HttpError::new(
                StatusCode::TOO_MANY_REQUESTS,
                RequestErrorCode::RateLimited,
                "Too many exports of this account, or another one still runs. Try again later.",
            ),
            retry_after,
        ),
        Failed::Denied(Denied::Unavailable { retry_after } | Denied::OutcomeUnknown { retry_after }) => {
            retry(
                HttpError::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    RequestErrorCode::ServiceUnavailable,
                    busy,
                ),
                retry_after,
            )
        }
        Failed::Denied(Denied::MfaRequired) => HttpError::new(
            StatusCode::FORBIDDEN,
            RequestErrorCode::Forbidden,
            "Set up a second factor first: your role needs one.",
        ),
        Failed::Denied(Denied::Forbidden | Denied::CsrfBlocked | Denied::BadUserInput(_)) => HttpError::new(
            StatusCode::FORBIDDEN,
            RequestErrorCode::Forbidden,
            "This is not allowed.",
        ),
        Failed::Fault(fault) => {
            tracing::error!(cause = %fault.chain(), "an export of personal data failed");
            HttpError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                RequestErrorCode::InternalServerError,
                "Something went wrong on this server. Quote the request id if you report it.",
            )
        }
    }
}
