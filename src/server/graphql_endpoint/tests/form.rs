//! The form of requests and responses.

use super::*;

#[tokio::test]
async fn a_query_is_answered_in_the_type_asked_for() {
    let toy = toy();
    for (accept, content_type) in [
        ("application/json", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
        (GRAPHQL.1, "application/graphql-response+json; charset=utf-8"),
    ] {
        let reply = toy
            .post(&[("accept", accept)], json!({"query": "{ hello }"}))
            .await;
        assert_eq!(
            (reply.status, reply.text.as_str()),
            (200, r#"{"data":{"hello":"Hello, you!"}}"#)
        );
        assert_eq!(header(&reply, "content-type"), content_type);
        assert_eq!(header(&reply, "cache-control"), "no-store");
    }
    let reply = toy.send("GET", "/graphql?query=%7Bhello%7D", &[], "").await;
    assert_eq!(reply.json["data"]["hello"], "Hello, you!");
    let reply = toy
        .post(&[("accept", "text/html")], json!({"query": "{ hello }"}))
        .await;
    assert_eq!((reply.status, reply.code()), (406, "NOT_ACCEPTABLE"));
}

#[tokio::test]
async fn resolvers_find_the_context_and_can_set_headers() {
    let reply = toy().query("{ given cookie }").await;
    assert_eq!(reply.json["data"]["given"], "by the router");
    assert_eq!(header(&reply, "set-cookie"), "a=b");
}

#[tokio::test]
async fn only_json_posts_run() {
    let toy = toy();
    let body = json!({"query": "mutation { add(by: 1) }"}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=a",
        "application/json; charset=utf-16",
        "application/graphql",
    ] {
        let reply = toy
            .send(
                "POST",
                "/graphql",
                &[("content-type", content_type)],
                body.clone(),
            )
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "{content_type}"
        );
    }
    let gzip = [JSON, ("content-encoding", "gzip")];
    for headers in [&[] as &[_], &gzip] {
        let reply = toy.send("POST", "/graphql", headers, body.clone()).await;
        assert_eq!(reply.status, 415);
    }
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let reply = toy.send(method, "/graphql", &[JSON], body.clone()).await;
        assert_eq!(
            (reply.status, header(&reply, "allow")),
            (405, "GET, HEAD, POST"),
            "{method}"
        );
    }
    for query in [
        "query=mutation%7Badd(by:1)%7D",
        "query=query+A%7Bhello%7D+mutation+B%7Badd(by:1)%7D&operationName=B",
    ] {
        let reply = toy.send("GET", &format!("/graphql?{query}"), &[], "").await;
        assert_eq!((reply.status, header(&reply, "allow")), (405, "POST"), "{query}");
        assert_eq!(reply.code(), "METHOD_NOT_ALLOWED");
    }
    let batch = format!("[{body},{body}]");
    assert_eq!(toy.send("POST", "/graphql", &[JSON], batch).await.status, 400);
    assert_eq!(toy.runs(), 0);
    assert_eq!(
        toy.send("POST", "/graphql", &[JSON], body).await.json,
        json!({"data": {"add": 1}})
    );
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn large_and_slow_bodies_are_refused_while_they_are_read() {
    let toy = toy_with(EndpointSettings {
        body: BodyLimits {
            timeout: Duration::from_millis(50),
            ..BodyLimits::default()
        },
        ..EndpointSettings::default()
    });
    let large = format!("{{\"query\":\"{}\"}}", " ".repeat(65_536));
    let reply = toy.send("POST", "/graphql", &[JSON], large).await;
    assert_eq!((reply.status, reply.code()), (413, "PAYLOAD_TOO_LARGE"));
    assert_eq!(header(&reply, "connection"), "close");
    let endless = stream::repeat_with(|| Ok::<_, io::Error>(vec![b' '; 1_000]));
    assert_eq!(
        toy.send("POST", "/graphql", &[JSON], Body::from_stream(endless))
            .await
            .status,
        413
    );
    let stuck = stream::iter([Ok::<_, io::Error>(vec![b'{'])]).chain(stream::pending());
    let reply = toy
        .send("POST", "/graphql", &[JSON], Body::from_stream(stuck))
        .await;
    assert_eq!((reply.status, reply.code()), (408, "REQUEST_TIMEOUT"));
    let broken = stream::iter([Err::<Vec<u8>, _>(io::Error::other("gone"))]);
    assert_eq!(
        toy.send("POST", "/graphql", &[JSON], Body::from_stream(broken))
            .await
            .status,
        400
    );
}

#[tokio::test]
async fn browsers_are_sent_to_the_page() {
    let html = [("accept", "text/html,application/xml;q=0.9,*/*;q=0.8")];
    let with_page = toy_with(EndpointSettings {
        page: Some("/graphiql"),
        ..EndpointSettings::default()
    });
    let reply = with_page.send("GET", "/graphql", &html, "").await;
    assert_eq!((reply.status, header(&reply, "location")), (303, "/graphiql"));
    assert_eq!(
        with_page
            .send("GET", "/graphql?query=%7Bhello%7D", &html, "")
            .await
            .status,
        200
    );
    assert_eq!(with_page.send("GET", "/graphql", &[], "").await.status, 400);
    assert_eq!(
        toy().send("GET", "/graphql", &html, "").await.code(),
        "BAD_REQUEST"
    );
}
