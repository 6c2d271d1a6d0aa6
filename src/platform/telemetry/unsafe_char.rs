//! Characters that must not appear unescaped in a log line.

/// Whether a log line must not hold the character as it is: it could end the line, steer the terminal or change the
/// order in which the rest is read. Those are the controls (C0, DEL and C1), the separators of lines and paragraphs, and
/// the marks of direction (Unicode, UAX #9). None lies beyond U+FFFF.
pub(super) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
        )
}
