//! What can be asked for, read from the schema that is published.

use std::collections::BTreeMap;

use async_graphql::parser::{
    parse_schema,
    types::{BaseType, FieldDefinition, InputValueDefinition, Type, TypeKind, TypeSystemDefinition},
};

/// A field, or an argument or input field, which have no arguments of their own.
pub(super) struct Field {
    pub(super) name: String,
    /// As in the schema, such as `[ID!]!`.
    pub(super) type_: String,
    /// Without lists and exclamation marks.
    pub(super) base: String,
    pub(super) arguments: Vec<Field>,
}

/// Types by name.
#[derive(Default)]
pub(super) struct Schema {
    pub(super) objects: BTreeMap<String, Vec<Field>>,
    pub(super) inputs: BTreeMap<String, Vec<Field>>,
    pub(super) enums: BTreeMap<String, Vec<String>>,
}

impl Schema {
    pub(super) fn read() -> Self {
        let mut schema = Self::default();
        let document = parse_schema(include_str!("../../../../schema.graphql")).unwrap();
        for definition in document.definitions {
            let TypeSystemDefinition::Type(definition) = definition else {
                continue;
            };
            let name = definition.node.name.node.to_string();
            match definition.node.kind {
                TypeKind::Object(object) => {
                    let fields = object.fields.iter().map(|field| output(&field.node));
                    schema.objects.insert(name, fields.collect());
                }
                TypeKind::Interface(interface) => {
                    let fields = interface.fields.iter().map(|field| output(&field.node));
                    schema.objects.insert(name, fields.collect());
                }
                TypeKind::InputObject(object) => {
                    let fields = object.fields.iter().map(|field| input(&field.node));
                    schema.inputs.insert(name, fields.collect());
                }
                TypeKind::Enum(values) => {
                    let values = values
                        .values
                        .iter()
                        .map(|value| value.node.value.node.to_string());
                    schema.enums.insert(name, values.collect());
                }
                _ => {}
            }
        }
        assert!(schema.objects.contains_key("Query") && schema.objects.contains_key("Mutation"));
        schema
    }
}

fn output(field: &FieldDefinition) -> Field {
    Field {
        name: field.name.node.to_string(),
        type_: field.ty.node.to_string(),
        base: base(&field.ty.node),
        arguments: field
            .arguments
            .iter()
            .map(|argument| input(&argument.node))
            .collect(),
    }
}

fn input(value: &InputValueDefinition) -> Field {
    Field {
        name: value.name.node.to_string(),
        type_: value.ty.node.to_string(),
        base: base(&value.ty.node),
        arguments: Vec::new(),
    }
}

fn base(type_: &Type) -> String {
    match &type_.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => base(inner),
    }
}
