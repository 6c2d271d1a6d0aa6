//! What a file has and nothing reads.

use std::collections::BTreeSet;

use super::{
    fields::Fields,
    names::{MAX_NAMES, shown},
};

/// The names of values that are not read.
#[derive(Debug, Default)]
pub struct UnreadNames(BTreeSet<String>);

impl UnreadNames {
    /// Adds those of one record.
    pub fn add(&mut self, fields: &Fields) {
        for name in fields.unread() {
            if self.0.len() < MAX_NAMES && !self.0.contains(name) {
                self.0.extend(shown(name));
            }
        }
    }

    /// The names as they are spelt, at most 20.
    pub fn names(&self) -> Vec<&str> {
        self.0.iter().map(String::as_str).collect()
    }
}
