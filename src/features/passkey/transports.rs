//! How a browser can reach an authenticator: hints that it gave at registration and gets back at sign-in.

/// The words of WebAuthn Level 3, section 5.8.4. Others are dropped, as section 5.2.1.1 asks.
const KNOWN: [&str; 6] = ["ble", "hybrid", "internal", "nfc", "smart-card", "usb"];

/// The known words among `given`, each once, separated by commas.
pub(super) fn join(given: &[String]) -> String {
    let known = KNOWN.into_iter().filter(|word| given.iter().any(|it| it == word));
    known.collect::<Vec<_>>().join(",")
}

/// The words in a stored list.
pub(super) fn split(stored: &str) -> Vec<&str> {
    stored.split(',').filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_words_are_kept_once_and_all_fit_into_the_column() {
        let given = |words: &[&str]| join(&words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>());
        assert_eq!(
            given(&["internal", "cable", "hybrid", "internal", "a,b"]),
            "hybrid,internal"
        );
        assert_eq!(split(&given(&["usb", "nfc"])), ["nfc", "usb"]);
        assert_eq!(split(&given(&[])), [""; 0]);
        assert!(given(&KNOWN).len() <= 64);
    }
}
