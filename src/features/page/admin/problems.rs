//! What use cases of administration refuse, in the visitor's language.

use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    features::page::fields::Fields,
    platform::i18n::Language,
};

/// Adds the errors to a form. Those of fields that it does not have concern the whole of it.
pub(super) fn with_problems(fields: Fields, t: &Language, errors: &[UserError], names: &[&str]) -> Fields {
    errors.iter().fold(fields, |fields, error| {
        let field = error.input_field().filter(|field| names.contains(field));
        fields.with_error(field.unwrap_or_default(), message(t, error))
    })
}

/// The sentence for an error.
pub(super) fn message(t: &Language, error: &UserError) -> String {
    translated(t, error.code).unwrap_or_else(|| error.message.clone())
}

/// The sentence for a code; none if only the API has one.
pub(super) fn translated(t: &Language, code: UserErrorCode) -> Option<String> {
    let code = code.as_str();
    t.find(&format!("error-{code}-admin"), &[])
        .or_else(|| t.find(&format!("error-{code}"), &[]))
}

/// Whether the caller must confirm who they are first.
pub(super) fn is_unproven(errors: &[UserError]) -> bool {
    errors
        .iter()
        .any(|error| error.code == UserErrorCode::ReauthenticationRequired)
}
