//! The values of a user, by the names that exports give them.

use std::collections::HashMap;

use secrecy::SecretString;
use serde_json::{Map, Value, json};

use super::{instant, problem::LineProblem};
use crate::features::user_import::ImportedUser;

const EMAIL: &[&str] = &["email", "emailaddress", "mail"];
const NAME: &[&str] = &["name", "displayname", "fullname"];
const VERIFIED: &[&str] = &["emailverified", "isemailverified", "verified"];
/// When the address was confirmed.
const VERIFIED_AT: &[&str] = &["emailconfirmedat", "emailverifiedat", "confirmedat"];
const HASH: &[&str] = &["passwordhash", "encryptedpassword", "hashedpassword", "password"];
const CREATED_AT: &[&str] = &["createdat", "createdtimestamp", "created", "datejoined"];
/// What must not be true, and what must not be false, of a user who may sign in.
const DISABLED: &[&str] = &["disabled", "isdisabled", "blocked", "isblocked", "banned"];
const ENABLED: &[&str] = &["enabled", "isenabled", "isactive", "active"];
/// Times at which a user lost the account.
const DISABLED_AT: &[&str] = &["banneduntil", "deletedat", "disabledat"];
/// What `status` is of a user who may sign in, and of one who may not.
const OPEN_STATUS: &[&str] = &["active", "enabled", "confirmed", "verified"];
const CLOSED_STATUS: &[&str] = &[
    "disabled",
    "inactive",
    "blocked",
    "banned",
    "suspended",
    "locked",
    "deleted",
];
/// What databases and their exports write instead of an instant for "never".
const NEVER: &[&str] = &["", "null", "\\n", "none", "never", "false", "f", "no", "n", "0"];
/// How MySQL begins an instant that is none.
const ZERO_DATE: &str = "0000-00-00";

/// The values of a user by name, in the form of [`column_name`].
pub struct Fields(HashMap<String, Value>);

