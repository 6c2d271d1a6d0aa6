//! Roles in the shapes that gateways and databases expect.

use serde::Serialize;

use crate::platform::config::{ClaimsPreset, Config};

/// At most one of the fields is set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct ShapedRoles {
    /// Claims for Hasura.
    #[serde(
        rename = "https://hasura.io/jwt/claims",
        skip_serializing_if = "Option::is_none"
    )]
    pub hasura: Option<HasuraClaims>,
    /// The database role for PostgREST and PostGraphile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<String>,
    /// Role names separated by spaces (RFC 9068, section 2.2.3), for Apollo Router and Hive Router.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

/// The namespace of Hasura. Its values are texts, but for the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HasuraClaims {
    /// The role of a request that asks for none.
    #[serde(rename = "x-hasura-default-role")]
    pub default_role: String,
    /// All roles that a request may ask for.
    #[serde(rename = "x-hasura-allowed-roles")]
    pub allowed_roles: Vec<String>,
    /// The user's id.
    #[serde(rename = "x-hasura-user-id")]
    pub user_id: String,
}

impl ShapedRoles {
    /// The roles of a user in the shape of a preset. `PLAIN` has a claim of its own.
    pub fn new(config: &Config, preset: ClaimsPreset, user_id: &str, roles: &[String]) -> Self {
        let default_role = &config.claims_default_role;
        match preset {
            ClaimsPreset::Plain => Self::default(),
            ClaimsPreset::Hasura => {
                let others = roles.iter().filter(|role| *role != default_role);
                Self {
                    hasura: Some(HasuraClaims {
                        default_role: default_role.clone(),
                        allowed_roles: std::iter::once(default_role).chain(others).cloned().collect(),
                        user_id: user_id.to_owned(),
                    }),
                    ..Self::default()
                }
            }
            ClaimsPreset::Postgrest => {
                let mut database_roles = config.claims_database_roles.iter();
                let held = database_roles.find(|role| roles.contains(role));
                Self {
                    role: Some(held.unwrap_or(default_role).clone()),
                    ..Self::default()
                }
            }
            ClaimsPreset::Router => Self {
                scope: (!roles.is_empty()).then(|| roles.join(" ")),
                ..Self::default()
            },
        }
    }
}
