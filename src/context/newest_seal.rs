//! The newest seal of the audit log that this server made.

use std::sync::{Mutex, PoisonError};

/// The newest seal that this server made since its start. The database alone cannot show that the end of the log was
/// cut off; seals of other servers are only compared with it.
#[derive(Debug, Default)]
pub struct NewestSeal {
    /// Number and MAC.
    known: Mutex<Option<(i64, String)>>,
}

impl NewestSeal {
    /// The newest seal, if the last one of the database (or none) is neither it nor a later one.
    pub fn lost(&self, last: Option<(i64, &str)>) -> Option<(i64, String)> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let (seq, mac) = known.as_ref()?;
        let follows = last.is_some_and(|(last, last_mac)| last > *seq || (last == *seq && last_mac == mac));
        (!follows).then(|| (*seq, mac.clone()))
    }

    /// Replaces it by a newer one.
    pub fn set(&self, seq: i64, mac: &str) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        *known = Some((seq, mac.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_that_ends_before_the_known_seal_or_with_another_one_has_lost_it() {
        let newest = NewestSeal::default();
        assert_eq!(newest.lost(None), None);
        newest.set(3, "c");
        for follows in [(3, "c"), (4, "x")] {
            assert_eq!(newest.lost(Some(follows)), None);
        }
        for cut in [None, Some((2, "b")), Some((3, "x"))] {
            assert_eq!(newest.lost(cut), Some((3, "c".to_owned())));
        }
    }
}
