//! The limits of documents, as the server tells and as it holds them.

use serde_json::{Value, json};

use crate::{
    admin::Admin,
    support::{Answer, Client, TestApp},
};

/// The limits that `serverInfo` tells.
async fn limits(client: &Client) -> Value {
    let query = "{ serverInfo { documentLimits { depth complexity aliases rootFields documentBytes listItems responseBytes } } }";
    client.query(query).await.data("serverInfo")["documentLimits"].clone()
}

fn passed_a_limit(answer: &Answer) -> bool {
    answer.codes() == ["QUERY_LIMIT_EXCEEDED"]
}

fn count(limits: &Value, name: &str) -> usize {
    usize::try_from(limits[name].as_u64().unwrap()).unwrap()
}

#[tokio::test]
async fn a_document_may_be_as_large_as_the_server_tells_and_no_larger() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let limits = limits(&client).await;
    assert_eq!(
        limits,
        json!({ "depth": 15, "complexity": 250, "aliases": 15, "rootFields": 10, "documentBytes": 16_384, "listItems": 5_000, "responseBytes": 1_048_576 })
    );

    // `me`, then lists of sessions inside the user that is inside `me`; validation would refuse it, limits come first.
    let deep = |levels: usize| {
        format!(
            "{{ {}id{} }}",
            "me { ".repeat(levels - 1),
            " }".repeat(levels - 1)
        )
    };
    let fields = |total: usize| format!("{{ me {{ {} }} }}", "id ".repeat(total - 1));
    let aliases = |total: usize| {
        let fields = (0..total).fold(String::new(), |fields, n| fields + &format!("a{n}: id "));
        format!("{{ me {{ {fields} }} }}")
    };
    let roots = |total: usize| format!("{{ {} }}", "viewer { isAuthenticated } ".repeat(total));
    let bytes = |total: usize| format!("{{ me {{ id }} }}{}", " ".repeat(total - 13));
    let directives = |total: usize| format!("{{ me {{ id {} }} }}", "@include(if: true) ".repeat(total));
    for (what, limit, document) in [
        (
            "depth",
            count(&limits, "depth"),
            &deep as &dyn Fn(usize) -> String,
        ),
        ("complexity", count(&limits, "complexity"), &fields),
        ("aliases", count(&limits, "aliases"), &aliases),
        ("root fields", count(&limits, "rootFields"), &roots),
        ("bytes", count(&limits, "documentBytes"), &bytes),
        ("directives", 20, &directives),
    ] {
        let largest = client.query(&document(limit)).await;
        assert!(!passed_a_limit(&largest), "{what}: {}", largest.text);
        let larger = client.query(&document(limit + 1)).await;
        assert!(passed_a_limit(&larger), "{what}: {}", larger.text);
        assert!(larger.body.get("data").is_none(), "{what}");
    }
    assert_eq!(bytes(100).len(), 100);
}

const WHOLE_PAGE: &str = "
    nodes { id isCurrent deviceName userAgent ipAddress authMethods createdAt lastUsedAt expiresAt }
    edges { cursor node { id isCurrent deviceName userAgent ipAddress authMethods createdAt lastUsedAt expiresAt } }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount";

#[tokio::test]
async fn page_sizes_multiply_and_their_product_has_a_limit() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = &ada.client;
    let whole = client
        .query(&format!("{{ me {{ sessions(first: 100) {{ {WHOLE_PAGE} }} }} }}"))
        .await;
    assert_eq!(whole.data("me")["sessions"]["totalCount"], 1);

    let page = "nodes { userAgent deviceName } edges { node { userAgent deviceName } }";
    let aliases = (0..15).fold(String::new(), |fields, n| {
        fields + &format!("a{n}: sessions(first: $n) {{ {page} }} ")
    });
    let document = format!("query ($n: Int) {{ me {{ {aliases} }} }}");
    // Also once the document is known, with a size that passes.
    for (size, passes) in [
        (json!(10), true),
        (json!(100), false),
        (Value::Null, true),
        (json!(101), false),
    ] {
        let answer = client.run(&document, json!({ "n": size })).await;
        assert_eq!(!passed_a_limit(&answer), passes, "{size}: {}", answer.text);
        assert_eq!(answer.body.get("data").is_some(), passes, "{size}");
    }

    let ids = (0..100).fold(String::new(), |ids, n| ids + &format!("\"id {n}\" "));
    let nodes = |of_user: &str| format!("{{ nodes(ids: [{ids}]) {{ id ... on User {{ {of_user} }} }} }}");
    assert!(client.query(&nodes("name email")).await.data("nodes").is_array());
    let refused = client
        .query(&nodes("sessions(first: 100) { nodes { id } }"))
        .await;
    assert!(passed_a_limit(&refused), "{}", refused.text);
}

