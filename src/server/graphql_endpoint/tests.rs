//! The endpoint over a toy schema: what is answered to what, and what runs.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_graphql::{Context, Enum, InputObject, Object, SimpleObject};
use axum::http::HeaderName;
use futures_util::{StreamExt, future::BoxFuture, stream};
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};

use super::*;
use crate::platform::{
    app::App,
    clock::SystemClock,
    failure::{Denied, Fault, Outcome, UnauthenticatedReason},
    graphql::error::ApiError,
    http::request_id::RequestId,
    identity::{Authenticator, Caller, Credential},
    op_context::Client,
    rng::SystemRng,
};

struct Query;
struct Mutation;
#[derive(Default)]
struct Runs(AtomicUsize);

#[derive(SimpleObject)]
struct Leaf {
    name: String,
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Delivery {
    Body,
    Cookie,
}

#[derive(InputObject)]
struct LoginInput {
    email: String,
    password: String,
    delivery: Option<Delivery>,
}

fn denied() -> ApiError {
    Denied::Unauthenticated(UnauthenticatedReason::TokenMissing).into()
}

fn broken() -> ApiError {
    ApiError::Fault(Fault::new(
        "load the leaf",
        io::Error::other("table \"leaves\" is gone"),
    ))
}

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("Hello, {}!", name.as_deref().unwrap_or("you"))
    }

    async fn me(&self) -> Option<Result<Leaf, ApiError>> {
        Some(Err(denied()))
    }

    async fn must(&self) -> Result<Leaf, ApiError> {
        Err(broken())
    }

    async fn busy(&self) -> Result<i32, ApiError> {
        Err(Denied::Unavailable {
            retry_after: Duration::from_secs(7),
        }
        .into())
    }

    async fn panics(&self) -> i32 {
        panic!("hunter2");
    }

    async fn leaf(&self) -> Leaf {
        Leaf {
            name: "oak".to_owned(),
        }
    }

    async fn request_id(&self, context: &Context<'_>) -> String {
        context.data_unchecked::<Arc<OpContext>>().request_id.to_string()
    }

    async fn cookie(&self, context: &Context<'_>) -> bool {
        context.append_http_header("set-cookie", "a=b")
    }

    async fn delivery(&self, value: Delivery) -> bool {
        value == Delivery::Body
    }
}

#[Object]
impl Mutation {
    async fn add(&self, context: &Context<'_>, by: i32) -> i32 {
        context
            .data_unchecked::<Arc<Runs>>()
            .0
            .fetch_add(1, Ordering::SeqCst);
        by
    }

    async fn login(&self, context: &Context<'_>, input: LoginInput) -> bool {
        context
            .data_unchecked::<Arc<Runs>>()
            .0
            .fetch_add(1, Ordering::SeqCst);
        input.delivery.is_none() && input.email != input.password
    }

    async fn fail(&self) -> Option<Result<i32, ApiError>> {
        Some(Err(broken()))
    }
}

#[derive(Debug)]
struct Nobody;

impl Authenticator for Nobody {
    fn authenticate<'a>(
        &'a self,
        _: &'a OpContext,
        _: &'a Credential,
    ) -> BoxFuture<'a, Outcome<Result<Caller, UnauthenticatedReason>>> {
        Box::pin(async { Ok(Err(UnauthenticatedReason::TokenMissing)) })
    }
}

struct Toy {
    endpoint: GraphqlEndpoint<Query, Mutation>,
    runs: Arc<Runs>,
}

/// What came back.
#[derive(Debug)]
struct Reply {
    status: u16,
    headers: HeaderMap,
    text: String,
    json: Json,
}

