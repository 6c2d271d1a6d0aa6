//! Codes that people type: eight characters, bound to one challenge.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::OneTimeTokenId;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::App,
    platform::{crypto::TAG_BYTES, failure::Fault, rng::Rng},
};

/// Crockford's alphabet: no letter looks like a digit.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Length of a code: 40 bits.
const LENGTH: usize = 8;

const PURPOSE: &[u8] = b"mailed code";

/// A code.
#[derive(Clone, PartialEq, Eq)]
pub struct MailedCode([u8; LENGTH]);

impl MailedCode {
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
        if text.len() > 64 {
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

    /// The code in two groups, for people.
    pub fn text(&self) -> String {
        let (first, second) = self.0.split_at(LENGTH / 2);
        format!(
            "{}-{}",
            String::from_utf8_lossy(first),
            String::from_utf8_lossy(second)
        )
    }

    /// What the database keeps of the code of a challenge: a keyed hash, because 40 bits can be searched exhaustively.
    pub fn tag(&self, app: &App, challenge: OneTimeTokenId) -> Result<String, Fault> {
        let tag = app.mail_keys.newest_tag(&self.parts(&challenge))?;
        Ok(URL_SAFE_NO_PAD.encode(tag))
    }

    /// Whether a kept tag is that of this code and challenge. Compares in constant time.
    pub fn has_tag(&self, app: &App, challenge: OneTimeTokenId, tag: &str) -> bool {
        let tag = URL_SAFE_NO_PAD.decode(tag).ok();
        let tag: Option<[u8; TAG_BYTES]> = tag.and_then(|tag| tag.try_into().ok());
        tag.is_some_and(|tag| app.mail_keys.is_genuine(&self.parts(&challenge), &tag))
    }

    fn parts<'a>(&'a self, challenge: &'a OneTimeTokenId) -> [&'a [u8]; 3] {
        [PURPOSE, challenge.0.as_bytes(), &self.0]
    }
}

/// Hidden: it is a credential.
impl std::fmt::Debug for MailedCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MailedCode([REDACTED])")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::rng::SystemRng;

    #[test]
    fn a_code_is_read_however_people_type_it() {
        let read = |text: &str| MailedCode::parse(&text.to_owned().into()).map(|code| code.text());
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
            let code = MailedCode::new(&SystemRng);
            assert_eq!(MailedCode::parse(&code.text().into()), Some(code));
        }
    }
}
