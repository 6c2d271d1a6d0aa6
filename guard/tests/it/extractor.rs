//! The extractor of axum.

use axum::{
    body::to_bytes,
    extract::{FromRef, FromRequestParts, OptionalFromRequestParts},
    response::IntoResponse as _,
};
use http::{HeaderMap, Request, StatusCode, header};
use portcullis_guard::{Claims, FetchError, Guard, Rejection, axum::Caller};
use serde_json::{Value, json};

use crate::support::{NOW, Service, claims, claims_with, es256, word};

/// The state of a service that has more than a guard.
struct App {
    guard: Guard,
}

impl FromRef<App> for Guard {
    fn from_ref(app: &App) -> Self {
        app.guard.clone()
    }
}

/// The result of the extractor for requests that must have a token, and of the one for those that may.
async fn extract(values: &[&[u8]]) -> (Result<Claims, Rejection>, Result<Option<Caller>, Rejection>) {
    let app = App {
        guard: Service::new().guard,
    };
    let mut request = Request::new(());
    for value in values {
        request.headers_mut().append(
            header::AUTHORIZATION,
            header::HeaderValue::from_bytes(value).unwrap(),
        );
    }
    let (mut parts, ()) = request.into_parts();
    let caller = <Caller as FromRequestParts<App>>::from_request_parts(&mut parts, &app).await;
    let optional = <Caller as OptionalFromRequestParts<App>>::from_request_parts(&mut parts, &app).await;
    (caller.map(|Caller(claims)| claims), optional)
}

#[tokio::test]
async fn a_bearer_token_in_any_case_says_who_calls() {
    let token = es256().token(&claims());
    for scheme in ["Bearer", "bearer", "BEARER", "Bearer  "] {
        let value = format!("{scheme} {token}");
        let (caller, optional) = extract(&[value.as_bytes()]).await;
        assert_eq!(caller.unwrap().sub, "user-1");
        assert_eq!(optional.unwrap().unwrap().0.sub, "user-1");
        // That of a proxy in between is not ours.
        let (caller, _) = extract(&[b"Basic eDp5", value.as_bytes()]).await;
        assert!(caller.is_ok());
    }
}

#[tokio::test]
async fn without_a_token_only_an_optional_caller_goes_on() {
    for values in [
        &[][..],
        &[&b"Basic eDp5"[..]],
        &[b"Bearer"],
        &[b"Bearer "],
        &[b""],
    ] {
        let (caller, optional) = extract(values).await;
        assert_eq!(caller, Err(Rejection::Missing));
        assert_eq!(optional, Ok(None));
    }
}

#[tokio::test]
async fn a_bad_token_is_refused_though_the_caller_is_optional() {
    let good = format!("Bearer {}", es256().token(&claims()));
    let expired = format!(
        "Bearer {}",
        es256().token(&claims_with(&json!({ "exp": NOW - 60 })))
    );
    for (values, result) in [
        (&[&b"Bearer a.b.c"[..]][..], "TOKEN_INVALID"),
        (&[b"Bearer: a.b.c"], "TOKEN_INVALID"),
        (&[b"Bearer \xff"], "TOKEN_INVALID"),
        (&[good.as_bytes(), good.as_bytes()], "TOKEN_INVALID"),
        (&[good.as_bytes(), b"bearer x"], "TOKEN_INVALID"),
        (&[expired.as_bytes()], "TOKEN_EXPIRED"),
    ] {
        let (caller, optional) = extract(values).await;
        assert_eq!(word(&caller), result);
        assert_eq!(optional.map(|_| ()).unwrap_err().reason(), Some(result));
    }
}

async fn response(rejection: Rejection) -> (StatusCode, HeaderMap, Value) {
    let response = rejection.into_response();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 1_000).await.unwrap();
    (
        parts.status,
        parts.headers,
        serde_json::from_slice(&body).unwrap(),
    )
}

#[tokio::test]
async fn a_refusal_is_401_with_the_challenge_and_the_code() {
    for (rejection, challenge, message, reason) in [
        (Rejection::Missing, "Bearer", "Token is missing!", "TOKEN_MISSING"),
        (
            Rejection::Invalid("hunter2"),
            "Bearer error=\"invalid_token\"",
            "Token is invalid!",
            "TOKEN_INVALID",
        ),
        (
            Rejection::Expired,
            "Bearer error=\"invalid_token\", error_description=\"The token has expired\"",
            "Token has expired!",
            "TOKEN_EXPIRED",
        ),
    ] {
        let (status, headers, body) = response(rejection).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED);
        assert_eq!(headers[header::WWW_AUTHENTICATE], challenge);
        assert_eq!(headers[header::CONTENT_TYPE], "application/json");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        let extensions = json!({ "code": "UNAUTHENTICATED", "reason": reason });
        assert_eq!(
            body,
            json!({ "errors": [{ "message": message, "extensions": extensions }] })
        );
    }
}

#[tokio::test]
async fn without_keys_the_answer_is_503_and_no_verdict_on_the_token() {
    let (status, headers, body) = response(Rejection::KeysUnavailable(FetchError::new("hunter2"))).await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(headers[header::RETRY_AFTER], "5");
    assert!(!headers.contains_key(header::WWW_AUTHENTICATE));
    assert_eq!(
        body["errors"][0]["extensions"],
        json!({ "code": "SERVICE_UNAVAILABLE" })
    );
    assert!(!body.to_string().contains("hunter2"));
}
