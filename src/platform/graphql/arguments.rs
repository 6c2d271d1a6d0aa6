//! Checks arguments, and defaults of variables, against their types before execution (GraphQL specification, sections
//! 5.6 and 5.8.5).
//!
//! The library checks some of it only when it executes the field, after earlier mutations have run: a nullable variable
//! for a non-null argument, a text instead of an input object, and everything next to a variable without a value.

use std::collections::{HashMap, HashSet};

use async_graphql::{
    Name, Pos, Positioned, ServerError, Value as ConstValue,
    indexmap::IndexMap,
    parser::types::{
        BaseType, Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet, Type,
        VariableDefinition,
    },
};
use async_graphql_value::Value;

use super::{
    error::RequestErrorCode,
    field_types::{Arguments, FieldTypes},
    input_types::{BuiltIn, InputField, InputType, InputTypes},
    request_error::request_error,
};

/// The errors in the arguments and defaults of `operation`, one of the document's. Its fields and types must be valid,
/// and its fragments free of cycles.
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
    check.defaults(&operation.variable_definitions);
    check.directives(&operation.directives);
    check.selections(fields.root(operation.ty), &operation.selection_set.node);
    check.errors
}

struct Check<'a> {
    fields: &'a FieldTypes,
    inputs: &'a InputTypes,
    document: &'a ExecutableDocument,
    variables: HashMap<&'a Name, &'a VariableDefinition>,
    /// Fragments already checked: each is checked against its own type, wherever it is spread.
    fragments: HashSet<&'a Name>,
    errors: Vec<ServerError>,
}

/// Arguments as written in a document.
type Given = [(Positioned<Name>, Positioned<Value>)];

impl<'a> Check<'a> {
    /// `of` is `None` below an unknown field, which validation refuses.
    fn selections(&mut self, of: Option<&'a Name>, selections: &'a SelectionSet) {
        for selection in &selections.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.directives(&field.directives);
                    let ty = of.and_then(|of| self.fields.any_field(of, &field.name.node));
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

    fn defaults(&mut self, variables: &[Positioned<VariableDefinition>]) {
        for Positioned { node: variable, .. } in variables {
            if let Some(default) = &variable.default_value {
                let path = InputPath {
                    description: format!("default of `${}`", variable.name.node),
                    at: default.pos,
                };
                let default = default.node.clone().into_value();
                self.value(&path, &variable.var_type.node, &default);
            }
            self.variable_directives(&variable.directives);
        }
    }

    /// The library does not check directives on variables.
    fn variable_directives(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            let name = &directive.node.name.node;
            match self.fields.directive(name) {
                Some(expected) if expected.is_for_variables => {
                    self.given(&expected.arguments, &directive.node.arguments);
                }
                _ => {
                    let message = format!("The directive `@{name}` is not allowed on variables.");
                    self.refuse(message, directive.pos);
                }
            }
        }
    }

    fn directives(&mut self, directives: &'a [Positioned<Directive>]) {
        for directive in directives {
            if let Some(expected) = self.fields.directive(&directive.node.name.node) {
                self.given(&expected.arguments, &directive.node.arguments);
            }
        }
    }

    fn given(&mut self, expected: &Arguments, given: &Given) {
        for (name, value) in given {
            if let Some(argument) = expected.get(&name.node) {
                let path = InputPath {
                    description: format!("argument `{}`", argument.name),
                    at: value.pos,
                };
                self.field(&path, argument, &value.node);
            }
        }
    }

    fn field(&mut self, path: &InputPath, field: &InputField, value: &Value) {
        match value {
            Value::Variable(name) => self.variable(path, &field.ty, field.has_default, name),
            _ => self.value(path, &field.ty, value),
        }
    }

    fn variable(&mut self, path: &InputPath, ty: &Type, has_default: bool, name: &Name) {
        // Validation has refused undeclared variables.
        if let Some(definition) = self.variables.get(name)
            && !is_usage_allowed(definition, ty, has_default)
        {
            let message = format!(
                "The variable `${name}` of type `{}` cannot be used for the {}, which expects `{ty}`.",
                definition.var_type.node, path.description
            );
            self.refuse(message, path.at);
        }
    }

