//! One value of a user.

use std::sync::Arc;

use serde_json::Value;

use super::problem::LineProblem;

/// A value, and how its name is spelt.
pub(super) struct Field {
    pub(super) name: Arc<str>,
    pub(super) value: Value,
}

impl Field {
    /// That the value is not of the expected kind.
    pub(super) fn wrong(&self) -> LineProblem {
        LineProblem::value(&self.name)
    }

    pub(super) fn has_value(&self) -> bool {
        match &self.value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        }
    }

    pub(super) fn text(&self) -> Result<&str, LineProblem> {
        self.value.as_str().ok_or_else(|| self.wrong())
    }
}

/// Whether two values are the same, white space at their ends aside.
pub(super) fn is_same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.trim() == other.trim(),
        (one, other) => one == other,
    }
}
