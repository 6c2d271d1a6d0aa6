//! Requests that are not as they should be, and those that browsers could send.

use reqwest::Method;
use serde_json::Value;

use super::{GATEWAY, SHOP, VERIFY, form, question, server, service_token, with_callers};
use crate::support::{Answer, TestApp};

#[track_caller]
fn assert_bad_request(answer: &Answer, about: &str) {
    assert_eq!(answer.status, 400, "{about}: {}", answer.text);
    assert_eq!(answer.body["error"], "invalid_request", "{about}");
    assert_eq!(answer.body.get("active"), None::<&Value>, "{about}");
}

#[tokio::test]
async fn cookies_are_not_read() {
    let app = TestApp::with(with_callers).await;
    let browser = app.browser();
    browser.signup("ada").await;
    let token = browser.cookie("portcullis-access");
    assert!(
        super::is_active(&app, &token).await,
        "the token in the cookie is a good one"
    );

    let by_service = form(&app.anonymous(), String::new()).basic_auth("shop", Some(SHOP));
    let with_cookie = form(&app.anonymous(), String::new()).basic_auth("shop", Some(SHOP));
    let with_cookie = with_cookie.header("cookie", format!("portcullis-access={token}"));
    let (plain, with_cookie) = (Answer::of(by_service).await, Answer::of(with_cookie).await);
    assert_bad_request(&plain, "no token");
    assert_eq!((with_cookie.status, with_cookie.text), (plain.status, plain.text));

    let request = browser.request(Method::GET, VERIFY);
    let answer = browser
        .send(request.header("portcullis-caller", format!("gateway:{GATEWAY}")))
        .await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    assert!(answer.headers.get("set-cookie").is_none());
}

#[tokio::test]
async fn a_token_in_the_address_is_refused() {
    let app = server().await;
    let ada = app.user("ada").await;
    let path = format!("{VERIFY}?token={}", service_token(&ada));
    for body in [String::new(), format!("token={}", service_token(&ada))] {
        let request = app.anonymous().request(Method::POST, &path);
        let request = request
            .header("content-type", "application/x-www-form-urlencoded")
            .basic_auth("shop", Some(SHOP))
            .body(body);
        assert_bad_request(&Answer::of(request).await, "a query");
    }
    let request = app.anonymous().request(Method::GET, &path);
    let request = request.header("portcullis-caller", format!("gateway:{GATEWAY}"));
    let answer = Answer::of(request).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["BAD_REQUEST"])
    );
}

#[tokio::test]
async fn a_form_has_one_token() {
    let app = server().await;
    let ada = app.user("ada").await;
    let token = service_token(&ada);
    let send =
        async |body: String| Answer::of(form(&app.anonymous(), body).basic_auth("shop", Some(SHOP))).await;
    for body in [
        String::new(),
        "token=".to_owned(),
        format!("Token={token}"),
        format!("access_token={token}"),
        format!("token=a.b.c&token={token}"),
        format!("token={token}&token={token}"),
        format!("{{\"token\":\"{token}\"}}"),
    ] {
        assert_bad_request(&send(body.clone()).await, &body);
    }
    let answer = send(format!("token_type_hint=refresh_token&token={token}&other=1")).await;
    assert_eq!(answer.body["active"], true, "a hint does not matter");
    let too_large = send(format!("token={}", "a".repeat(16 * 1024))).await;
    assert_eq!(
        (too_large.status.as_u16(), too_large.codes()),
        (413, vec!["PAYLOAD_TOO_LARGE"])
    );
    let json = question(&app.anonymous(), token).basic_auth("shop", Some(SHOP));
    let json = Answer::of(json.header("content-type", "application/json")).await;
    assert_bad_request(&json, "two types");
}

#[tokio::test]
async fn only_forms_are_read() {
    let app = server().await;
    let ada = app.user("ada").await;
    let send = async |media_type: Option<&str>| {
        let mut request = app.anonymous().request(Method::POST, VERIFY);
        if let Some(media_type) = media_type {
            request = request.header("content-type", media_type);
        }
        let request = request.basic_auth("shop", Some(SHOP));
        Answer::of(request.body(format!("token={}", service_token(&ada)))).await
    };
    for media_type in [
        None,
        Some("application/json"),
        Some("text/plain"),
        Some("multipart/form-data; boundary=a"),
    ] {
        assert_bad_request(&send(media_type).await, &format!("{media_type:?}"));
    }
    let charset = send(Some("Application/X-WWW-Form-Urlencoded; charset=UTF-8")).await;
    assert_eq!(charset.body["active"], true);
}

#[tokio::test]
async fn other_methods_are_refused() {
    let app = server().await;
    for method in [
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
        Method::OPTIONS,
        Method::TRACE,
    ] {
        let request = app.anonymous().request(method.clone(), VERIFY);
        let answer = Answer::of(request.basic_auth("shop", Some(SHOP))).await;
        assert_eq!(answer.status, 405, "{method}");
        let allowed = answer.header("allow").unwrap();
        assert!(allowed.contains("GET") && allowed.contains("POST"), "{allowed}");
    }
}

#[tokio::test]
async fn no_page_can_read_an_answer() {
    let app = server().await;
    let ada = app.user("ada").await;
    for origin in [
        "http://localhost:5173",
        "http://localhost:8000",
        "https://evil.example",
    ] {
        let preflight = app.anonymous().request(Method::OPTIONS, VERIFY);
        let preflight = preflight
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "authorization");
        let asked = question(&app.anonymous(), service_token(&ada)).basic_auth("shop", Some(SHOP));
        for answer in [
            Answer::of(preflight).await,
            Answer::of(asked.header("origin", origin)).await,
        ] {
            let of_cors = answer
                .headers
                .keys()
                .find(|name| name.as_str().starts_with("access-control"));
            assert_eq!(of_cors, None, "{origin}");
        }
    }
}
