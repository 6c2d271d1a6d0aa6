//! The roles of this server, and what their holders are permitted to do in it.

use std::collections::{BTreeMap, BTreeSet};

use super::parse;

/// What a role permits its holders to do to the accounts of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Find and read accounts.
    ReadUsers,
    /// Invite, change, disable and delete accounts, and end their sessions.
    ManageUsers,
    /// Give and take roles.
    ManageRoles,
    /// Read the events of all accounts.
    ReadAudit,
    /// Take over accounts from another system, with their passwords.
    ImportUsers,
}

impl Permission {
    /// All of them, with their names in the setting.
    pub const WORDS: &[(&str, Self)] = &[
        ("read_users", Self::ReadUsers),
        ("manage_users", Self::ManageUsers),
        ("manage_roles", Self::ManageRoles),
        ("read_audit", Self::ReadAudit),
        ("import_users", Self::ImportUsers),
    ];

    /// Every permission.
    pub fn all() -> Permissions {
        Self::WORDS.iter().map(|(_, permission)| *permission).collect()
    }
}

/// A set of permissions.
pub type Permissions = BTreeSet<Permission>;

/// The role with every permission.
pub const ADMIN: &str = "admin";

/// The role that reads events, and nothing else.
const AUDITOR: &str = "auditor";

/// Between the name of a role and its permissions, and between permissions.
const HAS: char = ':';
const AND: char = '+';

/// The roles that an account can have, and the permissions of each. `admin` and `auditor` are always among them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles(BTreeMap<String, Permissions>);

/// `admin` and `auditor`.
impl Default for Roles {
    fn default() -> Self {
        let auditor = Permissions::from([Permission::ReadAudit]);
        let built_in = [(ADMIN, Permission::all()), (AUDITOR, auditor)];
        Self(built_in.map(|(role, may)| (role.to_owned(), may)).into())
    }
}

impl Roles {
    /// Parses `support:read_users+read_audit,editor`: two roles of your own, of which the second permits nothing here.
    pub fn parse(text: &str) -> Result<Self, String> {
        let own: Vec<(String, Permissions)> = parse::list(role)(text)?;
        let mut roles = Self::default();
        for (name, permissions) in own {
            if roles.0.insert(name, permissions).is_some() {
                return Err("must name each role once; admin and auditor are there already".to_owned());
            }
        }
        Ok(roles)
    }

    /// Whether there is such a role.
    pub fn has(&self, role: &str) -> bool {
        self.0.contains_key(role)
    }

    /// The names of all roles, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// What these roles permit together. A role that the settings do not know (any more) permits nothing.
    pub fn permissions_of(&self, roles: &[String]) -> Permissions {
        let known = roles.iter().filter_map(|role| self.0.get(role));
        known.flatten().copied().collect()
    }
}

fn role(text: &str) -> Result<(String, Permissions), String> {
    let (name, permissions) = text.split_once(HAS).unwrap_or((text, ""));
    let name = parse::role_name(name.trim())?;
    let permissions = permissions.split(AND).map(str::trim);
    let permissions = permissions.filter(|word| !word.is_empty());
    let permissions = permissions.map(parse::word(Permission::WORDS));
    let permissions = permissions
        .collect::<Result<_, _>>()
        .map_err(|message| format!("permissions, separated by +, {message}"))?;
    Ok((name, permissions))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<Vec<(String, Vec<Permission>)>, String> {
        let Roles(roles) = Roles::parse(text)?;
        Ok(roles
            .into_iter()
            .filter(|(name, _)| ![ADMIN, AUDITOR].contains(&name.as_str()))
            .map(|(name, permissions)| (name, permissions.into_iter().collect()))
            .collect())
    }

    #[test]
    fn roles_have_the_permissions_that_the_setting_gives_them() {
        let (read, audit) = (Permission::ReadUsers, Permission::ReadAudit);
        for text in [
            "support:read_users+read_audit,editor",
            " editor: , support : read_audit + read_users + read_users ,",
        ] {
            let expected = vec![
                ("editor".to_owned(), vec![]),
                ("support".to_owned(), vec![read, audit]),
            ];
            assert_eq!(parsed(text), Ok(expected), "{text}");
        }
        assert_eq!(parsed(""), Ok(vec![]));
    }

    #[test]
    fn admins_may_everything_auditors_read_events_and_strange_roles_permit_nothing() {
        let roles = Roles::parse("support:read_users").unwrap();
        let may = |names: &[&str]| {
            let names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            roles.permissions_of(&names)
        };
        assert_eq!(may(&["admin"]).len(), Permission::WORDS.len());
        assert_eq!(may(&["auditor"]), [Permission::ReadAudit].into());
        assert_eq!(
            may(&["auditor", "support"]),
            [Permission::ReadAudit, Permission::ReadUsers].into()
        );
        assert_eq!(may(&["gone", "Admin", ""]), [].into());
        assert!(roles.has("support") && !roles.has("gone"));
        assert_eq!(roles.names().collect::<Vec<_>>(), ["admin", "auditor", "support"]);
    }

    #[test]
    fn what_gives_the_wrong_permissions_or_none_is_refused() {
        for (text, problem) in [
            (
                "support:read_user",
                "permissions, separated by +, must be one of: read_users, ",
            ),
            (
                "support:read_users:read_audit",
                "permissions, separated by +, must be one of: ",
            ),
            (
                "support:READ_USERS",
                "permissions, separated by +, must be one of: ",
            ),
            (
                "admin:read_users",
                "must name each role once; admin and auditor are there already",
            ),
            (
                "auditor",
                "must name each role once; admin and auditor are there already",
            ),
            ("editor,editor:read_users", "must name each role once"),
            (":read_users", "must be names of roles"),
            ("Editor", "must be names of roles"),
            ("blog editor", "must be names of roles"),
        ] {
            let error = parsed(text).unwrap_err();
            assert!(error.starts_with(problem), "{text}: {error}");
        }
    }
}
