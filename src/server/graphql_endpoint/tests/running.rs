//! What runs, and how a failure affects the rest.

use super::*;

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

#[tokio::test]
async fn defaults_of_variables_count_in_include_and_skip() {
    let query = "query ($on: Boolean = true) { leaf { name @include(if: $on) } hello @skip(if: $on) }";
    let reply = toy().query(query).await;
    assert_eq!(reply.json, json!({"data": {"leaf": {"name": "oak"}}}));
}

#[tokio::test]
async fn a_field_given_many_times_runs_once() {
    let toy = toy();
    let reply = toy.query("mutation { add(by: 1) add(by: 1) add(by: 1) }").await;
    assert_eq!(reply.json, json!({"data": {"add": 1}}));
    assert_eq!(toy.runs(), 1);
}

#[tokio::test]
async fn a_change_in_several_fragments_is_made_once() {
    for document in [
        "mutation { add(by: 1) ... on Mutation { add(by: 1) } }",
        "mutation { ... on Mutation { add(by: 1) } ... { add(by: 1) ... on Mutation { add(by: 1) } } }",
        "mutation { add(by: 1) ...A ...B } fragment A on Mutation { ...B add(by: 1) } fragment B on Mutation { add(by: 1) }",
        "mutation { ...A @include(if: true) ...A } fragment A on Mutation { add(by: 1) @skip(if: true) }",
        "mutation { add(by: 1) @include(if: true) add(by: 1) @include(if: true) }",
    ] {
        let toy = toy();
        let reply = toy.query(document).await;
        let runs = usize::from(!document.contains("@skip"));
        assert_eq!(
            (reply.json["errors"].clone(), toy.runs()),
            (Json::Null, runs),
            "{document}"
        );
    }
    // Errors are still found.
    for document in [
        "mutation { add(by: 1) } fragment A on Mutation { add(by: 1) }",
        "mutation { ...A } fragment A on Query { __typename }",
        "mutation { ...A } fragment A on Mutation { nothing }",
        "mutation { ... on Query { __typename } }",
        "mutation { ...B }",
    ] {
        let toy = toy();
        let reply = toy.query(document).await;
        assert_eq!(
            (reply.code(), toy.runs()),
            ("GRAPHQL_VALIDATION_FAILED", 0),
            "{document}"
        );
    }
}

#[tokio::test]
async fn what_takes_too_long_is_told_with_a_time_to_come_back() {
    let toy = toy_with(EndpointSettings {
        timeout: Duration::ZERO,
        ..EndpointSettings::default()
    });
    let reply = toy.query("{ never }").await;
    assert_eq!((reply.status, reply.code()), (200, "SERVICE_UNAVAILABLE"));
    assert_eq!(reply.headers["retry-after"], "2");
    let reply = toy.post(&[GRAPHQL], json!({"query": "{ never }"})).await;
    assert_eq!(reply.status, 503);
}

#[tokio::test]
async fn an_answer_is_as_large_as_the_limit_allows_and_no_larger() {
    let toy = toy_with(EndpointSettings {
        document: DocumentLimits {
            response_bytes: 1_000,
            ..DocumentLimits::default()
        },
        ..EndpointSettings::default()
    });
    let around = r#"{"data":{"letters":""}}"#.len();
    let reply = toy
        .query(&format!("{{ letters(count: {}) }}", 1_000 - around))
        .await;
    assert_eq!((reply.code(), reply.text.len()), ("none", 1_000));
    let reply = toy
        .query(&format!("{{ letters(count: {}) }}", 1_001 - around))
        .await;
    assert_eq!(reply.code(), "QUERY_LIMIT_EXCEEDED");
    assert_eq!(reply.json["data"], Json::Null);
    assert!(reply.json.get("data").is_some());
    assert!(reply.text.len() < 300, "{}", reply.text);
    let error = &reply.json["errors"][0];
    assert!(
        error["message"].as_str().unwrap().contains("1000 bytes"),
        "{error}"
    );
    assert_eq!(error["extensions"].get("outcome"), None);
    assert_eq!(header(&reply, "set-cookie"), "");
}

#[tokio::test]
async fn a_mutation_with_too_large_an_answer_has_run_and_its_outcome_is_unknown() {
    let toy = toy_with(EndpointSettings {
        document: DocumentLimits {
            response_bytes: 1_000,
            ..DocumentLimits::default()
        },
        ..EndpointSettings::default()
    });
    for accept in ["application/json", GRAPHQL.1] {
        let reply = toy
            .post(
                &[("accept", accept)],
                json!({"query": "mutation { add(by: 1) letters(count: 2000) }"}),
            )
            .await;
        assert_eq!((reply.status, reply.code()), (200, "QUERY_LIMIT_EXCEEDED"));
        assert_eq!(reply.json["data"], Json::Null);
        assert_eq!(reply.json["errors"][0]["extensions"]["outcome"], "UNKNOWN");
        // The cookies that the change set are sent.
        assert_eq!(header(&reply, "set-cookie"), "a=b");
    }
    assert_eq!(toy.runs(), 2);
}

#[tokio::test]
async fn a_change_that_fails_first_has_the_same_outcome_whether_its_document_is_cached_or_not() {
    let toy = toy();
    let first = "mutation { ...A } fragment A on Mutation { busy }";
    let second = "mutation { ...A busy } fragment A on Mutation { add(by: 1) }";
    for (document, outcome) in [(first, Json::Null), (second, json!("UNKNOWN"))] {
        for _ in 0..3 {
            let reply = toy.query(document).await;
            assert_eq!(reply.code(), "SERVICE_UNAVAILABLE", "{document}");
            assert_eq!(
                reply.json["errors"][0]["extensions"]["outcome"], outcome,
                "{document}"
            );
        }
    }
}
