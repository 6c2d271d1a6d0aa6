//! Passkeys in GraphQL.

use async_graphql::{ID, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};
use entity::passkey::Model;

use super::{MAX_ANSWER_BYTES, is_synced};
use crate::{
    context::graphql::user_error::{UserError, UserErrorCode},
    platform::graphql::scalars::DateTime,
};

/// Passkeys are off.
pub fn disabled() -> UserError {
    UserError::new(
        UserErrorCode::FeatureDisabled,
        "Passkeys do not work at the address of this server: they need https, or localhost.",
    )
}

/// The answer of this field did not verify.
pub fn rejected(field: &str) -> UserError {
    UserError::at(
        field,
        UserErrorCode::PasskeyRejected,
        "The passkey was not accepted. Please try again, or use another way.",
    )
}

/// WebAuthn creation options, the JSON form that `PublicKeyCredential.parseCreationOptionsFromJSON` reads.
#[derive(Debug, Clone)]
pub struct CreationOptionsJson(Value);

/// WebAuthn request options, the JSON form that `PublicKeyCredential.parseRequestOptionsFromJSON` reads.
#[derive(Debug, Clone)]
pub struct RequestOptionsJson(Value);

/// Result of `navigator.credentials.create(...)`, as given by its `toJSON()`.
#[derive(Clone)]
pub struct RegistrationResponseJson(String);

/// Result of `navigator.credentials.get(...)`, as given by its `toJSON()`.
#[derive(Clone)]
pub struct AuthenticationResponseJson(String);

macro_rules! options {
    ($type:ident, $name:literal, $url:literal, $about:literal) => {
        impl $type {
            /// The options of a ceremony.
            pub fn new(options_json: &str) -> Self {
                // We wrote this text ourselves.
                Self(serde_json::from_str(options_json).unwrap_or_default())
            }
        }

        #[doc = $about]
        #[Scalar(name = $name, specified_by_url = $url)]
        impl ScalarType for $type {
            fn parse(value: Value) -> InputValueResult<Self> {
                Ok(Self(value))
            }

            fn to_value(&self) -> Value {
                self.0.clone()
            }
        }
    };
}

macro_rules! answer {
    ($type:ident, $name:literal, $url:literal, $about:literal) => {
        impl $type {
            /// The answer as JSON text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        /// Hidden: it names a credential.
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(..)"))
            }
        }

        #[doc = $about]
        #[Scalar(name = $name, specified_by_url = $url)]
        impl ScalarType for $type {
            fn parse(value: Value) -> InputValueResult<Self> {
                if !matches!(value, Value::Object(_)) {
                    return Err(InputValueError::expected_type(value));
                }
                let text = serde_json::to_string(&value).unwrap_or_default();
                if text.is_empty() || text.len() > MAX_ANSWER_BYTES {
                    return Err(InputValueError::custom("must be at most 16 KiB of JSON"));
                }
                Ok(Self(text))
            }

            fn to_value(&self) -> Value {
                Value::Null
            }
        }
    };
}

options!(
    CreationOptionsJson,
    "PublicKeyCredentialCreationOptionsJSON",
    "https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialcreationoptionsjson",
    "WebAuthn creation options, the JSON form that `PublicKeyCredential.parseCreationOptionsFromJSON` reads."
);
options!(
    RequestOptionsJson,
    "PublicKeyCredentialRequestOptionsJSON",
    "https://www.w3.org/TR/webauthn-3/#dictdef-publickeycredentialrequestoptionsjson",
    "WebAuthn request options, the JSON form that `PublicKeyCredential.parseRequestOptionsFromJSON` reads."
);
answer!(
    RegistrationResponseJson,
    "RegistrationResponseJSON",
    "https://www.w3.org/TR/webauthn-3/#dictdef-registrationresponsejson",
    "Result of `navigator.credentials.create(...)`, as given by its `toJSON()`. At most 16 KiB."
);
answer!(
    AuthenticationResponseJson,
    "AuthenticationResponseJSON",
    "https://www.w3.org/TR/webauthn-3/#dictdef-authenticationresponsejson",
    "Result of `navigator.credentials.get(...)`, as given by its `toJSON()`. At most 16 KiB."
);

/// A WebAuthn credential.
#[derive(Debug, Clone)]
pub struct Passkey(Model);

impl From<Model> for Passkey {
    fn from(passkey: Model) -> Self {
        Self(passkey)
    }
}

/// A WebAuthn credential.
#[Object]
impl Passkey {
    /// Opaque and unique across all types.
    pub async fn id(&self) -> ID {
        self.0.id.to_string().into()
    }

    /// Label chosen by the user.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Whether the credential is synced between devices.
    async fn is_synced(&self) -> bool {
        is_synced(&self.0)
    }

    /// Registration time.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.0.created_at)
    }

    /// Last sign-in with it.
    async fn last_used_at(&self) -> Option<DateTime> {
        self.0.last_used_at.map(DateTime::from_millis)
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::value;

    use super::*;

    #[test]
    fn options_are_handed_out_as_an_object() {
        let options = CreationOptionsJson::new(r#"{"rp":{"id":"localhost"},"timeout":300000}"#);
        assert_eq!(
            options.to_value(),
            value!({ "rp": { "id": "localhost" }, "timeout": 300_000 })
        );
        assert_eq!(RequestOptionsJson::new("{}").to_value(), value!({}));
    }

    #[test]
    fn an_answer_is_an_object_of_at_most_16_kib() {
        let object = |length: usize| value!({ "id": ("x".repeat(length)) });
        // The rest of the object has 9 bytes.
        let longest = AuthenticationResponseJson::parse(object(MAX_ANSWER_BYTES - 9)).unwrap();
        assert_eq!(longest.as_str().len(), MAX_ANSWER_BYTES);
        assert!(!format!("{longest:?}").contains('x'));
        for bad in [
            object(MAX_ANSWER_BYTES - 8),
            Value::Null,
            Value::String("{}".to_owned()),
            Value::List(vec![value!({})]),
        ] {
            assert!(AuthenticationResponseJson::parse(bad.clone()).is_err());
            assert!(RegistrationResponseJson::parse(bad).is_err());
        }
    }
}
