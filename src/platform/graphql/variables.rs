//! Coerces variables to their types before execution (GraphQL specification, section 6.1.2): otherwise a missing one
//! would be noticed only when its field is executed, after earlier mutations have run.

use std::fmt;

use async_graphql::{
    Name, ServerError, Value, Variables,
    indexmap::IndexMap,
    parser::types::{BaseType, ExecutableDocument, OperationDefinition, Type, VariableDefinition},
};

use super::{
    error::RequestErrorCode,
    field_types::innermost,
    input_types::{InputField, InputType, InputTypes},
    request_error::request_error,
};

impl InputTypes {
    /// The variables of `operation` from `given`, coerced to their types; drops undeclared ones. Otherwise one error
    /// for each variable that does not fit. Errors contain the path within the variable, never the value.
    pub fn coerce_variables(
        &self,
        operation: &OperationDefinition,
        mut given: Variables,
    ) -> Result<Variables, Vec<ServerError>> {
        let mut coerced = Variables::default();
        let mut errors = Vec::new();
        for definition in &operation.variable_definitions {
            let name = &definition.node.name.node;
            match self.coerce_variable(&definition.node, given.remove(name)) {
                Ok(Some(value)) => {
                    coerced.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(Misfit(message)) => errors.push(request_error(
                    RequestErrorCode::BadUserInput,
                    message,
                    Some(definition.pos),
                )),
            }
        }
        if errors.is_empty() {
            Ok(coerced)
        } else {
            Err(errors)
        }
    }

    /// Refuses variables whose types are not input types of the schema. Validation would refuse them, too, but the
    /// library panics before it on the default of a list of them.
    pub fn check_variable_types(&self, document: &ExecutableDocument) -> Result<(), ServerError> {
        for (_, operation) in document.operations.iter() {
            for variable in &operation.node.variable_definitions {
                if self.get(innermost(&variable.node.var_type.node)).is_none() {
                    return Err(request_error(
                        RequestErrorCode::GraphqlValidationFailed,
                        format!(
                            "The type of variable `${}` is not an input type of this schema.",
                            variable.node.name.node
                        ),
                        Some(variable.pos),
                    ));
                }
            }
        }
        Ok(())
    }

    fn coerce_variable(
        &self,
        definition: &VariableDefinition,
        value: Option<Value>,
    ) -> Result<Option<Value>, Misfit> {
        let ty = &definition.var_type.node;
        let path = ValuePath::Variable(&definition.name.node);
        match value {
            Some(value) => self.coerce(&path, ty, value).map(Some),
            None => match &definition.default_value {
                // Inserted here: the library applies defaults in arguments, but not in `@include` and `@skip`.
                Some(default) => self.coerce(&path, ty, default.node.clone()).map(Some),
                None if ty.nullable => Ok(None),
                None => Err(path.missing(ty)),
            },
        }
    }

    fn coerce(&self, path: &ValuePath<'_>, ty: &Type, value: Value) -> Result<Value, Misfit> {
        if value == Value::Null {
            return if ty.nullable {
                Ok(value)
            } else {
                Err(path.must_be(ty))
            };
        }
        match (&ty.base, value) {
            (BaseType::List(of), Value::List(items)) => {
                let items = items.into_iter().enumerate();
                let coerced = items.map(|(index, item)| self.coerce(&ValuePath::Item(path, index), of, item));
                coerced.collect::<Result<_, _>>().map(Value::List)
            }
            // A single value is coerced to a list of one.
            (BaseType::List(of), value) => Ok(Value::List(vec![self.coerce(path, of, value)?])),
            (BaseType::Named(name), value) => match self.get(name) {
                Some(InputType::BuiltIn(kind)) => kind.coerce(value).ok_or_else(|| path.must_be(ty)),
                Some(InputType::Enum(values)) => match value {
                    Value::String(text) if values.contains(text.as_str()) => Ok(Value::Enum(Name::new(text))),
                    // Only in defaults; JSON has no enum values.
                    Value::Enum(name) if values.contains(&name) => Ok(Value::Enum(name)),
                    _ => Err(path.must_be(ty)),
                },
                Some(InputType::Object { fields, one_of }) => match value {
                    Value::Object(given) => self.coerce_object(path, fields, *one_of, given),
                    _ => Err(path.must_be(ty)),
                },
                // Custom scalars validate themselves.
                Some(InputType::Custom) | None => Ok(value),
            },
        }
    }

    fn coerce_object(
        &self,
        path: &ValuePath<'_>,
        fields: &[InputField],
        one_of: bool,
        mut given: IndexMap<Name, Value>,
    ) -> Result<Value, Misfit> {
        if one_of && (given.len() != 1 || given.values().any(|value| *value == Value::Null)) {
            return Err(Misfit(format!(
                "{path} must have exactly one field, and not null."
            )));
        }
        let mut coerced = IndexMap::with_capacity(given.len());
        for field in fields {
            let path = ValuePath::Field(path, &field.name);
            match given.swap_remove(&field.name) {
                Some(value) => {
                    coerced.insert(field.name.clone(), self.coerce(&path, &field.ty, value)?);
                }
                None if field.ty.nullable || field.has_default => {}
                None => return Err(path.missing(&field.ty)),
            }
        }
        match given.keys().next() {
            Some(unknown) => Err(path.unknown_field(unknown)),
            None => Ok(Value::Object(coerced)),
        }
    }
}

/// Why a variable does not fit, as a message for the client.
struct Misfit(String);

/// The path of a value within a variable.
enum ValuePath<'a> {
    Variable(&'a Name),
    Item(&'a Self, usize),
    Field(&'a Self, &'a Name),
}

impl ValuePath<'_> {
    fn must_be(&self, ty: &Type) -> Misfit {
        Misfit(format!("{self} must be a value of type `{ty}`."))
    }

    fn missing(&self, ty: &Type) -> Misfit {
        Misfit(format!("{self} of type `{ty}` is missing."))
    }

    fn unknown_field(&self, name: &Name) -> Misfit {
        // Keys come from JSON and can be any text, even a password in the wrong place.
        let is_name = name.len() <= 64 && name.bytes().all(|it| it == b'_' || it.is_ascii_alphanumeric());
        Misfit(if is_name {
            format!("{self} has no field `{name}`.")
        } else {
            format!("{self} has a field that its type does not have.")
        })
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "${name}"),
            Self::Item(list, index) => {
                list.write(f)?;
                write!(f, "[{index}]")
            }
            Self::Field(object, name) => {
                object.write(f)?;
                write!(f, ".{name}")
            }
        }
    }
}

