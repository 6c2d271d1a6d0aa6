//! The names that exports give the values of a user, in the form of [`plain`].

use std::collections::HashSet;

pub(super) const EMAIL: &[&str] = &["email", "emailaddress", "mail"];
pub(super) const NAME: &[&str] = &["name", "displayname", "fullname"];
pub(super) const HASH: &[&str] = &["passwordhash", "encryptedpassword", "hashedpassword", "password"];
pub(super) const CREATED_AT: &[&str] = &["createdat", "createdtimestamp", "created", "datejoined"];
pub(super) const VERIFIED: &[&str] = &["emailverified", "isemailverified", "verified"];
/// When the address was confirmed.
pub(super) const VERIFIED_AT: &[&str] = &["emailconfirmedat", "emailverifiedat"];
/// When the address was confirmed, or something else: Supabase also sets it for a telephone number. Counts only where
/// none of [`VERIFIED_AT`] is there, not even empty.
pub(super) const CONFIRMED_AT: &[&str] = &["confirmedat"];
/// What must not be true, and what must not be false, of a user who may sign in.
pub(super) const DISABLED: &[&str] = &["disabled", "isdisabled", "blocked", "isblocked", "banned"];
pub(super) const ENABLED: &[&str] = &["enabled", "isenabled", "isactive", "active"];
/// Times at which a user lost the account.
pub(super) const DISABLED_AT: &[&str] = &["banneduntil", "deletedat", "disabledat"];
/// The others that are read.
const OTHERS: &[&str] = &[
    "firstname",
    "lastname",
    "username",
    "rawusermetadata",
    "usermetadata",
    "credentials",
    "salt",
    "roles",
    "status",
];

const ALL: [&[&str]; 11] = [
    EMAIL,
    NAME,
    HASH,
    CREATED_AT,
    VERIFIED,
    VERIFIED_AT,
    CONFIRMED_AT,
    DISABLED,
    ENABLED,
    DISABLED_AT,
    OTHERS,
];

/// A name without capitals and punctuation: `email_verified`, `emailVerified` and `Email verified` are the same.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether a name is there twice, so that it is not clear which value counts. Different spellings of one name matter
/// only if that value is read: some exports have `_id` and `id`. Columns without a name do not matter.
pub(super) fn has_double<'a>(names: impl Iterator<Item = &'a str>) -> bool {
    let (mut spelt, mut read) = (HashSet::new(), HashSet::new());
    for name in names {
        let plain = plain(name);
        let is_read = ALL.iter().any(|names| names.contains(&plain.as_str()));
        if !plain.is_empty() && (!spelt.insert(name) || is_read && !read.insert(plain)) {
            return true;
        }
    }
    false
}
