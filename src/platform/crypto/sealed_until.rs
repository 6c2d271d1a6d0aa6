//! Sealed contents that run out: what the server hands out and reads again, instead of storing it.

use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::seal::{SealContext, Sealer};
use crate::platform::{failure::Fault, rng::Rng};

#[derive(Serialize, Deserialize)]
struct Expiring<T> {
    content: T,
    /// Milliseconds since 1970.
    expires_at: i64,
}

impl Sealer {
    /// Seals content that opens until `expires_at`, in milliseconds since 1970.
    pub fn seal_until(
        &self,
        rng: &dyn Rng,
        place: SealContext<'_>,
        content: &impl Serialize,
        expires_at: i64,
    ) -> Result<String, Fault> {
        let expiring = Expiring { content, expires_at };
        let text = serde_json::to_vec(&expiring).map_err(|error| Fault::new("seal a content", error))?;
        self.seal(rng, place, &Zeroizing::new(text))
    }

    /// The content that was sealed for `place`, if it has not run out at `now`, in milliseconds since 1970. A text of
    /// more than `max_bytes` is not opened, so that a long one costs nothing.
    pub fn open_unexpired<T: DeserializeOwned>(
        &self,
        place: SealContext<'_>,
        text: &str,
        max_bytes: usize,
        now: i64,
    ) -> Option<T> {
        if text.len() > max_bytes {
            return None;
        }
        let opened = self.open(place, text).ok()?;
        let expiring: Expiring<T> = serde_json::from_slice(opened.expose_secret()).ok()?;
        (now < expiring.expires_at).then_some(expiring.content)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::{crypto::DataKey, rng::SystemRng};

    #[test]
    fn a_content_opens_in_its_place_until_it_runs_out() {
        let place = |column| SealContext {
            table: "one_time_tokens",
            id: "test",
            column,
        };
        let sealer = Sealer::new(&[DataKey::new("1".into(), [1; 32].into())]).unwrap();
        let text = sealer
            .seal_until(&SystemRng, place("a"), &"content", 1_000)
            .unwrap();
        let open =
            |column, max_bytes, now| sealer.open_unexpired::<String>(place(column), &text, max_bytes, now);
        assert_eq!(open("a", text.len(), 999).as_deref(), Some("content"));
        assert_eq!(open("a", text.len(), 1_000), None);
        assert_eq!(open("b", text.len(), 999), None);
        assert_eq!(open("a", text.len() - 1, 999), None);
    }
}
