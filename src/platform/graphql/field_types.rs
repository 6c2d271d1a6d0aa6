//! The fields and directives of a schema with their arguments, read once from its SDL.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Positioned,
    parser::{
        self, parse_schema,
        types::{
            BaseType, DirectiveDefinition, DirectiveLocation, FieldDefinition, InputValueDefinition,
            OperationType, Type, TypeKind, TypeSystemDefinition,
        },
    },
};

use super::input_types::InputField;

/// The introspection types.
const INTROSPECTION: &str = include_str!("introspection_types.graphql");
/// Name of the query root in [`INTROSPECTION`].
const ROOT: &str = "Root";

/// The fields, arguments and directives of a schema.
#[derive(Debug, Clone)]
pub struct FieldTypes {
    types: Types,
    /// The introspection types.
    introspection: Types,
    typename: FieldType,
    directives: HashMap<Name, DirectiveType>,
    query: Option<Name>,
    mutation: Option<Name>,
    subscription: Option<Name>,
}

/// Composite types: objects, interfaces and unions.
#[derive(Debug, Clone, Default)]
struct Types {
    fields: HashMap<Name, HashMap<Name, FieldType>>,
    objects: HashSet<Name>,
}

#[derive(Debug, Clone)]
pub(super) struct DirectiveType {
    pub(super) arguments: Arguments,
    /// Whether it is allowed on the definition of a variable.
    pub(super) is_for_variables: bool,
}

/// The arguments of a field or directive, by name.
pub(super) type Arguments = HashMap<Name, InputField>;

#[derive(Debug, Clone)]
pub(super) struct FieldType {
    pub(super) arguments: Arguments,
    /// Name of its innermost type.
    pub(super) leads_to: Name,
    /// Whether it returns a list of that type.
    pub(super) is_list: bool,
    pub(super) ty: Type,
}

impl FieldTypes {
    /// Reads them from `sdl`, the schema in the Schema Definition Language.
    pub fn from_sdl(sdl: &str) -> Result<Self, parser::Error> {
        let mut found = Self {
            types: Types::default(),
            introspection: Types::default(),
            typename: FieldType::new(Type {
                base: BaseType::Named(Name::new("String")),
                nullable: false,
            }),
            directives: HashMap::new(),
            query: None,
            mutation: None,
            subscription: None,
        };
        for definition in parse_schema(sdl)?.definitions {
            match definition {
                TypeSystemDefinition::Schema(schema) => {
                    found.query = schema.node.query.map(|it| it.node);
                    found.mutation = schema.node.mutation.map(|it| it.node);
                    found.subscription = schema.node.subscription.map(|it| it.node);
                }
                TypeSystemDefinition::Directive(directive) => {
                    let (name, directive) = DirectiveType::new(directive.node);
                    found.directives.insert(name, directive);
                }
                TypeSystemDefinition::Type(ty) => found.types.add(ty.node.name.node, ty.node.kind),
            }
        }
        for definition in parse_schema(INTROSPECTION)?.definitions {
            if let TypeSystemDefinition::Type(ty) = definition {
                found.introspection.add(ty.node.name.node, ty.node.kind);
            }
        }
        Ok(found)
    }

    /// The root type of this kind of operation.
    pub(super) fn root(&self, operation: OperationType) -> Option<&Name> {
        match operation {
            OperationType::Query => self.query.as_ref(),
            OperationType::Mutation => self.mutation.as_ref(),
            OperationType::Subscription => self.subscription.as_ref(),
        }
    }

    /// A field of the schema itself, without introspection fields.
    pub(super) fn field(&self, of: &Name, name: &Name) -> Option<&FieldType> {
        self.types.fields.get(of)?.get(name)
    }

    /// Any field, including introspection fields and `__typename`.
    pub(super) fn any_field(&self, of: &Name, name: &Name) -> Option<&FieldType> {
        match name.as_str() {
            "__typename" => Some(&self.typename),
            "__schema" | "__type" if self.query.as_ref() == Some(of) => {
                self.introspection.fields.get(ROOT)?.get(name)
            }
            _ => self
                .field(of, name)
                .or_else(|| self.introspection.fields.get(of)?.get(name)),
        }
    }

    /// Whether the type is an object, interface or union.
    pub(super) fn is_composite(&self, name: &Name) -> bool {
        self.types.fields.contains_key(name) || self.introspection.fields.contains_key(name)
    }

    /// Whether the type is an object, not an interface or union.
    pub(super) fn is_object(&self, name: &Name) -> bool {
        self.types.objects.contains(name) || self.introspection.objects.contains(name)
    }

    pub(super) fn directive(&self, name: &Name) -> Option<&DirectiveType> {
        self.directives.get(name)
    }
}

impl Types {
    fn add(&mut self, name: Name, kind: TypeKind) {
        let fields = match kind {
            TypeKind::Object(object) => {
                self.objects.insert(name.clone());
                object.fields
            }
            TypeKind::Interface(interface) => interface.fields,
            TypeKind::Union(_) => Vec::new(),
            TypeKind::Scalar | TypeKind::Enum(_) | TypeKind::InputObject(_) => return,
        };
        let fields = fields.into_iter().map(|it| FieldType::of(it.node));
        self.fields.insert(name, fields.collect());
    }
}

impl DirectiveType {
    fn new(definition: DirectiveDefinition) -> (Name, Self) {
        let mut locations = definition.locations.iter();
        let directive = Self {
            is_for_variables: locations.any(|it| it.node == DirectiveLocation::VariableDefinition),
            arguments: arguments(definition.arguments),
        };
        (definition.name.node, directive)
    }
}

impl FieldType {
    fn new(ty: Type) -> Self {
        Self {
            arguments: Arguments::new(),
            is_list: matches!(ty.base, BaseType::List(_)),
            leads_to: innermost(&ty).clone(),
            ty,
        }
    }

    fn of(definition: FieldDefinition) -> (Name, Self) {
        let ty = Self {
            arguments: arguments(definition.arguments),
            ..Self::new(definition.ty.node)
        };
        (definition.name.node, ty)
    }
}

fn arguments(definitions: Vec<Positioned<InputValueDefinition>>) -> Arguments {
    let fields = definitions.into_iter().map(|it| InputField::from(it.node));
    fields.map(|field| (field.name.clone(), field)).collect()
}

/// The name of a type without its lists and exclamation marks.
pub(super) fn innermost(ty: &Type) -> &Name {
    match &ty.base {
        BaseType::Named(name) => name,
        BaseType::List(of) => innermost(of),
    }
}