    fn value(&mut self, path: &InputPath, ty: &Type, value: &Value) {
        match (&ty.base, value) {
            (_, Value::Variable(name)) => self.variable(path, ty, false, name),
            (_, Value::Null) if ty.nullable => {}
            (_, Value::Null) => self.misfit(path, ty),
            (BaseType::List(of), Value::List(items)) => {
                for item in items {
                    self.value(path, of, item);
                }
            }
            // A single value is coerced to a list of one.
            (BaseType::List(of), value) => self.value(path, of, value),
            (BaseType::Named(name), value) => {
                if !self.fits(path, name, value) {
                    self.misfit(path, ty);
                }
            }
        }
    }

    /// Whether a value, neither null nor a variable, is of the type with this name. Reports errors in the fields of an
    /// object field by field.
    fn fits(&mut self, path: &InputPath, name: &Name, value: &Value) -> bool {
        match (self.inputs.get(name), value) {
            (Some(InputType::Object { fields, one_of }), Value::Object(given)) => {
                for (name, value) in given {
                    match (fields.iter().find(|field| field.name == *name), value) {
                        // The given field of a `@oneOf` object must not be null, although its type is nullable (5.8.5).
                        (Some(field), Value::Variable(name)) if *one_of => {
                            self.variable(path, &non_null(&field.ty), false, name);
                        }
                        (Some(field), value) => self.field(path, field, value),
                        (None, _) => {}
                    }
                }
                is_complete(fields, *one_of, given)
            }
            (Some(InputType::Enum(values)), Value::Enum(value)) => values.contains(value),
            (Some(InputType::Object { .. } | InputType::Enum(_)), _) => false,
            // Unlike JSON, documents distinguish 1.0 from 1.
            (Some(InputType::BuiltIn(BuiltIn::Int | BuiltIn::Id)), Value::Number(number))
                if number.is_f64() =>
            {
                false
            }
            (Some(InputType::BuiltIn(kind)), value) => {
                let value = value.clone().into_const();
                value.and_then(|value| kind.coerce(value)).is_some()
            }
            // Custom scalars validate themselves; validation refuses types that are not input types.
            (Some(InputType::Custom) | None, _) => true,
        }
    }

    /// Names the type, never the value: it can be a password in the wrong place.
    fn misfit(&mut self, path: &InputPath, ty: &Type) {
        let message = format!("The {} is not a valid `{ty}`.", path.description);
        self.refuse(message, path.at);
    }

    fn refuse(&mut self, message: String, at: Pos) {
        let code = RequestErrorCode::GraphqlValidationFailed;
        self.errors.push(request_error(code, message, Some(at)));
    }
}

/// The position of a value.
struct InputPath {
    /// For messages.
    description: String,
    at: Pos,
}

/// Whether every given field is known and every required one is given.
fn is_complete(fields: &[InputField], one_of: bool, given: &IndexMap<Name, Value>) -> bool {
    let is_known = |name: &Name| fields.iter().any(|field| field.name == *name);
    let mut required = fields
        .iter()
        .filter(|field| !field.ty.nullable && !field.has_default);
    let has_one = !one_of || (given.len() == 1 && given.values().all(|value| *value != Value::Null));
    has_one && given.keys().all(is_known) && required.all(|field| given.contains_key(&field.name))
}

/// Whether a variable can be used where `ty` is expected (GraphQL specification, `IsVariableUsageAllowed`).
fn is_usage_allowed(variable: &VariableDefinition, ty: &Type, has_default: bool) -> bool {
    let own = &variable.var_type.node;
    if !ty.nullable && own.nullable {
        let default = variable.default_value.as_ref().map(|it| &it.node);
        let has_non_null_default = default.is_some_and(|it| *it != ConstValue::Null);
        return (has_non_null_default || has_default) && is_compatible(&own.base, &ty.base);
    }
    is_compatible(&own.base, &ty.base)
}

fn non_null(ty: &Type) -> Type {
    Type {
        base: ty.base.clone(),
        nullable: false,
    }
}

fn is_compatible(own: &BaseType, expected: &BaseType) -> bool {
    match (own, expected) {
        (BaseType::Named(own), BaseType::Named(expected)) => own == expected,
        (BaseType::List(own), BaseType::List(expected)) => {
            (expected.nullable || !own.nullable) && is_compatible(&own.base, &expected.base)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests;
