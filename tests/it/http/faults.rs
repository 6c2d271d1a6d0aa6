//! A fault in a handler harms nobody else.

use std::net::TcpListener;

use axum::{Router, middleware::from_fn_with_state, routing::get};
use portcullis::server::{
    envelope::envelope,
    listen::{ConnectionLimits, serve},
};

use crate::support::{Client, TestApp};

#[tokio::test]
async fn a_panic_is_answered_as_a_fault_of_the_server() {
    let app = TestApp::start().await;
    let router = Router::new()
        .route("/broken", get(async || -> String { panic!("the secret cause") }))
        .route("/sound", get(async || "sound"))
        .layer(from_fn_with_state(app.app.clone(), envelope));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = Client::new(format!("http://{}", listener.local_addr().unwrap()), None);
    let never = futures_util::stream::pending();
    let server = tokio::spawn(serve(vec![listener], router, ConnectionLimits::default(), never));

    let answer = client.get("/broken").await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (500, vec!["INTERNAL_SERVER_ERROR"])
    );
    assert!(!answer.text.contains("secret"), "{}", answer.text);
    let id = answer.header("x-request-id").unwrap();
    assert_eq!(answer.body["errors"][0]["extensions"]["requestId"], id);
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(client.get("/sound").await.text, "sound");
    server.abort();
}
