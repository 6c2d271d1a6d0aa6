//! The input types of a schema, read once from its SDL.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Value,
    parser::{
        self, parse_schema,
        types::{InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition},
    },
};

/// The input types of a schema, by name.
#[derive(Debug, Clone)]
pub struct InputTypes(HashMap<Name, InputType>);

#[derive(Debug, Clone)]
pub(super) enum InputType {
    BuiltIn(BuiltIn),
    /// A custom scalar.
    Custom,
    /// The names of its values.
    Enum(HashSet<Name>),
    Object {
        fields: Vec<InputField>,
        /// Whether exactly one field must be given.
        one_of: bool,
    },
}

/// A field of an input object, or an argument.
#[derive(Debug, Clone)]
pub(super) struct InputField {
    pub(super) name: Name,
    pub(super) ty: Type,
    pub(super) has_default: bool,
}

impl From<InputValueDefinition> for InputField {
    fn from(definition: InputValueDefinition) -> Self {
        Self {
            name: definition.name.node,
            ty: definition.ty.node,
            has_default: definition.default_value.is_some(),
        }
    }
}

/// The scalars of the GraphQL specification, section 3.5.
#[derive(Debug, Clone, Copy)]
pub(super) enum BuiltIn {
    Int,
    Float,
    String,
    Boolean,
    Id,
}

impl InputTypes {
    /// Reads them from `sdl`, the schema in the Schema Definition Language.
    pub fn from_sdl(sdl: &str) -> Result<Self, parser::Error> {
        let document = parse_schema(sdl)?;
        let own = document.definitions.into_iter().filter_map(|it| match it {
            TypeSystemDefinition::Type(it) => {
                InputType::new(it.node.clone()).map(|ty| (it.node.name.node, ty))
            }
            _ => None,
        });
        let built_in = [
            ("Int", BuiltIn::Int),
            ("Float", BuiltIn::Float),
            ("String", BuiltIn::String),
            ("Boolean", BuiltIn::Boolean),
            ("ID", BuiltIn::Id),
        ];
        let built_in = built_in.map(|(name, kind)| (Name::new(name), InputType::BuiltIn(kind)));
        Ok(Self(own.chain(built_in).collect()))
    }

    pub(super) fn get(&self, name: &Name) -> Option<&InputType> {
        self.0.get(name)
    }
}

impl InputType {
    fn new(definition: TypeDefinition) -> Option<Self> {
        match definition.kind {
            TypeKind::Scalar => Some(Self::Custom),
            TypeKind::Enum(it) => Some(Self::Enum(
                it.values.into_iter().map(|value| value.node.value.node).collect(),
            )),
            TypeKind::InputObject(it) => {
                let fields = it.fields.into_iter().map(|field| InputField::from(field.node));
                Some(Self::Object {
                    fields: fields.collect(),
                    one_of: definition
                        .directives
                        .iter()
                        .any(|it| it.node.name.node == "oneOf"),
                })
            }
            TypeKind::Object(_) | TypeKind::Interface(_) | TypeKind::Union(_) => None,
        }
    }
}

impl BuiltIn {
    /// `value` coerced to this scalar; `None` if it does not fit.
    pub(super) fn coerce(self, value: Value) -> Option<Value> {
        match (self, value) {
            (Self::Int, Value::Number(number)) => integer(&number)
                .and_then(|it| i32::try_from(it).ok())
                .map(Value::from),
            (Self::Id, Value::Number(number)) => integer(&number).map(|it| Value::String(it.to_string())),
            (Self::Float, value @ Value::Number(_))
            | (Self::String | Self::Id, value @ Value::String(_))
            | (Self::Boolean, value @ Value::Boolean(_)) => Some(value),
            _ => None,
        }
    }
}

/// `number` as an integer, if it is whole. JSON does not distinguish 1.0 from 1.
fn integer(number: &serde_json::Number) -> Option<i64> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the result is compared with the input"
    )]
    #[expect(
        clippy::cast_precision_loss,
        reason = "doubles are exact for whole numbers below 2^53"
    )]
    number.as_i64().or_else(|| {
        let float = number.as_f64()?;
        let whole = float as i64;
        (whole.unsigned_abs() < 1 << 53 && (whole as f64).to_bits() == float.to_bits()).then_some(whole)
    })
}
