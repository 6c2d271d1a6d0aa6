//! Properties of the preparation of passwords that must hold for any text.

use secrecy::ExposeSecret as _;
use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::Password;
use crate::platform::unicode;

/// Whether the text can be a password.
///
/// # Panics
///
/// If an accepted password becomes a different one when it is prepared again or typed in another way.
pub fn check(text: &str) -> bool {
    let Ok(password) = Password::prepare(text) else {
        return false;
    };
    let prepared = password.secret().expose_secret();
    let same = |text: &str| Password::prepare(text).is_ok_and(|it| it.secret().expose_secret() == prepared);
    assert!(same(prepared), "prepared again it is another password");
    let composed: String = text.nfc().collect();
    let decomposed: String = text.nfd().collect();
    let fits = |text: &str| text.len() <= 3 * Password::MAX_BYTES;
    assert!(
        !fits(&composed) || same(&composed),
        "in NFC it is another password"
    );
    assert!(
        !fits(&decomposed) || same(&decomposed),
        "in NFD it is another password"
    );
    assert!(prepared.len() <= Password::MAX_BYTES && is_nfc(prepared));
    assert!(!prepared.contains(unicode::is_forbidden) && !prepared.contains(unicode::is_non_ascii_space));
    // Nothing is trimmed or cut: texts that look different stay different.
    if prepared.len() < Password::MAX_BYTES {
        assert!(
            !same(&format!("{text} ")),
            "a space at the end makes no difference"
        );
    }
    if text.is_ascii() {
        assert!(prepared == text, "ASCII was changed");
    }
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn a_password_is_the_same_in_however_many_ways_it_is_typed() {
        const PIECES: &[&str] = &[
            "a",
            "A",
            " ",
            "\u{a0}",
            "\u{3000}",
            "\u{2003}",
            "é",
            "e\u{301}",
            "\u{301}\u{327}",
            "\u{327}\u{301}",
            "한",
            "\u{1112}\u{1161}\u{11ab}",
            "Å",
            "\u{212b}",
            "ﬁ",
            "\u{1d15e}",
            "\u{fb1d}",
            "\u{2126}",
            "👩‍🚀",
            "\u{200b}",
            "\0",
            "\u{fdd0}",
            "\u{e000}",
            "\u{2000}",
            "\u{2001}",
            "\u{340}",
            "\u{344}",
            "\u{1fef}",
            "\u{37e}",
        ];
        keeps(20, any::<String>(), |text| check(text));
        let accepted = keeps(30, pieces(PIECES, 12), |text| check(text))
            + keeps(1, (pieces(PIECES, 3), 0..400_usize), |(text, times)| {
                check(&text.repeat(*times))
            });
        assert!(accepted > 1_000, "only {accepted} can be passwords");
    }
}
