//! Properties of the email address parser that must hold for any text.

use unicode_normalization::UnicodeNormalization as _;

use super::EmailAddress;

/// Whether the text is an address.
///
/// # Panics
///
/// If the key of an accepted address is not an address, or differs when the address is typed in another way.
pub fn check(text: &str) -> bool {
    let Ok(address) = EmailAddress::parse(text) else {
        return false;
    };
    let key = |text: &str| EmailAddress::parse(text).map(|it| it.key).ok();
    let (display, own) = (address.display(), Some(address.key.clone()));
    assert!(key(&address.key) == own, "the key has a different key");
    assert!(key(display) == own, "as displayed, it is another address");
    let composed: String = display.nfc().collect();
    let decomposed: String = display.nfd().collect();
    assert!(key(&composed) == own, "in NFC it is another address");
    // Decomposed, it may exceed the maximum length.
    assert!(
        decomposed.len() > EmailAddress::MAX_BYTES || key(&decomposed) == own,
        "in NFD it is another address"
    );
    assert!(
        key(&display.to_ascii_uppercase()) == own,
        "in capitals it is another address"
    );
    assert!(display == text.trim_matches(' '), "it is not shown as typed");

    let (local, domain) = address.key.split_once('@').unwrap_or_default();
    assert!(!local.is_empty() && local.len() <= EmailAddress::MAX_LOCAL_BYTES);
    assert!(domain.contains('.') && !domain.contains('@'));
    assert!(address.key.len() <= EmailAddress::MAX_BYTES && display.len() <= EmailAddress::MAX_BYTES);
    // It may be used in mail headers one day.
    let is_plain = |c: char| c.is_ascii_graphic() && !c.is_ascii_uppercase() && !"<>()[]\\,;:\"".contains(c);
    assert!(
        address.key.chars().all(is_plain),
        "the key has characters that no address has"
    );
    true
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::fuzzing::{keeps, pieces};

    #[test]
    fn an_address_has_one_key_in_however_many_ways_it_is_typed() {
        const LOCAL: &[&str] = &[
            "a", "A", "b", ".", "+", "-", "_", "1", "'", " ", "\"", "é", "(", "\\", "\u{202e}", "%", "=",
            "İ", "ß",
        ];
        const DOMAIN: &[&str] = &[
            "a",
            "B",
            "x.",
            ".",
            "-",
            "xn--",
            "bcher-kva",
            "xn--bcher-kva",
            "ü",
            "u\u{308}",
            "ß",
            "ẞ",
            "İ",
            "ı",
            "ς",
            "Σ",
            "。",
            "ｃ",
            "com",
            "\u{ad}",
            "\u{200d}",
            "\u{200c}",
            "क्ष",
            "пример",
            "רש",
            "한",
            "\u{1112}\u{1161}\u{11ab}",
            "1",
            "é",
            "\u{301}",
            "ﬁ",
            "K",
            "Å",
            "㎏",
            "℡",
            "½",
            "xn--zca",
            "@",
            " ",
        ];
        keeps(20, any::<String>(), |text| check(text));
        let parts = || (pieces(LOCAL, 3), pieces(DOMAIN, 5));
        keeps(20, parts(), |(local, domain)| check(&format!("{local}@{domain}")));
        let accepted = keeps(40, pieces(DOMAIN, 4), |domain| {
            check(&format!(" A.b+c@{domain}.de "))
        });
        assert!(accepted > 1_000, "only {accepted} are addresses");
    }
}
