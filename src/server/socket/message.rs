//! The messages of the sub-protocol.

use async_graphql::{Name, Value, indexmap::IndexMap};
use secrecy::SecretString;
use serde_json::json;

use super::super::graphql_endpoint::StrictJson;

/// Maximum length of the id of a subscription, in bytes. Clients use small numbers or UUIDs.
const MAX_ID: usize = 128;

/// Maximum length of a ping, in bytes: it is sent back.
const MAX_PING: usize = 1024;

/// A message of a client.
pub(super) enum ClientMessage {
    Init(InitToken),
    /// With the answer.
    Ping(String),
    Pong,
    Subscribe {
        id: String,
        parameters: Value,
    },
    Complete {
        id: String,
    },
}

/// The token in `connection_init`.
pub(super) enum InitToken {
    /// There is no member `authorization`, or it is null.
    None,
    /// A bearer token.
    Bearer(SecretString),
    /// Something else.
    Malformed,
}

/// Why a text is no message, in a sentence that quotes nothing of it.
pub(super) type BadMessage = &'static str;

impl ClientMessage {
    pub(super) fn read(text: &str) -> Result<Self, BadMessage> {
        let Ok(StrictJson(Value::Object(mut message))) = serde_json::from_str(text) else {
            return Err("A message must be one JSON object with each key at most once.");
        };
        let Some(Value::String(kind)) = message.swap_remove("type") else {
            return Err("A message needs a `type`.");
        };
        let payload = message.swap_remove("payload").unwrap_or_default();
        match kind.as_str() {
            "connection_init" => InitToken::read(payload).map(Self::Init),
            "ping" if text.len() > MAX_PING => Err("A ping must have at most 1 KiB."),
            "ping" => Ok(Self::Ping(pong(&payload))),
            "pong" => Ok(Self::Pong),
            "subscribe" => Ok(Self::Subscribe {
                id: id(&mut message)?,
                parameters: payload,
            }),
            "complete" => Ok(Self::Complete {
                id: id(&mut message)?,
            }),
            _ => Err("The `type` of a message must be one of graphql-transport-ws."),
        }
    }
}

fn id(message: &mut IndexMap<Name, Value>) -> Result<String, BadMessage> {
    match message.swap_remove("id") {
        Some(Value::String(id)) if !id.is_empty() && id.len() <= MAX_ID => Ok(id),
        _ => Err("The `id` must be a string of 1 to 128 bytes."),
    }
}

impl InitToken {
    /// Reads the member `authorization`, whose name may have any case, as in a header.
    fn read(payload: Value) -> Result<Self, BadMessage> {
        let payload = match payload {
            Value::Null => return Ok(Self::None),
            Value::Object(payload) => payload,
            _ => return Err("The `payload` of `connection_init` must be an object."),
        };
        let mut given = payload
            .into_iter()
            .filter(|(name, value)| name.eq_ignore_ascii_case("authorization") && *value != Value::Null);
        Ok(match (given.next(), given.next()) {
            (None, _) => Self::None,
            (Some((_, Value::String(value))), None) => bearer(&value).map_or(Self::Malformed, Self::Bearer),
            _ => Self::Malformed,
        })
    }
}

/// The token after the scheme `Bearer`, in any case (RFC 6750, section 2.1).
fn bearer(value: &str) -> Option<SecretString> {
    let (scheme, token) = value.trim().split_once(' ')?;
    let token = token.trim_start();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| SecretString::from(token))
}

/// The answer to `connection_init`.
pub(super) fn ack() -> String {
    r#"{"type":"connection_ack"}"#.to_owned()
}

/// The answer to a ping. It has the payload of the ping.
fn pong(payload: &Value) -> String {
    match payload {
        Value::Null => r#"{"type":"pong"}"#.to_owned(),
        payload => json!({ "type": "pong", "payload": payload }).to_string(),
    }
}

/// An execution result, which is JSON already.
pub(super) fn next(id: &str, payload: &str) -> String {
    let id = serde_json::Value::from(id);
    format!(r#"{{"id":{id},"type":"next","payload":{payload}}}"#)
}

/// The errors that end a subscription, which are JSON already.
pub(super) fn error(id: &str, payload: &str) -> String {
    let id = serde_json::Value::from(id);
    format!(r#"{{"id":{id},"type":"error","payload":{payload}}}"#)
}

/// The end of a subscription.
pub(super) fn complete(id: &str) -> String {
    json!({ "id": id, "type": "complete" }).to_string()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn token(text: &str) -> Result<Option<String>, &'static str> {
        match ClientMessage::read(text)? {
            ClientMessage::Init(InitToken::None) => Ok(None),
            ClientMessage::Init(InitToken::Bearer(token)) => Ok(Some(token.expose_secret().to_owned())),
            ClientMessage::Init(InitToken::Malformed) => Ok(Some("malformed".to_owned())),
            _ => Err("another message"),
        }
    }

    #[test]
    fn the_token_of_an_init_is_a_bearer_token() {
        for (payload, expected) in [
            ("null", None),
            ("{}", None),
            (r#"{"authorization":null,"a":1}"#, None),
            (r#"{"authorization":"Bearer a.b.c"}"#, Some("a.b.c")),
            (r#"{"Authorization":"bearer  a"}"#, Some("a")),
            (r#"{"authorization":""}"#, Some("malformed")),
            (r#"{"authorization":"a.b.c"}"#, Some("malformed")),
            (r#"{"authorization":"Bearer "}"#, Some("malformed")),
            (r#"{"authorization":"Basic a"}"#, Some("malformed")),
            (r#"{"authorization":7}"#, Some("malformed")),
            (
                r#"{"authorization":"Bearer a","Authorization":"Bearer b"}"#,
                Some("malformed"),
            ),
        ] {
            let message = format!(r#"{{"type":"connection_init","payload":{payload}}}"#);
            assert_eq!(token(&message), Ok(expected.map(str::to_owned)), "{payload}");
        }
        assert_eq!(token(r#"{"type":"connection_init"}"#), Ok(None));
        assert!(token(r#"{"type":"connection_init","payload":[]}"#).is_err());
    }

    #[test]
    fn what_is_no_message_is_refused() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"type":1}"#,
            r#"{"type":"start","id":"1"}"#,
            r#"{"type":"ping","type":"pong"}"#,
            r#"{"type":"subscribe","payload":{}}"#,
            r#"{"type":"subscribe","id":"","payload":{}}"#,
            r#"{"type":"subscribe","id":1,"payload":{}}"#,
            r#"{"type":"complete"}"#,
            r#"{"type":"ping"} {"type":"ping"}"#,
        ] {
            assert!(ClientMessage::read(text).is_err(), "{text}");
        }
        let long = format!(r#"{{"type":"complete","id":"{}"}}"#, "a".repeat(MAX_ID + 1));
        assert!(ClientMessage::read(&long).is_err());
    }

    #[test]
    fn ids_are_quoted() {
        let id = "a\"b\u{2028}";
        for text in [next(id, "{}"), error(id, "[]"), complete(id)] {
            let message: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(message["id"], id);
        }
    }
}
