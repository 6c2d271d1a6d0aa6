//! The limits of documents, as the server tells and as it holds them.

use serde_json::{Value, json};

use crate::support::{Answer, Client, TestApp};

/// The limits that `serverInfo` tells.
async fn limits(client: &Client) -> Value {
    let query = "{ serverInfo { documentLimits { depth complexity aliases rootFields documentBytes } } }";
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
        json!({ "depth": 15, "complexity": 250, "aliases": 15, "rootFields": 10, "documentBytes": 16_384 })
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
