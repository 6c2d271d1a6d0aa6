//! Which pages of other origins may call.

use portcullis::platform::config::CorsOrigins;
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp};

/// Origins that look like this machine's and are not.
const FOREIGN: [&str; 12] = [
    "https://evil.example",
    "null",
    "http://localhost.evil.example",
    "http://evil.example/localhost",
    "http://localhost:5173.evil.example",
    "http://localhost@evil.example",
    "http://127.0.0.1.evil.example",
    "http://xlocalhost:5173",
    "http://localhost:5173/",
    "HTTP://LOCALHOST:5173",
    "file://",
    "http://192.168.0.1:5173",
];

async fn preflight(app: &TestApp, origin: &str) -> Answer {
    preflight_of(app, "/graphql", origin).await
}

async fn preflight_of(app: &TestApp, path: &str, origin: &str) -> Answer {
    let request = app.anonymous().request(Method::OPTIONS, path);
    let request = request
        .header("origin", origin)
        .header("access-control-request-method", "POST")
        .header("access-control-request-headers", "authorization,content-type");
    Answer::of(request).await
}

async fn post(app: &TestApp, origin: &str) -> Answer {
    let request = app.anonymous().request(Method::POST, "/graphql");
    let request = request
        .header("origin", origin)
        .json(&json!({ "query": "{ __typename }" }));
    Answer::of(request).await
}

async fn assert_allowed(app: &TestApp, origin: &str) {
    let answer = preflight(app, origin).await;
    assert_eq!(answer.status.as_u16(), 200, "{origin}");
    assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
    let headers = answer.header("access-control-allow-headers").unwrap();
    assert!(
        headers.contains("authorization") && headers.contains("content-type"),
        "{headers}"
    );
    assert!(
        answer
            .header("access-control-allow-methods")
            .unwrap()
            .contains("POST")
    );
    assert_eq!(answer.header("access-control-max-age"), Some("600"));
    for answer in [answer, post(app, origin).await] {
        assert_eq!(answer.header("access-control-allow-origin"), Some(origin));
        assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
        assert!(varies_by_origin(&answer), "{origin}");
    }
    let schema = preflight_of(app, "/graphql/schema.graphql", origin).await;
    assert_eq!(schema.header("access-control-allow-origin"), Some(origin));
    let exposed = post(app, origin).await;
    let exposed = exposed.header("access-control-expose-headers").unwrap();
    assert!(
        exposed.contains("x-request-id") && exposed.contains("retry-after"),
        "{exposed}"
    );
}

async fn assert_foreign(app: &TestApp, origin: &str) {
    for answer in [preflight(app, origin).await, post(app, origin).await] {
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        assert_eq!(
            answer.header("access-control-allow-credentials"),
            None,
            "{origin}"
        );
        assert!(varies_by_origin(&answer), "{origin}");
    }
}

/// A cache in between must not answer one origin with what was meant for another.
fn varies_by_origin(answer: &Answer) -> bool {
    let values = answer.headers.get_all("vary").iter();
    let mut names = values.flat_map(|value| value.to_str().unwrap().split(','));
    names.any(|name| name.trim().eq_ignore_ascii_case("origin"))
}

#[tokio::test]
async fn on_a_developers_machine_pages_of_every_port_may_call() {
    let app = TestApp::start().await;
    for origin in [
        "http://localhost:5173",
        "http://localhost",
        "http://127.0.0.1:3000",
        "http://[::1]:8080",
        "https://localhost:4200",
    ] {
        assert_allowed(&app, origin).await;
    }
}

#[tokio::test]
async fn other_pages_may_not_call() {
    let app = TestApp::start().await;
    for origin in FOREIGN {
        assert_foreign(&app, origin).await;
    }
}

