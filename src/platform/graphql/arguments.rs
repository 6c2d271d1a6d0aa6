//! Arguments, and the defaults of variables, are checked against their types before anything runs (GraphQL
//! specification, sections 5.6 and 5.8.5).
//!
//! The library's own rules leave some of it to the turn of the field, when earlier mutations have run: a variable
//! that may be null where null may not stand, a text where an input object is expected, and whatever stands beside
//! a variable without a value.

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

/// What is wrong with the arguments and defaults of `operation`, one of the document's. What its fields and types are is known to
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
    /// Those looked at: each stands on its own type, wherever it is spread.
    fragments: HashSet<&'a Name>,
    errors: Vec<ServerError>,
}

/// Arguments as a document has them.
type Given = [(Positioned<Name>, Positioned<Value>)];

impl<'a> Check<'a> {
    /// `of` is nothing where a field is not known, which validation refuses.
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
                let place = InputPath {
                    what: format!("default of `${}`", variable.name.node),
                    at: default.pos,
                };
                let default = default.node.clone().into_value();
                self.value(&place, &variable.var_type.node, &default);
            }
            self.at_variable(&variable.directives);
        }
    }

    /// The library looks at no directive of a variable.
    fn at_variable(&mut self, directives: &[Positioned<Directive>]) {
        for directive in directives {
            let name = &directive.node.name.node;
            match self.fields.directive(name) {
                Some(expected) if expected.is_for_variables => {
                    self.given(&expected.arguments, &directive.node.arguments);
                }
                _ => {
                    let message = format!("The directive `@{name}` cannot stand at a variable.");
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
                let place = InputPath {
                    what: format!("argument `{}`", argument.name),
                    at: value.pos,
                };
                self.field(&place, argument, &value.node);
            }
        }
    }

    fn field(&mut self, place: &InputPath, field: &InputField, value: &Value) {
        match value {
            Value::Variable(name) => self.variable(place, &field.ty, field.has_default, name),
            _ => self.value(place, &field.ty, value),
        }
    }

    fn variable(&mut self, place: &InputPath, ty: &Type, has_default: bool, name: &Name) {
        // Validation has refused those that are not declared.
        if let Some(definition) = self.variables.get(name)
            && !can_stand(definition, ty, has_default)
        {
            let message = format!(
                "The variable `${name}` of type `{}` cannot stand where the {} needs `{ty}`.",
                definition.var_type.node, place.what
            );
            self.refuse(message, place.at);
        }
    }

    fn value(&mut self, place: &InputPath, ty: &Type, value: &Value) {
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
                if !self.fits(place, name, value) {
                    self.misfit(place, ty);
                }
            }
        }
    }

    /// Whether a value, neither null nor a variable, is one of the type of that name. What is wrong with the fields of
    /// an object is told field by field.
    fn fits(&mut self, place: &InputPath, name: &Name, value: &Value) -> bool {
        match (self.inputs.get(name), value) {
            (Some(InputType::Object { fields, one_of }), Value::Object(given)) => {
                for (name, value) in given {
                    match (fields.iter().find(|field| field.name == *name), value) {
                        // The one field of many must have a value, although its type has null (5.8.5).
                        (Some(field), Value::Variable(name)) if *one_of => {
                            self.variable(place, &never_null(&field.ty), false, name);
                        }
                        (Some(field), value) => self.field(place, field, value),
                        (None, _) => {}
                    }
                }
                is_complete(fields, *one_of, given)
            }
            (Some(InputType::Enum(values)), Value::Enum(value)) => values.contains(value),
            (Some(InputType::Object { .. } | InputType::Enum(_)), _) => false,
            // JSON does not tell 1.0 from 1, documents do.
            (Some(InputType::BuiltIn(BuiltIn::Int | BuiltIn::Id)), Value::Number(number))
                if number.is_f64() =>
            {
                false
            }
            (Some(InputType::BuiltIn(kind)), value) => {
                let value = value.clone().into_const();
                value.and_then(|value| kind.coerce(value)).is_some()
            }
            // Custom scalars judge for themselves; whatever is no input type, validation refuses.
            (Some(InputType::Custom) | None, _) => true,
        }
    }

    /// Names the type, never the value: that may be a password in the wrong place.
    fn misfit(&mut self, place: &InputPath, ty: &Type) {
        let message = format!("The {} holds something that is no `{ty}`.", place.what);
        self.refuse(message, place.at);
    }

    fn refuse(&mut self, message: String, at: Pos) {
        let code = RequestErrorCode::GraphqlValidationFailed;
        self.errors.push(request_error(code, message, Some(at)));
    }
}

/// Where a value stands.
struct InputPath {
    /// In words.
    what: String,
    at: Pos,
}

/// Whether every field given is known and every needed one is given.
fn is_complete(fields: &[InputField], one_of: bool, given: &IndexMap<Name, Value>) -> bool {
    let is_known = |name: &Name| fields.iter().any(|field| field.name == *name);
    let mut needed = fields
        .iter()
        .filter(|field| !field.ty.nullable && !field.has_default);
    let has_one = !one_of || (given.len() == 1 && given.values().all(|value| *value != Value::Null));
    has_one && given.keys().all(is_known) && needed.all(|field| given.contains_key(&field.name))
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

fn never_null(ty: &Type) -> Type {
    Type {
        base: ty.base.clone(),
        nullable: false,
    }
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
mod tests;
