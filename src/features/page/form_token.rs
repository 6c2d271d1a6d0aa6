//! Form tokens: a form is accepted only if this server made it, for this browser and its session (OWASP ASVS 5.0,
//! 3.5.1).
//!
//! The browser keeps a random text in a cookie. The form holds a random nonce, and a tag of that text, the session and
//! the nonce. A page that sets a cookie cannot make the tag, and an old form has the tag of another session. The nonce
//! distinguishes a form that is sent again from a new form with the same values.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::SessionId;

use crate::platform::{
    crypto::{TAG_BYTES, TagKeys},
    failure::Fault,
    rng::Rng,
};

/// Length of the text in the cookie: 128 random bits in base64url.
const LENGTH: usize = 22;

const NONCE_BYTES: usize = 16;

/// Length of a token: nonce and tag in base64url.
const TOKEN_LENGTH: usize = (NONCE_BYTES + TAG_BYTES) * 4 / 3;

/// The random text in a browser's cookie.
#[derive(Clone)]
pub(super) struct BrowserSecret(String);

impl BrowserSecret {
    /// A new random text.
    pub(super) fn new(rng: &dyn Rng) -> Self {
        Self(URL_SAFE_NO_PAD.encode(rng.bytes::<16>()))
    }

    /// The text in a cookie; none if it cannot be ours.
    pub(super) fn read(text: &str) -> Option<Self> {
        let is_ours = text.len() == LENGTH && URL_SAFE_NO_PAD.decode(text).is_ok();
        is_ours.then(|| Self(text.to_owned()))
    }

    /// As text, for the cookie.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// A new token for the forms of one page in this browser.
    pub(super) fn token(
        &self,
        keys: &TagKeys,
        session: Option<SessionId>,
        rng: &dyn Rng,
    ) -> Result<String, Fault> {
        let (session, nonce) = (bytes(session), rng.bytes::<NONCE_BYTES>());
        let tag = keys.newest_tag(&self.parts(&session, &nonce))?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &tag].concat()))
    }

    /// Whether the token is ours, for a form of this browser and this session.
    pub(super) fn vouches_for(&self, token: &str, keys: &TagKeys, session: Option<SessionId>) -> bool {
        decoded(token).is_some_and(|(nonce, tag)| {
            let session = bytes(session);
            keys.is_genuine(&self.parts(&session, &nonce), &tag)
        })
    }

    /// Identifies a form of this browser that was sent to `path`: only the same bytes give the same key. None if the
    /// token does not have the form of ours.
    ///
    /// The key covers all typed values, so a form that was changed and sent again runs again. These include passwords,
    /// and the key is stored in the database. It reveals nothing because of the nonce and the browser's text: 256
    /// random bits that are stored nowhere.
    pub(super) fn form_key(
        &self,
        keys: &TagKeys,
        token: &str,
        path: &str,
        body: &[u8],
    ) -> Result<Option<String>, Fault> {
        if decoded(token).is_none() {
            return Ok(None);
        }
        // A path has no zero byte, so it is clear where the body begins.
        let parts: [&[u8]; 6] = [
            b"sent form",
            self.0.as_bytes(),
            token.as_bytes(),
            path.as_bytes(),
            b"\0",
            body,
        ];
        Ok(Some(URL_SAFE_NO_PAD.encode(keys.newest_tag(&parts)?)))
    }

    fn parts<'a>(&'a self, session: &'a [u8; 16], nonce: &'a [u8; NONCE_BYTES]) -> [&'a [u8]; 4] {
        [b"form token", self.0.as_bytes(), session, nonce]
    }
}

/// Nonce and tag, if the text has the form of a token.
fn decoded(token: &str) -> Option<([u8; NONCE_BYTES], [u8; TAG_BYTES])> {
    // Check before decoding, so that a long text costs nothing.
    if token.len() != TOKEN_LENGTH {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (nonce, tag) = bytes.split_first_chunk::<NONCE_BYTES>()?;
    Some((*nonce, tag.try_into().ok()?))
}

/// Zeros mean no session: real ids contain a time and a version.
fn bytes(session: Option<SessionId>) -> [u8; 16] {
    session.map_or([0; 16], |id| id.0.into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{crypto::DataKey, rng::SystemRng};

    fn keys() -> TagKeys {
        TagKeys::new(&[DataKey::generate(&SystemRng)])
    }

    #[test]
    fn a_token_is_good_for_its_browser_and_session_only() {
        let keys = keys();
        let (browser, other) = (BrowserSecret::new(&SystemRng), BrowserSecret::new(&SystemRng));
        let session = Some(SessionId(uuid::Uuid::max()));
        let token = browser.token(&keys, session, &SystemRng).unwrap();
        assert_eq!(token.len(), TOKEN_LENGTH);
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

    #[test]
    fn no_two_pages_have_the_same_token() {
        let (keys, browser) = (keys(), BrowserSecret::new(&SystemRng));
        let token = || browser.token(&keys, None, &SystemRng).unwrap();
        assert_ne!(token(), token());
    }

    #[test]
    fn a_form_is_the_same_only_with_the_same_browser_token_path_and_fields() {
        let keys = keys();
        let (browser, other) = (BrowserSecret::new(&SystemRng), BrowserSecret::new(&SystemRng));
        let token = browser.token(&keys, None, &SystemRng).unwrap();
        let later = browser.token(&keys, None, &SystemRng).unwrap();
        let key = |browser: &BrowserSecret, token: &str, path, body: &str| {
            browser.form_key(&keys, token, path, body.as_bytes()).unwrap()
        };
        let first = key(&browser, &token, "/login", "a=b").unwrap();
        assert_eq!(first.len(), 43);
        assert!(!first.contains(&token) && !first.contains(browser.as_str()));
        assert_eq!(key(&browser, &token, "/login", "a=b"), Some(first.clone()));
        for changed in [
            key(&other, &token, "/login", "a=b"),
            key(&browser, &later, "/login", "a=b"),
            key(&browser, &token, "/signup", "a=b"),
            key(&browser, &token, "/login", "a=c"),
            key(&browser, &token, "/logi", "na=b"),
        ] {
            assert!(changed.is_some_and(|key| key != first));
        }
        for bad in [
            "",
            "x",
            &token[1..],
            &format!("{token}A"),
            &"!".repeat(TOKEN_LENGTH),
        ] {
            assert_eq!(key(&browser, bad, "/login", "a=b"), None, "{bad}");
        }
    }
}
