//! What does not come as far as an address.

use crate::support::TestApp;

#[tokio::test]
async fn what_is_no_http_is_refused_and_the_connection_ends() {
    let app = TestApp::start().await;
    for (request, status) in [
        ("GET /<script> HTTP/1.1\r\nhost: a\r\n\r\n".to_owned(), 400),
        ("nonsense\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/9.9\r\nhost: a\r\n\r\n".to_owned(), 400),
        ("GET / HTTP/1.1\r\nbad header: a\r\n\r\n".to_owned(), 400),
        (
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}"
                .to_owned(),
            400,
        ),
        (
            "POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: -1\r\n\r\n{}".to_owned(),
            400,
        ),
        (
            format!(
                "GET /graphql HTTP/1.1\r\nhost: a\r\n{}\r\n",
                "a: b\r\n".repeat(150)
            ),
            431,
        ),
        (
            format!(
                "GET /graphql HTTP/1.1\r\nhost: a\r\na: {}\r\n\r\n",
                "b".repeat(100_000)
            ),
            431,
        ),
    ] {
        let answer = app.wire(request.as_bytes()).await;
        assert_eq!(answer.status.as_u16(), status, "{request:.60}");
        assert_eq!(answer.text, "", "{request:.60}");
    }
    assert_eq!(app.anonymous().get("/healthz").await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_long_address_is_refused() {
    let app = TestApp::start().await;
    let long = "a".repeat(8_000);
    let answer = app.anonymous().get(&format!("/{long}")).await;
    assert_eq!((answer.status.as_u16(), answer.codes()), (404, vec!["NOT_FOUND"]));
    let longer = format!("GET /{} HTTP/1.1\r\nhost: a\r\n\r\n", "a".repeat(100_000));
    let answer = app.wire(longer.as_bytes()).await;
    assert!(matches!(answer.status.as_u16(), 414 | 431), "{}", answer.status);
}

#[tokio::test]
async fn an_address_given_in_full_is_taken_for_its_path() {
    let app = TestApp::start().await;
    let request = "GET http://localhost/.well-known/jwks.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    assert_eq!(app.wire(request.as_bytes()).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_body_in_an_unknown_coding_is_refused_and_the_connection_ends() {
    let app = TestApp::start().await;
    let with = |codings: &str| {
        format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n{codings}\r\n\
             1a\r\n{{\"query\":\"{{__typename}}\"}}  \r\n0\r\n\r\n"
        )
    };
    for codings in [
        "transfer-encoding: gzip, chunked\r\n",
        "transfer-encoding: gzip\r\ntransfer-encoding: chunked\r\n",
        "transfer-encoding: identity, chunked\r\n",
        "transfer-encoding: chunked, chunked\r\n",
        "transfer-encoding: \"chunked\", chunked\r\n",
    ] {
        let answer = app.wire(with(codings).as_bytes()).await;
        let seen = (answer.status.as_u16(), answer.codes());
        assert_eq!(seen, (501, vec!["BAD_REQUEST"]), "{codings}");
        assert_eq!(answer.header("connection"), Some("close"), "{codings}");
    }
    for codings in ["transfer-encoding: chunked\r\n", "transfer-encoding:CHUNKED \r\n"] {
        let answer = app.wire(with(codings).as_bytes()).await;
        assert_eq!(answer.data("__typename"), "Query", "{codings}");
    }
}