impl fmt::Display for ValuePath<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Variable `")?;
        self.write(f)?;
        f.write_str("`")
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;

    const SDL: &str = r#"
        type Query { a: Int }
        "Any instant."
        scalar DateTime @specifiedBy(url: "https://example.org")
        enum Delivery { BODY COOKIE @deprecated }
        input Lookup @oneOf { id: ID email: String }
        input Login { email: String! password: String! delivery: Delivery = BODY tags: [[String!]!] kept: Int! = 1 next: Login }
        directive @oneOf on INPUT_OBJECT
        schema { query: Query }
    "#;

    fn coerce(declared: &str, given: Json) -> Result<Json, Vec<String>> {
        let types = InputTypes::from_sdl(SDL).unwrap();
        let document = parse_query(format!("query ({declared}) {{ a }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        match types.coerce_variables(&operation.node, Variables::from_json(given)) {
            Ok(variables) => Ok(serde_json::to_value(variables).unwrap()),
            Err(errors) => Err(errors.into_iter().map(|it| it.message).collect()),
        }
    }

    #[test]
    fn fitting_values_pass_and_undeclared_ones_are_left_out() {
        for (declared, given, expected) in [
            ("$a: Int", json!({}), json!({})),
            ("$a: Int", json!({"a": null, "b": 1}), json!({"a": null})),
            ("$a: Int! = 3", json!({}), json!({"a": 3})),
            (
                "$a: Int!",
                json!({"a": 2_147_483_647}),
                json!({"a": 2_147_483_647}),
            ),
            ("$a: Int!", json!({"a": -5.0}), json!({"a": -5})),
            ("$a: Float!", json!({"a": 1}), json!({"a": 1})),
            ("$a: ID!", json!({"a": 17}), json!({"a": "17"})),
            ("$a: ID!", json!({"a": "x"}), json!({"a": "x"})),
            ("$a: String", json!({"a": "\u{0}"}), json!({"a": "\u{0}"})),
            ("$a: Delivery", json!({"a": "COOKIE"}), json!({"a": "COOKIE"})),
            ("$a: DateTime", json!({"a": {"any": 1}}), json!({"a": {"any": 1}})),
            ("$a: [Int]", json!({"a": 1}), json!({"a": [1]})),
            ("$a: [Int]", json!({"a": [1, null]}), json!({"a": [1, null]})),
            ("$a: [[Int]]", json!({"a": 1}), json!({"a": [[1]]})),
            ("$a: Lookup", json!({"a": {"id": 1}}), json!({"a": {"id": "1"}})),
            (
                "$a: Login!",
                json!({"a": {"email": "e", "password": "p", "tags": ["t"]}}),
                json!({"a": {"email": "e", "password": "p", "tags": [["t"]]}}),
            ),
        ] {
            assert_eq!(
                coerce(declared, given.clone()),
                Ok(expected),
                "{declared} {given}"
            );
        }
    }

    #[test]
    fn misfits_are_named_by_their_place() {
        for (declared, given, expected) in [
            ("$a: Int!", json!({}), "Variable `$a` of type `Int!` is missing."),
            (
                "$a: Int! = 3",
                json!({"a": null}),
                "Variable `$a` must be a value of type `Int!`.",
            ),
            (
                "$a: [Int!]",
                json!({"a": [1, null]}),
                "Variable `$a[1]` must be a value of type `Int!`.",
            ),
            (
                "$a: Login",
                json!({"a": {"email": "e", "password": null}}),
                "Variable `$a.password` must be a value of type `String!`.",
            ),
            (
                "$a: Login",
                json!({"a": {"email": "e"}}),
                "Variable `$a.password` of type `String!` is missing.",
            ),
            (
                "$a: Login",
                json!({"a": {"email": "e", "password": "p", "next": {"email": 1}}}),
                "Variable `$a.next.email` must be a value of type `String!`.",
            ),
            (
                "$a: Login",
                json!({"a": {"email": "e", "password": "p", "otp": 1}}),
                "Variable `$a` has no field `otp`.",
            ),
            (
                "$a: Login",
                json!({"a": {"email": "e", "password": "p", "hunter2!": 1}}),
                "Variable `$a` has a field that its type does not have.",
            ),
            (
                "$a: Lookup",
                json!({"a": {"id": 1, "email": "e"}}),
                "Variable `$a` must have exactly one field, and not null.",
            ),
            (
                "$a: Lookup",
                json!({"a": {"id": null}}),
                "Variable `$a` must have exactly one field, and not null.",
            ),
        ] {
            assert_eq!(
                coerce(declared, given.clone()),
                Err(vec![expected.to_owned()]),
                "{declared} {given}"
            );
        }
    }

    #[test]
    fn values_of_the_wrong_kind_are_refused_and_never_echoed() {
        for (ty, value) in [
            ("Int", json!(2_147_483_648_u64)),
            ("Int", json!(u64::MAX)),
            ("Int", json!(1.5)),
            ("Int", json!("7741")),
            ("Int", json!(true)),
            ("Float", json!("7741")),
            ("String", json!(7741)),
            ("String", json!({"x": 7741})),
            ("Boolean", json!("7741")),
            ("Boolean", json!(7741)),
            ("ID", json!(7741.5)),
            ("ID", json!(true)),
            ("Delivery", json!("7741")),
            ("Delivery", json!(7741)),
            ("Login", json!("7741")),
            ("Login", json!(["7741"])),
            ("[Int]", json!("7741")),
            ("String", json!(["7741"])),
        ] {
            let errors = coerce(&format!("$a: {ty}"), json!({"a": value})).unwrap_err();
            assert_eq!(errors.len(), 1, "{ty} {value}");
            assert!(!errors[0].contains("7741"), "{errors:?}");
        }
    }

    #[test]
    fn each_misfitting_variable_is_told() {
        let errors = coerce("$a: Int!, $b: Int, $c: ID!", json!({"b": "x"})).unwrap_err();
        assert_eq!(errors.len(), 3);
    }
}
