//! Which characters are fit for text that people enter.

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
pub fn is_bidi_control(c: char) -> bool {
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
