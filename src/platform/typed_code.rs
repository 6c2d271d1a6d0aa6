//! Codes that people type: random characters of Crockford's alphabet, in groups of four.

use secrecy::{ExposeSecret as _, SecretString};

use super::rng::Rng;

/// Crockford's alphabet: no letter looks like a digit. Each character is 5 bits.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters per group.
const GROUP: usize = 4;

/// A code of `LENGTH` characters.
#[derive(Clone, PartialEq, Eq)]
pub struct TypedCode<const LENGTH: usize>([u8; LENGTH]);

impl<const LENGTH: usize> TypedCode<LENGTH> {
    /// A new random code.
    pub fn new(rng: &dyn Rng) -> Self {
        // 256 is a multiple of 32: every character is as likely as every other one.
        let character = |byte: u8| ALPHABET.get(usize::from(byte % 32)).copied().unwrap_or(b'0');
        Self(rng.bytes::<LENGTH>().map(character))
    }

    /// Reads what a person typed: case, spaces and hyphens do not matter, and letters that look like digits count as
    /// these.
    pub fn parse(text: &SecretString) -> Option<Self> {
        let text = text.expose_secret();
        // Check before reading, so that a long text costs nothing.
        if text.len() > LENGTH * 8 {
            return None;
        }
        let mut code = Vec::with_capacity(LENGTH);
        for character in text.chars().filter(|it| !matches!(it, ' ' | '-')) {
            let character = match character.to_ascii_uppercase() {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            };
            let byte = u8::try_from(character)
                .ok()
                .filter(|byte| ALPHABET.contains(byte))?;
            code.push(byte);
        }
        code.try_into().ok().map(Self)
    }

    /// The code in groups, for people.
    pub fn text(&self) -> String {
        let groups: Vec<_> = self.0.chunks(GROUP).map(String::from_utf8_lossy).collect();
        groups.join("-")
    }

    /// The characters without groups, for hashing.
    pub fn bytes(&self) -> &[u8; LENGTH] {
        &self.0
    }
}

/// Hidden: it is a credential.
impl<const LENGTH: usize> std::fmt::Debug for TypedCode<LENGTH> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TypedCode([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rng::SystemRng;

    #[test]
    fn a_code_is_read_however_people_type_it() {
        let read = |text: &str| TypedCode::<8>::parse(&text.to_owned().into()).map(|code| code.text());
        for typed in ["0123-ABCD", "0123abcd", " oi23 - abcd ", "0l23ABCD"] {
            assert_eq!(read(typed).as_deref(), Some("0123-ABCD"), "{typed}");
        }
        for bad in [
            "",
            "0123-ABC",
            "0123-ABCDE",
            "0123-ABCU",
            "0123-ÄBCD",
            &"0".repeat(65),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }

    #[test]
    fn every_new_code_reads_back() {
        for _ in 0..200 {
            let code = TypedCode::<16>::new(&SystemRng);
            assert_eq!(TypedCode::parse(&code.text().into()), Some(code));
        }
    }

    #[test]
    fn nothing_shows_a_code() {
        let code = TypedCode::<8>::new(&SystemRng);
        assert!(!format!("{code:?}").contains(&code.text()));
    }
}