#[tokio::test]
async fn origins_in_the_settings_may_call_and_no_others() {
    let app = TestApp::with(|config| {
        config.cors_origins = CorsOrigins {
            loopback: false,
            exact: vec![
                "https://app.example.com".to_owned(),
                "http://10.0.0.7:3000".to_owned(),
            ],
        };
    })
    .await;
    for origin in ["https://app.example.com", "http://10.0.0.7:3000"] {
        assert_allowed(&app, origin).await;
    }
    for origin in [
        "http://app.example.com",
        "https://app.example.com:8443",
        "https://app-example.com",
        "https://appXexample.com",
        "https://x.app.example.com",
        "https://app.example.com.evil.example",
        "http://localhost:5173",
    ]
    .into_iter()
    .chain(FOREIGN)
    {
        assert_foreign(&app, origin).await;
    }
}

#[tokio::test]
async fn without_any_origin_set_no_page_may_call() {
    let app = TestApp::with(|config| config.cors_origins = CorsOrigins::default()).await;
    assert_foreign(&app, "http://localhost:5173").await;
}

/// The headers that the answer to a preflight allows.
async fn allowed_headers(app: &TestApp) -> Vec<String> {
    let answer = preflight(app, "http://localhost:5173").await;
    let names = answer.header("access-control-allow-headers").unwrap().split(',');
    names.map(|name| name.trim().to_owned()).collect()
}

#[tokio::test]
async fn pages_may_send_what_common_clients_add_to_requests() {
    let app = TestApp::start().await;
    let allowed = allowed_headers(&app).await;
    for name in [
        "accept",
        "authorization",
        "content-type",
        "apollo-require-preflight",
        "apollographql-client-name",
        "apollographql-client-version",
        "x-apollo-operation-name",
        "baggage",
        "sentry-trace",
        "traceparent",
        "tracestate",
        "x-requested-with",
    ] {
        assert!(allowed.iter().any(|it| it == name), "{name}: {allowed:?}");
    }
    assert!(
        !allowed.iter().any(|it| it == "x-own" || it == "*"),
        "{allowed:?}"
    );
}

#[tokio::test]
async fn further_headers_are_those_of_the_settings() {
    let app = TestApp::with(|config| {
        config.cors_headers = vec!["x-own".to_owned(), "accept".to_owned()];
    })
    .await;
    assert_eq!(
        allowed_headers(&app).await,
        ["authorization", "content-type", "accept", "x-own"]
    );
}

#[tokio::test]
async fn apps_with_schemes_of_their_own_may_be_listed() {
    let listed = ["tauri://localhost", "capacitor://localhost", "app://."];
    let app = TestApp::with(|config| {
        config.cors_origins = CorsOrigins {
            loopback: false,
            exact: listed.map(str::to_owned).to_vec(),
        };
    })
    .await;
    for origin in listed {
        assert_allowed(&app, origin).await;
    }
    for origin in [
        "ionic://localhost",
        "tauri://localhost.evil.example",
        "app://",
        "Tauri://localhost",
    ] {
        assert_foreign(&app, origin).await;
    }
}

#[tokio::test]
async fn every_page_may_read_the_keys_without_cookies() {
    let app = TestApp::with(|config| config.cors_origins = CorsOrigins::default()).await;
    for path in ["/.well-known/jwks.json", "/.well-known/openid-configuration"] {
        for origin in [
            Some("https://app.example.com"),
            Some("null"),
            Some("tauri://localhost"),
            None,
        ] {
            let mut request = app.anonymous().request(Method::GET, path);
            if let Some(origin) = origin {
                request = request.header("origin", origin);
            }
            let answer = Answer::of(request).await;
            assert_eq!(answer.status.as_u16(), 200, "{path}");
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
            assert_eq!(answer.header("access-control-allow-credentials"), None, "{path}");
            assert_eq!(answer.header("vary"), None, "one copy is right for all: {path}");
        }
        let request = app
            .anonymous()
            .request(Method::OPTIONS, path)
            .header("origin", "https://app.example.com")
            .header("access-control-request-method", "GET")
            .header("access-control-request-headers", "traceparent");
        let answer = Answer::of(request).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), Some("*"), "{path}");
    }
}
