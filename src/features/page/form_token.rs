//! Form tokens: a form counts only when this server wrote it, for this browser and its session (OWASP ASVS 5.0,
//! 3.5.1).
//!
//! The browser keeps a random text in a cookie of its own; the form carries a tag of that text and of the session. A
//! page that sets a cookie cannot make the tag, and a page that read an old form has the tag of another session.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::SessionId;

use crate::platform::{
    crypto::{TAG_BYTES, TagKeys},
    failure::Fault,
    rng::Rng,
};

/// Length of the text in the cookie: 128 random bits in base64url.
const LENGTH: usize = 22;

/// The text that a browser keeps.
#[derive(Clone)]
pub(super) struct BrowserSecret(String);

impl BrowserSecret {
    /// A new one.
    pub(super) fn new(rng: &dyn Rng) -> Self {
        Self(URL_SAFE_NO_PAD.encode(rng.bytes::<16>()))
    }

    /// The one in a cookie; none if it cannot be ours.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_ours = text.len() == LENGTH && URL_SAFE_NO_PAD.decode(text).is_ok();
        is_ours.then(|| Self(text.to_owned()))
    }

    /// As text, for the cookie.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// The token for a form of this browser.
    pub(super) fn token(&self, keys: &TagKeys, session: Option<SessionId>) -> Result<String, Fault> {
        let session = bytes(session);
        let tag = keys
            .tag(keys.newest()?, &self.parts(&session))
            .ok_or_else(|| Fault::new("make a form token", "there is no key"))?;
        Ok(URL_SAFE_NO_PAD.encode(tag))
    }

    /// Whether a form of this browser carries a token of ours.
    pub(super) fn vouches_for(&self, token: &str, keys: &TagKeys, session: Option<SessionId>) -> bool {
        let tag: Option<[u8; TAG_BYTES]> = URL_SAFE_NO_PAD
            .decode(token)
            .ok()
            .and_then(|tag| tag.try_into().ok());
        tag.is_some_and(|tag| keys.is_genuine(&self.parts(&bytes(session)), &tag))
    }

    fn parts<'a>(&'a self, session: &'a [u8; 16]) -> [&'a [u8]; 2] {
        [self.0.as_bytes(), session]
    }
}

/// Nobody's session is all zeros: ids tell their time and version.
fn bytes(session: Option<SessionId>) -> [u8; 16] {
    session.map_or([0; 16], |id| id.0.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{
        crypto::{MasterKey, Purpose},
        rng::SystemRng,
    };

    #[test]
    fn a_token_is_good_for_its_browser_and_session_only() {
        let master = MasterKey::new(&"k".repeat(32).into()).unwrap();
        let keys = TagKeys::new(&[master], Purpose::Form).unwrap();
        let (browser, other) = (BrowserSecret::new(&SystemRng), BrowserSecret::new(&SystemRng));
        let session = Some(SessionId(uuid::Uuid::max()));
        let token = browser.token(&keys, session).unwrap();
        assert!(browser.vouches_for(&token, &keys, session));
        assert!(!browser.vouches_for(&token, &keys, None));
        assert!(!other.vouches_for(&token, &keys, session));
        for bad in ["", "x", &token[1..], &format!("{token}A")] {
            assert!(!browser.vouches_for(bad, &keys, session), "{bad}");
        }
        assert!(BrowserSecret::read(browser.as_str()).is_some());
        for bad in ["", "short", &"é".repeat(11), &"A".repeat(23)] {
            assert!(BrowserSecret::read(bad).is_none(), "{bad}");
        }
    }
}
