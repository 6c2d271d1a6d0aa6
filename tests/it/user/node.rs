//! Objects by their id.

use serde_json::json;

use crate::support::TestApp;

const NODES: &str = "query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }";

#[tokio::test]
async fn one_finds_ones_own_account_and_sessions_and_nothing_of_anyone_else() {
    let app = TestApp::start().await;
    let (ada, eve) = (app.user("ada").await, app.user("eve").await);
    let answer = ada.client.query("{ viewer { session { id } } }").await;
    let session = answer.data("viewer")["session"]["id"]
        .as_str()
        .unwrap()
        .to_owned();

    let ids = json!({ "ids": [ada.id, session, eve.id, "no such thing", ""] });
    let answer = ada.client.run(NODES, ids.clone()).await;
    let own = json!([
        { "__typename": "User", "id": ada.id }, { "__typename": "Session", "id": session }, null, null, null
    ]);
    assert_eq!(answer.data("nodes"), &own);

    for other in [eve.client, app.anonymous(), app.bearer("garbage")] {
        let answer = other.run(NODES, json!({ "ids": [ada.id, session] })).await;
        assert_eq!(answer.data("nodes"), &json!([null, null]));
        let answer = other
            .run(
                "query ($id: ID!) { node(id: $id) { id } }",
                json!({ "id": ada.id }),
            )
            .await;
        assert_eq!(answer.data("node"), &json!(null));
    }
}

#[tokio::test]
async fn more_than_a_hundred_ids_are_refused() {
    let app = TestApp::start().await;
    let ids = vec!["x"; 101];
    assert_eq!(
        app.anonymous().run(NODES, json!({ "ids": ids })).await.codes(),
        ["BAD_USER_INPUT"]
    );
}

#[tokio::test]
async fn an_id_asked_for_twice_is_refused() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let answer = ada.client.run(NODES, json!({ "ids": [ada.id, ada.id] })).await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
}
