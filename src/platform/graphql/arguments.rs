//! Arguments are checked against their types before anything runs (GraphQL specification, sections 5.6 and 5.8.5).
//!
//! The library's own rules leave some of it to the turn of the field, when earlier mutations have run: a variable
//! that may be null where null may not stand, a text where an input object is expected, and whatever stands beside
//! a variable without a value.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned, ServerError, Value as ConstValue,
    parser::types::{
        BaseType, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::{
    error::RequestErrorCode,
    field_types::{Arguments, FieldTypes},
    input_types::{InputField, InputType, InputTypes},
    request_error::request_error,
};

/// What is wrong with the arguments of `operation`, one of the document's. What its fields and types are is known to
/// be right; fragments are free of cycles.
pub fn check_arguments(
    fields: &FieldTypes,
    inputs: &InputTypes,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
) -> Vec<ServerError> {
    let variables = operation.variable_definitions.iter();
    let mut check = Check {
        fields,
        inputs,
        document,
        variables: variables.map(|it| (&it.node.name.node, &it.node)).collect(),
        fragments: HashSet::new(),
        errors: Vec::new(),
    };
    check.directives(&operation.directives);
    check.selections(fields.root(operation.ty), &operation.selection_set.node);
    check.errors
}

struct Check<'a> {
    fields: &'a FieldTypes,
    inputs: &'a InputTypes,
    document: &'a ExecutableDocument,
    variables: HashMap<&'a Name, &'a VariableDefinition>,
    /// Those looked at: each stands on its own type, wherever it is spread.
    fragments: HashSet<&'a Name>,
    errors: Vec<ServerError>,
}

/// Arguments as a document has them.
type Given = [(Positioned<Name>, Positioned<Value>)];

