//! The public contract: committed, described, and kept.

mod answers;
mod codes;
mod contract;
mod descriptions;
mod execution;
mod introspection;
mod language;
mod limits;

use serde_json::Value;

use crate::support::TestApp;

/// The server's own types, as introspection tells them.
pub(crate) async fn types(app: &TestApp) -> Vec<Value> {
    let query = include_str!("../../../src/platform/graphql/fixtures/introspection/everything.graphql");
    let answer = app.anonymous().query(query).await;
    let types = items(answer.data("__schema"), "types");
    let built_in = ["ID", "Int", "Float", "String", "Boolean"];
    let own = types.iter().filter(|it| {
        let name = text(it, "name");
        !name.starts_with("__") && !built_in.contains(&name)
    });
    own.cloned().collect()
}

/// The type of that name.
pub(crate) fn type_named<'a>(types: &'a [Value], name: &str) -> &'a Value {
    types.iter().find(|it| it["name"] == name).unwrap()
}

/// The items of a list; none where there is null.
pub(crate) fn items<'a>(of: &'a Value, name: &str) -> &'a [Value] {
    of[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

pub(crate) fn text<'a>(of: &'a Value, name: &str) -> &'a str {
    of[name].as_str().unwrap_or_default()
}

/// The names of the items of a list.
fn names<'a>(of: &'a Value, list: &str) -> Vec<&'a str> {
    items(of, list).iter().map(|it| text(it, "name")).collect()
}
