//! Properties of the display name parser that must hold for any text.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::DisplayName;
use crate::platform::unicode;

/// Whether the text is a name.
///
/// # Panics
///
/// If an accepted name is not in its normal form, or has characters that names must not have.
pub fn check(text: &str) -> bool {
    let Ok(name) = DisplayName::parse(text) else {
        return false;
    };
    let same = |text: &str| DisplayName::parse(text).is_ok_and(|it| it == name);
    assert!(same(name.as_str()), "parsed again it is another name");
    let decomposed: String = text.nfd().collect();
    assert!(
        decomposed.len() > 12 * DisplayName::MAX_LENGTH || same(&decomposed),
        "in NFD it is another name"
    );
    assert!(is_nfc(name.as_str()) && name.as_str().trim() == name.as_str());
    assert!((1..=DisplayName::MAX_LENGTH).contains(&name.as_str().chars().count()));
    let breaks = |c: char| {
        unicode::is_forbidden(c) || "\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}\u{2028}\u{2029}".contains(c)
    };
    assert!(
        !name.as_str().contains(breaks),
        "it has characters that change the direction of text or break lines"
    );
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn a_name_is_parsed_into_itself() {
        const PIECES: &[&str] = &[
            "a",
            "Z",
            " ",
            "  ",
            "\u{a0}",
            "\u{3000}",
            "\t",
            "\n",
            "é",
            "e\u{301}",
            "\u{301}",
            "\u{327}",
            "한",
            "\u{1112}\u{1161}\u{11ab}",
            "Å",
            "\u{212b}",
            "\u{1d15e}",
            "\u{fb1d}",
            "👩‍🚀",
            "\u{200d}",
            "\u{202e}",
            "\u{2066}",
            "\u{feff}",
            "\u{fdd0}",
            "\0",
            "<",
            "\"",
            "क्ष",
            "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ];
        keeps(20, any::<String>(), |text| check(text));
        let accepted = keeps(60, pieces(PIECES, 6), |text| check(text));
        assert!(accepted > 1_000, "only {accepted} are names");
    }
}
