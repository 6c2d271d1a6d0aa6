//! The fields and directives of a schema with their arguments, read once from its description.

use std::collections::HashMap;

use async_graphql::{
    Name, Positioned,
    parser::{
        self, parse_schema,
        types::{
            BaseType, FieldDefinition, InputValueDefinition, OperationType, Type, TypeKind,
            TypeSystemDefinition,
        },
    },
};

use super::input_types::InputField;

/// Which arguments can stand where in a document.
#[derive(Debug, Clone, Default)]
pub struct FieldTypes {
    types: HashMap<Name, HashMap<Name, FieldType>>,
    directives: HashMap<Name, Arguments>,
    query: Option<Name>,
    mutation: Option<Name>,
}

/// The arguments of a field or directive, by name.
pub(super) type Arguments = HashMap<Name, InputField>;

#[derive(Debug, Clone)]
pub(super) struct FieldType {
    pub(super) arguments: Arguments,
    /// Name of the type that it leads to.
    pub(super) leads_to: Name,
    /// Whether it leads to a list of that type.
    pub(super) is_list: bool,
}

impl FieldTypes {
    /// Reads them from `sdl`, the schema in its definition language.
    pub fn from_sdl(sdl: &str) -> Result<Self, parser::Error> {
        let mut found = Self::default();
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    found.query = schema.node.query.map(|it| it.node);
                    found.mutation = schema.node.mutation.map(|it| it.node);
                }
                TypeSystemDefinition::Directive(directive) => {
                    let arguments = arguments(directive.node.arguments);
                    found.directives.insert(directive.node.name.node, arguments);
                }
                TypeSystemDefinition::Type(ty) => {
                    let fields = match ty.node.kind {
                        TypeKind::Object(object) => object.fields,
                        TypeKind::Interface(interface) => interface.fields,
                        _ => continue,
                    };
                    let fields = fields.into_iter().map(|it| FieldType::new(it.node));
                    found.types.insert(ty.node.name.node, fields.collect());
                }
            }
        }
        Ok(found)
    }

    /// The type that an operation of this kind begins at.
    pub(super) fn root(&self, operation: OperationType) -> Option<&Name> {
        match operation {
            OperationType::Query => self.query.as_ref(),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => None,
        }
    }

    pub(super) fn field(&self, of: &Name, name: &Name) -> Option<&FieldType> {
        self.types.get(of)?.get(name)
    }

    pub(super) fn directive(&self, name: &Name) -> Option<&Arguments> {
        self.directives.get(name)
    }
}

impl FieldType {
    fn new(definition: FieldDefinition) -> (Name, Self) {
        let ty = Self {
            arguments: arguments(definition.arguments),
            is_list: matches!(definition.ty.node.base, BaseType::List(_)),
            leads_to: innermost(definition.ty.node),
        };
        (definition.name.node, ty)
    }
}

fn arguments(definitions: Vec<Positioned<InputValueDefinition>>) -> Arguments {
    let fields = definitions.into_iter().map(|it| InputField::from(it.node));
    fields.map(|field| (field.name.clone(), field)).collect()
}

fn innermost(ty: Type) -> Name {
    match ty.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(*of),
    }
}
