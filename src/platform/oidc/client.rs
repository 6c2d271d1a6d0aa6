//! This server as a client of one provider.

use super::fetch::Fetcher;
use crate::platform::{
    config::{ClientCredential, ConfigError, Preset, ProviderConfig},
    crypto::ClientKey,
};

/// This server as a client of one provider.
#[derive(Debug)]
pub(super) struct Client {
    pub(super) config: ProviderConfig,
    /// Where the browser comes back to.
    pub(super) redirect_uri: String,
    pub(super) fetcher: Fetcher,
    /// Signs the client secret for Apple.
    pub(super) key: Option<ClientKey>,
}

impl Client {
    /// A client of this provider; `public_url` has no slash at the end.
    pub(super) fn new(
        config: ProviderConfig,
        public_url: &str,
        fetcher: Fetcher,
    ) -> Result<Self, ConfigError> {
        let key = match &config.credential {
            ClientCredential::Apple {
                key_id, private_key, ..
            } => {
                let unusable =
                    || ConfigError::new("providers", format!("{}: private_key: cannot be read", config.id));
                Some(ClientKey::read(key_id, private_key).ok_or_else(unusable)?)
            }
            ClientCredential::None | ClientCredential::Secret(_) => None,
        };
        Ok(Self {
            redirect_uri: format!("{public_url}/oauth/{}/callback", config.id),
            config,
            fetcher,
            key,
        })
    }

    /// Whether answers come as a form that the provider's page posts. Apple insists on that if it sends an address or a
    /// name.
    pub(super) fn posts_answers(&self) -> bool {
        let is_personal = |scope: &String| scope == "email" || scope == "name";
        self.config.preset == Preset::Apple && self.config.scopes.iter().any(is_personal)
    }
}
