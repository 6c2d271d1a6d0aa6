//! Who must not read the development outbox: each gets what an unknown path gives.

use std::net::SocketAddr;

use axum::{
    body::{Body, Bytes, to_bytes},
    extract::ConnectInfo,
    http::Request,
};
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use portcullis::server::{health::Stopping, router::router};
use reqwest::{Method, RequestBuilder};

use super::{KEY_HEADER, PROXY_HEADERS, WITHOUT_OUTBOX, ask_for_reset, key, load};
use crate::support::{Answer, TestApp};

const HTML: &str = "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8";

/// Everything in an answer but its random parts.
fn content(answer: &Answer) -> String {
    let mut text = format!("{}\n", answer.status);
    for (name, value) in &answer.headers {
        if name != "date" {
            let value = value.to_str().unwrap();
            for part in [name.as_str(), ": ", value, "\n"] {
                text.push_str(part);
            }
        }
    }
    text.push_str(&answer.text);
    let id = answer.header("x-request-id").unwrap();
    let mut text = text.replace(id, "ID");
    for (before, after) in [("'nonce-", "'"), ("portcullis-form=", ";")] {
        if let Some((_, rest)) = text.split_once(before) {
            let random = rest.split_once(after).unwrap().0.to_owned();
            text = text.replace(&random, "RANDOM");
        }
    }
    text
}

/// Fails unless the answer to this request is that of an unknown path, for programs and for browsers.
async fn assert_unknown(
    app: &TestApp,
    attack: &str,
    query: &str,
    with: impl Fn(RequestBuilder) -> RequestBuilder,
) {
    let id = "019aab6e-0d3c-7c11-b3d4-0242ac120002";
    for accept in ["*/*", HTML] {
        let ask = async |path: &str| {
            let request = app.anonymous().request(Method::GET, &format!("{path}{query}"));
            Answer::of(with(request.header("accept", accept))).await
        };
        let unknown = ask("/dev/outbux").await;
        assert!(unknown.status.is_client_error(), "{attack}: {}", unknown.text);
        for path in [
            "/dev/outbox".to_owned(),
            format!("/dev/outbox/{id}"),
            format!("/dev/outbox/{id}/html"),
        ] {
            similar_asserts::assert_eq!(content(&ask(&path).await), content(&unknown), "{attack}: {path}");
        }
    }
}

#[tokio::test]
async fn without_the_right_key_the_outbox_is_an_unknown_path() {
    for pages in [true, false] {
        let app = TestApp::with(|config| config.pages = pages).await;
        let restarted = app.another(|config| config.pages = pages).await;
        let right = key(&app);
        assert_ne!(right, key(&restarted), "each start makes its own");
        assert_eq!(load(&app, "").await.status.as_u16(), 200);
        for (attack, query) in [
            ("no query", String::new()),
            ("an empty key", "?key=".to_owned()),
            ("another key", "?key=AAAAAAAAAAAAAAAAAAAAAA".to_owned()),
            ("the start of the key", format!("?key={}", &right[..21])),
            ("more than the key", format!("?key={right}A")),
            (
                "the key in another case",
                format!("?key={}", right.to_lowercase()),
            ),
            ("the key by another name", format!("?Key={right}")),
            ("the right key after a wrong one", format!("?key=A&key={right}")),
            ("the key of another start", format!("?key={}", key(&restarted))),
        ] {
            assert_unknown(&app, attack, &query, |request| request).await;
        }
        // The header is for GraphQL only: no page sends it.
        assert_unknown(&app, "the key in the header", "", |request| {
            request.header(KEY_HEADER, &right)
        })
        .await;
    }
}

#[tokio::test]
async fn behind_a_proxy_the_outbox_is_an_unknown_path() {
    let app = TestApp::start().await;
    let query = format!("?key={}", key(&app));
    for (name, value) in PROXY_HEADERS {
        assert_unknown(&app, name, &query, |request| request.header(name, value)).await;
    }
}

#[tokio::test]
async fn where_others_can_reach_the_server_the_outbox_is_an_unknown_path() {
    let app = TestApp::start().await;
    ask_for_reset(&app, "ada@example.com").await;
    let query = format!("?key={}", key(&app));
    for (attack, change) in WITHOUT_OUTBOX {
        let exposed = app.another(change).await;
        assert!(exposed.app.outbox_key.is_none(), "{attack}");
        assert_unknown(&exposed, attack, &query, |request| request).await;
    }
}

#[tokio::test]
async fn another_method_finds_an_unknown_path() {
    let app = TestApp::start().await;
    let query = format!("?key={}", key(&app));
    for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS] {
        let ask = async |path: &str| {
            Answer::of(app.anonymous().request(method.clone(), &format!("{path}{query}"))).await
        };
        let (outbox, unknown) = (ask("/dev/outbox").await, ask("/dev/outbux").await);
        assert_eq!(content(&outbox), content(&unknown), "{method}");
    }
}

#[tokio::test]
async fn another_machine_finds_an_unknown_path() {
    let app = TestApp::start().await;
    let service = TowerToHyperService::new(router(&app.app, Stopping::default()).unwrap());
    for (peer, status) in [
        ("127.0.0.1", 200),
        ("127.9.9.9", 200),
        ("::1", 200),
        ("::ffff:127.0.0.1", 200),
        ("192.0.2.1", 404),
        ("10.0.0.1", 404),
        ("0.0.0.0", 404),
        ("::ffff:192.0.2.1", 404),
        ("fe80::1", 404),
    ] {
        let request = Request::get(format!("/dev/outbox?key={}", key(&app)))
            .header("host", "localhost:8000")
            .extension(ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 1)))
            .body(Body::empty())
            .unwrap();
        let response = service.call(request).await.unwrap();
        assert_eq!(response.status().as_u16(), status, "{peer}");
        let body: Bytes = to_bytes(response.into_body(), 100_000).await.unwrap();
        let shows_mails = String::from_utf8_lossy(&body).contains("Development outbox");
        assert_eq!(shows_mails, status == 200, "{peer}");
    }
}
