//! Documents that run again.

use super::*;

/// Whether the endpoint has cached a document.
fn is_kept(toy: &Toy, text: &str) -> bool {
    toy.endpoint.parsed.find(text).is_some()
}

#[tokio::test]
async fn a_document_is_answered_alike_the_first_time_and_later() {
    let toy = toy();
    for text in [
        "{ hello leaf { name } me { name } }",
        "{ leaf { name } leaf { __typename } ... on Query { leaf { other: name } } }",
        "query Named { busy }",
        "{ __schema { queryType { name } } __type(name: \"Leaf\") { name } }",
        "query ($off: Boolean = false) { hello @include(if: $off) leaf { name @skip(if: $off) } }",
        "{ cookie }",
    ] {
        let first = toy.query(text).await;
        for _ in 0..2 {
            let again = toy.query(text).await;
            assert_eq!(
                (again.status, again.json["data"].clone()),
                (first.status, first.json["data"].clone())
            );
            assert_eq!(again.json["errors"], first.json["errors"], "{text}");
            assert_eq!(again.headers, first.headers, "{text}");
        }
        assert_eq!(is_kept(&toy, text), !text.contains('"'), "{text}");
    }
}

#[tokio::test]
async fn what_is_refused_is_not_kept_and_refused_again() {
    let toy = toy();
    let deep = format!("{{ leaf {}", "{ a ".repeat(40));
    for text in [
        "{ hello",
        "{ nope }",
        "{ delivery(value: 1) }",
        "{ hello(name: {a: 1, a: 1}) }",
        "query ($n: Nope) { hello(name: $n) }",
        "mutation { a: add(by: 1) login }",
        &deep,
    ] {
        let first = toy.query(text).await;
        assert!(first.json.get("data").is_none(), "{text}");
        assert!(!is_kept(&toy, text), "{text}");
        assert_eq!(
            toy.query(text).await.json["errors"],
            first.json["errors"],
            "{text}"
        );
    }
}

#[tokio::test]
async fn variables_are_judged_each_time() {
    let toy = toy();
    let text = "mutation ($by: Int!) { add(by: $by) }";
    let add = async |variables| {
        toy.post(&[], json!({ "query": text, "variables": variables }))
            .await
    };
    assert_eq!(add(json!({ "by": 1 })).await.json["data"]["add"], 1);
    assert!(is_kept(&toy, text));
    assert_eq!(add(json!({ "by": 2 })).await.json["data"]["add"], 2);
    for wrong in [
        json!({}),
        json!({ "by": null }),
        json!({ "by": "3" }),
        json!({ "by": 2.5 }),
    ] {
        let reply = add(wrong).await;
        assert_eq!(reply.code(), "BAD_USER_INPUT");
        assert!(reply.json.get("data").is_none());
    }
    assert_eq!(toy.runs(), 2);
    assert_eq!(add(json!({ "by": 3 })).await.json["data"]["add"], 3);
}

#[tokio::test]
async fn directives_follow_the_variables_of_each_request() {
    let toy = toy();
    let text = "query ($on: Boolean!) { leaf { name } hello @include(if: $on) }";
    for on in [true, false, true] {
        let reply = toy
            .post(&[], json!({ "query": text, "variables": { "on": on } }))
            .await;
        assert_eq!(reply.json["data"].get("hello").is_some(), on);
    }
}

#[tokio::test]
async fn a_mutation_does_not_run_by_get_because_it_has_run_by_post() {
    let toy = toy();
    let text = "mutation{add(by:1)}";
    assert_eq!(toy.query(text).await.json["data"]["add"], 1);
    assert!(is_kept(&toy, text));
    let uri = "/graphql?query=mutation%7Badd(by:1)%7D";
    assert_eq!(toy.send("GET", uri, &[], Body::empty()).await.status, 405);
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn the_name_of_the_operation_counts_each_time() {
    let toy = toy();
    let text = "query A { hello }";
    let named = async |name: &str| {
        toy.post(&[], json!({ "query": text, "operationName": name }))
            .await
    };
    assert_eq!(named("A").await.json["data"]["hello"], "Hello, you!");
    assert!(is_kept(&toy, text));
    assert_eq!(named("B").await.code(), "OPERATION_RESOLUTION_FAILURE");
    assert_eq!(named("A").await.json["data"]["hello"], "Hello, you!");
}

#[tokio::test]
async fn documents_with_secrets_or_with_several_operations_are_not_kept() {
    let toy = toy();
    for (text, name) in [
        (
            "mutation { login(input: { email: \"a\", password: \"hunter2\" }) }",
            None,
        ),
        ("{ hello(name: \"\"\"hunter2\"\"\") }", None),
        ("query A { hello } query B { busy }", Some("A")),
    ] {
        let reply = toy
            .post(&[], json!({ "query": text, "operationName": name }))
            .await;
        assert!(reply.json.get("errors").is_none(), "{}", reply.text);
        assert!(!is_kept(&toy, text), "{text}");
    }
}

#[tokio::test]
async fn a_document_that_is_run_again_can_still_be_kept_by_its_hash() {
    let toy = toy_with(EndpointSettings {
        documents: DocumentSettings {
            persisted_bytes: 64 * 1024,
            ..DocumentSettings::default()
        },
        ..EndpointSettings::default()
    });
    let text = "{ hello }";
    let hash = persisted::sha256(text);
    toy.query(text).await;
    assert!(is_kept(&toy, text));
    assert_eq!(
        toy.persisted(None, &hash).await.code(),
        "PERSISTED_QUERY_NOT_FOUND"
    );
    toy.persisted(Some(text), &hash).await;
    assert_eq!(
        toy.persisted(None, &hash).await.json["data"]["hello"],
        "Hello, you!"
    );
}

#[tokio::test]
async fn however_many_documents_come_they_stay_within_their_memory() {
    let toy = toy();
    for count in 0..2_000 {
        toy.query(&format!(
            "query Q{count} {{ {} }}",
            "hello ".repeat(count % 400 + 1)
        ))
        .await;
    }
    assert!(
        toy.endpoint
            .parsed
            .0
            .is_within(super::super::parsed_document_cache::MAX_BYTES as u64)
    );
}
