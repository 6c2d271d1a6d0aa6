//! A cell of CSV (RFC 4180), for spreadsheets.

use crate::platform::telemetry::is_unsafe;

/// A cell in quotes. A spreadsheet must not take it for a formula: then it gets a leading apostrophe (OWASP, CSV
/// Injection). Characters that could control a terminal or end the line are escaped as in Rust.
pub(super) fn cell(value: &str) -> String {
    let mut cell = String::from('"');
    if value.starts_with(begins_formula) {
        cell.push('\'');
    }
    for character in value.chars() {
        if character == '"' {
            cell += "\"\"";
        } else if is_unsafe(character) {
            cell.extend(character.escape_default());
        } else {
            cell.push(character);
        }
    }
    cell.push('"');
    cell
}

/// The signs, also in full width, and the characters that spreadsheets skip before them.
fn begins_formula(character: char) -> bool {
    matches!(
        character,
        '=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        for (value, wanted) in [
            ("", r#""""#),
            ("Firefox, 1", r#""Firefox, 1""#),
            ("=1+1", r#""'=1+1""#),
            ("+1", r#""'+1""#),
            ("-1", r#""'-1""#),
            ("@SUM(A1)", r#""'@SUM(A1)""#),
            ("\t=1", r#""'\t=1""#),
            ("\r=1", r#""'\r=1""#),
            ("＝1", r#""'＝1""#),
            (r#"a";=1"#, r#""a"";=1""#),
            ("a\r\n=1", r#""a\r\n=1""#),
            ("\u{202e}=1", r#""\u{202e}=1""#),
        ] {
            assert_eq!(cell(value), wanted, "{value:?}");
        }
    }
}