#[tokio::test]
async fn lists_of_an_administrator_have_the_same_limit() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let sessions = "sessions(first: 100) { nodes { id } }";
    let people = format!("{{ users(first: 100) {{ nodes {{ id {sessions} }} }} }}");
    let answer = ada.client.query(&people).await;
    assert!(passed_a_limit(&answer), "{}", answer.text);
    let few = format!("{{ users(first: 20) {{ nodes {{ id {sessions} }} }} }}");
    assert!(ada.client.query(&few).await.data("users").is_object());
    let result = format!("results {{ user {{ {sessions} }} }}");
    let users: Vec<_> = (0..100)
        .map(|n| json!({ "name": "Eve", "email": format!("eve{n}@example.com") }))
        .collect();
    let answer = ada
        .client
        .call("importUsers", &result, json!({ "users": users }))
        .await;
    assert!(passed_a_limit(&answer), "{}", answer.text);
    assert!(app.row("eve0@example.com").await.is_none());
}

#[tokio::test]
async fn a_change_that_asks_for_too_much_is_not_made() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let pages = (0..10).fold(String::new(), |fields, n| {
        fields + &format!("a{n}: sessions(first: 100) {{ {WHOLE_PAGE} }} ")
    });
    let change = format!("mutation {{ updateProfile(input: {{ name: \"Eve\" }}) {{ user {{ {pages} }} }} }}");
    let answer = ada.client.query(&change).await;
    assert!(passed_a_limit(&answer), "{}", answer.text);
    assert_eq!(ada.client.me().await.data("me")["name"], "ada");
}

/// As wide as the budget and the aliases allow, through every type and back.
fn costly_introspection() -> String {
    let ty = "kind name description specifiedByURL isOneOf ";
    let values = "enumValues(includeDeprecated: true) { name description isDeprecated deprecationReason } ";
    let arguments = format!(
        "args(includeDeprecated: true) {{ name description defaultValue type {{ {ty} ofType {{ {ty} ofType {{ {ty} }} }} }} }} "
    );
    let inner = format!(
        "fields(includeDeprecated: true) {{ name description isDeprecated deprecationReason {arguments}
            type {{ {ty} {values} ofType {{ {ty} {values} ofType {{ {ty} {values} }} }} }} }} "
    );
    format!(
        "{{ __schema {{ types {{ {ty}
            fields(includeDeprecated: true) {{ {arguments} type {{ {inner} ofType {{ {inner} ofType {{ {inner} }} }} }} }}
            possibleTypes {{ {ty} {inner} }} interfaces {{ possibleTypes {{ {inner} }} }} }} }} }}"
    )
}

#[tokio::test]
async fn the_costliest_introspection_is_a_few_times_the_usual_one() {
    let app = TestApp::start().await;
    let usual = include_str!("../../../src/platform/graphql/fixtures/introspection/standard.graphql");
    let usual = app.anonymous().query(usual).await;
    let costly = app.anonymous().query(&costly_introspection()).await;
    assert!(costly.data("__schema").is_object());
    let times = costly.text.len() / usual.text.len();
    assert!(
        (1..8).contains(&times),
        "{} and {} bytes",
        costly.text.len(),
        usual.text.len()
    );
}
