//! Nesting depth and number of spreads of a parsed document.

use async_graphql::{
    Positioned,
    parser::types::{
        BaseType, Directive, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet, Type,
        VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Value};

/// The minimum nesting of brackets that the document's text must have, and its spreads.
#[derive(Debug, Default)]
pub(super) struct Extent {
    pub(super) nesting: usize,
    pub(super) spreads: usize,
}

impl Extent {
    pub(super) fn of(document: &ExecutableDocument) -> Self {
        let mut extent = Self::default();
        for (_, operation) in document.operations.iter() {
            extent.operation(&operation.node);
        }
        for fragment in document.fragments.values() {
            extent.directives(&fragment.node.directives, 0);
            extent.selections(&fragment.node.selection_set.node, 0);
        }
        extent
    }

    fn reaches(&mut self, level: usize) {
        self.nesting = self.nesting.max(level);
    }

    fn operation(&mut self, operation: &OperationDefinition) {
        if !operation.variable_definitions.is_empty() {
            self.reaches(1);
        }
        for definition in &operation.variable_definitions {
            self.variable(&definition.node);
        }
        self.directives(&operation.directives, 0);
        self.selections(&operation.selection_set.node, 0);
    }

    fn variable(&mut self, definition: &VariableDefinition) {
        self.type_(&definition.var_type.node, 1);
        self.directives(&definition.directives, 1);
        if let Some(default) = &definition.default_value {
            self.constant(&default.node, 1);
        }
    }

    fn selections(&mut self, set: &SelectionSet, level: usize) {
        // A field without a selection has an empty set, and no braces.
        if set.items.is_empty() {
            return;
        }
        self.reaches(level + 1);
        for selection in &set.items {
            self.directives(selection.node.directives(), level + 1);
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, level + 1),
                Selection::FragmentSpread(_) => self.spreads += 1,
                Selection::InlineFragment(fragment) => {
                    self.spreads += 1;
                    self.selections(&fragment.node.selection_set.node, level + 1);
                }
            }
        }
    }

    fn field(&mut self, field: &Field, level: usize) {
        for (_, value) in &field.arguments {
            self.reaches(level + 1);
            self.value(&value.node, level + 1);
        }
        self.selections(&field.selection_set.node, level);
    }

    fn directives(&mut self, directives: &[Positioned<Directive>], level: usize) {
        for directive in directives {
            for (_, value) in &directive.node.arguments {
                self.reaches(level + 1);
                self.value(&value.node, level + 1);
            }
        }
    }

    fn type_(&mut self, type_: &Type, level: usize) {
        if let BaseType::List(inner) = &type_.base {
            self.reaches(level + 1);
            self.type_(inner, level + 1);
        }
    }

    fn value(&mut self, value: &Value, level: usize) {
        match value {
            Value::List(items) => {
                self.reaches(level + 1);
                for item in items {
                    self.value(item, level + 1);
                }
            }
            Value::Object(fields) => {
                self.reaches(level + 1);
                for field in fields.values() {
                    self.value(field, level + 1);
                }
            }
            _ => {}
        }
    }

    fn constant(&mut self, value: &ConstValue, level: usize) {
        self.value(&value.clone().into_value(), level);
    }
}
