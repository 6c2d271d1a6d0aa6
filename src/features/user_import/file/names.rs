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
/// Flags of a user who may not sign in; some systems write the time since when.
pub(super) const DISABLED: &[&str] = &[
    "archived",
    "isarchived",
    "banned",
    "isbanned",
    "blocked",
    "isblocked",
    "deactivated",
    "isdeactivated",
    "deleted",
    "isdeleted",
    "disabled",
    "isdisabled",
    "accountdisabled",
    "inactive",
    "isinactive",
    "locked",
    "islocked",
    "accountlocked",
    "suspended",
    "issuspended",
    "accountsuspended",
];
/// Flags of a user who may.
pub(super) const ENABLED: &[&str] = &[
    "enabled",
    "isenabled",
    "accountenabled",
    "active",
    "isactive",
    "accountactive",
];
/// Times at which a user lost the account.
pub(super) const DISABLED_AT: &[&str] = &[
    "archivedat",
    "bannedat",
    "blockedat",
    "deactivatedat",
    "deletedat",
    "disabledat",
    "lockedat",
    "suspendedat",
];
/// Times until which a user may not sign in.
pub(super) const DISABLED_UNTIL: &[&str] = &[
    "banneduntil",
    "blockeduntil",
    "disableduntil",
    "lockeduntil",
    "lockoutend",
    "suspendeduntil",
];
/// Words for whether a user may sign in.
pub(super) const STATUS: &[&str] = &[
    "status",
    "userstatus",
    "accountstatus",
    "state",
    "userstate",
    "accountstate",
];
/// What `status` is of a user who may sign in, and of one who may not.
pub(super) const OPEN_STATUS: &[&str] = &["active", "enabled", "confirmed", "verified"];
pub(super) const CLOSED_STATUS: &[&str] = &[
    "disabled",
    "deactivated",
    "inactive",
    "archived",
    "closed",
    "blocked",
    "banned",
    "suspended",
    "locked",
    "deleted",
];
pub(super) const ROLES: &[&str] = &["roles", "role"];
/// The others that are read.
const OTHERS: &[&str] = &[
    "firstname",
    "lastname",
    "username",
    "rawusermetadata",
    "usermetadata",
    "credentials",
    "salt",
];

const ALL: [&[&str]; 14] = [
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
    DISABLED_UNTIL,
    STATUS,
    ROLES,
    OTHERS,
];

/// Longest name that messages repeat.
const MAX_SHOWN: usize = 32;

/// How many names of columns and keys messages list.
pub(super) const MAX_NAMES: usize = 20;

/// A name without capitals and punctuation: `email_verified`, `emailVerified` and `Email verified` are the same.
pub(super) fn plain(name: &str) -> String {
    let letters = name.chars().filter(|character| character.is_alphanumeric());
    letters.flat_map(char::to_lowercase).collect()
}

/// Whether the value with this name, in the form of [`plain`], is read.
pub(super) fn is_read(plain: &str) -> bool {
    ALL.iter().any(|names| names.contains(&plain))
}

/// A name for a message. What is hardly a name is not repeated: without a header, the first line of CSV has an address
/// and a hash.
pub(super) fn shown(name: &str) -> Option<String> {
    let name = name.trim();
    let is_plain = |character: char| character.is_alphanumeric() || " _-.".contains(character);
    (!name.is_empty() && name.chars().count() <= MAX_SHOWN && name.chars().all(is_plain))
        .then(|| name.to_owned())
}

/// Names for a message, between commas: the first ones that can be shown.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let shown: Vec<_> = names.filter_map(shown).take(MAX_NAMES).collect();
    shown.join(", ")
}

/// The first name that is there twice, so that it is not clear which value counts. Different spellings of one name
/// matter only if that value is read: some exports have `_id` and `id`. Columns without a name do not matter.
pub(super) fn double<'a>(names: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (mut spelt, mut read) = (HashSet::new(), HashSet::new());
    for name in names {
        let plain = plain(name);
        if !plain.is_empty() && (!spelt.insert(name) || is_read(&plain) && !read.insert(plain)) {
            return Some(name);
        }
    }
    None
}
