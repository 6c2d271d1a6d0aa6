//! What runs on a socket.

use serde_json::{Value, json};

use crate::support::{Socket, TestApp};

/// The errors of a subscription that is refused.
async fn refused(socket: &mut Socket, query: &str) -> Value {
    socket.subscribe("x", query).await;
    let message = socket.next().await;
    assert_eq!(
        (&message["id"], &message["type"]),
        (&json!("x"), &json!("error")),
        "{message}"
    );
    let errors = message["payload"].clone();
    assert!(!errors.as_array().unwrap().is_empty());
    errors
}

async fn code(socket: &mut Socket, query: &str) -> String {
    let errors = refused(socket, query).await;
    errors[0]["extensions"]["code"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn queries_and_mutations_do_not_run() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    for query in [
        "{ me { id } }",
        "mutation { logout { wasSignedIn } }",
        "{ __schema { queryType { name } } }",
    ] {
        assert_eq!(code(&mut socket, query).await, "BAD_REQUEST", "{query}");
    }
    assert!(ada.client.me().await.data("me").is_object(), "still signed in");
}

#[tokio::test]
async fn a_subscription_passes_the_checks_of_a_request() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    for (query, expected) in [
        ("subscription {", "GRAPHQL_PARSE_FAILED"),
        ("subscription { sessionRevoked }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { sessionRevoked { unknown } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription { a: sessionRevoked { reason } b: sessionRevoked { reason } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        ("subscription { __typename }", "GRAPHQL_VALIDATION_FAILED"),
        (
            "subscription { sessionRevoked(a: 1) { reason } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            "subscription A { sessionRevoked { reason } } subscription B { sessionRevoked { reason } }",
            "OPERATION_RESOLUTION_FAILURE",
        ),
        (
            "subscription($a: Int!) { sessionRevoked { reason @skip(if: false) } }",
            "GRAPHQL_VALIDATION_FAILED",
        ),
    ] {
        assert_eq!(code(&mut socket, query).await, expected, "{query}");
    }
    let deep = "{ ... ".repeat(60) + "{ reason }" + &" }".repeat(60);
    let wide = "reason ".repeat(300);
    for selection in [deep, format!("{{ {wide} }}")] {
        let query = format!("subscription {{ sessionRevoked {selection} }}");
        assert_eq!(
            code(&mut socket, &query).await,
            "QUERY_LIMIT_EXCEEDED",
            "{query:.60}"
        );
    }
    let aliases: String = (0..100).fold(String::new(), |all, number| {
        all + "a" + &number.to_string() + ": reason "
    });
    assert_eq!(
        code(
            &mut socket,
            &format!("subscription {{ sessionRevoked {{ {aliases} }} }}")
        )
        .await,
        "QUERY_LIMIT_EXCEEDED"
    );
    assert!(socket.is_open().await);
}

#[tokio::test]
async fn variables_are_coerced() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut socket = app.socket_of(&ada.token).await;
    let query = "subscription($a: Boolean!) { sessionRevoked { reason sessionId @include(if: $a) } }";
    let send = |id: &str, variables: Value| json!({ "type": "subscribe", "id": id, "payload": { "query": query, "variables": variables } });
    socket.send(send("1", json!({ "a": "hunter2" }))).await;
    let message = socket.next().await;
    assert_eq!(
        message["payload"][0]["extensions"]["code"], "BAD_USER_INPUT",
        "{message}"
    );
    assert!(!message.to_string().contains("hunter2"));
    socket.send(send("1", json!({ "a": false }))).await;
    ada.client.logout().await;
    let event = socket.next().await;
    assert_eq!(
        event["payload"]["data"],
        json!({ "sessionRevoked": { "reason": "LOGOUT" } })
    );
}

#[tokio::test]
async fn a_subscription_by_post_or_get_is_refused_with_the_way_to_send_it() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = ada
        .client
        .query("subscription { sessionRevoked { reason } }")
        .await;
    let error = &answer.body["errors"][0];
    assert_eq!(error["extensions"]["code"], "BAD_REQUEST", "{error}");
    assert!(
        error["message"]
            .as_str()
            .unwrap()
            .contains("graphql-transport-ws")
    );
    let by_get = app
        .anonymous()
        .get("/graphql?query=subscription%7BsessionRevoked%7Breason%7D%7D")
        .await;
    assert_eq!(by_get.body["errors"][0]["extensions"]["code"], "BAD_REQUEST");
}

#[tokio::test]
async fn a_subscription_that_is_not_trusted_is_refused_where_documents_must_be() {
    let query = "subscription { sessionRevoked { reason } }";
    let open = TestApp::start().await;
    let ada = open.user("ada").await;
    let app = open.another(|config| config.trusted_documents_only = true).await;
    let mut socket = app.socket_of(&ada.token).await;
    assert_eq!(code(&mut socket, query).await, "DOCUMENT_NOT_TRUSTED");
}
