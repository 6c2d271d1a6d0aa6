//! The subgraph that routers compose, and the schema that answers them.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{TypeDefinition, TypeKind, TypeSystemDefinition},
};
use portcullis::{features::federation::SDL, server};

use super::{ask, federated, router, start};
use crate::support::TestApp;

/// The types in an SDL.
fn types(sdl: &str) -> BTreeMap<String, TypeDefinition> {
    let definitions = parse_schema(sdl).unwrap().definitions;
    let types = definitions.into_iter().filter_map(|definition| match definition {
        TypeSystemDefinition::Type(ty) => Some((ty.node.name.node.to_string(), ty.node)),
        _ => None,
    });
    types.collect()
}

/// Description of an object, and its fields: name, type, arguments, description.
fn outline(ty: &TypeDefinition) -> Vec<[String; 4]> {
    let text = |text: Option<&str>| text.unwrap_or_default().trim().to_owned();
    let TypeKind::Object(object) = &ty.kind else {
        panic!("{} is no object", ty.name.node);
    };
    let mut lines = vec![[
        ty.name.node.to_string(),
        String::new(),
        String::new(),
        text(ty.description.as_ref().map(|it| it.node.as_str())),
    ]];
    lines.extend(object.fields.iter().map(|field| {
        let field = &field.node;
        [
            field.name.node.to_string(),
            field.ty.node.to_string(),
            field.arguments.len().to_string(),
            text(field.description.as_ref().map(|it| it.node.as_str())),
        ]
    }));
    lines
}

fn executed() -> BTreeMap<String, TypeDefinition> {
    types(&server::federation::builder().finish().sdl())
}

#[test]
fn routers_compose_exactly_what_is_executed() {
    let (composed, executed) = (types(SDL), executed());
    assert_eq!(composed.keys().collect::<Vec<_>>(), ["User"]);
    assert_eq!(outline(&composed["User"]), outline(&executed["User"]));
    let own: Vec<_> = executed.keys().filter(|name| *name != "User").collect();
    assert_eq!(
        own,
        ["Query", "_Any", "_Entity", "_Service"],
        "what every subgraph has, and routers add themselves"
    );
}

#[test]
fn everything_is_described() {
    for ty in executed().values() {
        assert!(ty.description.is_some(), "{}", ty.name.node);
        if let TypeKind::Object(_) = ty.kind {
            for [name, .., description] in outline(ty) {
                assert!(!description.is_empty(), "{}.{name}", ty.name.node);
            }
        }
    }
}

#[test]
fn the_public_schema_has_none_of_it() {
    let sdl = server::schema::sdl();
    for part in ["_entities", "_service", "_Any", "_Entity", "@key", "@link"] {
        assert!(!sdl.contains(part), "{part}");
    }
}

#[tokio::test]
async fn a_router_can_always_read_the_subgraph_and_introspect_only_where_that_is_on() {
    let on = start().await;
    let off = on
        .another(|config| {
            federated(config);
            config.introspection = false;
        })
        .await;
    let introspection = "{ __schema { queryType { name } } }";
    for app in [&on, &off] {
        let answer = ask(&router(app), "{ _service { __typename sdl } __typename }").await;
        assert_eq!(answer.data("_service")["sdl"], SDL);
    }
    let answer = ask(&router(&on), introspection).await;
    assert_eq!(answer.data("__schema")["queryType"]["name"], "Query");
    assert_eq!(
        ask(&router(&off), introspection).await.codes(),
        ["INTROSPECTION_DISABLED"]
    );
    let mistaken = ask(&router(&off), "{ _entitie { __typename } }").await;
    assert!(!mistaken.text.contains("Did you mean"), "{}", mistaken.text);
}

#[tokio::test]
async fn trusted_documents_are_for_the_public_schema_alone() {
    let app = TestApp::with(|config| {
        federated(config);
        config.trusted_documents_only = true;
    })
    .await;
    assert_eq!(
        app.anonymous().query("{ __typename }").await.codes(),
        ["DOCUMENT_NOT_TRUSTED"]
    );
    let answer = ask(&router(&app), "{ _service { sdl } }").await;
    assert!(answer.data("_service").is_object());
}
