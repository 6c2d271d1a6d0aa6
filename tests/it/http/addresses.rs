//! What is where, and by which methods.

use reqwest::Method;

use crate::support::{Answer, TestApp};

/// Everything that answers a plain GET with the defaults.
pub(super) const PAGES: [&str; 6] = [
    "/graphiql",
    "/healthz",
    "/readyz",
    "/graphql/schema.graphql",
    "/.well-known/jwks.json",
    "/.well-known/openid-configuration",
];

#[tokio::test]
async fn an_address_without_anything_is_told_as_json() {
    let app = TestApp::start().await;
    for path in [
        "/nothing",
        "/nothing/",
        "/graphql/nothing",
        "/graphql/nothing/",
        "/.env",
        "/metrics",
        "/.well-known/",
        "/healthz/x",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE, Method::OPTIONS] {
            let answer = Answer::of(app.anonymous().request(method.clone(), path)).await;
            assert_eq!(
                (answer.status.as_u16(), answer.codes()),
                (404, vec!["NOT_FOUND"]),
                "{method} {path}"
            );
            assert_eq!(
                answer.header("content-type"),
                Some("application/json; charset=utf-8")
            );
        }
    }
}

#[tokio::test]
async fn a_method_that_an_address_does_not_take_is_told_with_those_that_it_takes() {
    let app = TestApp::start().await;
    for (path, methods, allow) in [
        (
            "/graphql",
            &["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"] as &[_],
            "GET, HEAD, POST",
        ),
        ("/healthz", &["POST", "PUT", "TRACE", "OPTIONS"], "GET, HEAD"),
        ("/graphiql", &["POST", "PUT", "DELETE"], "GET, HEAD"),
        ("/graphiql/page.js", &["POST"], "GET, HEAD"),
        (
            "/graphql/schema.graphql",
            &["POST", "TRACE"],
            "GET, HEAD, OPTIONS",
        ),
        (
            "/.well-known/jwks.json",
            &["POST", "DELETE"],
            "GET, HEAD, OPTIONS",
        ),
        ("/", &["POST"], "GET, HEAD"),
        ("/login", &["PUT", "DELETE"], "GET, HEAD, POST"),
        ("/signup", &["PATCH"], "GET, HEAD, POST"),
        ("/account", &["POST"], "GET, HEAD"),
        ("/logout", &["DELETE"], "GET, HEAD, POST"),
        ("/account/activity", &["POST"], "GET, HEAD"),
        ("/account/data", &["POST"], "GET, HEAD"),
        ("/account/data/download", &["PUT"], "GET, HEAD, POST"),
        ("/account/deletion", &["POST"], "GET, HEAD"),
        ("/account/password", &["PUT"], "GET, HEAD, POST"),
        ("/account/sessions/end", &["DELETE"], "GET, HEAD, POST"),
    ] {
        for method in methods {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let answer = Answer::of(app.anonymous().request(method.clone(), path)).await;
            assert_eq!(answer.status.as_u16(), 405, "{method} {path}");
            assert_eq!(
                answer.headers.get_all("allow").iter().count(),
                1,
                "{method} {path}"
            );
            let mut allowed: Vec<&str> = answer
                .header("allow")
                .unwrap()
                .split(',')
                .map(str::trim)
                .collect();
            allowed.sort_unstable();
            assert_eq!(allowed.join(", "), allow, "{method} {path}");
            if method != Method::HEAD {
                assert_eq!(answer.codes(), ["METHOD_NOT_ALLOWED"], "{method} {path}");
            }
        }
    }
}

#[tokio::test]
async fn head_answers_as_get_does_without_the_body() {
    let app = TestApp::start().await;
    for path in PAGES {
        let get = app.anonymous().get(path).await;
        let head = Answer::of(app.anonymous().request(Method::HEAD, path)).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        assert_eq!(get.status.as_u16(), 200, "{path}");
        for name in ["content-type", "content-length", "cache-control", "etag"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
}

#[tokio::test]
async fn head_asks_the_endpoint_as_get_does() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for (path, status) in [
        ("/graphql?query=%7Bme%7Bname%7D%7D", 200),
        ("/graphql", 400),
        ("/graphql?query=mutation%7Blogout%7BwasSignedIn%7D%7D", 405),
    ] {
        let get = ada.client.get(path).await;
        let head = Answer::of(ada.client.request(Method::HEAD, path)).await;
        assert_eq!(
            (get.status.as_u16(), head.status.as_u16()),
            (status, status),
            "{path}"
        );
        assert_eq!(head.text, "");
        for name in ["content-type", "content-length", "allow"] {
            assert_eq!(head.header(name), get.header(name), "{name} of {path}");
        }
    }
    assert_eq!(ada.client.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn a_slash_at_the_end_of_a_path_means_nothing() {
    let app = TestApp::start().await;
    for path in PAGES.into_iter().chain(["/login", "/signup", "/logo"]) {
        let plain = app.anonymous().get(path).await;
        let slash = app.anonymous().get(&format!("{path}/")).await;
        assert_eq!(slash.status, plain.status, "{path}");
        assert_eq!(
            slash.header("content-type"),
            plain.header("content-type"),
            "{path}"
        );
    }
    let request = app.anonymous().request(Method::POST, "/graphql/?a=b");
    let answer = Answer::of(request.json(&serde_json::json!({ "query": "{ __typename }" }))).await;
    assert_eq!(answer.data("__typename"), "Query");
    let answer = app.anonymous().get("/graphql/?query=%7B__typename%7D").await;
    assert_eq!(answer.data("__typename"), "Query");
    // What a proxy lets through by the start of a path does not lead elsewhere.
    for path in ["//graphql?query=%7B__typename%7D", "//login", "//"] {
        assert_eq!(app.anonymous().get(path).await.status.as_u16(), 404, "{path}");
    }
    // It does not redirect to another host.
    let answer = app.anonymous().get("//evil.example/").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (404, None));
}

#[tokio::test]
async fn the_top_leads_to_the_page_where_there_is_one() {
    let app = TestApp::start().await;
    let answer = app.anonymous().get("/").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some("/login"))
    );
    let app = app.another(|config| config.pages = false).await;
    let answer = app.anonymous().get("/").await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some("/graphiql"))
    );
    let app = app
        .another(|config| (config.pages, config.graphiql) = (false, false))
        .await;
    let answer = app.anonymous().get("/").await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (404, vec!["NOT_FOUND"]));
}

#[tokio::test]
async fn a_browser_that_opens_the_endpoint_is_sent_to_the_page() {
    let app = TestApp::start().await;
    let open = |app: &TestApp, path: &str| {
        let accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
        app.anonymous()
            .request(Method::GET, path)
            .header("accept", accept)
    };
    let answer = Answer::of(open(&app, "/graphql")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("location")),
        (303, Some("/graphiql"))
    );
    let answer = Answer::of(open(&app, "/graphql?query=%7B__typename%7D")).await;
    assert_eq!(answer.data("__typename"), "Query");
    let app = app.another(|config| config.graphiql = false).await;
    let answer = Answer::of(open(&app, "/graphql")).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["BAD_REQUEST"])
    );
}
