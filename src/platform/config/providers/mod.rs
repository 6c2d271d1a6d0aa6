//! The providers that people can sign in with, from a TOML file of their own.

mod preset;
mod provider;
mod table;
#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use secrecy::SecretString;
use toml::Value;

pub use self::preset::{Preset, Tenant};
use self::{provider::provider, table::ProviderTable};
use super::{
    error::ConfigError,
    private_file::{self, Exposure},
    settings::{Config, SETTINGS},
    sources::toml_table,
    values::{Setting, Values},
};

/// One provider.
#[derive(Debug, Clone)]
pub struct ProviderConfig {
    /// Its id: the name of its table, and part of its callback's address.
    pub id: String,
    /// Its kind.
    pub preset: Preset,
    /// Its name on buttons.
    pub name: String,
    /// Its address, without a slash at the end; with [`Preset::Oidc`] the issuer, exactly as written.
    pub url: String,
    /// The id that the provider gave this server.
    pub client_id: String,
    /// How this server proves to the provider that it is this client.
    pub credential: ClientCredential,
    /// The scopes to ask for.
    pub scopes: Vec<String>,
    /// Microsoft: which accounts can sign in.
    pub tenant: Tenant,
    /// Microsoft: the tenants whose addresses are trusted.
    pub tenants: Vec<uuid::Uuid>,
    /// Domains, in lower case and ASCII, whose addresses are trusted if the provider says that they are verified.
    pub email_domains: Vec<String>,
    /// Time for one request to the provider.
    pub time_limit: Duration,
    /// The file that holds its secret, if other users of this machine can read it.
    pub exposed_file: Option<PathBuf>,
}

/// How this server proves to a provider that it is the client with its id.
#[derive(Debug, Clone)]
pub enum ClientCredential {
    /// Not at all: a public client, which only the proof key of each sign-in protects (RFC 7636).
    None,
    /// With a secret that both know.
    Secret(SecretString),
    /// With a token that this server signs, as Apple wants it.
    Apple {
        /// Id of the team that the key belongs to.
        team_id: String,
        /// Id of the key.
        key_id: String,
        /// The key, in PKCS #8 and PEM.
        private_key: SecretString,
    },
}

/// Time for one request to a provider.
const TIME_LIMIT: Duration = Duration::from_secs(5);

impl ProviderConfig {
    /// Reads the text of a file with providers, in the order of the file. Each error names the provider and the key, and
    /// never repeats a value.
    pub fn parse(text: &SecretString) -> Result<Vec<Self>, String> {
        parse(text, None)
    }
}

/// The providers in the file at `path`; none if that is empty.
pub(super) fn load(path: &str) -> Result<Vec<ProviderConfig>, String> {
    if path.is_empty() {
        return Ok(Vec::new());
    }
    let path = Path::new(path);
    let (text, exposure) = read_file(path)?;
    let providers = parse(&text, (exposure == Exposure::Others).then_some(path))?;
    if providers.is_empty() {
        return Err("the file names no provider".to_owned());
    }
    Ok(providers)
}

/// The text of a file, and who can read it. Errors do not contain the path.
fn read_file(path: &Path) -> Result<(SecretString, Exposure), String> {
    private_file::read_text(path).map_err(|problem| {
        if path.is_relative() && !path.exists() {
            format!("{problem}; relative paths begin at the folder in which the server was started")
        } else {
            problem
        }
    })
}

/// Reads all tables; `exposed_file` is the file that they are in, if other users can read it.
fn parse(text: &SecretString, exposed_file: Option<&Path>) -> Result<Vec<ProviderConfig>, String> {
    let tables = toml_table(text)?.into_iter();
    tables
        .map(|(id, value)| match value {
            Value::Table(_) if !is_id(&id) => Err(format!(
                "{id}: the name of a table must be 1 to 32 characters of a-z, 0-9 and `-`"
            )),
            Value::Table(table) => provider(&id, ProviderTable::new(table, exposed_file))
                .map_err(|problem| format!("{id}: {problem}")),
            _ if is_setting(&id) => Err(format!("{id} {BELONGS_IN_SETTINGS}")),
            _ => Err(format!(
                "{id}: must be in the table of a provider, such as [google]"
            )),
        })
        .collect()
}

const BELONGS_IN_SETTINGS: &str =
    "is a setting of the server: it belongs in the settings, not in the file of the providers";

/// Whether a key is a setting of the server. In a file of providers, `secret` rather stands for `client_secret`.
fn is_setting(key: &str) -> bool {
    !key.starts_with("secret") && Setting::find(SETTINGS, key).is_some()
}

/// Whether a text can name a provider in addresses.
fn is_id(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=32).contains(&text.len()) && text.bytes().all(is_plain)
}

/// Answers of providers come to `public_url`, and requests without TLS are for development.
pub(super) fn check(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let own = &config.public_url;
    let Some(first) = config.providers.first() else {
        return Ok(());
    };
    if !own.is_https() && !own.is_loopback() {
        let problem = format!(
            "{}: sign-ins over plain http can be hijacked: public_url must start with https://",
            first.id
        );
        return Err(values.wrong("providers", problem));
    }
    let is_plain = |provider: &&ProviderConfig| provider.url.starts_with("http://");
    if let Some(plain) = config
        .providers
        .iter()
        .find(is_plain)
        .filter(|_| !own.is_loopback())
    {
        let key = plain.preset.address_key();
        let problem = format!(
            "{}: {key}: plain http is for development: with a public_url that is not on this machine, it must start \
             with https",
            plain.id
        );
        return Err(values.wrong("providers", problem));
    }
    Ok(())
}

/// Secrets that other users of this machine can read.
pub(super) fn warnings(config: &Config) -> impl Iterator<Item = String> {
    config.providers.iter().filter_map(|provider| {
        let file = provider.exposed_file.as_ref()?;
        Some(format!(
            "providers: {}: other users can read the file that holds the secret: chmod 600 {}",
            provider.id,
            file.display()
        ))
    })
}
