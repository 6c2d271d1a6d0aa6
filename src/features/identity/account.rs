//! An account of another provider.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    context::App,
    platform::{crypto::Sha256, oidc::Provider},
};

/// An account of another provider, as that provider names it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProviderAccount {
    /// Id of the provider in the settings.
    pub provider: String,
    /// Who vouches for the subject.
    pub issuer: String,
    /// The provider's own id of the account.
    pub subject: String,
    /// Address that the provider gave; not necessarily confirmed.
    pub email: Option<String>,
}

/// Shows the provider only: the rest is personal.
impl fmt::Debug for ProviderAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderAccount")
            .field("provider", &self.provider)
            .finish_non_exhaustive()
    }
}

impl ProviderAccount {
    /// The key that names it in the database. Issuer and subject have no zero byte, so no two accounts share one.
    pub fn key(&self) -> String {
        let name = format!("{}\0{}", self.issuer, self.subject);
        Sha256::of(&name).to_base64url()
    }
}

/// The name of the provider with this id. One that was removed from the settings has only its id.
pub fn provider_name<'a>(app: &'a App, id: &'a str) -> &'a str {
    app.providers.find(id).map_or(id, Provider::name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn issuer_and_subject_name_an_account_and_nothing_else_does() {
        let account = |provider: &str, issuer: &str, subject: &str| ProviderAccount {
            provider: provider.to_owned(),
            issuer: issuer.to_owned(),
            subject: subject.to_owned(),
            email: None,
        };
        let key = account("a", "https://a.example", "1").key();
        assert_eq!(key.len(), 43);
        assert_eq!(account("b", "https://a.example", "1").key(), key);
        assert_ne!(account("a", "https://a.example", "2").key(), key);
        assert_ne!(account("a", "https://a.example1", "").key(), key);
        assert!(!format!("{:?}", account("a", "https://a.example", "secret")).contains("secret"));
    }
}