impl Reply {
    fn code(&self) -> &str {
        self.json["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or("none")
    }
}

fn toy() -> Toy {
    toy_with(EndpointSettings {
        credential_mutations: &["login"],
        introspection: true,
        ..EndpointSettings::default()
    })
}

fn toy_with(settings: EndpointSettings) -> Toy {
    let runs = Arc::new(Runs::default());
    let schema = Schema::build(Query, Mutation, EmptySubscription).data(Arc::clone(&runs));
    let endpoint = GraphqlEndpoint::new(schema, settings).unwrap();
    Toy { endpoint, runs }
}

pub(super) fn context() -> Arc<OpContext> {
    let (clock, rng) = (Arc::new(SystemClock), Arc::new(SystemRng));
    let request_id = RequestId::new(&*clock, &*rng);
    let authenticator = Arc::new(Nobody);
    let app = Arc::new(App {
        clock,
        rng,
        authenticator,
    });
    Arc::new(OpContext::new(
        app,
        Client::default(),
        request_id,
        Credential::Missing,
    ))
}

const JSON: (&str, &str) = ("content-type", "application/json");
const GRAPHQL: (&str, &str) = ("accept", "application/graphql-response+json");

impl Toy {
    async fn send(&self, method: &str, uri: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Reply {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .endpoint
            .handle(context(), request.body(body.into()).unwrap())
            .await;
        let (head, body) = response.into_parts();
        let text = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        Reply {
            status: head.status.as_u16(),
            headers: head.headers,
            json: serde_json::from_str(&text).unwrap_or_default(),
            text,
        }
    }

    async fn post(&self, headers: &[(&str, &str)], body: Json) -> Reply {
        let headers = [&[JSON], headers].concat();
        self.send("POST", "/graphql", &headers, body.to_string()).await
    }

    async fn query(&self, query: &str) -> Reply {
        self.post(&[], json!({ "query": query })).await
    }

    fn runs(&self) -> usize {
        self.runs.0.load(Ordering::SeqCst)
    }
}

fn header<'a>(reply: &'a Reply, name: &str) -> &'a str {
    let name = name.parse::<HeaderName>().unwrap();
    reply.headers.get(name).map_or("", |it| it.to_str().unwrap())
}

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
    let reply = toy().query("{ requestId cookie }").await;
    assert_eq!(reply.json["data"]["requestId"].as_str().unwrap().len(), 32);
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
    for method in ["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"] {
        let reply = toy.send(method, "/graphql", &[JSON], body.clone()).await;
        assert_eq!(
            (reply.status, header(&reply, "allow")),
            (405, "GET, POST"),
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

#[tokio::test]
async fn refused_documents_have_a_code_and_no_data() {
    let toy = toy();
    for (body, code) in [
        (json!({"query": "{"}), "GRAPHQL_PARSE_FAILED"),
        (json!({"query": "{ nope }"}), "GRAPHQL_VALIDATION_FAILED"),
        (
            json!({"query": "subscription { hello }"}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({"query": "{ ...A } fragment A on Query { ...A }"}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({"query": "query ($a: Nope) { hello(name: $a) }"}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({"query": "query ($a: Leaf) { hello(name: $a) }", "variables": {"a": 1}}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({"query": "query ($a: Int!) { nope }"}),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({"query": "query ($a: String) { hello(name: $a) }", "variables": {"a": 1}}),
            "BAD_USER_INPUT",
        ),
        (
            json!({"query": format!("{{ leaf {} }}", "{ a ".repeat(2_000))}),
            "QUERY_LIMIT_EXCEEDED",
        ),
        (
            json!({"query": "{ hello ".to_owned() + &"...A ".repeat(21) + "}"}),
            "QUERY_LIMIT_EXCEEDED",
        ),
        (
            json!({"query": "mutation { a: login b: login }"}),
            "QUERY_LIMIT_EXCEEDED",
        ),
        (
            json!({"query": "query A { hello } query B { hello }"}),
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            json!({"query": "query A { hello }", "operationName": "B"}),
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            json!({"query": "{ hello }", "operationName": "B"}),
            "OPERATION_RESOLUTION_FAILURE",
        ),
    ] {
        let reply = toy.post(&[GRAPHQL], body.clone()).await;
        assert_eq!(
            (reply.status, reply.code()),
            (400, code),
            "{body}: {}",
            reply.text
        );
        assert!(reply.json.get("data").is_none(), "{body}");
        let reply = toy.post(&[], body.clone()).await;
        assert_eq!((reply.status, reply.code()), (200, code), "{body}");
    }
    let reply = toy
        .post(
            &[],
            json!({"query": "query A { hello } query B { leaf { name } }", "operationName": "B"}),
        )
        .await;
    assert_eq!(reply.text, r#"{"data":{"leaf":{"name":"oak"}}}"#);
}

#[tokio::test]
async fn nothing_of_the_document_or_the_variables_is_echoed() {
    let toy = toy();
    let input = "query ($i: LoginInput!) { x(i: $i) }"
        .replace("query", "mutation")
        .replace("x(i:", "login(input:");
    for body in [
        json!({"query": "mutation { login(input: {email: \"e\", password: \"hunter2\" } "}),
        json!({"query": "mutation { login(input: {email: \"e\", password: \"hunter2\n"}),
        json!({"query": "{ delivery(value: \"hunter2\") }"}),
        json!({"query": "{ delivery(value: hunter2) }"}),
        json!({"query": "query ($d: Delivery! = \"hunter2\") { delivery(value: $d) }"}),
        json!({"query": "{ hello(name: [\"hunter2\"]) }"}),
        json!({"query": "{ hello(name: {a: \"hunter2\"}) }"}),
        json!({"query": "mutation { add(by: \"hunter2\") }"}),
        json!({"query": "mutation { add(by: 99999999999) }"}),
        json!({"query": "mutation { login(input: \"hunter2\") }"}),
        json!({"query": "mutation { login(input: {email: 1, password: \"hunter2\"}) }"}),
        json!({"query": "query ($d: Delivery!) { delivery(value: $d) }", "variables": {"d": "hunter2"}}),
        json!({"query": &input, "variables": {"i": "hunter2"}}),
        json!({"query": &input, "variables": {"i": {"email": {"x": "hunter2"}, "password": "hunter2"}}}),
        json!({"query": &input, "variables": {"i": {"email": "e", "password": "hunter2", "hunter2!": 1}}}),
    ] {
        let reply = toy.post(&[], body.clone()).await;
        assert!(reply.json["errors"].is_array(), "{body}: {}", reply.text);
        assert!(
            !reply.text.contains("hunter2") && !reply.text.contains("99999"),
            "{body}: {}",
            reply.text
        );
        assert!(!reply.text.contains("INTERNAL"), "{body}: {}", reply.text);
    }
    assert_eq!(toy.runs(), 0);
}

#[tokio::test]
async fn errors_are_few_and_small() {
    let toy = toy_with(EndpointSettings {
        document: DocumentLimits {
            directives: 1_000,
            tokens: 20_000,
            ..DocumentLimits::default()
        },
        ..EndpointSettings::default()
    });
    let directives = (0..500).map(|n| format!("@directive{n} ")).collect::<String>();
    let reply = toy.query(&format!("query {directives} {{ hello }}")).await;
    assert_eq!(reply.json["errors"].as_array().unwrap().len(), 10);
    let directives = (0..9)
        .map(|n| format!("@a{}{n} ", "a".repeat(1_500)))
        .collect::<String>();
    let reply = toy.query(&format!("query {directives} {{ hello }}")).await;
    assert!(reply.text.len() < 9_000, "{}", reply.text.len());
}

#[tokio::test]
async fn introspection_can_be_off() {
    let toy = toy_with(EndpointSettings::default());
    for query in [
        "{ __schema { queryType { name } } }",
        "{ a: __type(name: \"Query\") { name } }",
        "{ ...A } fragment A on Query { ... { __schema { queryType { name } } } }",
        "mutation { add(by: 1) __schema { queryType { name } } }",
    ] {
        let reply = toy.query(query).await;
        assert_eq!(reply.code(), "INTROSPECTION_DISABLED", "{query}");
        assert!(reply.json.get("data").is_none());
    }
    assert_eq!(
        toy.query("{ __typename }").await.text,
        r#"{"data":{"__typename":"Query"}}"#
    );
    assert_eq!(
        self::toy()
            .query("{ __schema { queryType { name } } }")
            .await
            .json["data"]["__schema"]["queryType"]["name"],
        "Query"
    );
    assert_eq!(toy.runs(), 0);
}

#[tokio::test]
async fn a_nullable_field_that_fails_is_null_and_its_siblings_live() {
    for accept in ["application/json", GRAPHQL.1] {
        let reply = toy()
            .post(
                &[("accept", accept)],
                json!({"query": "{ me { name } leaf { name } }"}),
            )
            .await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.json["data"], json!({"me": null, "leaf": {"name": "oak"}}));
        let error = &reply.json["errors"][0];
        assert_eq!(error["path"], json!(["me"]));
        assert_eq!(error["message"], "Token is missing!");
        assert_eq!(
            error["extensions"],
            json!({"code": "UNAUTHENTICATED", "reason": "TOKEN_MISSING"})
        );
    }
}

#[tokio::test]
async fn a_non_null_field_that_fails_takes_its_parent_along() {
    let toy = toy();
    let reply = toy.query("{ leaf { name } must { name } }").await;
    assert_eq!((reply.status, &reply.json["data"]), (200, &Json::Null));
    assert!(reply.json.get("data").is_some());
    assert_eq!(reply.code(), "INTERNAL_SERVER_ERROR");
    assert_eq!(
        reply.json["errors"][0]["extensions"]["requestId"]
            .as_str()
            .unwrap()
            .len(),
        32
    );
    assert!(!reply.text.contains("leaves"));
    assert_eq!(
        toy.post(&[GRAPHQL], json!({"query": "{ must { name } }"}))
            .await
            .status,
        500
    );
}

#[tokio::test]
async fn a_failing_mutation_leaves_earlier_ones_and_later_ones_run() {
    let toy = toy();
    let reply = toy.query("mutation { a: add(by: 1) fail b: add(by: 2) }").await;
    assert_eq!(reply.json["data"], json!({"a": 1, "fail": null, "b": 2}));
    assert_eq!(reply.json["errors"][0]["path"], json!(["fail"]));
    assert_eq!(toy.runs(), 2);
}

#[tokio::test]
async fn a_missing_variable_runs_nothing() {
    let toy = toy();
    let query = "mutation ($by: Int!) { a: add(by: 1) b: add(by: $by) }";
    for variables in [
        json!({}),
        json!({"by": null}),
        json!({"by": "1"}),
        json!({"by": 1.5}),
        json!({"by": 3_000_000_000_u64}),
    ] {
        let reply = toy
            .post(&[], json!({"query": query, "variables": variables}))
            .await;
        assert_eq!(reply.code(), "BAD_USER_INPUT");
    }
    assert_eq!(toy.runs(), 0);
    let reply = toy
        .post(&[], json!({"query": query, "variables": {"by": 2.0, "other": 1}}))
        .await;
    assert_eq!(reply.json["data"], json!({"a": 1, "b": 2}));
}

#[tokio::test]
async fn a_credential_mutation_runs_alone() {
    let toy = toy();
    let login = "login(input: {email: \"a\", password: \"b\"})";
    assert_eq!(
        toy.query(&format!("mutation {{ __typename {login} }}"))
            .await
            .json["data"]["login"],
        true
    );
    assert_eq!(toy.runs(), 1);
    let many = (0..15).map(|n| format!("a{n}: {login} ")).collect::<String>();
    assert_eq!(
        toy.query(&format!("mutation {{ {many} }}")).await.code(),
        "QUERY_LIMIT_EXCEEDED"
    );
    assert_eq!(
        toy.query(&format!("mutation {{ add(by: 1) {login} }}"))
            .await
            .code(),
        "QUERY_LIMIT_EXCEEDED"
    );
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn being_busy_is_told_with_a_time() {
    let toy = toy();
    let body = json!({"query": "{ busy }"});
    let reply = toy.post(&[GRAPHQL], body.clone()).await;
    assert_eq!(
        (reply.status, reply.code(), header(&reply, "retry-after")),
        (503, "SERVICE_UNAVAILABLE", "7")
    );
    let reply = toy.post(&[], body).await;
    assert_eq!((reply.status, header(&reply, "retry-after")), (200, "7"));
}

#[tokio::test]
async fn a_panic_is_a_fault() {
    let toy = toy();
    let reply = toy.query("{ panics }").await;
    assert_eq!((reply.status, reply.code()), (200, "INTERNAL_SERVER_ERROR"));
    assert_eq!(
        reply.json["errors"][0]["extensions"]["requestId"]
            .as_str()
            .unwrap()
            .len(),
        32
    );
    assert!(!reply.text.contains("hunter2"));
    assert_eq!(
        toy.post(&[GRAPHQL], json!({"query": "{ panics }"})).await.status,
        500
    );
}
