//! Representations of entities, as routers send them.

use async_graphql::{InputValueResult, Scalar, ScalarType, Value};
use entity::UserId;

use crate::platform::failure::Denied;

/// Any JSON value; read by [`Representation::user`], so that a malformed one fails alone.
#[derive(Debug, Clone)]
pub(super) struct Representation(Value);

/// The representation of an entity: an object with `__typename` and the fields of a key.
#[Scalar(name = "_Any")]
impl ScalarType for Representation {
    fn parse(value: Value) -> InputValueResult<Self> {
        Ok(Self(value))
    }

    fn to_value(&self) -> Value {
        self.0.clone()
    }
}

impl Representation {
    /// The id of the user that this represents; none if no account can have it. Further fields are ignored, as the
    /// specification allows them.
    pub(super) fn user(&self) -> Result<Option<UserId>, Denied> {
        let Value::Object(fields) = &self.0 else {
            return Err(malformed());
        };
        match (fields.get("__typename"), fields.get("id")) {
            (Some(Value::String(name)), Some(Value::String(id))) if name == "User" => Ok(id.parse().ok()),
            _ => Err(malformed()),
        }
    }
}

fn malformed() -> Denied {
    Denied::BadUserInput(r#"Send each representation as { "__typename": "User", "id": "…" }."#.into())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value as Json, json};

    use super::*;

    const ID: &str = "019ac1d2-7a4e-7c33-9d52-0242ac120002";

    fn read(json: Json) -> Result<Option<String>, Denied> {
        let user = Representation(Value::from_json(json).unwrap()).user()?;
        Ok(user.map(|id| id.to_string()))
    }

    #[test]
    fn a_user_is_read_by_type_and_id() {
        for json in [
            json!({ "__typename": "User", "id": ID }),
            json!({ "id": ID, "__typename": "User", "name": { "further": ["fields"] } }),
        ] {
            assert_eq!(read(json).unwrap().as_deref(), Some(ID));
        }
    }

    #[test]
    fn a_text_that_is_no_id_belongs_to_nobody() {
        let upper = ID.to_uppercase();
        let braced = format!("{{{ID}}}");
        let long = "9".repeat(50_000);
        for id in ["", "1", "' OR 1=1 --", &upper, &braced, &long] {
            assert_eq!(
                read(json!({ "__typename": "User", "id": id })),
                Ok(None),
                "{id:.40}"
            );
        }
    }

    #[test]
    fn anything_else_is_malformed() {
        for json in [
            json!(null),
            json!(7),
            json!(ID),
            json!([]),
            json!([{ "__typename": "User", "id": ID }]),
            json!({}),
            json!({ "id": ID }),
            json!({ "__typename": "User" }),
            json!({ "__typename": "User", "id": null }),
            json!({ "__typename": "User", "id": 7 }),
            json!({ "__typename": "User", "id": [ID] }),
            json!({ "__typename": "user", "id": ID }),
            json!({ "__typename": "Session", "id": ID }),
            json!({ "__typename": ["User"], "id": ID }),
            json!({ "__typename": "User", "email": "ada@example.com" }),
        ] {
            assert!(read(json.clone()).is_err(), "{json}");
        }
    }
}
