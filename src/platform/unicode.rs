//! Which characters are fit for text that people enter.

use unicode_normalization::UnicodeNormalization;

/// Why a text can be no line that people name something with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// More code points than allowed.
    TooLong,
    /// Control characters, line breaks, noncharacters, or characters that turn the direction of text.
    InvalidCharacters,
}

/// The line that people name something with, such as themselves: `raw` trimmed and in NFC, at most `max_length` code
/// points. Nothing when it is blank.
pub fn line(raw: &str, max_length: usize) -> Result<Option<String>, LineProblem> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return Ok(None);
    }
    // Four bytes a code point, and NFC shortens UTF-8 to no less than a third (UAX #15, section 9): this turns
    // nothing away that would have fitted; it bounds the work.
    if trimmed.len() > 3 * 4 * max_length {
        return Err(LineProblem::TooLong);
    }
    let line: String = trimmed.nfc().collect();
    if line.chars().any(is_forbidden_in_line) {
        return Err(LineProblem::InvalidCharacters);
    }
    if line.chars().count() > max_length {
        return Err(LineProblem::TooLong);
    }
    Ok(Some(line))
}

fn is_forbidden_in_line(c: char) -> bool {
    // The two line breaks of Unicode's own are no control characters by category.
    is_forbidden(c) || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether text that holds `c` is to be refused: control characters (category Cc) and noncharacters.
///
/// Unassigned code points pass: they are the letters and emoji of a Unicode version yet to come.
pub fn is_forbidden(c: char) -> bool {
    c.is_control() || is_noncharacter(c)
}

/// Whether `c` is one of the 66 code points set aside for never being a character (Unicode 23.7).
fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Whether `c` is a space other than U+0020 (category Zs).
pub fn is_non_ascii_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Whether `c` sets the direction of the text around it, which lets text show as what it is not
/// (UTS 55, section 3).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_six_noncharacters_and_sixty_five_controls_are_forbidden() {
        let all = || (0..=0x0010_FFFF).filter_map(char::from_u32);
        assert_eq!(all().filter(|c| is_noncharacter(*c)).count(), 66);
        assert_eq!(all().filter(|c| is_forbidden(*c)).count(), 66 + 65);
    }

    #[test]
    fn spaces_are_the_seventeen_of_their_category_without_the_ordinary_one() {
        let spaces: Vec<char> = ('\0'..=char::MAX).filter(|c| is_non_ascii_space(*c)).collect();
        assert_eq!(spaces.len(), 16);
        assert!(spaces.iter().all(|c| c.is_whitespace() && !c.is_control()));
    }
}
