//! Documents that are sent once, and then requested by hash.

use aws_lc_rs::digest::{SHA256, digest};

use super::*;

pub(super) fn sha256(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    hash.as_ref()
        .iter()
        .fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

fn keeping() -> Toy {
    toy_with(EndpointSettings {
        credential_mutations: &["login"],
        documents: DocumentSettings {
            persisted_bytes: 64 * 1024,
            ..DocumentSettings::default()
        },
        ..EndpointSettings::default()
    })
}

#[tokio::test]
async fn a_document_is_sent_once_and_asked_for_by_hash_from_then_on() {
    let toy = keeping();
    let text = "query ($name: String) { hello(name: $name) }";
    let hash = sha256(text);
    let reply = toy.persisted(None, &hash).await;
    assert_eq!((reply.status, reply.code()), (200, "PERSISTED_QUERY_NOT_FOUND"));
    // Clients other than Apollo's check the message.
    assert_eq!(reply.json["errors"][0]["message"], "PersistedQueryNotFound");
    assert!(reply.json.get("data").is_none());

    let reply = toy.persisted(Some(text), &hash).await;
    assert_eq!(reply.json["data"]["hello"], "Hello, you!");
    for hash in [hash.clone(), hash.to_uppercase()] {
        let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": hash}});
        for query in [Json::Null, json!("")] {
            let body = json!({"query": query, "variables": {"name": "Ada"}, "extensions": &extensions});
            let reply = toy.post(&[], body).await;
            assert_eq!(reply.json["data"]["hello"], "Hello, Ada!");
        }
    }
}

#[tokio::test]
async fn an_unknown_hash_is_a_refusal_in_both_types_of_answer() {
    let toy = keeping();
    let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": sha256("{ hello }")}});
    let reply = toy.post(&[GRAPHQL], json!({"extensions": extensions})).await;
    assert_eq!((reply.status, reply.code()), (400, "PERSISTED_QUERY_NOT_FOUND"));
}

#[tokio::test]
async fn only_documents_that_passed_every_check_are_kept() {
    let toy = keeping();
    for (text, code) in [
        ("{ hello", "GRAPHQL_PARSE_FAILED"),
        ("{ nope }", "GRAPHQL_VALIDATION_FAILED"),
        ("query ($n: Int!) { hello }", "GRAPHQL_VALIDATION_FAILED"),
        ("mutation { a: login b: login }", "QUERY_LIMIT_EXCEEDED"),
        (
            "query A { hello } query B { hello }",
            "OPERATION_RESOLUTION_FAILURE",
        ),
        ("{ __schema { types { name } } }", "INTROSPECTION_DISABLED"),
        ("mutation ($by: Int!) { add(by: $by) }", "BAD_USER_INPUT"),
        ("{ hello(name: 1) }", "GRAPHQL_VALIDATION_FAILED"),
        (&format!("{{ leaf {}", "{ a ".repeat(33)), "QUERY_LIMIT_EXCEEDED"),
        (
            &format!("{{ hello {} }}", "a ".repeat(1_000)),
            "QUERY_LIMIT_EXCEEDED",
        ),
    ] {
        let hash = sha256(text);
        assert_eq!(toy.persisted(Some(text), &hash).await.code(), code, "{text}");
        assert_eq!(
            toy.persisted(None, &hash).await.code(),
            "PERSISTED_QUERY_NOT_FOUND",
            "{text}"
        );
    }
    assert_eq!(toy.runs(), 0);
}

#[tokio::test]
async fn a_document_with_a_string_in_it_runs_and_is_not_kept() {
    let toy = keeping();
    let text = r#"mutation { login(input: { email: "e", password: "hunter2" }) }"#;
    let hash = sha256(text);
    assert_eq!(toy.persisted(Some(text), &hash).await.json["data"]["login"], true);
    assert_eq!(
        toy.persisted(None, &hash).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn a_hash_must_be_that_of_the_text_beside_it() {
    let toy = keeping();
    let text = "{ hello }";
    for hash in [&sha256("{ leaf { name } }"), "", "sha256", &sha256(text)[1..]] {
        let reply = toy.persisted(Some(text), hash).await;
        assert_eq!((reply.status, reply.code()), (400, "BAD_REQUEST"), "{hash}");
    }
    for persisted in [
        json!(1),
        json!({}),
        json!({"version": 1}),
        json!({"sha256Hash": sha256(text)}),
        json!({"version": 2, "sha256Hash": sha256(text)}),
        json!({"version": "1", "sha256Hash": sha256(text)}),
        json!({"version": 1, "sha256Hash": 1}),
    ] {
        let body = json!({"query": text, "extensions": {"persistedQuery": persisted}});
        let reply = toy.post(&[], body.clone()).await;
        assert_eq!((reply.status, reply.code()), (400, "BAD_REQUEST"), "{body}");
    }
    for hash in ["", "x", &"é".repeat(32), &"a".repeat(20_000)] {
        assert_eq!(
            toy.persisted(None, hash).await.code(),
            "PERSISTED_QUERY_NOT_FOUND"
        );
    }
}

#[tokio::test]
async fn a_query_can_be_asked_for_by_get_and_a_mutation_cannot() {
    let toy = keeping();
    let uri = |text: &str| {
        let extensions = json!({"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}).to_string();
        let pairs = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("extensions", &extensions)
            .finish();
        format!("/graphql?{pairs}")
    };
    let (query, mutation) = ("{ hello }", "mutation { add(by: 1) }");
    assert_eq!(
        toy.send("GET", &uri(query), &[], "").await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    for text in [query, mutation] {
        assert!(toy.persisted(Some(text), &sha256(text)).await.json["data"].is_object());
    }
    assert_eq!(toy.runs(), 1);
    let reply = toy.send("GET", &uri(query), &[], "").await;
    assert_eq!(
        (reply.status, &reply.json["data"]["hello"]),
        (200, &json!("Hello, you!"))
    );
    let reply = toy.send("GET", &uri(mutation), &[], "").await;
    assert_eq!(
        (reply.status, reply.code(), header(&reply, "allow")),
        (405, "METHOD_NOT_ALLOWED", "POST")
    );
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn a_kept_mutation_needs_a_json_post_as_any_other() {
    let toy = keeping();
    let text = "mutation { add(by: 1) }";
    toy.persisted(Some(text), &sha256(text)).await;
    let body = json!({"extensions": {"persistedQuery": {"version": 1, "sha256Hash": sha256(text)}}});
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ] {
        let headers = [("content-type", content_type)];
        let reply = toy.send("POST", "/graphql", &headers, body.to_string()).await;
        assert_eq!((reply.status, reply.code()), (415, "UNSUPPORTED_MEDIA_TYPE"));
    }
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn where_nothing_is_kept_clients_hear_that_they_should_give_up() {
    let toy = toy();
    let (text, hash) = ("{ hello }", sha256("{ hello }"));
    assert!(toy.persisted(Some(text), &hash).await.json["data"].is_object());
    let reply = toy.persisted(None, &hash).await;
    assert_eq!(reply.code(), "PERSISTED_QUERY_NOT_FOUND");
    assert_eq!(reply.json["errors"][0]["message"], "PersistedQueryNotSupported");
}
