//! HTTP on the wire: requests that most client libraries cannot send.

use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{PASSWORD, TestApp};

/// What comes next on a connection.
async fn some(stream: &mut TcpStream) -> String {
    let mut buffer = [0; 4096];
    let count = stream.read(&mut buffer).await.unwrap();
    String::from_utf8(buffer[..count].to_vec()).unwrap()
}

fn post(headers: &str, body: &str) -> Vec<u8> {
    let head = "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
    format!("{head}{headers}\r\n{body}").into_bytes()
}

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

#[tokio::test]
async fn a_body_that_is_too_large_by_its_own_word_is_refused_before_it_is_sent() {
    let app = TestApp::start().await;
    for length in ["65537", "9999999", "1099511627776"] {
        for expect in ["", "expect: 100-continue\r\n"] {
            for head in [
                "POST /graphql HTTP/1.1\r\ncontent-type: application/json",
                "POST /login HTTP/1.1\r\ncontent-type: application/x-www-form-urlencoded\r\norigin: http://localhost:8000",
            ] {
                let request =
                    format!("{head}\r\nhost: localhost\r\n{expect}content-length: {length}\r\n\r\n");
                let mut stream = app.connect().await;
                stream.write_all(request.as_bytes()).await.unwrap();
                let answer = some(&mut stream).await;
                assert!(answer.starts_with("HTTP/1.1 413 "), "{request}: {answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_arrives_also_while_the_body_is_still_sent() {
    let app = TestApp::start().await;
    let mut stream = app.connect().await;
    stream
        .write_all(&post("content-length: 8000000\r\n", ""))
        .await
        .unwrap();
    let body = vec![b' '; 8_000_000];
    // Reads nothing before all is sent, as simple clients do.
    stream.write_all(&body).await.unwrap();
    assert!(some(&mut stream).await.starts_with("HTTP/1.1 413 "));
}

#[tokio::test]
async fn only_100_continue_can_be_expected() {
    let app = TestApp::start().await;
    let body = r#"{"query":"{__typename}"}"#;
    for expect in ["100-continue", "100-Continue", "100-CONTINUE"] {
        let mut stream = app.connect().await;
        let head = post(
            &format!("expect: {expect}\r\ncontent-length: {}\r\n", body.len()),
            "",
        );
        stream.write_all(&head).await.unwrap();
        assert_eq!(
            some(&mut stream).await,
            "HTTP/1.1 100 Continue\r\n\r\n",
            "{expect}"
        );
        stream.write_all(body.as_bytes()).await.unwrap();
        assert!(some(&mut stream).await.starts_with("HTTP/1.1 200 "), "{expect}");
    }
    for expect in [
        "200-ok",
        "100-continue, x=y",
        "100-continue;q=1",
        "\"100-continue\"",
    ] {
        let request = post(&format!("expect: {expect}\r\ncontent-length: 2\r\n"), "");
        let answer = app.wire(&request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (417, vec!["BAD_REQUEST"]),
            "{expect}"
        );
        assert_eq!(answer.header("connection"), Some("close"));
    }
    // Nobody waits for it in HTTP/1.0.
    let old = format!(
        "POST /graphql HTTP/1.0\r\nhost: localhost\r\ncontent-type: application/json\r\nexpect: x\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    assert_eq!(app.wire(old.as_bytes()).await.status.as_u16(), 200);
}

#[tokio::test]
async fn a_client_that_closes_its_sending_side_gets_its_answer() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let query =
        "mutation ($input: LoginInput!) { login(input: $input) { user { name } userErrors { code } } }";
    let input = json!({ "email": "ada@example.com", "password": PASSWORD });
    let body = json!({ "query": query, "variables": { "input": input } }).to_string();
    let whole = post(&format!("content-length: {}\r\n", body.len()), &body);
    let chunked = post(
        "transfer-encoding: chunked\r\n",
        &format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()),
    );
    for request in [whole, chunked] {
        let answer = app.wire_half_closed(&request).await;
        assert_eq!(answer.data("login")["user"]["name"], "ada");
    }
    let get = "GET /graphql/schema.graphql HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let schema = app.wire_half_closed(get.as_bytes()).await;
    let length: usize = schema.header("content-length").unwrap().parse().unwrap();
    assert_eq!((schema.status.as_u16(), schema.text.len()), (200, length));
    // One that ends within its body has not asked.
    let half = post("content-length: 100\r\n", "{");
    let answer = app.wire_half_closed(&half).await;
    assert_eq!(
        (answer.status.as_u16(), answer.codes()),
        (400, vec!["BAD_REQUEST"])
    );
}

#[tokio::test]
async fn the_type_of_a_body_may_be_written_in_every_way_that_the_standard_knows() {
    let app = TestApp::start().await;
    let body = r#"{"query":"{__typename}"}"#;
    let send = async |content_type: &str| {
        let request = format!(
            "POST /graphql HTTP/1.1\r\nhost: localhost\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        app.wire(request.as_bytes()).await
    };
    for content_type in [
        "application/json ; charset=utf-8",
        "application/json\t;\tcharset=\"UTF\\-8\"",
        "Application/JSON;charset=utf8",
        "application/json; profile=\"https://example.com/a;b,c\"; charset=utf-8",
        "application/json;",
    ] {
        assert_eq!(
            send(content_type).await.data("__typename"),
            "Query",
            "{content_type}"
        );
    }
    for content_type in [
        "application/json ; charset=latin1",
        "application/json, text/plain",
        "application/json\r\ncontent-type: application/json",
        "text/plain; a=\"application/json\"",
    ] {
        let answer = send(content_type).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (415, vec!["UNSUPPORTED_MEDIA_TYPE"]),
            "{content_type}"
        );
    }
}
