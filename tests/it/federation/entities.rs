//! Names for ids, and nothing else.

use serde_json::{Value, json};

use super::{ask, federated, names, router, start, user};
use crate::support::{Answer, TestApp};

const UNKNOWN: &str = "019ac1d2-7a4e-7c33-9d52-0242ac120002";

fn found(id: &str, name: &str) -> Value {
    json!({ "__typename": "User", "id": id, "name": name })
}

async fn rename(app: &TestApp, email: &str, name: &str) {
    app.sql(&format!(
        "UPDATE users SET name = '{name}' WHERE email_key = '{email}'"
    ))
    .await;
}

#[tokio::test]
async fn a_list_keeps_its_order_and_costs_one_statement() {
    let first = start().await;
    let (ada, bob) = (first.user("ada").await, first.user("bob").await);
    rename(&first, &ada.email, "Ada Lovelace").await;
    rename(&first, &bob.email, "Bob <b>").await;
    let (app, statements) = first.another_watched(federated).await;
    statements.take();
    let asked = json!([user(&bob.id), user(UNKNOWN), user(&ada.id), user(&bob.id)]);
    let answer = names(&router(&app), asked).await;
    let bob_found = found(&bob.id, "Bob <b>");
    assert_eq!(
        *answer.data("_entities"),
        json!([bob_found, null, found(&ada.id, "Ada Lovelace"), bob_found])
    );
    let statements = statements.take();
    assert_eq!(statements.len(), 1, "{statements:?}");
    let values = statements[0].values.as_ref().unwrap();
    let ids = values
        .0
        .iter()
        .filter(|value| format!("{value:?}").contains("Uuid"));
    assert_eq!(ids.count(), 3, "each id is asked for once: {values:?}");
}

#[tokio::test]
async fn nothing_is_asked_of_the_database_for_no_ids() {
    let first = start().await;
    let (app, statements) = first.another_watched(federated).await;
    statements.take();
    assert_eq!(
        *names(&router(&app), json!([])).await.data("_entities"),
        json!([])
    );
    let nobody = names(&router(&app), json!([user("7"), user("")])).await;
    assert_eq!(*nobody.data("_entities"), json!([null, null]));
    assert_eq!(statements.take().len(), 0);
}

#[tokio::test]
async fn accounts_that_are_disabled_or_on_their_way_out_have_no_name() {
    let app = TestApp::with(|config| {
        federated(config);
        config.deletion_grace = std::time::Duration::from_hours(24);
    })
    .await;
    let (ada, bob, eve) = (
        app.user("ada").await,
        app.user("bob").await,
        app.user("eve").await,
    );
    let all = json!([user(&ada.id), user(&bob.id), user(&eve.id)]);
    let shown = async || {
        let answer = names(&router(&app), all.clone()).await;
        let list = answer.data("_entities").as_array().unwrap();
        list.iter().map(|entity| !entity.is_null()).collect::<Vec<_>>()
    };
    // Nobody has confirmed an address yet.
    assert_eq!(shown().await, [true, true, true]);
    app.disable(&ada.email).await;
    let input = json!({ "currentPassword": crate::support::PASSWORD });
    let deleted = bob.client.call("deleteAccount", "deletesAt", input).await;
    assert!(
        deleted.user_errors("deleteAccount").is_empty(),
        "{}",
        deleted.text
    );
    assert_eq!(shown().await, [false, false, true]);
    app.enable(&ada.email).await;
    app.sql(&format!("DELETE FROM users WHERE email_key = '{}'", eve.email))
        .await;
    assert_eq!(shown().await, [true, false, false]);
}

#[tokio::test]
async fn a_malformed_representation_fails_alone_and_says_where() {
    let app = start().await;
    let ada = app.user("ada").await;
    let answer = names(
        &router(&app),
        json!([
            "x",
            user(&ada.id),
            { "__typename": "Session", "id": ada.session_id },
            { "__typename": "User", "email": ada.email },
            { "__typename": "User", "id": 7 },
            user(UNKNOWN),
            user(&ada.session_id),
        ]),
    )
    .await;
    let entities = &answer.body["data"]["_entities"];
    assert_eq!(
        *entities,
        json!([null, found(&ada.id, "ada"), null, null, null, null, null])
    );
    let errors = answer.body["errors"].as_array().unwrap();
    let mut paths: Vec<_> = errors.iter().map(|error| error["path"].clone()).collect();
    paths.sort_by_key(|path| path[1].as_u64());
    assert_eq!(
        paths,
        [0, 2, 3, 4].map(|index| json!(["_entities", index])),
        "{}",
        answer.text
    );
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"; 4]);
    assert!(!answer.text.contains(&ada.email), "{}", answer.text);
}

#[tokio::test]
async fn a_list_has_a_hundred_entities_at_most() {
    let app = start().await;
    let ada = app.user("ada").await;
    let of = |count| json!(vec![user(&ada.id); count]);
    let answer = names(&router(&app), of(100)).await;
    assert_eq!(answer.data("_entities").as_array().unwrap().len(), 100);
    let answer = names(&router(&app), of(101)).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(answer.body["data"], Value::Null);
}

#[tokio::test]
async fn representations_can_be_written_into_the_document_and_aliased() {
    let app = start().await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let document = format!(
        r#"{{ a: _entities(representations: [{{ __typename: "User", id: "{}" }}]) {{ ...N }}
             b: _entities(representations: {{ __typename: "User", id: "{}" }}) {{ ...N }} }}
           fragment N on User {{ name }}"#,
        ada.id, bob.id
    );
    for _ in 0..2 {
        let answer = ask(&router(&app), &document).await;
        assert_eq!(*answer.data("a"), json!([{ "name": "ada" }]));
        assert_eq!(*answer.data("b"), json!([{ "name": "bob" }]));
    }
}

#[tokio::test]
async fn nothing_but_id_and_name_can_be_asked_for() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = router(&app);
    let every = async |query: &str| -> Answer { ask(&client, query).await };
    for field in [
        "email",
        "isEmailVerified",
        "status",
        "roles",
        "createdAt",
        "lastLoginAt",
        "locale",
        "sessions { totalCount }",
    ] {
        let query = format!(
            r#"{{ _entities(representations: [{{ __typename: "User", id: "{}" }}]) {{ ... on User {{ {field} }} }} }}"#,
            ada.id
        );
        assert_eq!(
            every(&query).await.codes(),
            ["GRAPHQL_VALIDATION_FAILED"],
            "{field}"
        );
    }
    for query in [
        "{ me { id } }",
        "{ viewer { isAuthenticated } }",
        "{ serverInfo { version } }",
        "{ users { totalCount } }",
        "{ node(id: 1) { id } }",
        "mutation { logout { wasSignedIn } }",
        "subscription { me { id } }",
    ] {
        let answer = every(query).await;
        assert!(!answer.codes().is_empty(), "{query}");
        assert!(answer.body["data"].is_null(), "{}", answer.text);
        assert!(
            !answer.codes().contains(&"INTERNAL_SERVER_ERROR"),
            "{}",
            answer.text
        );
    }
}
