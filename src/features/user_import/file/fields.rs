//! The values of a user, by the names that exports give them.

use std::{collections::HashMap, sync::Arc};

use secrecy::SecretString;
use serde_json::{Value, json};

use super::{
    field::{Field, is_same},
    instant,
    names::{CREATED_AT, EMAIL, HASH, NAME, ROLES, double, is_read, plain},
    problem::LineProblem,
    properties::Properties,
};
use crate::{features::user_import::ImportedUser, platform::clock::Timestamp};

/// The values of a user by name, in lower case without marks between words.
pub struct Fields(HashMap<String, Field>);

/// A column: its name in the form of [`plain`], and as it is spelt.
pub(super) type Column = (String, Arc<str>);

impl Fields {
    /// The properties of an object.
    pub(super) fn of_json(text: &[u8]) -> Result<Self, LineProblem> {
        let text = std::str::from_utf8(text).map_err(|_| LineProblem::NotUtf8)?;
        let Properties(properties) = serde_json::from_str(text).map_err(|_| LineProblem::NotJson)?;
        if let Some(name) = double(properties.iter().map(|(name, _)| name.as_str())) {
            return Err(LineProblem::duplicate(name));
        }
        let named = properties.into_iter().map(|(name, value)| {
            let (plain, name) = (plain(&name), name.into());
            (plain, Field { name, value })
        });
        Ok(Self(named.collect()))
    }

    /// Whether there is an address, even an empty one.
    pub(super) fn names_email(&self) -> bool {
        self.names_any(EMAIL)
    }

    /// Whether one of these is there, even without a value.
    pub(super) fn names_any(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.0.contains_key(*name))
    }

    /// The cells of a row. An empty cell is no value.
    pub(super) fn of_cells(header: &[Column], cells: Vec<String>) -> Self {
        let cells = cells.into_iter().map(Value::String);
        let named = header.iter().zip(cells).map(|((plain, name), value)| {
            let name = Arc::clone(name);
            (plain.clone(), Field { name, value })
        });
        Self(named.collect())
    }

    /// The names of the values that are not read.
    pub(super) fn unread(&self) -> impl Iterator<Item = &str> {
        let unread = self.0.iter().filter(|(plain, _)| !is_read(plain));
        unread.map(|(_, field)| &*field.name)
    }

    /// What stands for the address, whatever is wrong with the rest.
    pub fn email(&self) -> Option<&str> {
        self.value(EMAIL).and_then(|field| field.value.as_str())
    }

    /// The user, if the other system lets them sign in; else, or if a value is not of the expected kind, what is wrong.
    pub fn user(&self, now: Timestamp) -> Result<ImportedUser, LineProblem> {
        if self.is_disabled(now)? {
            return Err(LineProblem::Disabled);
        }
        let email = self.only_text(EMAIL)?.unwrap_or_default().to_owned();
        let is_confirmed = self.is_confirmed()?;
        Ok(ImportedUser {
            name: self.name(&email)?,
            is_email_verified: is_confirmed,
            email,
            password_hash: self.hash()?.map(SecretString::from),
            roles: self.roles()?,
            created_at: self
                .only(CREATED_AT, |one, other| {
                    let (one, other) = (instant::read(one), instant::read(other));
                    one.is_some() && one == other
                })?
                .map(|field| instant::read(&field.value).ok_or_else(|| field.wrong()))
                .transpose()?,
        })
    }

    /// The first of these that has a value.
    fn value(&self, names: &[&str]) -> Option<&Field> {
        self.values(names).next()
    }

    /// All of these that have a value.
    pub(super) fn values(&self, names: &[&str]) -> impl Iterator<Item = &Field> {
        let fields = names.iter().filter_map(|name| self.0.get(*name));
        fields.filter(|field| field.has_value())
    }

    /// The one of these that has a value. Nothing tells which counts if two have different ones.
    fn only(
        &self,
        names: &[&str],
        is_same: impl Fn(&Value, &Value) -> bool,
    ) -> Result<Option<&Field>, LineProblem> {
        let mut fields = self.values(names);
        let Some(first) = fields.next() else {
            return Ok(None);
        };
        match fields.find(|other| !is_same(&first.value, &other.value)) {
            Some(other) => Err(LineProblem::ambiguous(&first.name, &other.name)),
            None => Ok(Some(first)),
        }
    }

    fn only_text(&self, names: &[&str]) -> Result<Option<&str>, LineProblem> {
        self.only(names, is_same)?.map(Field::text).transpose()
    }

    fn text(&self, names: &[&str]) -> Result<Option<&str>, LineProblem> {
        self.value(names).map(Field::text).transpose()
    }

    /// The name, or its parts; failing that what stands before the `@`.
    fn name(&self, email: &str) -> Result<String, LineProblem> {
        if let Some(name) = self.only_text(NAME)? {
            return Ok(name.to_owned());
        }
        let first = self.text(&["firstname"])?;
        let last = self.text(&["lastname"])?;
        let parts: Vec<_> = [first, last].into_iter().flatten().collect();
        if !parts.is_empty() {
            return Ok(parts.join(" "));
        }
        if let Some(name) = self.name_in_metadata() {
            return Ok(name);
        }
        let local = email.split('@').next().unwrap_or_default();
        Ok(self.text(&["username"])?.unwrap_or(local).to_owned())
    }

    /// Supabase has an object in a column.
    fn name_in_metadata(&self) -> Option<String> {
        let metadata = match &self.value(&["rawusermetadata", "usermetadata"])?.value {
            Value::String(text) => serde_json::from_str(text).ok()?,
            value => value.clone(),
        };
        let name = ["full_name", "name"]
            .into_iter()
            .find_map(|key| metadata.get(key));
        let name = name?.as_str()?.to_owned();
        (!name.trim().is_empty()).then_some(name)
    }

    /// The hash as `ForeignHash` reads it: its text, or the JSON object that has it.
    fn hash(&self) -> Result<Option<String>, LineProblem> {
        let hash = self.only(HASH, is_same)?;
        if let Some(credentials) = self.value(&["credentials"]) {
            let password = keycloak_password(credentials)?;
            return match (password, hash) {
                (Some(_), Some(hash)) => Err(LineProblem::ambiguous(&credentials.name, &hash.name)),
                (password, None) => Ok(password),
                (None, Some(hash)) => self.hash_in(hash),
            };
        }
        hash.map_or(Ok(None), |hash| self.hash_in(hash))
    }

    fn hash_in(&self, hash: &Field) -> Result<Option<String>, LineProblem> {
        let salt = self.value(&["salt"]).map(|salt| &salt.value);
        match (&hash.value, salt) {
            // A user of Firebase.
            (Value::String(hash), Some(Value::String(salt))) if !hash.starts_with('$') => {
                Ok(Some(json!({ "passwordHash": hash, "salt": salt }).to_string()))
            }
            (Value::String(hash), _) => Ok(Some(hash.clone())),
            (Value::Object(_), _) => Ok(Some(hash.value.to_string())),
            _ => Err(hash.wrong()),
        }
    }

    /// A list, or a text of names between commas, semicolons or spaces.
    fn roles(&self) -> Result<Vec<String>, LineProblem> {
        let Some(field) = self.only(ROLES, is_same)? else {
            return Ok(Vec::new());
        };
        match &field.value {
            Value::Array(roles) => {
                let names = roles
                    .iter()
                    .map(|role| role.as_str().map(str::to_owned).ok_or_else(|| field.wrong()));
                names.collect()
            }
            Value::String(roles) => {
                let names = roles.split([',', ';', ' ']).filter(|name| !name.is_empty());
                Ok(names.map(str::to_owned).collect())
            }
            _ => Err(field.wrong()),
        }
    }
}

