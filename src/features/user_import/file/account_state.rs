//! Whether the other system lets a user sign in, and has confirmed the address.

use serde_json::Value;

use super::{
    field::Field,
    fields::Fields,
    instant,
    names::{
        CLOSED_STATUS, CONFIRMED_AT, DISABLED, DISABLED_AT, DISABLED_UNTIL, ENABLED, OPEN_STATUS, STATUS,
        VERIFIED, VERIFIED_AT,
    },
    problem::LineProblem,
};
use crate::platform::clock::Timestamp;

/// What databases and their exports write instead of an instant for "never".
const NEVER: &[&str] = &["", "null", "\\n", "none", "never", "false", "f", "no", "n", "0"];
/// What PostgreSQL writes for a time that never comes.
const FOREVER: &str = "infinity";
/// How MySQL begins an instant that is none.
const ZERO_DATE: &str = "0000-00-00";

impl Fields {
    /// Whether one of these is this truth value, as JSON, PostgreSQL, MySQL and people write it. All of them count: a user
    /// who is not disabled can still be banned.
    fn has_flag(&self, names: &[&str], wanted: bool) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for field in self.values(names) {
            let is_true = truth(&word(&field.value)).ok_or_else(|| field.wrong())?;
            is_found |= is_true == wanted;
        }
        Ok(is_found)
    }

    /// Whether one of these times is there; a value that is no instant is refused.
    fn has_time(&self, names: &[&str]) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for field in self.values(names) {
            is_found |= time(field)?.is_some();
        }
        Ok(is_found)
    }

    /// Whether one of these is true, or the time since when it is.
    fn has_flag_or_time(&self, names: &[&str]) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for field in self.values(names) {
            is_found |= match truth(&word(&field.value)) {
                Some(is_true) => is_true,
                None => time(field)?.is_some(),
            };
        }
        Ok(is_found)
    }

    /// Whether one of these times has not come yet.
    fn has_time_after(&self, names: &[&str], now: Timestamp) -> Result<bool, LineProblem> {
        let mut is_found = false;
        for field in self.values(names) {
            is_found |= word(&field.value) == FOREVER || time(field)?.is_some_and(|until| until > now);
        }
        Ok(is_found)
    }

    /// Whether the other system has seen that the address is the user's: nothing that is said against it.
    pub(super) fn is_confirmed(&self) -> Result<bool, LineProblem> {
        let is_denied = self.has_flag(VERIFIED, false)?;
        let has_own_time = self.names_any(VERIFIED_AT);
        let times = if has_own_time { VERIFIED_AT } else { CONFIRMED_AT };
        let is_said = self.has_flag(VERIFIED, true)? || self.has_time(times)?;
        Ok(is_said && !is_denied)
    }

    /// Whether the other system does not let the user sign in.
    pub(super) fn is_disabled(&self, now: Timestamp) -> Result<bool, LineProblem> {
        let mut is_closed = false;
        for field in self.values(STATUS) {
            let status = field.text()?.trim();
            let lower = status.to_lowercase();
            is_closed |= match lower.as_str() {
                status if CLOSED_STATUS.contains(&status) => true,
                status if OPEN_STATUS.contains(&status) => false,
                _ => return Err(LineProblem::status(&field.name, status)),
            };
        }
        Ok(self.has_flag_or_time(DISABLED)?
            | self.has_flag(ENABLED, false)?
            | self.has_time(DISABLED_AT)?
            | self.has_time_after(DISABLED_UNTIL, now)?
            | is_closed)
    }
}

/// A truth value as JSON, PostgreSQL, MySQL and people write it.
fn truth(word: &str) -> Option<bool> {
    match word {
        "true" | "t" | "yes" | "y" | "1" => Some(true),
        "false" | "f" | "no" | "n" | "0" => Some(false),
        _ => None,
    }
}

/// The instant; none for what means "never".
fn time(field: &Field) -> Result<Option<Timestamp>, LineProblem> {
    let word = word(&field.value);
    if NEVER.contains(&word.as_str()) || word.starts_with(ZERO_DATE) {
        return Ok(None);
    }
    instant::read(&field.value).map(Some).ok_or_else(|| field.wrong())
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
        Fields::of_json(object.to_string().as_bytes())?.user("2026-01-01T00:00:00Z".parse().unwrap())
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
            assert_eq!(
                problem,
                Some(LineProblem::Value("email_verified_at".to_owned())),
                "{wrong}"
            );
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

    #[test]
    fn accounts_that_were_closed_in_any_way_are_refused() {
        for flag in [
            "suspended",
            "deleted",
            "locked",
            "archived",
            "inactive",
            "banned",
            "blocked",
            "disabled",
        ] {
            for name in [
                flag.to_owned(),
                format!("is_{flag}"),
                format!("is{}{}", flag[..1].to_uppercase(), &flag[1..]),
            ] {
                for yes in [
                    json!(true),
                    json!("true"),
                    json!(1),
                    json!("yes"),
                    json!("2020-01-02 03:04:05"),
                ] {
                    let closed = json!({ "email": "ada@example.com", name.as_str(): yes });
                    assert_eq!(user(&closed).err(), Some(LineProblem::Disabled), "{closed}");
                }
                let open = json!({ "email": "ada@example.com", name.as_str(): "0" });
                assert!(user(&open).is_ok(), "{open}");
                let unclear = json!({ "email": "ada@example.com", name.as_str(): "perhaps" });
                assert_eq!(user(&unclear).err(), Some(LineProblem::Value(name.clone())));
            }
        }
        for name in ["enabled", "active", "accountEnabled", "isActive", "is_enabled"] {
            let closed = json!({ "email": "ada@example.com", name: "no" });
            assert_eq!(user(&closed).err(), Some(LineProblem::Disabled), "{closed}");
        }
        for name in ["userStatus", "user_status", "accountStatus", "state"] {
            let closed = json!({ "email": "ada@example.com", name: "Archived" });
            assert_eq!(user(&closed).err(), Some(LineProblem::Disabled), "{closed}");
            let unclear = json!({ "email": "ada@example.com", name: "pending" });
            assert_eq!(user(&unclear).err(), Some(LineProblem::status(name, "pending")));
        }
        for name in ["lockedUntil", "locked_until", "bannedUntil", "banned_until"] {
            for (until, is_closed) in [
                ("2026-01-02", true),
                ("infinity", true),
                ("2025-12-31", false),
                ("NULL", false),
            ] {
                let object = json!({ "email": "ada@example.com", name: until });
                assert_eq!(user(&object).is_err(), is_closed, "{object}");
            }
        }
    }
}
