//! Which characters text from people can contain.

use icu_properties::{CodePointSetData, props::DefaultIgnorableCodePoint};
use unicode_normalization::UnicodeNormalization;

/// Why a text is not a valid name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineProblem {
    /// More code points than allowed.
    TooLong,
    /// Control characters, line breaks, noncharacters, or characters that change the direction of text.
    InvalidCharacters,
}

/// A one-line name, such as that of a person: `raw` trimmed and in NFC, at most `max_length` code points. `None` if it
/// is blank.
pub fn line(raw: &str, max_length: usize) -> Result<Option<String>, LineProblem> {
    let trimmed = raw.trim();
    if trimmed.chars().all(is_blank) {
        return Ok(None);
    }
    // Bounds the work without refusing valid names: a code point has at most four bytes, and NFC shortens UTF-8 to no
    // less than a third (UAX #15, section 9).
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

/// Whether text on one line must not contain `c`: what [`is_forbidden`] in all text, line breaks, and characters that
/// change the direction of text.
pub fn is_forbidden_in_line(c: char) -> bool {
    // The line and paragraph separators are not control characters by category.
    is_forbidden(c) || is_bidi_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Whether text must not contain `c`: control characters (category Cc) and noncharacters.
///
/// Unassigned code points are allowed: they can become letters and emoji in a future Unicode version.
pub fn is_forbidden(c: char) -> bool {
    c.is_control() || is_noncharacter(c)
}

/// Whether `c` is one of the 66 code points that will never be assigned (Unicode 23.7).
fn is_noncharacter(c: char) -> bool {
    let code = u32::from(c);
    (0xFDD0..=0xFDEF).contains(&code) || code & 0xFFFE == 0xFFFE
}

/// Whether `c` is invisible: white space, default ignorable code points (UAX #44, Default_Ignorable_Code_Point:
/// joiners, fillers, variation selectors, tags), and symbols that are rendered blank.
fn is_blank(c: char) -> bool {
    const BLANK_SIGNS: [char; 5] = [
        '\u{2800}',  // Braille pattern blank
        '\u{13441}', // Egyptian hieroglyph full blank
        '\u{13442}', // Egyptian hieroglyph half blank
        '\u{16FE4}', // Khitan small script filler
        '\u{1D159}', // musical symbol null notehead
    ];
    let ignorable = CodePointSetData::new::<DefaultIgnorableCodePoint>();
    c.is_whitespace() || ignorable.contains(c) || BLANK_SIGNS.contains(&c)
}

/// Whether `c` is a space other than U+0020 (category Zs).
pub fn is_non_ascii_space(c: char) -> bool {
    matches!(
        c,
        '\u{A0}' | '\u{1680}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\u{3000}'
    )
}

/// Whether `c` sets the direction of the surrounding text, which can make text appear as something else (UTS 55,
/// section 3).
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text in NFC, so that letters with accents compare equal however they were typed.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
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
    fn what_shows_nothing_is_blank_and_what_shows_something_is_not() {
        for blank in [
            "",
            " \t\u{3000}",
            "\u{3164}",
            "\u{115F}\u{1160}",
            "\u{FFA0}",
            "\u{200B}\u{200D}",
            "\u{2060}\u{FEFF}",
            "\u{AD}",
            "\u{34F}",
            "\u{61C}",
            "\u{17B4}",
            "\u{180E}",
            "\u{FE0F}",
            "\u{E0001}\u{E0061}",
            "\u{E0100}",
            "\u{2800}",
            "\u{13441}\u{13442}",
            "\u{16FE4}",
            "\u{1D159}",
            "\u{1D173}",
            "\u{202E}",
            "\u{2065}",
            " \u{3164} \u{200B}",
        ] {
            assert_eq!(line(blank, 10), Ok(None), "{blank:?}");
        }
        for visible in [
            "a",
            "ㅤa",
            "\u{301}",
            "👩\u{200D}🚀",
            "\u{2801}",
            "ᅡ",
            "\u{600}",
            "-",
        ] {
            assert!(matches!(line(visible, 10), Ok(Some(_))), "{visible:?}");
        }
    }

    #[test]
    fn spaces_are_the_seventeen_of_their_category_without_the_ordinary_one() {
        let spaces: Vec<char> = ('\0'..=char::MAX).filter(|c| is_non_ascii_space(*c)).collect();
        assert_eq!(spaces.len(), 16);
        assert!(spaces.iter().all(|c| c.is_whitespace() && !c.is_control()));
    }
}