/// The password among the credentials of a user of Keycloak.
fn keycloak_password(field: &Field) -> Result<Option<String>, LineProblem> {
    let credentials = field.value.as_array().ok_or_else(|| field.wrong())?;
    let is_password = |credential: &&Value| {
        credential
            .get("type")
            .and_then(Value::as_str)
            .is_none_or(|kind| kind == "password")
    };
    Ok(credentials.iter().find(is_password).map(Value::to_string))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn user(object: &Value) -> Result<ImportedUser, LineProblem> {
        Fields::of_json(object.to_string().as_bytes())?.user(Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn each_system_has_its_own_names_for_the_same() {
        let hash = "$2b$10$abc";
        for object in [
            json!({ "name": "Ada", "email": "ada@example.com", "email_verified": true, "password_hash": hash,
                "created_at": "2020-01-02T03:04:05Z" }),
            json!({ "displayName": "Ada", "email": "ada@example.com", "emailVerified": "true", "passwordHash": hash,
                "createdAt": "1577934245000" }),
            json!({ "firstName": "Ada", "email": "ada@example.com", "isEmailVerified": 1, "password": hash,
                "createdTimestamp": 1_577_934_245_000_u64 }),
            json!({ "raw_user_meta_data": "{\"name\":\"Ada\"}", "email": "ada@example.com", "encrypted_password": hash,
                "email_confirmed_at": "2020-01-02 03:04:05+00", "created_at": "2020-01-02 03:04:05+00" }),
            json!({ "username": "Ada", "first_name": "", "email": "ada@example.com", "Email verified": "t",
                "Password hash": hash, "date_joined": "2020-01-02 03:04:05" }),
        ] {
            let user = user(&object).unwrap();
            assert_eq!(
                (user.name.as_str(), user.email.as_str()),
                ("Ada", "ada@example.com"),
                "{object}"
            );
            assert!(user.is_email_verified && user.roles.is_empty(), "{object}");
            assert_eq!(user.password_hash.unwrap().expose_secret(), hash, "{object}");
            assert_eq!(user.created_at.unwrap().as_second(), 1_577_934_245, "{object}");
        }
    }

    #[test]
    fn two_values_of_one_name_are_refused() {
        for (text, name) in [
            (
                r#"{"email": "ada@example.com", "email": "bob@example.com"}"#,
                "email",
            ),
            (
                r#"{"email": "ada@example.com", "roles": [], "Roles": ["admin"]}"#,
                "Roles",
            ),
            (r#"{"email": "ada@example.com", "id": 7, "id": 7}"#, "id"),
            (
                r#"{"email": "ada@example.com", "emailVerified": true, "email_verified": false}"#,
                "email_verified",
            ),
        ] {
            let read = Fields::of_json(text.as_bytes());
            assert_eq!(read.err(), Some(LineProblem::duplicate(name)), "{text}");
        }
        let harmless = r#"{"email": "ada@example.com", "_id": 7, "id": 7}"#;
        assert!(Fields::of_json(harmless.as_bytes()).is_ok());
    }

    #[test]
    fn a_hash_can_be_spread_over_several_values() {
        let firebase = json!({ "email": "a@b.example", "passwordHash": "aGFzaA==", "salt": "c2FsdA==" });
        let hash = user(&firebase).unwrap().password_hash.unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(hash.expose_secret()).unwrap(),
            json!({ "passwordHash": "aGFzaA==", "salt": "c2FsdA==" })
        );
        let password = json!({ "type": "password", "secretData": "{}", "credentialData": "{}" });
        let keycloak = json!({ "email": "a@b.example", "credentials": [{ "type": "otp" }, password] });
        let hash = user(&keycloak).unwrap().password_hash.unwrap();
        assert_eq!(
            serde_json::from_str::<Value>(hash.expose_secret()).unwrap(),
            password
        );
        let none = json!({ "email": "a@b.example", "credentials": [{ "type": "otp" }] });
        assert!(user(&none).unwrap().password_hash.is_none());
    }

    #[test]
    fn values_of_another_kind_are_refused_by_name() {
        for (object, name) in [
            (json!({ "email": 7 }), "email"),
            (json!({ "email": "a@b.example", "status": 0 }), "status"),
            (
                json!({ "email": "a@b.example", "status": ["disabled"] }),
                "status",
            ),
            (
                json!({ "email": "a@b.example", "email_verified": "perhaps" }),
                "email_verified",
            ),
            (json!({ "email": "a@b.example", "roles": [7] }), "roles"),
            (
                json!({ "email": "a@b.example", "created_at": "yesterday" }),
                "created_at",
            ),
            (
                json!({ "email": "a@b.example", "password_hash": 7 }),
                "password_hash",
            ),
        ] {
            assert_eq!(
                user(&object).err(),
                Some(LineProblem::Value(name.to_owned())),
                "{object}"
            );
        }
    }

    #[test]
    fn two_different_values_of_one_meaning_are_refused_and_equal_ones_are_one() {
        for (object, names) in [
            (
                json!({ "email": "a@b.example", "mail": "b@b.example" }),
                ["email", "mail"],
            ),
            (
                json!({ "E-Mail": "a@b.example", "name": "Ada", "Display name": "Bob" }),
                ["name", "Display name"],
            ),
            (
                json!({ "email": "a@b.example", "password": "$2b$1", "encrypted_password": "$2b$2" }),
                ["encrypted_password", "password"],
            ),
            (
                json!({ "email": "a@b.example", "role": "staff", "roles": ["editor"] }),
                ["roles", "role"],
            ),
            (
                json!({ "email": "a@b.example", "created_at": 1, "created": "2020-01-02" }),
                ["created_at", "created"],
            ),
            (
                json!({ "email": "a@b.example", "credentials": [{ "type": "password" }], "password": "$2b$1" }),
                ["credentials", "password"],
            ),
        ] {
            let expected = LineProblem::ambiguous(names[0], names[1]);
            assert_eq!(user(&object).err(), Some(expected), "{object}");
        }
        let object = json!({ "email": "a@b.example", "mail": "a@b.example ", "name": "Ada", "displayName": "",
            "password": "$2b$1", "password_hash": "$2b$1", "role": "staff", "roles": null,
            "created": 1_577_934_245, "created_at": "2020-01-02T03:04:05Z" });
        let user = user(&object).unwrap();
        assert_eq!((user.email.as_str(), user.name.as_str()), ("a@b.example", "Ada"));
        assert_eq!(user.roles, ["staff"]);
    }
}