/// A name without capitals and punctuation: `email_verified`, `emailVerified` and `Email verified` are the same.
pub(super) fn column_name(name: &str) -> String {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether this column has the address.
pub(super) fn is_email_column(name: &str) -> bool {
    EMAIL.contains(&name)
}

impl Fields {
    /// The properties of an object.
    pub(super) fn of_json(text: &[u8]) -> Result<Self, LineProblem> {
        let text = std::str::from_utf8(text).map_err(|_| LineProblem::NotUtf8)?;
        let object: Map<String, Value> = serde_json::from_str(text).map_err(|_| LineProblem::NotJson)?;
        let named = object
            .into_iter()
            .map(|(name, value)| (column_name(&name), value));
        Ok(Self(named.collect()))
    }

    /// The cells of a row. An empty cell is no value.
    pub(super) fn of_cells(header: &[String], cells: Vec<String>) -> Self {
        let cells = cells.into_iter().map(Value::String);
        Self(header.iter().cloned().zip(cells).collect())
    }

    /// The user, if the other system lets them sign in; else, or if a value is not of the expected kind, what is wrong.
    pub fn user(&self) -> Result<ImportedUser, LineProblem> {
        if self.is_disabled()? {
            return Err(LineProblem::Disabled);
        }
        let email = self.text(EMAIL, "email")?.unwrap_or_default().to_owned();
        let is_confirmed = self.is_confirmed()?;
        Ok(ImportedUser {
            name: self.name(&email)?,
            is_email_verified: is_confirmed,
            email,
            password_hash: self.hash()?.map(SecretString::from),
            roles: self.roles()?,
            created_at: self
                .value(CREATED_AT)
                .map(|value| instant::read(value).ok_or(LineProblem::Value("created_at")))
                .transpose()?,
        })
    }

    /// The first of these that has a value.
    fn value(&self, names: &[&str]) -> Option<&Value> {
        self.values(names).next()
    }

    /// All of these that have a value.
    fn values(&self, names: &[&str]) -> impl Iterator<Item = &Value> {
        let values = names.iter().filter_map(|name| self.0.get(*name));
        values.filter(|value| match value {
            Value::Null => false,
            Value::String(text) => !text.trim().is_empty(),
            _ => true,
        })
    }

    fn text(&self, names: &[&str], called: &'static str) -> Result<Option<&str>, LineProblem> {
        match self.value(names) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(LineProblem::Value(called)),
        }
    }

    /// Whether one of these is this truth value, as JSON, PostgreSQL, MySQL and people write it. All of them count: a user
    /// who is not disabled can still be banned.
    fn has_flag(&self, names: &[&str], wanted: bool, called: &'static str) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for value in self.values(names) {
            let is_true = match word(value).as_str() {
                "true" | "t" | "yes" | "y" | "1" => true,
                "false" | "f" | "no" | "n" | "0" => false,
                _ => return Err(LineProblem::Value(called)),
            };
            is_found |= is_true == wanted;
        }
        Ok(is_found)
    }

    /// Whether one of these times has come; a value that is no instant is refused.
    fn has_time(&self, names: &[&str], called: &'static str) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for value in self.values(names) {
            let word = word(value);
            if NEVER.contains(&word.as_str()) || word.starts_with(ZERO_DATE) {
                continue;
            }
            instant::read(value).ok_or(LineProblem::Value(called))?;
            is_found = true;
        }
        Ok(is_found)
    }

    /// Whether the other system has seen that the address is the user's: nothing that is said against it.
    fn is_confirmed(&self) -> Result<bool, LineProblem> {
        let is_denied = self.has_flag(VERIFIED, false, "email_verified")?;
        let is_said = self.has_flag(VERIFIED, true, "email_verified")?
            || self.has_time(VERIFIED_AT, "email_verified_at")?;
        Ok(is_said && !is_denied)
    }

    fn is_disabled(&self) -> Result<bool, LineProblem> {
        let is_closed = match self.text(&["status"], "status")? {
            None => false,
            Some(status) => match status.trim().to_lowercase().as_str() {
                status if CLOSED_STATUS.contains(&status) => true,
                status if OPEN_STATUS.contains(&status) => false,
                _ => return Err(LineProblem::Value("status")),
            },
        };
        Ok(self.has_flag(DISABLED, true, "disabled")?
            | self.has_flag(ENABLED, false, "enabled")?
            | self.has_time(DISABLED_AT, "disabled_at")?
            | is_closed)
    }

    /// The name, or its parts; failing that what stands before the `@`.
    fn name(&self, email: &str) -> Result<String, LineProblem> {
        if let Some(name) = self.text(NAME, "name")? {
            return Ok(name.to_owned());
        }
        let first = self.text(&["firstname"], "first_name")?;
        let last = self.text(&["lastname"], "last_name")?;
        let parts: Vec<_> = [first, last].into_iter().flatten().collect();
        if !parts.is_empty() {
            return Ok(parts.join(" "));
        }
        if let Some(name) = self.name_in_metadata() {
            return Ok(name);
        }
        let local = email.split('@').next().unwrap_or_default();
        Ok(self.text(&["username"], "username")?.unwrap_or(local).to_owned())
    }

    /// Supabase has an object in a column.
    fn name_in_metadata(&self) -> Option<String> {
        let metadata = match self.value(&["rawusermetadata", "usermetadata"])? {
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
        if let Some(credentials) = self.value(&["credentials"]) {
            return keycloak_password(credentials);
        }
        let Some(hash) = self.value(HASH) else {
            return Ok(None);
        };
        match (hash, self.value(&["salt"])) {
            // A user of Firebase.
            (Value::String(hash), Some(Value::String(salt))) if !hash.starts_with('$') => {
                Ok(Some(json!({ "passwordHash": hash, "salt": salt }).to_string()))
            }
            (Value::String(hash), _) => Ok(Some(hash.clone())),
            (Value::Object(_), _) => Ok(Some(hash.to_string())),
            _ => Err(LineProblem::Value("password_hash")),
        }
    }

    /// A list, or a text of names between commas, semicolons or spaces.
    fn roles(&self) -> Result<Vec<String>, LineProblem> {
        let wrong = LineProblem::Value("roles");
        match self.value(&["roles"]) {
            None => Ok(Vec::new()),
            Some(Value::Array(roles)) => {
                let names = roles
                    .iter()
                    .map(|role| role.as_str().map(str::to_owned).ok_or(wrong));
                names.collect()
            }
            Some(Value::String(roles)) => {
                let names = roles.split([',', ';', ' ']).filter(|name| !name.is_empty());
                Ok(names.map(str::to_owned).collect())
            }
            Some(_) => Err(wrong),
        }
    }
}

