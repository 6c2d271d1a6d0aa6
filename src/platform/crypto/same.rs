//! Compares secrets.

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// Whether two secrets are the same. The time of an answer reveals their lengths at most.
pub fn is_same_secret(a: &str, b: &str) -> bool {
    verify_slices_are_equal(a.as_bytes(), b.as_bytes()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_equal_texts_are_the_same() {
        assert!(is_same_secret("abc", "abc"));
        for other in ["", "ab", "abd", "abcd", "ABC"] {
            assert!(!is_same_secret("abc", other), "{other}");
        }
    }
}
