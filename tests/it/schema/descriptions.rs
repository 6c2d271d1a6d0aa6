//! Everything in the schema says what it is.

use serde_json::{Value, json};

use super::{items, names, text, type_named, types};
use crate::support::{Client, TestApp};

#[tokio::test]
async fn every_type_field_argument_and_value_is_described() {
    let app = TestApp::start().await;
    let types = types(&app).await;
    let mut described = 0;
    let mut missing = Vec::new();
    let mut look = |place: String, it: &Value| {
        described += 1;
        let description = text(it, "description").trim();
        if description.is_empty() {
            missing.push(place);
        }
    };
    for ty in &types {
        let name = text(ty, "name");
        look(name.to_owned(), ty);
        for list in ["fields", "inputFields", "enumValues"] {
            for item in items(ty, list) {
                let place = format!("{name}.{}", text(item, "name"));
                look(place.clone(), item);
                for argument in items(item, "args") {
                    look(format!("{place}({})", text(argument, "name")), argument);
                }
            }
        }
    }
    assert_eq!(missing, [""; 0], "without a description");
    assert!(described > 100, "{described} things looked at: is that all?");
}

#[tokio::test]
async fn every_mutation_tells_which_user_errors_it_can_give() {
    let app = TestApp::start().await;
    let types = types(&app).await;
    let known = names(type_named(&types, "UserErrorCode"), "enumValues");
    let mut described = Vec::new();
    for mutation in items(type_named(&types, "Mutation"), "fields") {
        let (name, codes) = (text(mutation, "name"), codes_told(mutation));
        let payload = type_named(&types, text(&mutation["type"]["ofType"], "name"));
        let errors = items(payload, "fields")
            .iter()
            .find(|it| it["name"] == "userErrors");
        let errors = errors.unwrap_or_else(|| panic!("{name} has no userErrors"));
        let gives_none = text(errors, "description").starts_with("Always empty");
        assert_eq!(codes.is_empty(), gives_none, "{name}: {codes:?}");
        for code in codes {
            assert!(known.contains(&code), "{name}: {code} is no UserErrorCode");
            described.push(code);
        }
    }
    // In the query of `redirectUrl`, before the mutation.
    described.push("PROVIDER_REJECTED");
    let mutations = items(type_named(&types, "Mutation"), "fields");
    let finish = mutations
        .iter()
        .find(|it| it["name"] == "finishSocialLogin")
        .unwrap();
    assert!(text(finish, "description").contains("PROVIDER_REJECTED"));
    for code in known {
        assert!(described.contains(&code), "no mutation documents {code}");
    }
}

#[tokio::test]
async fn every_query_tells_which_request_errors_it_can_give() {
    let app = TestApp::start().await;
    let types = types(&app).await;
    let known = names(type_named(&types, "RequestErrorCode"), "enumValues");
    for query in items(type_named(&types, "Query"), "fields") {
        let description = text(query, "description");
        for code in codes_told(query) {
            assert!(known.contains(&code), "{code} is no RequestErrorCode");
        }
        for client in [app.anonymous(), app.bearer("garbage")] {
            for list_length in [1, 101] {
                for code in ask(&client, query, list_length).await {
                    assert!(description.contains(&code), "{} gave {code}", text(query, "name"));
                }
            }
        }
    }
}

/// The codes in the sentence of a description that begins with `Codes:`.
fn codes_told(field: &Value) -> Vec<&str> {
    let Some((_, codes)) = text(field, "description").split_once("Codes:") else {
        return Vec::new();
    };
    let codes = codes.split_once('.').map_or(codes, |(codes, _)| codes);
    codes.split(',').map(str::trim).collect()
}

/// A value of an argument that is an object.
fn input(name: &str) -> Option<&'static str> {
    match name {
        "by" => Some("{ id: \"x\" }"),
        "filter" => Some("{ status: ACTIVE, role: \"x\" }"),
        "orderBy" => Some("{ field: NAME }"),
        "preset" => Some("HASURA"),
        _ => None,
    }
}

/// Asks a root field with any arguments, lists being so long; the codes of the errors.
async fn ask(client: &Client, field: &Value, list_length: usize) -> Vec<String> {
    let (name, arguments) = (text(field, "name"), items(field, "args"));
    let mut variables = json!({});
    let (mut declared, mut given) = (Vec::new(), Vec::new());
    for argument in arguments {
        let name = text(argument, "name");
        let is_list = argument["type"].to_string().contains("\"LIST\"");
        let is_number = argument["type"].to_string().contains("\"Int\"");
        if let Some(input) = input(name) {
            given.push(format!("{name}: {input}"));
            continue;
        }
        let ty = match (is_list, is_number) {
            (true, _) => "[ID!]!",
            (false, true) => "Int!",
            (false, false) => "String!",
        };
        let ty = if ["id", "userId"].contains(&name) {
            "ID!"
        } else {
            ty
        };
        declared.push(format!("${name}: {ty}"));
        given.push(format!("{name}: ${name}"));
        variables[name] = if is_list {
            json!(vec!["x"; list_length])
        } else if is_number {
            json!(list_length)
        } else {
            json!("x")
        };
    }
    let declared = if declared.is_empty() {
        String::new()
    } else {
        format!("query ({}) ", declared.join(", "))
    };
    let document = if arguments.is_empty() {
        format!("{{ {name} {{ __typename }} }}")
    } else {
        format!("{declared}{{ {name}({}) {{ __typename }} }}", given.join(", "))
    };
    let answer = client.run(&document, variables).await;
    assert_ne!(
        answer.codes(),
        ["GRAPHQL_VALIDATION_FAILED"],
        "{document}: {}",
        answer.text
    );
    answer.codes().into_iter().map(str::to_owned).collect()
}
