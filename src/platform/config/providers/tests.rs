//! Which tables of providers are read, and how.

mod refused;
mod setting;

use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use secrecy::ExposeSecret as _;

use super::*;

fn read(text: &str) -> Result<Vec<ProviderConfig>, String> {
    ProviderConfig::parse(&text.into())
}

/// The only provider of the text.
fn one(text: &str) -> ProviderConfig {
    let mut all = read(text).unwrap();
    assert_eq!(all.len(), 1);
    all.remove(0)
}

fn secret(provider: &ProviderConfig) -> Option<&str> {
    match &provider.credential {
        ClientCredential::Secret(secret) => Some(secret.expose_secret()),
        _ => None,
    }
}

/// A new key, as Apple hands it out.
fn apple_key() -> String {
    let der = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).unwrap();
    format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
        STANDARD.encode(der.as_ref())
    )
}

#[test]
fn a_known_provider_needs_an_id_and_a_secret() {
    for (id, name, url, scopes) in [
        (
            "google",
            "Google",
            "https://accounts.google.com",
            "openid email profile",
        ),
        (
            "microsoft",
            "Microsoft",
            "https://login.microsoftonline.com",
            "openid email profile",
        ),
        ("github", "GitHub", "https://github.com", "read:user user:email"),
        ("gitlab", "GitLab", "https://gitlab.com", "openid email profile"),
        ("discord", "Discord", "https://discord.com", "identify email"),
    ] {
        let provider = one(&format!("[{id}]\nclient_id = \"abc\"\nclient_secret = \"s e c\""));
        assert_eq!(
            (
                provider.id.as_str(),
                provider.name.as_str(),
                provider.url.as_str()
            ),
            (id, name, url)
        );
        assert_eq!(provider.preset.word(), id);
        assert_eq!(provider.scopes.join(" "), scopes);
        assert_eq!(
            (provider.client_id.as_str(), secret(&provider)),
            ("abc", Some("s e c"))
        );
        assert_eq!(provider.tenant, Tenant::Common);
        assert!(provider.email_domains.is_empty() && provider.exposed_file.is_none());
    }
}

#[test]
fn any_other_provider_has_an_issuer_which_stays_as_it_is_written() {
    let provider = one(
        "[corp]\nissuer = \"https://id.example.com/\"\nclient_id = \"abc\"\nscopes = [\"openid\", \"groups\"]\n\
         email_domains = [\"Example.COM\", \"b\u{fc}cher.example\"]",
    );
    assert_eq!(provider.preset, Preset::Oidc);
    assert_eq!(
        (provider.name.as_str(), provider.url.as_str()),
        ("Corp", "https://id.example.com/")
    );
    assert!(matches!(provider.credential, ClientCredential::None));
    assert_eq!(provider.scopes, ["openid", "groups"]);
    assert_eq!(provider.email_domains, ["example.com", "xn--bcher-kva.example"]);
}

#[test]
fn a_preset_can_have_another_name_and_another_host() {
    let provider = one(
        "[work]\npreset = \"github\"\nurl = \"https://github.example.com/\"\nname = \"Work\"\nclient_id = \"abc\"\n\
         client_secret = \"def\"",
    );
    assert_eq!((provider.id.as_str(), provider.preset), ("work", Preset::GitHub));
    assert_eq!(
        (provider.name.as_str(), provider.url.as_str()),
        ("Work", "https://github.example.com")
    );
}

#[test]
fn microsoft_has_tenants() {
    let id = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    let provider = one(&format!(
        "[microsoft]\nclient_id = \"a\"\nclient_secret = \"b\"\ntenant = \"organizations\"\ntenants = [\"{id}\"]"
    ));
    assert_eq!(provider.tenant, Tenant::Organizations);
    assert_eq!(provider.tenants, [id.parse::<uuid::Uuid>().unwrap()]);
}

#[test]
fn apple_has_a_key_instead_of_a_secret() {
    let key = apple_key();
    let provider = one(&format!(
        "[apple]\nclient_id = \"com.example.web\"\nteam_id = \"T\"\nkey_id = \"K\"\nprivate_key = \"\"\"\n{key}\n\"\"\""
    ));
    assert_eq!(provider.scopes, ["openid", "email"]);
    let ClientCredential::Apple {
        team_id,
        key_id,
        private_key,
    } = provider.credential
    else {
        panic!("not the credential of Apple");
    };
    assert_eq!((team_id.as_str(), key_id.as_str()), ("T", "K"));
    assert_eq!(private_key.expose_secret(), key);
}

#[test]
fn providers_keep_the_order_of_the_file() {
    let tables = ["zeta", "google", "alpha", "github"].map(|id| {
        let keys = "client_id = \"a\"\nclient_secret = \"b\"\npreset = \"github\"";
        format!("[{id}]\n{keys}\n")
    });
    let ids: Vec<_> = read(&tables.concat())
        .unwrap()
        .into_iter()
        .map(|it| it.id)
        .collect();
    assert_eq!(ids, ["zeta", "google", "alpha", "github"]);
    assert!(read("").unwrap().is_empty());
}
