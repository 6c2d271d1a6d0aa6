//! A form as it is shown: typed values and errors.

use std::collections::BTreeMap;

use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    platform::{config::Config, i18n::Language},
};

/// A form.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Prefix that makes the ids of this form's elements unique on the page.
    pub(super) id: &'static str,
    typed: BTreeMap<&'static str, String>,
    /// By field; the empty name stands for errors that concern no single field.
    errors: Vec<(String, String)>,
    focused: Option<&'static str>,
    /// Whether the address must be confirmed first, so that the page offers another link.
    pub(super) offers_link: bool,
    /// Text of a link to the page that confirms who the visitor is; none if nothing needs it.
    pub(super) proof_link: Option<String>,
}

impl Fields {
    /// An empty form.
    pub(super) fn new(id: &'static str) -> Self {
        Self {
            id,
            ..Self::default()
        }
    }

    /// Adds a typed value. Never a password.
    pub(super) fn typed(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.typed.insert(name, value.into());
        self
    }

    /// Sets the field that gets the focus.
    pub(super) fn begin_at(mut self, name: &'static str) -> Self {
        self.focused = Some(name);
        self
    }

    /// Adds the errors of a refusal.
    pub(super) fn refused(mut self, t: &Language, config: &Config, errors: &[UserError]) -> Self {
        for error in errors {
            self.offers_link |= error.code == UserErrorCode::EmailNotVerified;
            let field = error.input_field().map(snake_case).unwrap_or_default();
            self.errors.push((field, message(t, config, self.id, error)));
        }
        self
    }

    /// Adds an error of one field; the empty name stands for the whole form.
    pub(super) fn with_error(mut self, field: &str, text: String) -> Self {
        self.errors.push((field.to_owned(), text));
        self
    }

    /// Adds the error that the visitor must confirm who they are first, on the page that the link leads to.
    pub(super) fn unproven(mut self, t: &Language) -> Self {
        self.proof_link = Some(t.text("confirm-it-is-you"));
        self.with_message(t.text("confirm-first"))
    }

    /// Adds a message about the whole form.
    pub(super) fn with_message(mut self, text: String) -> Self {
        self.errors.push((String::new(), text));
        self
    }

    /// The typed value of a field.
    pub(super) fn value(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    /// The error of a field.
    pub(super) fn error(&self, name: &str) -> Option<&str> {
        let found = self.errors.iter().find(|(field, _)| field == name);
        found.map(|(_, text)| text.as_str())
    }

    /// Whether there are errors.
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.is_empty()
    }

    /// Whether this field gets the focus: the first one with an error, else the one of [`Self::begin_at`].
    pub(super) fn focus(&self, name: &str) -> bool {
        match self.errors.iter().find(|(field, _)| !field.is_empty()) {
            Some((field, _)) => field == name,
            None => self.focused == Some(name),
        }
    }
}

/// An error in the visitor's language: by its code and form, else by its code, else in the API's English.
fn message(t: &Language, config: &Config, form: &str, error: &UserError) -> String {
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
