//! Whether the other system lets a user sign in, and has confirmed the address.

use serde_json::Value;

use super::{
    fields::Fields,
    instant,
    names::{CONFIRMED_AT, DISABLED, DISABLED_AT, ENABLED, VERIFIED, VERIFIED_AT},
    problem::LineProblem,
};

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

impl Fields {
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
    pub(super) fn is_confirmed(&self) -> Result<bool, LineProblem> {
        let is_denied = self.has_flag(VERIFIED, false, "email_verified")?;
        let has_own_time = self.names_any(VERIFIED_AT);
        let times = if has_own_time { VERIFIED_AT } else { CONFIRMED_AT };
        let is_said =
            self.has_flag(VERIFIED, true, "email_verified")? || self.has_time(times, "email_verified_at")?;
        Ok(is_said && !is_denied)
    }

    /// Whether the other system does not let the user sign in.
    pub(super) fn is_disabled(&self) -> Result<bool, LineProblem> {
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
}

/// A value in lower case, as a spreadsheet would show it.
fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_lowercase(),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::features::user_import::ImportedUser;

    fn user(object: &Value) -> Result<ImportedUser, LineProblem> {
        Fields::of_json(object.to_string().as_bytes())?.user()
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
    fn a_confirmed_telephone_number_confirms_no_address() {
        for (own, is_verified) in [
            (json!(null), false),
            (json!(""), false),
            (json!("2020-01-02"), true),
        ] {
            let both = json!({ "email": "ada@example.com", "email_confirmed_at": own, "confirmed_at": "2020-01-02" });
            assert_eq!(user(&both).unwrap().is_email_verified, is_verified, "{own}");
        }
        let alone = json!({ "email": "ada@example.com", "confirmed_at": "2020-01-02" });
        assert!(user(&alone).unwrap().is_email_verified);
    }
}
