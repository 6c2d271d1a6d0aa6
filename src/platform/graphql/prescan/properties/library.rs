//! Compares our parser with that of the library.

use async_graphql::parser::{parse_query, types::ExecutableDocument};
use serde_json::Value;

/// Compares `document`, parsed from `text`, with what the library parses.
///
/// # Panics
///
/// If the library can parse the text but yields another document. Skips what the library parses wrongly: strings, words
/// that it splits, such as `nullx` into `null` and `x`, lone carriage returns as line ends, and a comment after
/// `on`, which it takes for the name of a fragment. The integer `-0`, which it
/// reads as a float, counts as 0.
pub(super) fn reads_alike(text: &str, document: &ExecutableDocument) {
    let can_be_split = ["true", "false", "null"].iter().any(|word| text.contains(word));
    let has_comment_after_on = text.contains('#') && text.contains("on");
    if text.contains('"') || can_be_split || has_comment_after_on || text.replace("\r\n", "").contains('\r') {
        return;
    }
    if let Ok(of_library) = parse_query(text) {
        assert_eq!(to_json(document), to_json(&of_library), "{text}");
    }
}

/// The whole document as a comparable value, including positions.
fn to_json(document: &ExecutableDocument) -> Value {
    let mut json = serde_json::to_value(document).unwrap_or_default();
    drop_sign_of_zero(&mut json);
    json
}

fn drop_sign_of_zero(json: &mut Value) {
    match json {
        Value::Number(number)
            if number
                .as_f64()
                .is_some_and(|it| it == 0.0 && it.is_sign_negative()) =>
        {
            *json = Value::from(0);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_sign_of_zero),
        Value::Object(fields) => fields.values_mut().for_each(drop_sign_of_zero),
        _ => {}
    }
}
