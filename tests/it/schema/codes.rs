//! The codes of errors are in the schema.

use serde_json::Value;

use super::{names, type_named, types};
use crate::support::TestApp;

#[tokio::test]
async fn the_server_tells_every_code_that_the_schema_has() {
    let app = TestApp::start().await;
    let answer = app
        .anonymous()
        .query("{ serverInfo { requestErrorCodes } }")
        .await;
    let codes = answer.data("serverInfo")["requestErrorCodes"].as_array().unwrap();
    let codes: Vec<_> = codes.iter().filter_map(Value::as_str).collect();
    let types = types(&app).await;
    assert_eq!(codes, names(type_named(&types, "RequestErrorCode"), "enumValues"));
}

#[tokio::test]
async fn the_reasons_for_not_being_signed_in_are_those_of_the_schema() {
    let app = TestApp::start().await;
    let types = types(&app).await;
    let known = names(type_named(&types, "UnauthenticatedReason"), "enumValues");
    for client in [app.anonymous(), app.bearer("garbage")] {
        let answer = client.me().await;
        assert!(known.contains(&answer.reason()), "{}", answer.text);
    }
}
