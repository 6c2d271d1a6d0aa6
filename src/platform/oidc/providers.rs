//! All providers of the settings.

use super::{fetch::http_client, provider::Provider};
use crate::platform::config::{Config, ConfigError};

/// The providers that people can sign in with.
#[derive(Debug)]
pub struct Providers(Vec<Provider>);

impl Providers {
    /// The providers in the settings; connects to none of them yet.
    pub fn new(config: &Config) -> Result<Self, ConfigError> {
        if config.providers.is_empty() {
            return Ok(Self(Vec::new()));
        }
        let http = http_client(&config.providers)?;
        let providers = config.providers.iter().cloned();
        let providers = providers.map(|provider| Provider::new(provider, &config.public_url, http.clone()));
        providers.collect::<Result<_, _>>().map(Self)
    }

    /// All of them, in the order of the settings.
    pub fn all(&self) -> impl Iterator<Item = &Provider> {
        self.0.iter()
    }

    /// The one with this id.
    pub fn find(&self, id: &str) -> Option<&Provider> {
        self.0.iter().find(|provider| provider.id() == id)
    }
}
