//! Facts of an event: a small JSON object, name to text.

use std::{collections::BTreeMap, fmt};

use serde::{Deserialize, Serialize};

/// Maximum length of a value, in bytes: enough for the names of all roles of a user, and for the longest reason that an
/// administrator can give.
const MAX_BYTES: usize = 2_000;

/// Facts by name, in the order of their names.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Facts(BTreeMap<String, String>);

/// Hidden: they can be personal.
impl fmt::Debug for Facts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Facts(..)")
    }
}

impl Facts {
    /// Adds a fact, and replaces one of the same name. A long value is cut at a character boundary.
    pub(super) fn set(&mut self, name: &'static str, value: &str) {
        let end = value.floor_char_boundary(MAX_BYTES);
        let value = value.get(..end).unwrap_or_default().to_owned();
        self.0.insert(name.to_owned(), value);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// As JSON.
    pub(super) fn to_json(&self) -> String {
        // Texts by text always can be written.
        serde_json::to_string(&self.0).unwrap_or_else(|_| "{}".to_owned())
    }

    /// The facts in a column, by name; none if it is not such an object, because somebody changed it by hand.
    pub(super) fn parse(json: &str) -> Vec<(String, String)> {
        let facts: Self = serde_json::from_str(json).unwrap_or_default();
        facts.0.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_values_are_cut_between_characters() {
        let mut facts = Facts::default();
        facts.set("name", &"é".repeat(1_001));
        assert_eq!(Facts::parse(&facts.to_json())[0].1, "é".repeat(1_000));
        facts.set("name", &format!("a{}", "é".repeat(1_001)));
        assert_eq!(Facts::parse(&facts.to_json())[0].1.len(), MAX_BYTES - 1);
    }

    #[test]
    fn any_text_can_be_read_again_and_stays_on_one_line() {
        let hostile = "\0\r\n\u{1b}[2J\u{202e}\"},{\\";
        let mut facts = Facts::default();
        facts.set("hostile", hostile);
        let json = facts.to_json();
        assert!(!json.contains(['\0', '\r', '\n', '\u{1b}']), "{json}");
        assert_eq!(Facts::parse(&json), [("hostile".to_owned(), hostile.to_owned())]);
        for text in ["", "[]", "{\"a\":1}", "{"] {
            assert_eq!(Facts::parse(text), []);
        }
    }
}
