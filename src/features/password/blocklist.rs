//! Passwords that attackers try first. Only whole passwords are compared, ignoring case: a common word in a long
//! password does no harm.

use std::cmp::Ordering;

use unicode_normalization::UnicodeNormalization;

use super::Resemblance;

/// One entry per line, folded and ordered by code point, so that it can be searched in the binary: no work at start, no
/// memory. See `BLOCKLIST.md`.
const COMMON: &str = include_str!("blocklist.txt");

const PRODUCT: &str = "portcullis";

/// Whether `password` is one of the most common ones.
pub(super) fn is_common(password: &str) -> bool {
    let mut rest = COMMON;
    while !rest.is_empty() {
        let (before, _) = rest.split_at(rest.floor_char_boundary(rest.len() / 2));
        let (before, here) = rest.split_at(before.rfind('\n').map_or(0, |end| end + 1));
        let (entry, after) = here.split_once('\n').unwrap_or((here, ""));
        match entry.chars().cmp(folded(password)) {
            Ordering::Equal => return true,
            Ordering::Less => rest = after,
            Ordering::Greater => rest = before,
        }
    }
    false
}

/// The part of the account, or of this product, that `password` equals.
pub(super) fn resemblance(password: &str, email: &str, name: &str) -> Option<Resemblance> {
    let is = |text: &str| folded(text.trim()).eq(folded(password));
    let (local, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    if is(email) || is(local) || is(domain) || domain.split('.').any(is) {
        Some(Resemblance::Email)
    } else if is(name) || name.split_whitespace().any(is) {
        Some(Resemblance::Name)
    } else if is(PRODUCT) {
        Some(Resemblance::Product)
    } else {
        None
    }
}

/// `text` in lower case and NFC. It stays an iterator: no copy of a secret is made.
fn folded(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase).nfc()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_holds_ten_thousand_entries_of_permitted_length() {
        assert!(COMMON.lines().count() >= 10_000);
        assert_eq!(COMMON.lines().find(|entry| entry.chars().count() < 8), None);
    }

    #[test]
    fn the_list_is_folded_ordered_and_without_doubles() {
        for entry in COMMON.lines() {
            assert!(folded(entry).eq(entry.chars()), "not folded: {entry}");
            assert_eq!(entry.trim(), entry);
        }
        assert!(COMMON.lines().is_sorted_by(|a, b| a < b));
        assert!(COMMON.ends_with('\n') && !COMMON.contains('\r'));
    }

    #[test]
    fn every_entry_is_found_in_any_case() {
        for entry in COMMON.lines() {
            assert!(is_common(entry), "{entry}");
            assert!(is_common(&entry.to_uppercase()), "{entry}");
        }
    }

    #[test]
    fn neighbours_of_entries_are_not_found() {
        for entry in COMMON.lines().step_by(97) {
            for other in [
                format!("{entry}\u{1}"),
                format!("\u{1}{entry}"),
                format!("{entry}\n"),
            ] {
                assert!(!is_common(&other), "{other:?}");
            }
        }
        for other in ["", "\n", "zzzzzzzzzzzzzzzz~", "\u{1}", "\u{10FFFD}"] {
            assert!(!is_common(other), "{other:?}");
        }
    }
}
