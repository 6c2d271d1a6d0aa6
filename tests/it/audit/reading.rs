//! Who sees which events, and what of them.

use std::time::Duration;

use serde_json::{Value, json};

use super::watch::{ADDRESS, AGENT, By, Watch, from_here};
use crate::support::{Answer, Client, PASSWORD, Person, TestApp};

const FIELDS: &str = "id type createdAt actorKind actorId actor { id email } subjectId subject { id email }
    ipAddress userAgent requestId details { name value }";

pub(super) async fn start() -> TestApp {
    TestApp::builder()
        .behind_proxy()
        .config(|config| config.account_writes = 0)
        .start()
        .await
}

/// Somebody with these roles.
pub(super) async fn with_roles(app: &TestApp, name: &str, roles: &[&str]) -> Person {
    let person = app.admin(name).await;
    app.set_roles(&person, roles).await;
    // Events of one millisecond have no order.
    app.pass(Duration::from_secs(1));
    Person {
        client: from_here(&person.client),
        ..person
    }
}

pub(super) async fn events(client: &Client, user_id: Option<&str>) -> Answer {
    events_with(FIELDS, client, user_id).await
}

pub(super) async fn events_with(fields: &str, client: &Client, user_id: Option<&str>) -> Answer {
    let query = format!(
        "query ($id: ID) {{ auditEvents(first: 100, userId: $id) {{ nodes {{ {fields} }} totalCount }} }}"
    );
    client.run(&query, json!({ "id": user_id })).await
}

pub(super) fn nodes(answer: &Answer) -> &[Value] {
    answer.data("auditEvents")["nodes"]
        .as_array()
        .unwrap_or_else(|| panic!("{}", answer.text))
}

pub(super) fn types(answer: &Answer) -> Vec<&str> {
    nodes(answer)
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect()
}

