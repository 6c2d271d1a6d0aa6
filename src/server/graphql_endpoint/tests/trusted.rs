//! Documents that are registered with the server.

use super::*;

fn trusting(only: bool, documents: &Json) -> EndpointSettings {
    EndpointSettings {
        credential_mutations: &["login"],
        introspection: true,
        documents: DocumentSettings {
            trusted: TrustedDocuments::parse(&documents.to_string()).unwrap(),
            only_trusted: only,
            persisted_bytes: 64 * 1024,
        },
        ..EndpointSettings::default()
    }
}

fn documents() -> Json {
    json!({
        // A SHA-1 hash, as the client preset makes by default.
        "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3": "query ($name: String) { hello(name: $name) }",
        "add": "mutation { add(by: 1) }",
        "several": "query A { hello } query B { leaf { name } }",
    })
}

const NAMED: &str = "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3";

#[tokio::test]
async fn a_trusted_document_is_asked_for_by_its_id() {
    for only in [false, true] {
        let toy = toy_with(trusting(only, &documents()));
        let reply = toy
            .post(&[], json!({"documentId": NAMED, "variables": {"name": "Ada"}}))
            .await;
        assert_eq!(reply.json, json!({"data": {"hello": "Hello, Ada!"}}));
        // Apollo Client's way, whatever made the hash.
        assert_eq!(
            toy.persisted(None, NAMED).await.json,
            json!({"data": {"hello": "Hello, you!"}})
        );
        let reply = toy
            .post(&[], json!({"documentId": "several", "operationName": "B"}))
            .await;
        assert_eq!(reply.json, json!({"data": {"leaf": {"name": "oak"}}}));
        assert_eq!(
            toy.post(&[], json!({"documentId": "add"})).await.json["data"]["add"],
            1
        );
        let reply = toy
            .send("GET", &format!("/graphql?documentId={NAMED}"), &[], "")
            .await;
        assert_eq!(reply.json, json!({"data": {"hello": "Hello, you!"}}));
        let reply = toy.send("GET", "/graphql?documentId=add", &[], "").await;
        assert_eq!((reply.status, reply.code()), (405, "METHOD_NOT_ALLOWED"));
        assert_eq!(toy.runs(), 1);
    }
}

#[tokio::test]
async fn variables_of_a_trusted_document_are_checked_as_any() {
    let toy = toy_with(trusting(true, &documents()));
    let reply = toy
        .post(&[], json!({"documentId": NAMED, "variables": {"name": 1}}))
        .await;
    assert_eq!(reply.code(), "BAD_USER_INPUT");
    let reply = toy.post(&[], json!({"documentId": "several"})).await;
    assert_eq!(reply.code(), "OPERATION_RESOLUTION_FAILURE");
}

#[tokio::test]
async fn where_only_trusted_documents_run_every_other_is_refused() {
    let toy = toy_with(trusting(true, &documents()));
    for query in [
        "{ hello }",
        "mutation { add(by: 2) }",
        "mutation  { add(by: 1) }",
        "{ __typename }",
        "{ __schema { types { name } } }",
        "{",
        "",
    ] {
        for body in [json!({ "query": query }), json!({ "documentId": query })] {
            let reply = toy.post(&[], body.clone()).await;
            assert_eq!(
                (reply.status, reply.code()),
                (200, "DOCUMENT_NOT_TRUSTED"),
                "{body}"
            );
            assert!(reply.json.get("data").is_none());
            assert_eq!(toy.post(&[GRAPHQL], body).await.status, 400);
        }
    }
    // Sending a text does not register it.
    let hash = "4eb2a0a5bd36b70fb0b2a3ba0bd0ac6b9d7fbd5a5cd7e9ae5f1b9f1e0c9f5d14";
    assert_eq!(toy.persisted(None, hash).await.code(), "DOCUMENT_NOT_TRUSTED");
    assert_eq!(toy.runs(), 0);
    // A trusted text is trusted however it is sent.
    assert_eq!(toy.query("mutation { add(by: 1) }").await.json["data"]["add"], 1);
}

#[tokio::test]
async fn beside_trusted_documents_others_run_unless_they_are_refused() {
    let toy = toy_with(trusting(false, &documents()));
    assert_eq!(toy.query("{ hello }").await.json["data"]["hello"], "Hello, you!");
    let reply = toy.post(&[], json!({"documentId": "unknown"})).await;
    assert_eq!(reply.code(), "DOCUMENT_NOT_TRUSTED");
    let hash = "0".repeat(64);
    assert_eq!(
        toy.persisted(None, &hash).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
}

#[tokio::test]
async fn one_request_names_one_document() {
    let toy = toy_with(trusting(false, &documents()));
    let persisted = json!({"persistedQuery": {"version": 1, "sha256Hash": NAMED}});
    for body in [
        json!({"documentId": NAMED, "query": "{ hello }"}),
        json!({"documentId": NAMED, "extensions": persisted}),
        json!({"documentId": 1}),
        json!({"documentId": null}),
    ] {
        let reply = toy.post(&[], body.clone()).await;
        assert_eq!((reply.status, reply.code()), (400, "BAD_REQUEST"), "{body}");
    }
}

#[test]
fn a_trusted_document_that_would_be_refused_stops_the_start() {
    let deep = format!("{{ leaf {}", "{ a ".repeat(40));
    for text in [
        "",
        "{ hello",
        "{ nope }",
        "query ($a: Nope) { hello(name: $a) }",
        "mutation { a: add(by: 1) login }",
        "subscription { hello }",
        "{ hello(name: { a: 1 }) }",
        deep.as_str(),
    ] {
        let settings = trusting(false, &json!({"fine": "{ hello }", "bad": text}));
        let schema = || Schema::build(Query, Mutation, EmptySubscription);
        match GraphqlEndpoint::new(schema, settings) {
            Err(EndpointError::Untrustworthy { id, problem }) => {
                assert_eq!(id, "bad");
                assert!(!problem.is_empty(), "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
    let needs_variables = "query ($name: String!, $on: Boolean!) { hello(name: $name) @include(if: $on) }";
    let login = "mutation ($input: LoginInput!) { login(input: $input) }";
    let settings = trusting(
        true,
        &json!({"a": needs_variables, "b": login, "c": documents()["several"]}),
    );
    let schema = || Schema::build(Query, Mutation, EmptySubscription);
    assert!(GraphqlEndpoint::new(schema, settings).is_ok());
}
