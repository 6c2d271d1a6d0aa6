//! The server secret, from which the keys for sealing and authenticating are derived.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// How to get a strong secret.
pub(super) const ADVICE: &str = "make one with `openssl rand -base64 48`";

/// A list of secrets: the first seals new data, all of them open existing data. To replace a secret, put a new one in
/// front and remove the old one later.
#[derive(Debug, Clone)]
pub struct ServerSecret {
    current: SecretString,
    older: Vec<SecretString>,
}

impl ServerSecret {
    /// Reads a list separated by commas. The error names the problem and never repeats the text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut secrets = text.split(',').map(strong);
        let current = secrets.next().unwrap_or_else(|| Err(blank()))?;
        Ok(Self {
            current,
            older: secrets.collect::<Result<_, _>>()?,
        })
    }

    /// One secret.
    pub(super) fn only(current: SecretString) -> Self {
        Self {
            current,
            older: Vec::new(),
        }
    }

    /// All secrets, the current one first.
    pub fn all(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.current).chain(&self.older)
    }

    /// The secrets that only open.
    pub fn older(&self) -> &[SecretString] {
        &self.older
    }

    /// The same list with a new secret in front of it.
    pub(super) fn with_new(self, current: SecretString) -> Self {
        let older = std::iter::once(self.current).chain(self.older).collect();
        Self { current, older }
    }

    /// The current secret alone.
    pub(super) fn without_older(self) -> Self {
        Self::only(self.current)
    }

    /// The text that [`parse`](Self::parse) reads.
    pub(super) fn text(&self) -> Zeroizing<String> {
        let all: Vec<_> = self.all().map(ExposeSecret::expose_secret).collect();
        Zeroizing::new(all.join(","))
    }

    /// Whether `text` is among them.
    pub(super) fn contains(&self, text: &SecretString) -> bool {
        self.all()
            .any(|secret| secret.expose_secret() == text.expose_secret())
    }
}

/// A strong secret that fits into a header: printable ASCII without spaces.
pub(super) fn in_header(text: &str) -> Result<SecretString, String> {
    let secret = strong(text)?;
    if secret.expose_secret().bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(secret)
    } else {
        Err("must have only printable ASCII characters, and no spaces".to_owned())
    }
}

/// The text, trimmed, if it looks random. The error names the problem and never repeats the text.
///
/// These checks find mistakes (a sample value, a password, a short key); no check can prove that a text is random.
pub(super) fn strong(text: &str) -> Result<SecretString, String> {
    let text = text.trim();
    let length = text.chars().count();
    if length == 0 {
        return Err(blank());
    }
    if length < 32 {
        return Err(format!("is too short: at least 32 characters; {ADVICE}"));
    }
    if length < 64 && text.chars().all(|character| character.is_ascii_hexdigit()) {
        return Err(format!(
            "is too short: at least 64 hexadecimal digits, which are 32 bytes; {ADVICE}"
        ));
    }
    if is_sample(text) {
        return Err(format!(
            "contains a word that is common in samples and passwords; {ADVICE}"
        ));
    }
    if is_monotonous(text) {
        return Err(format!(
            "repeats itself or has too few different characters; {ADVICE}"
        ));
    }
    Ok(text.into())
}

fn blank() -> String {
    format!("is blank; {ADVICE}")
}

/// Whether the text contains a word from sample configurations. The words are too long to occur by chance.
fn is_sample(text: &str) -> bool {
    const WORDS: [&str; 9] = [
        "change-me",
        "change_me",
        "changeme",
        "default",
        "example",
        "password",
        "portcullis",
        "replace",
        "secret",
    ];
    let text = text.to_lowercase();
    WORDS.iter().any(|word| text.contains(word))
}

/// Whether the text has fewer than ten different characters, or repeats one block.
fn is_monotonous(text: &str) -> bool {
    let characters: Vec<char> = text.chars().collect();
    let mut different = characters.clone();
    different.sort_unstable();
    different.dedup();
    let repeats = |block: usize| {
        characters
            .iter()
            .skip(block)
            .eq(characters.iter().take(characters.len() - block))
    };
    different.len() < 10 || (1..=characters.len() / 2).any(repeats)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";
    const BETTER: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";

    #[test]
    fn random_texts_of_the_usual_makings_are_accepted() {
        for text in [
            GOOD,
            "7f3a9c1e5b8d2046af13c97be0582d64917e3fa8c05b62d4e81f70a9b3c6d25e",
            "mJ0p4vZ2bq8Yw5sTn1cXk7Rf3Gh9LdEaUoIi6WzQyBt+/VxPjKrNuMsOHCgSlDF=",
        ] {
            assert_eq!(strong(text).unwrap().expose_secret(), text);
        }
    }

    #[test]
    fn guessable_texts_are_refused_with_the_way_to_a_good_one() {
        let hex_of_16_bytes = "7f3a9c1e5b8d2046af13c97be0582d64";
        for text in [
            "",
            "   ",
            "changeme",
            "secret",
            &GOOD[..31],
            hex_of_16_bytes,
            &"a".repeat(64),
            &"0123456789abcdef".repeat(4),
            "abcabcabdabcabcabdabcabcabdabcabcabd",
            "my-super-Secret-key-that-is-long-enough-1",
            "CHANGEME-q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo",
        ] {
            let error = strong(text).unwrap_err();
            assert!(error.ends_with(ADVICE), "{error}");
        }
    }

    #[test]
    fn the_first_of_a_list_is_the_current_one() {
        let secret = ServerSecret::parse(&format!("{GOOD}, {BETTER}")).unwrap();
        assert_eq!(secret.current.expose_secret(), GOOD);
        let all: Vec<_> = secret.all().map(ExposeSecret::expose_secret).collect();
        assert_eq!(all, [GOOD, BETTER]);
        assert!(secret.contains(&BETTER.into()));
        assert_eq!(secret.text().as_str(), format!("{GOOD},{BETTER}"));
        assert_eq!(secret.clone().without_older().text().as_str(), GOOD);
        let renewed = secret.without_older().with_new(BETTER.into());
        assert_eq!(renewed.text().as_str(), format!("{BETTER},{GOOD}"));
    }

    #[test]
    fn one_weak_secret_spoils_the_list() {
        assert!(ServerSecret::parse(&format!("{GOOD},")).is_err());
        assert!(ServerSecret::parse(&format!("changeme,{GOOD}")).is_err());
    }

    #[test]
    fn debug_shows_no_secret() {
        let secret = ServerSecret::parse(&format!("{GOOD},{BETTER}")).unwrap();
        let debug = format!("{secret:?}");
        assert!(!debug.contains(GOOD) && !debug.contains(BETTER), "{debug}");
    }
}