fn details(event: &Value) -> Vec<(&str, &str)> {
    let details = event["details"].as_array().unwrap();
    details
        .iter()
        .map(|detail| {
            (
                detail["name"].as_str().unwrap(),
                detail["value"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn owners_see_their_own_events_newest_first_and_nobody_elses() {
    let app = start().await;
    let ada = app.user("ada").await;
    let eve = app.user("eve").await;
    app.pass(Duration::from_secs(1));
    let answer = from_here(&app.anonymous()).login(&ada.email, PASSWORD).await;
    answer.tokens("login");
    for user_id in [None, Some(&*ada.id)] {
        let seen = events(&ada.client, user_id).await;
        assert_eq!(types(&seen), ["LOGIN_SUCCEEDED", "SIGNUP"]);
        assert_eq!(seen.data("auditEvents")["totalCount"], 2);
        let event = &nodes(&seen)[0];
        assert_eq!(event["actorKind"], "OWNER");
        assert_eq!(
            (&event["actorId"], &event["subjectId"]),
            (&json!(ada.id), &json!(ada.id))
        );
        assert_eq!(event["actor"], json!({ "id": ada.id, "email": ada.email }));
        assert_eq!(event["subject"], event["actor"]);
        assert_eq!(
            (&event["ipAddress"], &event["userAgent"]),
            (&json!(ADDRESS), &json!(AGENT))
        );
        assert_eq!(event["requestId"].as_str(), answer.header("x-request-id"));
        assert_eq!(details(event), [("methods", "password")]);
    }
    for other in [&*eve.id, "nobody", "00000000-0000-7000-8000-000000000000"] {
        let refused = events(&ada.client, Some(other)).await;
        assert_eq!(refused.codes(), ["FORBIDDEN"], "{other}");
        assert_eq!(refused.body["data"], json!({ "auditEvents": null }));
    }
    let refused = events(&app.anonymous(), None).await;
    assert_eq!(refused.reason(), "TOKEN_MISSING");
    assert_eq!(types(&events(&eve.client, None).await), ["SIGNUP"]);
}

#[tokio::test]
async fn pages_follow_each_other_from_both_ends() {
    let app = start().await;
    let ada = app.user("ada").await;
    for _ in 0..6 {
        app.pass(Duration::from_secs(1));
        app.sign_in(&ada.email).await;
    }
    let query = "query ($first: Int, $after: String, $last: Int, $before: String) {
        auditEvents(first: $first, after: $after, last: $last, before: $before) {
            nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount isTotalCountExact } }";
    let all = ada.client.run(query, json!({})).await;
    let all = all.data("auditEvents");
    assert_eq!(
        (&all["totalCount"], &all["isTotalCountExact"]),
        (&json!(7), &json!(true))
    );
    let all: Vec<Value> = all["nodes"].as_array().unwrap().clone();
    assert_eq!(all.len(), 7);
    for (size, at, other_end) in [("first", "after", "endCursor"), ("last", "before", "startCursor")] {
        let mut seen = Vec::new();
        let mut cursor = Value::Null;
        loop {
            let page = ada.client.run(query, json!({ size: 3, at: cursor })).await;
            let page = page.data("auditEvents").clone();
            let mut nodes = page["nodes"].as_array().unwrap().clone();
            cursor = page["pageInfo"][other_end].clone();
            let has_more = if size == "first" {
                seen.extend(nodes);
                &page["pageInfo"]["hasNextPage"]
            } else {
                nodes.extend(seen);
                seen = nodes;
                &page["pageInfo"]["hasPreviousPage"]
            };
            if *has_more == false {
                break;
            }
        }
        assert_eq!(seen, all, "{size}");
    }
    let bad = ada.client.run(query, json!({ "first": 101 })).await;
    assert_eq!(bad.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn an_administrator_shows_owners_neither_network_nor_personal_facts() {
    let app = start().await;
    let ada = app.user("ada").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let token = root
        .client
        .call(
            "reauthenticate",
            "tokens { accessToken }",
            json!({ "password": PASSWORD }),
        )
        .await;
    let token = token.data("reauthenticate")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let client = from_here(&app.bearer(&token));
    let input = json!({ "userId": ada.id, "reason": "spam" });
    client
        .call("disableUser", "user { id }", input)
        .await
        .data("disableUser");
    client
        .call("enableUser", "user { id }", json!({ "userId": ada.id }))
        .await
        .data("enableUser");
    let ada = app.sign_in(&ada.email).await;
    let find = |answer: &Answer| -> Value {
        let found = nodes(answer)
            .iter()
            .find(|event| event["type"] == "USER_DISABLED");
        found.unwrap().clone()
    };
    let hers = find(&events(&ada.client, None).await);
    assert_eq!(hers["actorKind"], "ADMINISTRATOR");
    assert_eq!(hers["actorId"], json!(root.id));
    assert_eq!(hers["actor"], Value::Null);
    assert_eq!(hers["subject"]["email"], json!(ada.email));
    assert_eq!(
        (&hers["ipAddress"], &hers["userAgent"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(hers["requestId"], Value::Null);
    assert_eq!(hers["details"], json!([]));
    // Those who act see what they did, and so do those who may read everything.
    for (client, id) in [(&client, None), (&client, Some(&*ada.id))] {
        let event = find(&events(client, id).await);
        assert_eq!(
            (&event["ipAddress"], &event["userAgent"]),
            (&json!(ADDRESS), &json!(AGENT))
        );
        assert!(event["requestId"].is_string());
        assert_eq!(details(&event), [("reason", "spam")]);
        assert_eq!(event["actor"]["email"], json!(root.email));
        assert_eq!(event["subject"]["email"], json!(ada.email));
    }
}

#[tokio::test]
async fn the_names_of_others_need_the_permission_to_read_users() {
    let app = start().await;
    let ada = app.user("ada").await;
    let root = with_roles(&app, "root", &["auditor"]).await;
    let seen = events(&root.client, Some(&ada.id)).await;
    assert_eq!(types(&seen), ["AUDIT_READ", "SIGNUP"]);
    let signup = &nodes(&seen)[1];
    assert_eq!(
        (&signup["actor"], &signup["subject"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(signup["subjectId"], json!(ada.id));
    let own = &nodes(&seen)[0];
    assert_eq!(own["actor"]["id"], json!(root.id));
}

#[tokio::test]
async fn an_event_shows_the_same_in_a_list_and_by_its_id() {
    let app = start().await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let other = with_roles(&app, "other", &["admin"]).await;
    let view = "query ($id: ID!) { user(by: { id: $id }) { email } }";
    other
        .client
        .run(view, json!({ "id": root.id }))
        .await
        .data("user");
    let fields = "id type ipAddress userAgent requestId";
    let listed = events_with(fields, &root.client, Some(&root.id)).await;
    let listed = nodes(&listed)
        .iter()
        .find(|event| event["type"] == "USER_VIEWED")
        .unwrap();
    assert_eq!(listed["ipAddress"], json!(ADDRESS));
    let query = format!("query ($id: ID!) {{ node(id: $id) {{ ... on AuditEvent {{ {fields} }} }} }}");
    let event = root.client.run(&query, json!({ "id": listed["id"] })).await;
    assert_eq!(event.data("node"), listed);
}

#[tokio::test]
async fn an_event_is_a_node_for_whoever_may_see_it() {
    let app = start().await;
    let ada = app.user("ada").await;
    let eve = app.user("eve").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let signup = events(&ada.client, None).await;
    let id = nodes(&signup)[0]["id"].clone();
    let query = "query ($id: ID!) { node(id: $id) { __typename id ... on AuditEvent { type ipAddress } } }";
    let mut watch = Watch::new(&app).await;
    let own = ada.client.run(query, json!({ "id": id })).await;
    assert_eq!(own.data("node")["__typename"], "AuditEvent");
    assert_eq!(
        (&own.data("node")["type"], &own.data("node")["id"]),
        (&json!("SIGNUP"), &id)
    );
    for client in [&eve.client, &app.anonymous()] {
        let none = client.run(query, json!({ "id": id })).await;
        assert_eq!(none.data("node"), &Value::Null);
    }
    watch.expect_nothing("nobody else saw it").await;
    let read = root.client.run(query, json!({ "id": id })).await;
    assert_eq!(read.data("node")["type"], "SIGNUP");
    let by = By {
        kind: "administrator",
        subject: Some(&ada.id),
        ..By::owner(&root.id, &root.session_id)
    };
    watch.expect(&read, by, &[("audit_read", json!({}))]).await;
}
