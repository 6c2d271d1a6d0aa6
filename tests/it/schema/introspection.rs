//! Tools read the schema as they always do.

use crate::support::TestApp;

#[tokio::test]
async fn the_introspection_of_common_tools_is_answered() {
    let app = TestApp::start().await;
    for query in [
        include_str!("../../../src/platform/graphql/fixtures/introspection/standard.graphql"),
        include_str!("../../../src/platform/graphql/fixtures/introspection/everything.graphql"),
        include_str!("../../../src/platform/graphql/fixtures/introspection/typename_everywhere.graphql"),
    ] {
        let answer = app.anonymous().query(query).await;
        let schema = answer.data("__schema");
        assert_eq!(schema["mutationType"]["name"], "Mutation");
        let types = schema["types"].as_array().unwrap();
        let user = types.iter().find(|it| it["name"] == "User").unwrap();
        assert_eq!(user["fields"][0]["name"], "id");
        assert_eq!(user["fields"][0]["type"]["kind"], "NON_NULL");
    }
}

#[tokio::test]
async fn one_type_is_answered_with_its_description() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .query(r#"{ __type(name: "UserErrorCode") { description enumValues { name description } } }"#)
        .await;
    let values = answer.data("__type")["enumValues"].as_array().unwrap();
    assert!(values.iter().any(|it| it["name"] == "INVALID_CREDENTIALS"));
}
