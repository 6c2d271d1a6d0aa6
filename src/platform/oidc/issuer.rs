//! Who issues the tokens of an OpenID provider.

use uuid::Uuid;

use crate::platform::config::{Preset, ProviderConfig, Tenant};

/// What stands for the tenant in the documents of Microsoft.
const TENANT: &str = "{tenantid}";

/// The issuer of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Issuer {
    /// Always this one.
    Exact(String),
    /// Microsoft has an issuer for each tenant.
    PerTenant {
        /// Address of the provider, without a slash at the end.
        url: String,
        /// Whose accounts can sign in.
        tenant: Tenant,
    },
}

impl Issuer {
    pub(super) fn of(config: &ProviderConfig) -> Self {
        let url = config.url.clone();
        match config.preset {
            Preset::Microsoft => Self::PerTenant {
                url,
                tenant: config.tenant,
            },
            _ => Self::Exact(url),
        }
    }

    /// Where its discovery document is (OpenID Connect Discovery, section 4).
    pub(super) fn discovery_url(&self) -> String {
        let issuer = match self {
            Self::Exact(issuer) => issuer.trim_end_matches('/').to_owned(),
            Self::PerTenant { url, tenant } => format!("{url}/{}/v2.0", tenant.path_segment()),
        };
        format!("{issuer}/.well-known/openid-configuration")
    }

    /// The issuer that its discovery document names.
    pub(super) fn announced(&self) -> String {
        match self {
            Self::Exact(issuer) => issuer.clone(),
            Self::PerTenant { url, tenant } => match tenant {
                Tenant::Common | Tenant::Organizations => of_tenant(url, TENANT),
                Tenant::Consumers => of_tenant(url, &Tenant::OF_CONSUMERS.to_string()),
                Tenant::One(id) => of_tenant(url, &id.to_string()),
            },
        }
    }

    /// The issuer of tokens with this `tid`; none if tokens of that tenant are not accepted.
    pub(super) fn of_token(&self, tid: Option<&str>) -> Option<String> {
        let (url, tenant) = match self {
            Self::Exact(issuer) => return Some(issuer.clone()),
            Self::PerTenant { url, tenant } => (url, tenant),
        };
        let tid = tid?;
        let id = Uuid::try_parse(tid).ok().filter(|id| id.to_string() == tid)?;
        let is_accepted = match tenant {
            Tenant::Common => true,
            Tenant::Organizations => id != Tenant::OF_CONSUMERS,
            Tenant::Consumers => id == Tenant::OF_CONSUMERS,
            Tenant::One(own) => id == *own,
        };
        is_accepted.then(|| of_tenant(url, tid))
    }

    /// Whether an answer can come from this issuer, if it names this one (RFC 9207, section 2.4).
    pub(super) fn can_be(&self, iss: &str) -> bool {
        let of_tenant = || match self {
            Self::Exact(_) => None,
            Self::PerTenant { url, .. } => iss.strip_prefix(url)?.strip_prefix('/')?.strip_suffix("/v2.0"),
        };
        iss == self.announced()
            || of_tenant().is_some_and(|tid| self.of_token(Some(tid)).as_deref() == Some(iss))
    }

    /// Whether a key with this `issuer` can sign tokens of `iss` with this `tid`. Microsoft publishes keys of all tenants
    /// together, and not all of them sign for everyone.
    pub(super) fn has_key_of(key_issuer: &str, iss: &str, tid: Option<&str>) -> bool {
        key_issuer.replace(TENANT, tid.unwrap_or(TENANT)) == iss
    }
}

fn of_tenant(url: &str, tenant: &str) -> String {
    format!("{url}/{tenant}/v2.0")
}

#[cfg(test)]
mod tests {
    use super::*;

    const URL: &str = "https://login.microsoftonline.com";
    const ONE: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";
    const OTHER: &str = "11111111-2222-3333-4444-555555555555";
    const PERSONAL: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

    fn microsoft(tenant: Tenant) -> Issuer {
        Issuer::PerTenant {
            url: URL.to_owned(),
            tenant,
        }
    }

    #[test]
    fn tokens_come_from_the_tenants_of_the_settings() {
        let one = Tenant::One(ONE.parse().unwrap());
        for (tenant, tid, is_accepted) in [
            (Tenant::Common, ONE, true),
            (Tenant::Common, PERSONAL, true),
            (Tenant::Organizations, ONE, true),
            (Tenant::Organizations, PERSONAL, false),
            (Tenant::Consumers, PERSONAL, true),
            (Tenant::Consumers, ONE, false),
            (one, ONE, true),
            (one, OTHER, false),
            (one, PERSONAL, false),
        ] {
            let expected = is_accepted.then(|| format!("{URL}/{tid}/v2.0"));
            assert_eq!(
                microsoft(tenant).of_token(Some(tid)),
                expected,
                "{tenant:?} {tid}"
            );
        }
        let common = microsoft(Tenant::Common);
        let simple = ONE.replace('-', "");
        for tid in [
            None,
            Some(""),
            Some("common"),
            Some(TENANT),
            Some("evil/../x"),
            Some(&*ONE.to_uppercase()),
            Some(&simple),
            Some("{72f988bf-86f1-41af-91ab-2d7cd011db47}"),
        ] {
            assert_eq!(common.of_token(tid), None, "{tid:?}");
        }
    }

    #[test]
    fn discovery_names_the_template_or_the_tenant() {
        let common = microsoft(Tenant::Common);
        assert_eq!(
            common.discovery_url(),
            format!("{URL}/common/v2.0/.well-known/openid-configuration")
        );
        assert_eq!(common.announced(), format!("{URL}/{{tenantid}}/v2.0"));
        assert_eq!(
            microsoft(Tenant::Consumers).announced(),
            format!("{URL}/{PERSONAL}/v2.0")
        );
        let exact = Issuer::Exact("https://id.example.com/".to_owned());
        assert_eq!(
            exact.discovery_url(),
            "https://id.example.com/.well-known/openid-configuration"
        );
        assert_eq!(exact.announced(), "https://id.example.com/");
    }

    #[test]
    fn an_answer_names_the_issuer_exactly() {
        let exact = Issuer::Exact("https://id.example.com".to_owned());
        assert!(exact.can_be("https://id.example.com"));
        for iss in [
            "",
            "https://id.example.com/",
            "https://evil.example",
            "id.example.com",
        ] {
            assert!(!exact.can_be(iss), "{iss}");
        }
        let common = microsoft(Tenant::Common);
        assert!(common.can_be(&format!("{URL}/{ONE}/v2.0")));
        for iss in [
            format!("{URL}/evil/v2.0"),
            format!("{URL}.evil.example/{ONE}/v2.0"),
            format!("{URL}/{ONE}"),
            format!("{URL}/{ONE}/v2.0/"),
        ] {
            assert!(!common.can_be(&iss), "{iss}");
        }
    }

    #[test]
    fn a_key_signs_for_its_tenant_alone() {
        let iss = format!("{URL}/{ONE}/v2.0");
        let fits = |issuer: &str, tid| Issuer::has_key_of(issuer, &iss, tid);
        assert!(fits(&format!("{URL}/{{tenantid}}/v2.0"), Some(ONE)));
        assert!(fits(&iss, Some(ONE)) && fits(&iss, None));
        assert!(!fits(&format!("{URL}/{PERSONAL}/v2.0"), Some(ONE)));
        assert!(!fits(&format!("{URL}/{{tenantid}}/v2.0"), Some(OTHER)));
        assert!(!fits("https://evil.example/{tenantid}/v2.0", Some(ONE)));
    }
}
