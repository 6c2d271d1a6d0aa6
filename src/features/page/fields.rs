//! A form as it is shown: what was typed, and what is wrong with it.

use std::collections::BTreeMap;

use super::i18n::Language;
use crate::{context::graphql::user_error::UserError, platform::config::Config};

/// A form.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Tells the ids of one form's elements from those of another's.
    pub(super) id: &'static str,
    typed: BTreeMap<&'static str, String>,
    /// By field; under the empty name what is wrong with no single one.
    errors: Vec<(String, String)>,
    focused: Option<&'static str>,
}

impl Fields {
    /// An empty form.
    pub(super) fn new(id: &'static str) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// The same form with what was typed. Never a password.
    pub(super) fn typed(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.typed.insert(name, value.into());
        self
    }

    /// The same form, which a visitor begins in this field.
    pub(super) fn begin_at(mut self, name: &'static str) -> Self {
        self.focused = Some(name);
        self
    }

    /// The same form with what was refused.
    pub(super) fn refused(mut self, t: &Language, config: &Config, errors: &[UserError]) -> Self {
        for error in errors {
            let field = error.input_field().map(snake_case).unwrap_or_default();
            self.errors.push((field, told(t, config, self.id, error)));
        }
        self
    }

    /// The same form, with a sentence about the whole of it.
    pub(super) fn told(mut self, text: String) -> Self {
        self.errors.push((String::new(), text));
        self
    }

    /// What was typed into a field.
    pub(super) fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// What is wrong with a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        let found = self.errors.iter().find(|(field, _)| field == name);
        found.map(|(_, text)| text.as_str())
    }

    /// Whether anything is wrong.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether the visitor goes on in this field: the first that is wrong.
    pub(super) fn focus(&self, name: &str) -> bool {
        match self.errors.iter().find(|(field, _)| !field.is_empty()) {
            Some((field, _)) => field == name,
            None => self.focused == Some(name),
        }
    }
}

/// An error in the visitor's language: under its code and the form, else under its code, else in the API's English.
fn told(t: &Language, config: &Config, form: &str, error: &UserError) -> String {
    let code = error.code.as_str();
    let values = [
        ("min", config.password_min_length.into()),
        ("max", config.password_max_length.into()),
    ];
    t.find(&format!("error-{code}-{form}"), &values)
        .or_else(|| t.find(&format!("error-{code}"), &values))
        .unwrap_or_else(|| error.message.clone())
}

/// Inputs of the API are in camel case, form fields in snake case.
fn snake_case(camel: &str) -> String {
    let mut snake = String::with_capacity(camel.len() + 4);
    for character in camel.chars() {
        if character.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(character.to_ascii_lowercase());
    }
    snake
}
