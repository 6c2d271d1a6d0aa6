//! JSON in which no object has two members of the same name: programs differ in which of the two they take (RFC 8259,
//! section 4; RFC 8725, section 2.4).

use std::{collections::HashSet, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

/// The object in these bytes; none if they are something else or a name repeats, however deep.
pub(crate) fn object(bytes: &[u8]) -> Option<Map<String, Value>> {
    let _: UniqueNames = serde_json::from_slice(bytes).ok()?;
    serde_json::from_slice(bytes).ok()
}

/// Any value whose objects have unique names. The value itself is thrown away.
struct UniqueNames;

impl<'de> Deserialize<'de> for UniqueNames {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Self)
    }
}

impl<'de> Visitor<'de> for UniqueNames {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON without repeated names")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_str<E>(self, _: &str) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_unit<E>(self) -> Result<Self, E> {
        Ok(self)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self, A::Error> {
        while items.next_element::<Self>()?.is_some() {}
        Ok(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self, A::Error> {
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if !names.insert(name) {
                return Err(A::Error::custom("a name repeats"));
            }
            members.next_value::<Self>()?;
        }
        Ok(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repeated_name_is_refused_at_any_depth() {
        for text in [
            r#"{"a":1,"a":1}"#,
            r#"{"a":1,"\u0061":2}"#,
            r#"{"b":{"a":1,"c":2,"a":null}}"#,
            r#"{"b":[1,{"a":1,"a":2}]}"#,
        ] {
            assert!(object(text.as_bytes()).is_none(), "{text}");
        }
        for text in ["", "[]", "7", "null", "{", "{}{}", "{\"a\":1}x", "{\"\u{1}\":1}"] {
            assert!(object(text.as_bytes()).is_none(), "{text}");
        }
        let deep = format!("{{\"a\":{}{}}}", "[".repeat(4_000), "]".repeat(4_000));
        assert!(object(deep.as_bytes()).is_none(), "nested too deeply");
        let fine = r#"{"a":{"a":[{"a":-1.5e3},{"a":true}]},"b":18446744073709551615,"A":null}"#;
        assert_eq!(object(fine.as_bytes()).unwrap().len(), 3);
    }
}
