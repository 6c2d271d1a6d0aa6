//! Providers whose addresses and rules are known here.

use uuid::Uuid;

/// A kind of provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Preset {
    /// Google.
    Google,
    /// Microsoft Entra ID and personal Microsoft accounts.
    Microsoft,
    /// Apple.
    Apple,
    /// GitHub, or GitHub Enterprise.
    GitHub,
    /// GitLab, also on another host.
    GitLab,
    /// Discord.
    Discord,
    /// Any other OpenID Connect provider.
    Oidc,
}

impl Preset {
    /// The presets and their names in the file.
    pub const WORDS: &[(&str, Self)] = &[
        ("google", Self::Google),
        ("microsoft", Self::Microsoft),
        ("apple", Self::Apple),
        ("github", Self::GitHub),
        ("gitlab", Self::GitLab),
        ("discord", Self::Discord),
        ("oidc", Self::Oidc),
    ];

    /// The name in the file.
    pub fn word(self) -> &'static str {
        let own = Self::WORDS.iter().find(|(_, preset)| *preset == self);
        own.map_or("", |(word, _)| word)
    }

    /// Whether it speaks OpenID Connect; otherwise it speaks OAuth 2.0 alone, and has no ID tokens.
    pub fn is_openid(self) -> bool {
        !matches!(self, Self::GitHub | Self::Discord)
    }

    /// The key of the file that has the address of the provider.
    pub fn address_key(self) -> &'static str {
        match self {
            Self::Oidc => "issuer",
            _ => "url",
        }
    }

    /// Whether a table with this preset can have a key.
    pub(super) fn uses(self, key: &str) -> bool {
        match key {
            "client_id" | "name" | "preset" | "scopes" => true,
            "issuer" => self == Self::Oidc,
            "url" => self != Self::Oidc,
            "client_secret" | "client_secret_file" => self != Self::Apple,
            "key_id" | "private_key" | "private_key_file" | "team_id" => self == Self::Apple,
            "tenant" | "tenants" => self == Self::Microsoft,
            "email_domains" => self != Self::Microsoft,
            _ => false,
        }
    }

    /// The name on buttons; none for a provider that is not known here.
    pub(super) fn name(self) -> Option<&'static str> {
        match self {
            Self::Google => Some("Google"),
            Self::Microsoft => Some("Microsoft"),
            Self::Apple => Some("Apple"),
            Self::GitHub => Some("GitHub"),
            Self::GitLab => Some("GitLab"),
            Self::Discord => Some("Discord"),
            Self::Oidc => None,
        }
    }

    /// Its address, without a slash at the end.
    pub(super) fn url(self) -> Option<&'static str> {
        match self {
            Self::Google => Some("https://accounts.google.com"),
            Self::Microsoft => Some("https://login.microsoftonline.com"),
            Self::Apple => Some("https://appleid.apple.com"),
            Self::GitHub => Some("https://github.com"),
            Self::GitLab => Some("https://gitlab.com"),
            Self::Discord => Some("https://discord.com"),
            Self::Oidc => None,
        }
    }

    /// What to ask for: who it is, the address and the name.
    pub(super) fn scopes(self) -> &'static [&'static str] {
        match self {
            // Apple sends the name once, and unsigned.
            Self::Apple => &["openid", "email"],
            Self::GitHub => &["read:user", "user:email"],
            Self::Discord => &["identify", "email"],
            Self::Google | Self::Microsoft | Self::GitLab | Self::Oidc => &["openid", "email", "profile"],
        }
    }
}

/// Which accounts of Microsoft can sign in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tenant {
    /// All.
    #[default]
    Common,
    /// Those of any organisation.
    Organizations,
    /// Personal ones.
    Consumers,
    /// Those of one tenant.
    One(Uuid),
}

impl Tenant {
    /// The tenant that all personal accounts are in.
    pub const OF_CONSUMERS: Uuid = Uuid::from_u128(0x9188_040d_6c67_4c5b_b112_36a3_04b6_6dad);

    /// Reads one of the three words, or the id of a tenant.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "common" => Ok(Self::Common),
            "organizations" => Ok(Self::Organizations),
            "consumers" => Ok(Self::Consumers),
            _ => tenant_id(text).map(Self::One).ok_or_else(|| {
                "must be common, organizations, consumers or the id of a tenant (a UUID)".to_owned()
            }),
        }
    }

    /// As in the addresses of Microsoft.
    pub fn path_segment(self) -> String {
        match self {
            Self::Common => "common".to_owned(),
            Self::Organizations => "organizations".to_owned(),
            Self::Consumers => "consumers".to_owned(),
            Self::One(id) => id.to_string(),
        }
    }
}

/// The id of a tenant, as tokens write it: a UUID with hyphens and in lower case.
pub(super) fn tenant_id(text: &str) -> Option<Uuid> {
    let id = Uuid::try_parse(text).ok()?;
    (id.to_string() == text.to_ascii_lowercase()).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_is_a_word_or_a_uuid_with_hyphens() {
        let id = "72f988bf-86f1-41af-91ab-2d7cd011db47";
        for text in ["common", "organizations", "consumers", id] {
            assert_eq!(Tenant::parse(text).unwrap().path_segment(), text);
        }
        assert_eq!(
            Tenant::parse(&id.to_uppercase()).unwrap().path_segment(),
            id,
            "lower case, as in tokens"
        );
        for text in [
            "",
            "Common",
            "contoso.onmicrosoft.com",
            &id.replace('-', ""),
            "../common",
        ] {
            assert!(Tenant::parse(text).is_err(), "{text}");
        }
        assert_eq!(
            Tenant::OF_CONSUMERS.to_string(),
            "9188040d-6c67-4c5b-b112-36a304b66dad"
        );
    }
}
