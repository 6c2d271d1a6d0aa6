//! Reads the table of one provider.

use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{
    super::{loopback::is_loopback_url, parse},
    ClientCredential, ProviderConfig, TIME_LIMIT,
    preset::{Preset, Tenant, tenant_id},
    table::ProviderTable,
};
use crate::platform::crypto::ClientKey;

/// The provider `id` with the keys of its table.
pub(super) fn provider(id: &str, mut table: ProviderTable) -> Result<ProviderConfig, String> {
    let preset = match table.read("preset", parse::word(Preset::WORDS))? {
        Some(preset) => preset,
        None => parse::word(Preset::WORDS)(id).unwrap_or(Preset::Oidc),
    };
    table.check_keys(preset)?;
    let client_id = table.read("client_id", printable)?;
    let client_id = client_id.ok_or("client_id: must be given")?;
    let name = table.read("name", parse::line)?;
    let mut provider = ProviderConfig {
        id: id.to_owned(),
        preset,
        name: name.unwrap_or_else(|| preset.name().map_or_else(|| capitalized(id), str::to_owned)),
        url: url(preset, &mut table)?,
        client_id,
        credential: credential(preset, &mut table)?,
        scopes: scopes(preset, &mut table)?,
        tenant: Tenant::default(),
        tenants: Vec::new(),
        email_domains: Vec::new(),
        time_limit: TIME_LIMIT,
        exposed_file: None,
    };
    if preset == Preset::Microsoft {
        // Microsoft does not say whether an address belongs to who uses it, so no list of domains could be relied on.
        provider.tenant = table.read("tenant", Tenant::parse)?.unwrap_or_default();
        provider.tenants = table.list("tenants", tenant)?.unwrap_or_default();
    } else {
        provider.email_domains = table.list("email_domains", domain)?.unwrap_or_default();
    }
    provider.exposed_file = table.finish(preset.word())?;
    Ok(provider)
}

/// The address of the provider, or its issuer.
fn url(preset: Preset, table: &mut ProviderTable) -> Result<String, String> {
    let Some(usual) = preset.url() else {
        let issuer = table.read("issuer", address)?;
        return issuer.ok_or_else(|| {
            let others = Preset::WORDS.iter().filter(|(_, preset)| *preset != Preset::Oidc);
            let presets: Vec<_> = others.map(|(word, _)| *word).collect();
            format!(
                "issuer: must be given, unless the table is named after one of these presets, or has one as `preset`: {}",
                presets.join(", ")
            )
        });
    };
    let given = table.read("url", address)?;
    Ok(given.map_or_else(|| usual.to_owned(), |url| url.trim_end_matches('/').to_owned()))
}

/// An address to which requests go.
fn address(text: &str) -> Result<String, String> {
    let is_one_word = text.bytes().all(|byte| byte.is_ascii_graphic());
    let url = Url::parse(text).ok().filter(|url| {
        let is_bare = url.username().is_empty() && url.password().is_none();
        is_one_word && is_bare && url.query().is_none() && url.fragment().is_none() && url.has_host()
    });
    match url {
        Some(url)
            if text.starts_with("https://") || (text.starts_with("http://") && is_loopback_url(&url)) =>
        {
            Ok(text.to_owned())
        }
        Some(_) => Err("must start with https://, unless the host is this machine".to_owned()),
        None => Err(
            "must be an address such as https://id.example.com, without user name, query and fragment"
                .to_owned(),
        ),
    }
}

fn credential(preset: Preset, table: &mut ProviderTable) -> Result<ClientCredential, String> {
    if preset == Preset::Apple {
        let team_id = table.required_text("team_id")?;
        let key_id = table.required_text("key_id")?;
        let private_key = table.secret("private_key")?;
        let private_key = private_key.ok_or("private_key: must be given, or private_key_file")?;
        if ClientKey::read(&key_id, &private_key).is_none() {
            return Err(
                "private_key: must be the .p8 file from Apple: a private key on P-256 in PEM".to_owned(),
            );
        }
        return Ok(ClientCredential::Apple {
            team_id,
            key_id,
            private_key,
        });
    }
    match table.secret("client_secret")? {
        Some(secret) => {
            printable(secret.expose_secret()).map_err(|problem| format!("client_secret: {problem}"))?;
            Ok(ClientCredential::Secret(SecretString::clone(&secret)))
        }
        None if preset == Preset::Oidc => Ok(ClientCredential::None),
        None => Err("client_secret: must be given, or client_secret_file".to_owned()),
    }
}

/// The scopes to ask for; without `openid`, an OpenID provider sends no ID token.
fn scopes(preset: Preset, table: &mut ProviderTable) -> Result<Vec<String>, String> {
    let Some(scopes) = table.list("scopes", scope)? else {
        return Ok(preset.scopes().iter().map(|scope| (*scope).to_owned()).collect());
    };
    if preset.is_openid() && !scopes.iter().any(|scope| scope == "openid") {
        return Err("scopes: must include openid".to_owned());
    }
    Ok(scopes)
}

/// A scope (RFC 6749, section 3.3).
fn scope(text: &str) -> Result<String, String> {
    let is_scope = |byte: u8| byte.is_ascii_graphic() && byte != b'"' && byte != b'\\';
    if (1..=255).contains(&text.len()) && text.bytes().all(is_scope) {
        Ok(text.to_owned())
    } else {
        Err("must be a list of words, such as [\"openid\", \"email\"]".to_owned())
    }
}

/// An id or secret of a client (RFC 6749, appendix A).
fn printable(text: &str) -> Result<String, String> {
    if (1..=1024).contains(&text.len()) && text.bytes().all(|byte| (0x20..=0x7e).contains(&byte)) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 1024 printable ASCII characters".to_owned())
    }
}

fn tenant(text: &str) -> Result<uuid::Uuid, String> {
    tenant_id(text).ok_or_else(|| "must be a list of ids of tenants (UUIDs)".to_owned())
}

/// The domain of email addresses.
fn domain(text: &str) -> Result<String, String> {
    match parse::host_name(text) {
        Ok(name) if name.contains('.') => Ok(name),
        _ => Err("must be a list of domains, such as [\"example.com\"]".to_owned()),
    }
}

/// `corp` as `Corp`.
fn capitalized(id: &str) -> String {
    let mut letters = id.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
