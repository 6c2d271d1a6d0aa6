//! Reading about others leaves a trace.

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    reading::{events, events_with, nodes, start, types, with_roles},
    watch::{By, Watch},
};

/// The events since the last look, by their kinds and subjects.
async fn recorded(watch: &mut Watch<'_>) -> Vec<(String, Option<String>)> {
    let rows = watch.take().await.into_iter();
    let mut recorded: Vec<_> = rows
        .map(|row| (row.kind, row.subject_id.map(|id| id.to_string())))
        .collect();
    recorded.sort();
    recorded
}

/// The event of somebody who looks at the account with this id, or at a list of accounts.
fn viewed(id: Option<&str>) -> (String, Option<String>) {
    ("user_viewed".to_owned(), id.map(str::to_owned))
}

#[tokio::test]
async fn who_reads_the_events_of_others_is_recorded_once_a_minute() {
    let app = start().await;
    let ada = app.user("ada").await;
    let bob = app.user("bob").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let mut watch = Watch::new(&app).await;
    let by = |subject| By {
        kind: "administrator",
        subject,
        ..By::owner(&root.id, &root.session_id)
    };
    events_with("id type", &root.client, Some(&root.id))
        .await
        .data("auditEvents");
    watch.expect_nothing("own events").await;
    let read = events_with("id type", &root.client, Some(&ada.id)).await;
    let event = [("audit_read", json!({}))];
    watch.expect(&read, by(Some(&ada.id)), &event).await;
    events_with("id type", &root.client, Some(&ada.id))
        .await
        .data("auditEvents");
    watch.expect_nothing("the next page").await;
    let read = events_with("id type", &root.client, Some(&bob.id)).await;
    watch.expect(&read, by(Some(&bob.id)), &event).await;
    let query =
        "{ a: auditEvents { nodes { id } } b: auditEvents { nodes { id } } c: auditEvents { nodes { id } } }";
    let read = root.client.query(query).await;
    watch.expect(&read, by(None), &event).await;
    app.pass(Duration::from_mins(1));
    let read = events_with("id type", &root.client, Some(&ada.id)).await;
    watch.expect(&read, by(Some(&ada.id)), &event).await;
    let none = events_with("id type", &root.client, Some("nobody")).await;
    assert_eq!(nodes(&none), [] as [Value; 0]);
    watch.expect_nothing("nobody").await;
}

#[tokio::test]
async fn who_reads_the_account_of_somebody_else_is_recorded_once_a_minute() {
    let app = start().await;
    let ada = app.user("ada").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let mut watch = Watch::new(&app).await;
    let query = "query ($id: ID!) { user(by: { id: $id }) { email } }";
    let viewed = root.client.run(query, json!({ "id": ada.id })).await;
    let by = By {
        kind: "administrator",
        subject: Some(&ada.id),
        ..By::owner(&root.id, &root.session_id)
    };
    watch.expect(&viewed, by, &[("user_viewed", json!({}))]).await;
    for id in [&*ada.id, &root.id, "nobody"] {
        root.client.run(query, json!({ "id": id })).await.data("user");
    }
    let refused = ada.client.run(query, json!({ "id": root.id })).await;
    assert_eq!(refused.codes(), ["FORBIDDEN"]);
    watch
        .expect_nothing("the same again, oneself, nobody, and what is refused")
        .await;
    let answer = events(&ada.client, None).await;
    assert_eq!(types(&answer), ["USER_VIEWED", "SIGNUP"]);
}

#[tokio::test]
async fn every_way_to_the_details_of_others_is_recorded_for_each_person() {
    let app = start().await;
    let ada = app.user("ada").await;
    let bob = app.user("bob").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let mut watch = Watch::new(&app).await;
    let both = {
        let mut both = [viewed(Some(&ada.id)), viewed(Some(&bob.id))];
        both.sort();
        both
    };
    for details in [
        "sessions { nodes { id } }",
        "passkeys { id }",
        "identities { id }",
        "mfa { isEnabled }",
        "pendingEmail",
    ] {
        app.pass(Duration::from_mins(1));
        let query = format!("{{ users(first: 10) {{ nodes {{ id {details} }} }} }}");
        root.client.query(&query).await.data("users");
        let mut wanted = vec![viewed(None)];
        wanted.extend(both.clone());
        assert_eq!(recorded(&mut watch).await, wanted, "{details}");
    }
    app.pass(Duration::from_mins(1));
    let list = "{ users(first: 10) { nodes { id name email status roles lastLoginAt } } }";
    root.client.query(list).await.data("users");
    assert_eq!(recorded(&mut watch).await, [viewed(None)], "a list");
    app.pass(Duration::from_mins(1));
    events_with("type subject { email }", &root.client, Some(&ada.id))
        .await
        .data("auditEvents");
    let read = ("audit_read".to_owned(), Some(ada.id.clone()));
    assert_eq!(
        recorded(&mut watch).await,
        [read, viewed(Some(&ada.id))],
        "an event"
    );
    let by_id = "query ($id: ID!) { node(id: $id) { ... on User { id email } } }";
    let found = root.client.run(by_id, json!({ "id": bob.id })).await;
    assert_eq!(found.data("node"), &json!({ "id": bob.id, "email": bob.email }));
    assert_eq!(recorded(&mut watch).await, [viewed(Some(&bob.id))], "a node");
    let refused = ada.client.run(by_id, json!({ "id": bob.id })).await;
    assert_eq!(refused.data("node"), &Value::Null);
    assert_eq!(recorded(&mut watch).await, [], "no permission");
}

#[tokio::test]
async fn a_change_that_changes_nothing_is_recorded_as_a_look_at_the_account() {
    let app = start().await;
    let ada = app.user("ada").await;
    let root = with_roles(&app, "root", &["admin"]).await;
    let client = crate::admin::stepped_up(&app, &root.client).await;
    let mut watch = Watch::new(&app).await;
    let id = &ada.id;
    for (field, input) in [
        ("enableUser", json!({ "userId": id })),
        ("updateUser", json!({ "userId": id, "name": "ada" })),
        ("updateUserRoles", json!({ "userId": id, "roles": [] })),
    ] {
        let answer = client.call(field, "user { email }", input).await;
        assert_eq!(answer.data(field)["user"]["email"], json!(ada.email));
        assert_eq!(recorded(&mut watch).await, [viewed(Some(id))], "{field}");
    }
    let input = json!({ "userId": id });
    client
        .call("disableUser", "user { email }", input.clone())
        .await
        .data("disableUser");
    let disabled = ("user_disabled".to_owned(), Some(id.clone()));
    assert_eq!(recorded(&mut watch).await, [disabled]);
    client
        .call("disableUser", "user { email }", input)
        .await
        .data("disableUser");
    assert_eq!(recorded(&mut watch).await, [viewed(Some(id))], "disabled already");
}
