//! The endpoint over a toy schema.
#![expect(
    clippy::unused_async,
    reason = "resolvers must be async, but these await nothing"
)]

mod form;
mod parsed_document_cache;
mod persisted;
mod refusals;
mod running;
mod trusted;

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
use futures_util::{StreamExt, stream};
use http_body_util::BodyExt;
use serde_json::{Value as Json, json};

use super::*;
use crate::platform::{
    clock::SystemClock,
    failure::{Denied, Failed, Fault, UnauthenticatedReason},
    http::request_id::RequestId,
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

fn denied() -> Failed {
    Denied::Unauthenticated(UnauthenticatedReason::TokenMissing).into()
}

fn broken() -> Failed {
    Failed::Fault(Fault::new(
        "load the leaf",
        io::Error::other("table \"leaves\" is gone"),
    ))
}

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("Hello, {}!", name.as_deref().unwrap_or("you"))
    }

    async fn me(&self) -> Option<Result<Leaf, Failed>> {
        Some(Err(denied()))
    }

    async fn must(&self) -> Result<Leaf, Failed> {
        Err(broken())
    }

    async fn busy(&self) -> Result<i32, Failed> {
        Err(Denied::Unavailable {
            retry_after: Duration::from_secs(7),
        }
        .into())
    }

    async fn never(&self) -> i32 {
        std::future::pending().await
    }

    async fn panics(&self) -> i32 {
        std::hint::black_box(None).expect("hunter2")
    }

    async fn letters(&self, count: usize) -> String {
        "a".repeat(count)
    }

    async fn leaf(&self) -> Leaf {
        Leaf {
            name: "oak".to_owned(),
        }
    }

    async fn given(&self, context: &Context<'_>) -> &str {
        context.data_unchecked::<Given>().0
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

    async fn letters(&self, context: &Context<'_>, count: usize) -> String {
        context.append_http_header("set-cookie", "a=b");
        "a".repeat(count)
    }

    async fn busy(&self) -> Result<i32, Failed> {
        Err(Denied::Unavailable {
            retry_after: Duration::from_secs(7),
        }
        .into())
    }

    async fn fail(&self) -> Option<Result<i32, Failed>> {
        Some(Err(broken()))
    }
}

/// The data for the resolvers.
struct Given(&'static str);

struct Toy {
    endpoint: GraphqlEndpoint<Query, Mutation>,
    runs: Arc<Runs>,
}

/// A response.
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
    let schema = || Schema::build(Query, Mutation, EmptySubscription).data(Arc::clone(&runs));
    let endpoint = GraphqlEndpoint::new(schema, settings).unwrap();
    Toy { endpoint, runs }
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
            .handle(
                Given("by the router"),
                &RequestId::new(&SystemClock, &SystemRng),
                request.body(body.into()).unwrap(),
            )
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

    /// What APQ clients send: the hash, and the text if there is one.
    async fn persisted(&self, query: Option<&str>, hash: &str) -> Reply {
        let mut body = json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": hash}}});
        if let Some(query) = query {
            body["query"] = json!(query);
        }
        self.post(&[], body).await
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
