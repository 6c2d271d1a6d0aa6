//! Characters that must not appear unescaped in a log line.

/// Whether a log line must not contain the character unescaped: it could end the line, control the terminal or change
/// the reading order of the rest. These are the controls (C0, DEL and C1), the line and paragraph separators, and the
/// directional formatting characters (Unicode, UAX #9). None is beyond U+FFFF.
pub fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}

/// The text with these characters escaped as in Rust, for a line of output.
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            printable.extend(character.escape_default());
        } else {
            printable.push(character);
        }
    }
    printable
}
