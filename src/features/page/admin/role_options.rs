//! The checkboxes of roles.

use std::collections::BTreeMap;

use crate::{context::App, platform::config::Permissions};

/// Before the name of a role, in the name of its checkbox: forms have each name once.
const PREFIX: &str = "role.";

/// A role that can be given.
pub(super) struct RoleOption {
    pub(super) name: String,
    /// Name of the checkbox.
    pub(super) field: String,
    pub(super) is_ticked: bool,
}

/// The roles that permit nothing that the caller is not permitted, those in `ticked` chosen.
pub(super) fn role_options(app: &App, permissions: &Permissions, ticked: &[String]) -> Vec<RoleOption> {
    let roles = &app.config.roles;
    let may_give = |name: &&str| roles.permissions_of(&[(*name).to_owned()]).is_subset(permissions);
    let option = |name: &str| RoleOption {
        name: name.to_owned(),
        field: format!("{PREFIX}{name}"),
        is_ticked: ticked.iter().any(|role| role == name),
    };
    roles.names().filter(may_give).map(option).collect()
}

/// The roles whose checkboxes were ticked.
pub(super) fn chosen(fields: &BTreeMap<String, String>) -> Vec<String> {
    let names = fields.keys().filter_map(|field| field.strip_prefix(PREFIX));
    names.map(str::to_owned).collect()
}
