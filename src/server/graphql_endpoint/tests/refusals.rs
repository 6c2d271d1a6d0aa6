//! Documents that are refused before anything runs, and what their errors reveal.

use super::*;

#[tokio::test]
async fn refused_documents_have_a_code_and_no_data() {
    let toy = toy();
    for (body, code) in [
        (json!({"query": "{"}), "GRAPHQL_PARSE_FAILED"),
        (json!({"query": "{ nope }"}), "GRAPHQL_VALIDATION_FAILED"),
        (json!({"query": "subscription { hello }"}), "BAD_REQUEST"),
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
    let login = "mutation ($i: LoginInput!) { login(input: $i) }";
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
        json!({"query": login, "variables": {"i": "hunter2"}}),
        json!({"query": login, "variables": {"i": {"email": {"x": "hunter2"}, "password": "hunter2"}}}),
        json!({"query": login, "variables": {"i": {"email": "e", "password": "hunter2", "hunter2!": 1}}}),
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
    let directives = (0..500)
        .map(|n| format!("@directive{n} "))
        .collect::<Vec<_>>()
        .concat();
    let reply = toy.query(&format!("query {directives} {{ hello }}")).await;
    assert_eq!(reply.json["errors"].as_array().unwrap().len(), 10);
    let directives = (0..9)
        .map(|n| format!("@a{}{n} ", "a".repeat(1_500)))
        .collect::<Vec<_>>()
        .concat();
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
    let many = (0..15)
        .map(|n| format!("a{n}: {login} "))
        .collect::<Vec<_>>()
        .concat();
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
async fn a_variable_of_an_unknown_type_is_refused_and_nothing_panics() {
    for declared in [
        "$a: Nope",
        "$a: [Nope] = [1]",
        "$a: [[Nope!]!]! = [[{}]]",
        "$a: Query",
        "$a: [Query] = [1]",
    ] {
        let reply = toy().query(&format!("query ({declared}) {{ hello }}")).await;
        assert_eq!(
            reply.code(),
            "GRAPHQL_VALIDATION_FAILED",
            "{declared}: {}",
            reply.text
        );
    }
}