/// A value in lower case, as a spreadsheet would show it.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        value => value.to_string(),
    }
}

/// The password among the credentials of a user of Keycloak.
fn keycloak_password(credentials: &Value) -> Result<Option<String>, LineProblem> {
    let credentials = credentials.as_array().ok_or(LineProblem::Value("credentials"))?;
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
        Fields::of_json(object.to_string().as_bytes())?.user()
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
    fn users_who_may_not_sign_in_there_are_refused() {
        for object in [
            json!({ "email": "ada@example.com", "disabled": true }),
            json!({ "email": "ada@example.com", "enabled": false }),
            json!({ "email": "ada@example.com", "is_active": "f" }),
            json!({ "email": "ada@example.com", "blocked": "1" }),
            json!({ "email": "ada@example.com", "banned_until": "2999-01-01" }),
            json!({ "email": "ada@example.com", "status": "DISABLED" }),
            json!({ "email": "ada@example.com", "status": " banned " }),
            json!({ "email": "ada@example.com", "disabled": false, "blocked": true }),
            json!({ "email": "ada@example.com", "enabled": "1", "is_active": "0" }),
            json!({ "email": "ada@example.com", "disabled": "false", "deleted_at": "2020-01-01" }),
        ] {
            assert_eq!(user(&object).err(), Some(LineProblem::Disabled), "{object}");
        }
        let active = json!({ "email": "ada@example.com", "disabled": false, "is_active": 1, "deleted_at": null, "status": "Active" });
        assert_eq!(user(&active).unwrap().name, "ada");
        let never = json!({ "email": "ada@example.com", "deleted_at": "NULL", "banned_until": "0000-00-00 00:00:00" });
        assert_eq!(user(&never).unwrap().name, "ada");
    }

    #[test]
    fn an_address_counts_as_confirmed_only_with_a_time_or_a_clear_yes() {
        let of = |name: &str, value: Value| user(&json!({ "email": "ada@example.com", name: value }));
        for never in [
            json!("NULL"),
            json!("\\N"),
            json!("0000-00-00 00:00:00"),
            json!("0"),
            json!(0),
            json!("never"),
            json!(false),
            json!(" "),
            Value::Null,
        ] {
            assert!(
                !of("email_verified_at", never.clone()).unwrap().is_email_verified,
                "{never}"
            );
        }
        assert!(
            of("email_verified_at", json!("2020-01-02 03:04:05"))
                .unwrap()
                .is_email_verified
        );
        for wrong in [json!("perhaps"), json!([]), json!({}), json!(true)] {
            let problem = of("email_verified_at", wrong.clone()).err();
            assert_eq!(problem, Some(LineProblem::Value("email_verified_at")), "{wrong}");
        }
        let both = json!({ "email": "ada@example.com", "verified": false, "confirmed_at": "2020-01-02" });
        assert!(!user(&both).unwrap().is_email_verified);
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
            (json!({ "email": "a@b.example", "status": "archived" }), "status"),
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
            assert_eq!(user(&object).err(), Some(LineProblem::Value(name)), "{object}");
        }
    }
}
