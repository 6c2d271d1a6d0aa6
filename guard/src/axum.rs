//! The extractor for axum.

use axum_core::{
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts},
    response::{IntoResponse, Response},
};
use http::{
    HeaderMap, HeaderValue, StatusCode,
    header::{AUTHORIZATION, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE},
    request::Parts,
};
use serde_json::json;

use crate::{Claims, Guard, Rejection, bearer_token};

/// The person who sends a request, by the bearer token in its `Authorization` header.
///
/// The state of the router must contain a [`Guard`] ([`FromRef`]). Without a valid token the handler does not run, and
/// the response is the one of [`Rejection`]. For a handler that answers anybody, use `Option<Caller>`: none if there is
/// no token at all; an invalid or expired one is still refused.
///
/// ```
/// use axum::{Json, Router, routing::get};
/// use portcullis_guard::{Guard, axum::Caller};
///
/// async fn me(Caller(claims): Caller) -> Json<String> {
///     Json(claims.sub)
/// }
///
/// # fn router() -> Result<Router, portcullis_guard::ConfigError> {
/// let guard = Guard::builder("https://accounts.example").build()?;
/// let router = Router::new().route("/me", get(me)).with_state(guard);
/// # Ok(router)
/// # }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Caller(pub Claims);

impl<S> FromRequestParts<S> for Caller
where
    Guard: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let token = token(&parts.headers)?.ok_or(Rejection::Missing)?;
        Guard::from_ref(state)
            .verify(token)
            .await
            .map(Self)
            .inspect_err(|rejection| tracing::debug!("a request is refused: {rejection}"))
    }
}

impl<S> OptionalFromRequestParts<S> for Caller
where
    Guard: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        match <Self as FromRequestParts<S>>::from_request_parts(parts, state).await {
            Err(Rejection::Missing) => Ok(None),
            result => result.map(Some),
        }
    }
}

/// The token of a request. Two are refused: it would not be clear who sends it.
fn token(headers: &HeaderMap) -> Result<Option<&str>, Rejection> {
    let mut found = None;
    for value in headers.get_all(AUTHORIZATION) {
        let text = str::from_utf8(value.as_bytes())
            .map_err(|_| Rejection::Invalid("is in a header that is not text"))?;
        if let Some(token) = bearer_token(text)
            && found.replace(token).is_some()
        {
            return Err(Rejection::Invalid("is one of several in a request"));
        }
    }
    Ok(found)
}

/// 401 with `WWW-Authenticate` (RFC 6750, section 3), or 503 with `Retry-After` if the keys are unavailable. The body is
/// JSON in the form of GraphQL errors, like that of Portcullis.
impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut extensions = json!({ "code": self.code() });
        if let (Some(reason), Some(members)) = (self.reason(), extensions.as_object_mut()) {
            members.insert("reason".to_owned(), reason.into());
        }
        let body = json!({ "errors": [{ "message": self.message(), "extensions": extensions }] });
        let (status, name, value) = match self {
            // Without a token there is no error to name.
            Self::Missing => (StatusCode::UNAUTHORIZED, WWW_AUTHENTICATE, "Bearer"),
            Self::Invalid(_) => (
                StatusCode::UNAUTHORIZED,
                WWW_AUTHENTICATE,
                r#"Bearer error="invalid_token""#,
            ),
            Self::Expired => (
                StatusCode::UNAUTHORIZED,
                WWW_AUTHENTICATE,
                r#"Bearer error="invalid_token", error_description="The token has expired""#,
            ),
            Self::KeysUnavailable(_) => (StatusCode::SERVICE_UNAVAILABLE, RETRY_AFTER, "5"),
        };
        let headers = [
            (name, HeaderValue::from_static(value)),
            (CONTENT_TYPE, HeaderValue::from_static("application/json")),
            (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        ];
        (status, headers, body.to_string()).into_response()
    }
}