impl<'a> Check<'a> {
    /// `of` is nothing within the types that describe types: they are not part of the description.
    fn selections(&mut self, of: Option<&'a Name>, selections: &'a SelectionSet) {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.directives(&field.directives);
                    let ty = of.and_then(|of| self.fields.field(of, &field.name.node));
                    if let Some(ty) = ty {
                        self.given(&ty.arguments, &field.arguments);
                    }
                    self.selections(ty.map(|ty| &ty.leads_to), &field.selection_set.node);
                }
                Selection::InlineFragment(fragment) => {
                    self.directives(&fragment.node.directives);
                    let condition = fragment.node.type_condition.as_ref();
                    let of = condition.map_or(of, |it| Some(&it.node.on.node));
                    self.selections(of, &fragment.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => {
                    self.directives(&spread.node.directives);
                    let name = &spread.node.fragment_name.node;
                    if let Some(fragment) = self.document.fragments.get(name)
                        && self.fragments.insert(name)
                    {
                        self.directives(&fragment.node.directives);
                        let on = &fragment.node.type_condition.node.on.node;
                        self.selections(Some(on), &fragment.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        for directive in directives {
            if let Some(expected) = self.fields.directive(&directive.node.name.node) {
                self.given(expected, &directive.node.arguments);
            }
        }
    }

    fn given(&mut self, expected: &Arguments, given: &Given) {
        for (name, value) in given {
            if let Some(argument) = expected.get(&name.node) {
                let place = Place {
                    argument: &argument.name,
                    at: value.pos,
                };
                self.field(&place, argument, &value.node);
            }
        }
    }

    fn field(&mut self, place: &Place<'_>, field: &InputField, value: &Value) {
        match value {
            Value::Variable(name) => self.variable(place, &field.ty, field.has_default, name),
            _ => self.value(place, &field.ty, value),
        }
    }

    fn variable(&mut self, place: &Place<'_>, ty: &Type, has_default: bool, name: &Name) {
        // Validation has refused those that are not declared.
        if let Some(definition) = self.variables.get(name)
            && !can_stand(definition, ty, has_default)
        {
            let message = format!(
                "The variable `${name}` of type `{}` cannot stand where the argument `{}` needs `{ty}`.",
                definition.var_type.node, place.argument
            );
            self.refuse(message, place.at);
        }
    }

    fn value(&mut self, place: &Place<'_>, ty: &Type, value: &Value) {
        match (&ty.base, value) {
            (_, Value::Variable(name)) => self.variable(place, ty, false, name),
            (_, Value::Null) if ty.nullable => {}
            (_, Value::Null) => self.misfit(place, ty),
            (BaseType::List(of), Value::List(items)) => {
                for item in items {
                    self.value(place, of, item);
                }
            }
            // One value stands for a list of one.
            (BaseType::List(of), value) => self.value(place, of, value),
            (BaseType::Named(name), value) => {
                let fits = match (self.inputs.get(name), value) {
                    (Some(InputType::Object { fields, one_of }), Value::Object(given)) => {
                        for (name, value) in given {
                            if let Some(field) = fields.iter().find(|field| field.name == *name) {
                                self.field(place, field, value);
                            }
                        }
                        is_complete(fields, *one_of, given.iter().map(|(name, value)| (name, value)))
                    }
                    (Some(InputType::Object { .. }), _) => false,
                    (Some(InputType::Enum(values)), Value::Enum(value)) => values.contains(value),
                    (Some(InputType::Enum(_)), _) => false,
                    (Some(InputType::BuiltIn(kind)), value) => {
                        let value = value.clone().into_const();
                        value.and_then(|value: ConstValue| kind.coerce(value)).is_some()
                    }
                    // Custom scalars judge for themselves; whatever is no input type, validation refuses.
                    (Some(InputType::Custom) | None, _) => true,
                };
                if !fits {
                    self.misfit(place, ty);
                }
            }
        }
    }

    /// Names the type, never the value: that may be a password in the wrong place.
    fn misfit(&mut self, place: &Place<'_>, ty: &Type) {
        let message = format!(
            "The argument `{}` holds something that is no `{ty}`.",
            place.argument
        );
        self.refuse(message, place.at);
    }

    fn refuse(&mut self, message: String, at: Pos) {
        let code = RequestErrorCode::GraphqlValidationFailed;
        self.errors.push(request_error(code, message, Some(at)));
    }
}

/// Where a value stands.
struct Place<'a> {
    argument: &'a Name,
    at: Pos,
}

/// Whether every field given is known and every needed one is given.
fn is_complete<'v>(
    fields: &[InputField],
    one_of: bool,
    given: impl Iterator<Item = (&'v Name, &'v Value)>,
) -> bool {
    let given: HashMap<_, _> = given.collect();
    let is_known = |name: &Name| fields.iter().any(|field| field.name == *name);
    let needed = fields
        .iter()
        .filter(|field| !field.ty.nullable && !field.has_default);
    let has_one = !one_of || (given.len() == 1 && !given.values().any(|value| **value == Value::Null));
    has_one
        && given.keys().all(|name| is_known(name))
        && needed.into_iter().all(|it| given.contains_key(&it.name))
}

/// Whether a variable can stand where `ty` is expected (GraphQL specification, `IsVariableUsageAllowed`).
fn can_stand(variable: &VariableDefinition, ty: &Type, has_default: bool) -> bool {
    let own = &variable.var_type.node;
    if !ty.nullable && own.nullable {
        let default = variable.default_value.as_ref().map(|it| &it.node);
        let never_null = default.is_some_and(|it| *it != ConstValue::Null);
        return (never_null || has_default) && is_same(&own.base, &ty.base);
    }
    is_same(&own.base, &ty.base)
}

fn is_same(own: &BaseType, expected: &BaseType) -> bool {
    match (own, expected) {
        (BaseType::Named(own), BaseType::Named(expected)) => own == expected,
        (BaseType::List(own), BaseType::List(expected)) => {
            (expected.nullable || !own.nullable) && is_same(&own.base, &expected.base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    const SDL: &str = r#"
        type Query { a(n: Int, id: ID, ids: [ID!]!, l: Login!, d: Delivery, k: Int! = 1): Thing b: Int }
        type Mutation { m(l: Login!): Thing }
        interface Node { x(id: ID!): Int }
        type Thing implements Node { x(id: ID!): Int t: [Thing!]! }
        scalar DateTime
        enum Delivery { BODY COOKIE }
        input Login { email: String! tags: [String!] at: DateTime delivery: Delivery = BODY next: Login }
        input Lookup { id: ID email: String }
        directive @skip(if: Boolean!) on FIELD
        schema { query: Query mutation: Mutation }
    "#;

    /// The messages about this document.
    fn check(text: &str) -> Vec<String> {
        let (fields, inputs) = (
            FieldTypes::from_sdl(SDL).unwrap(),
            InputTypes::from_sdl(SDL).unwrap(),
        );
        let document = parse_query(text).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let errors = check_arguments(&fields, &inputs, &document, &operation.node);
        errors.into_iter().map(|error| error.message).collect()
    }

    #[test]
    fn fitting_arguments_pass() {
        for text in [
            "{ a(n: 1, id: \"a\", ids: [1, \"b\"], l: { email: \"e\" }, d: COOKIE) { x(id: 1) } }",
            "{ a(n: null, ids: \"a\", l: { email: \"e\", tags: \"t\", at: 7, next: { email: \"f\" } }) { x(id: 1) } }",
            "query ($n: Int, $id: ID!, $l: Login!) { a(n: $n, id: $id, ids: [$id], l: $l) { x(id: $id) } }",
            "query ($n: Int!, $e: String!) { a(n: $n, ids: [], l: { email: $e, next: null }) { t { x(id: 1) } } }",
            "query ($id: ID = 1, $k: Int) { a(ids: [$id], l: { email: \"\" }, k: $k) { x(id: $id) } }",
            "query ($ids: [ID!]!, $d: Delivery) { a(ids: $ids, l: { email: \"\", delivery: $d }) { x(id: 1) } }",
            "query ($skip: Boolean = false) { b @skip(if: $skip) }",
            "query ($a: Int) { __type(name: $a) { name } }",
        ] {
            assert_eq!(check(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn variables_stand_only_where_their_type_fits() {
        for text in [
            "query ($v: Boolean) { b @skip(if: $v) }",
            "query ($v: Boolean = null) { b @skip(if: $v) }",
            "query ($v: Boolean) @skip(if: $v) { b }",
            "query ($v: Boolean) { ... @skip(if: $v) { b } }",
            "query ($v: Boolean) { ...F @skip(if: $v) } fragment F on Query { b }",
            "query ($v: Boolean) { ...F } fragment F on Query @skip(if: $v) { b }",
            "query ($v: ID) { a(ids: [], l: { email: \"\" }) { x(id: $v) } }",
            "query ($v: ID) { a(ids: [], l: { email: \"\" }) { t { ... on Node { x(id: $v) } } } }",
            "query ($v: ID) { ...F } fragment F on Query { a(ids: [], l: { email: \"\" }) { ...G } } fragment G on Thing { x(id: $v) }",
            "query ($v: String!) { a(ids: [], l: { email: \"\" }) { x(id: $v) } }",
            "query ($v: ID) { a(ids: [$v], l: { email: \"\" }) { t { t { x(id: 1) } } } }",
            "query ($v: [ID]!) { a(ids: $v, l: { email: \"\" }) { x(id: 1) } }",
            "query ($v: ID!) { a(ids: $v, l: { email: \"\" }) { x(id: 1) } }",
            "query ($v: String) { a(ids: [], l: { email: $v }) { x(id: 1) } }",
            "query ($v: Login) { a(ids: [], l: $v) { x(id: 1) } }",
            "query ($v: Lookup!) { a(ids: [], l: $v) { x(id: 1) } }",
            "query ($v: String) { a(ids: [], l: { email: \"\", next: { email: $v } }) { x(id: 1) } }",
            "mutation ($v: Login) { m(l: $v) { x(id: 1) } }",
        ] {
            let messages = check(text);
            assert_eq!(messages.len(), 1, "{text}: {messages:?}");
            assert!(
                messages[0].starts_with("The variable `$v` of type"),
                "{messages:?}"
            );
        }
    }

    #[test]
    fn literals_fit_their_types_and_are_not_repeated() {
        for text in [
            "{ a(ids: [], l: \"7741\") { x(id: 1) } }",
            "{ a(ids: [], l: [\"7741\"]) { x(id: 1) } }",
            "{ a(ids: [], l: 7741) { x(id: 1) } }",
            "{ a(ids: [], l: null) { x(id: 1) } }",
            "{ a(ids: [], l: {}) { x(id: 1) } }",
            "{ a(ids: [null], l: { email: \"\" }) { x(id: 1) } }",
            "{ a(ids: [[7741]], l: { email: \"\" }) { x(id: 1) } }",
            "{ a(ids: [], n: \"7741\", l: { email: \"\" }) { x(id: 1) } }",
            "{ a(ids: [], n: 99999997741, l: { email: \"\" }) { x(id: 1) } }",
            "{ a(ids: [], d: \"BODY\", l: { email: \"\" }) { x(id: 1) } }",
            "{ a(ids: [], d: NOPE7741, l: { email: \"\" }) { x(id: 1) } }",
            "query ($v: String) { a(ids: [], l: { email: 7741, tags: [\"\"], next: null }) { x(id: 1) } }",
            "query ($v: String!) { a(ids: [], l: { email: $v, f7741: 1 }) { x(id: 1) } }",
            "query ($v: [String!]) { a(ids: [], l: { tags: $v }) { x(id: 1) } }",
            "query ($v: Delivery) { a(ids: [], l: { email: \"\", delivery: $v, next: { tags: [] } }) { x(id: 1) } }",
            "{ b @skip(if: \"7741\") }",
        ] {
            let messages = check(text);
            assert_eq!(messages.len(), 1, "{text}: {messages:?}");
            assert!(messages[0].starts_with("The argument `"), "{messages:?}");
            assert!(!messages[0].contains("7741"), "{messages:?}");
        }
    }

    #[test]
    fn a_fragment_is_looked_at_once() {
        let spreads = "...F ".repeat(5);
        let text = format!("query ($v: Boolean) {{ {spreads} }} fragment F on Query {{ b @skip(if: $v) }}");
        assert_eq!(check(&text).len(), 1);
    }
}
