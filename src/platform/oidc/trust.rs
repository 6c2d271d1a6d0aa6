//! Whether an address from a provider is trusted. Otherwise anybody could register a stranger's address at a provider
//! that does not verify it, and sign in to the stranger's account here.

use serde_json::Value;

use super::id_token::IdClaims;
use crate::platform::config::{Preset, ProviderConfig};

/// Longest address, in bytes (RFC 5321, section 4.5.3.1.3).
const MAX_BYTES: usize = 254;

/// The domains of addresses that Apple forwards, and that only this server knows.
const APPLE_RELAYS: [&str; 2] = ["privaterelay.appleid.com", "private.icloud.com"];

/// An address with its domain in comparable form.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) text: String,
    /// In lower case and A-labels.
    domain: String,
}

impl Address {
    /// Reads an address; none if it does not have the usual form.
    pub(super) fn read(text: &str) -> Option<Self> {
        let (local, domain) = text.split_once('@').filter(|_| text.len() <= MAX_BYTES)?;
        let is_plain = |byte: u8| byte.is_ascii_graphic() && !br#""(),:;<>@[\]"#.contains(&byte);
        if local.is_empty() || !local.bytes().all(is_plain) {
            return None;
        }
        Some(Self {
            text: text.to_owned(),
            domain: idna::domain_to_ascii_strict(domain).ok()?,
        })
    }

    /// Whether it is one that hides another and takes no mail, as GitHub gives out.
    pub(super) fn is_noreply(&self) -> bool {
        self.domain.split('.').any(|label| label == "noreply")
    }
}

/// What a provider says about an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Assurance {
    /// Nothing that can be trusted.
    None,
    /// That it was verified once; trusted only for the domains in the settings.
    Verified,
    /// That it belongs to the person now, by a provider that can know.
    Authoritative,
}

/// Whether an address is trusted to belong to the person who signs in.
pub(super) fn is_trusted(address: &Address, assurance: Assurance, config: &ProviderConfig) -> bool {
    if APPLE_RELAYS.contains(&address.domain.as_str()) {
        return false;
    }
    match assurance {
        Assurance::None => false,
        Assurance::Verified => config.email_domains.contains(&address.domain),
        Assurance::Authoritative => true,
    }
}

/// What an ID token says about the address in it.
pub(super) fn assurance_of_id_token(
    address: &Address,
    claims: &IdClaims,
    config: &ProviderConfig,
) -> Assurance {
    let is_verified = claims.email_verified == Some(Value::Bool(true));
    match config.preset {
        Preset::Google => {
            // Google hosts the mailbox, or the domain of the account. Anything else it has verified once, long ago.
            let is_hosted = claims.hd.as_ref().is_some_and(|domain| !domain.is_empty());
            match is_verified {
                true if address.domain == "gmail.com" || is_hosted => Assurance::Authoritative,
                true => Assurance::Verified,
                false => Assurance::None,
            }
        }
        Preset::Microsoft => {
            // An administrator of a tenant can give its accounts any address.
            let is_listed = |tid: &String| config.tenants.iter().any(|tenant| tenant.to_string() == *tid);
            let is_proven = is_yes(claims.xms_edov.as_ref());
            if is_proven || claims.tid.as_ref().is_some_and(is_listed) {
                Assurance::Authoritative
            } else {
                Assurance::None
            }
        }
        Preset::Apple => {
            let is_hidden = is_yes(claims.is_private_email.as_ref());
            if is_yes(claims.email_verified.as_ref()) && !is_hidden {
                Assurance::Authoritative
            } else {
                Assurance::None
            }
        }
        Preset::GitHub | Preset::GitLab | Preset::Discord | Preset::Oidc if is_verified => {
            Assurance::Verified
        }
        Preset::GitHub | Preset::GitLab | Preset::Discord | Preset::Oidc => Assurance::None,
    }
}

/// Whether a claim means yes, in one of the ways in which Apple and Microsoft write that.
fn is_yes(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => text == "true" || text == "1",
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

    fn config(preset: Preset, key: &str) -> ProviderConfig {
        let text = format!(
            "[a]\npreset = \"{}\"\nclient_id = \"a\"\nclient_secret = \"b\"\n{key}",
            preset.word()
        );
        let mut all = ProviderConfig::parse(&text.into()).unwrap();
        all.remove(0)
    }

    /// Whether the address of an ID token with these claims is trusted.
    fn trusts(config: &ProviderConfig, email: &str, more: &Value) -> bool {
        let mut claims = json!({ "iss": "a", "sub": "a", "aud": "a", "exp": 1, "iat": 1, "email": email });
        let members = claims.as_object_mut().unwrap();
        members.extend(more.as_object().unwrap().clone());
        let claims: IdClaims = serde_json::from_value(claims).unwrap();
        let address = Address::read(email).unwrap();
        is_trusted(&address, assurance_of_id_token(&address, &claims, config), config)
    }

    #[test]
    fn google_is_trusted_for_the_mailboxes_and_domains_that_it_hosts() {
        let google = config(Preset::Google, "");
        let listed = config(Preset::Google, "email_domains = [\"corp.example\"]");
        for (email, claims, is_trusted) in [
            ("ada@gmail.com", json!({ "email_verified": true }), true),
            ("ada@GMAIL.com", json!({ "email_verified": true }), true),
            (
                "ada@corp.example",
                json!({ "email_verified": true, "hd": "corp.example" }),
                true,
            ),
            ("ada@corp.example", json!({ "email_verified": true }), false),
            (
                "ada@corp.example",
                json!({ "email_verified": true, "hd": "" }),
                false,
            ),
            (
                "ada@corp.example",
                json!({ "email_verified": false, "hd": "corp.example" }),
                false,
            ),
            ("ada@gmail.com", json!({ "email_verified": false }), false),
            ("ada@gmail.com", json!({}), false),
            ("ada@gmail.com", json!({ "email_verified": "true" }), false),
            ("ada@gmail.com", json!({ "email_verified": 1 }), false),
            (
                "ada@gmail.com.evil.example",
                json!({ "email_verified": true }),
                false,
            ),
            ("ada@evilgmail.com", json!({ "email_verified": true }), false),
            ("ada@x.gmail.com", json!({ "email_verified": true }), false),
        ] {
            assert_eq!(trusts(&google, email, &claims), is_trusted, "{email} {claims}");
        }
        assert!(trusts(
            &listed,
            "ada@corp.example",
            &json!({ "email_verified": true })
        ));
        assert!(!trusts(
            &listed,
            "ada@corp.example",
            &json!({ "email_verified": false })
        ));
        assert!(
            trusts(&listed, "ada@gmail.com", &json!({ "email_verified": true })),
            "it adds"
        );
    }

    #[test]
    fn microsoft_is_trusted_where_the_tenant_has_proven_the_domain_or_is_listed() {
        let microsoft = config(Preset::Microsoft, "");
        let listed = config(Preset::Microsoft, &format!("tenants = [\"{TENANT}\"]"));
        for (claims, is_trusted) in [
            (json!({ "xms_edov": true }), true),
            (json!({ "xms_edov": "1" }), true),
            (json!({ "xms_edov": 1 }), true),
            (json!({ "xms_edov": "true" }), true),
            (json!({ "xms_edov": false }), false),
            (json!({ "xms_edov": "0" }), false),
            (json!({ "xms_edov": 2 }), false),
            (json!({ "xms_edov": null }), false),
            (json!({ "xms_edov": ["true"] }), false),
            (json!({}), false),
            // Anybody can make such a token in a tenant of their own.
            (json!({ "email_verified": true }), false),
            (json!({ "tid": TENANT }), false),
        ] {
            assert_eq!(
                trusts(&microsoft, "ada@corp.example", &claims),
                is_trusted,
                "{claims}"
            );
        }
        assert!(trusts(&listed, "ada@corp.example", &json!({ "tid": TENANT })));
        let other = json!({ "tid": "11111111-2222-3333-4444-555555555555", "email_verified": true });
        assert!(!trusts(&listed, "ada@corp.example", &other));
    }

    #[test]
    fn apple_is_trusted_except_for_addresses_that_it_forwards() {
        let key = "email_domains = [\"privaterelay.appleid.com\", \"private.icloud.com\", \"icloud.com\"]";
        let generic = config(Preset::GitLab, key);
        let apple = ProviderConfig {
            preset: Preset::Apple,
            ..generic.clone()
        };
        for (email, claims, is_trusted) in [
            ("ada@corp.example", json!({ "email_verified": true }), true),
            ("ada@corp.example", json!({ "email_verified": "true" }), true),
            ("ada@corp.example", json!({ "email_verified": "false" }), false),
            ("ada@corp.example", json!({}), false),
            (
                "x@privaterelay.appleid.com",
                json!({ "email_verified": true }),
                false,
            ),
            ("x@private.icloud.com", json!({ "email_verified": true }), false),
            (
                "x@PrivateRelay.AppleID.com",
                json!({ "email_verified": "true" }),
                false,
            ),
            (
                "x@icloud.com",
                json!({ "email_verified": true, "is_private_email": true }),
                false,
            ),
            (
                "x@icloud.com",
                json!({ "email_verified": true, "is_private_email": "true" }),
                false,
            ),
            (
                "x@icloud.com",
                json!({ "email_verified": true, "is_private_email": "false" }),
                true,
            ),
        ] {
            assert_eq!(trusts(&apple, email, &claims), is_trusted, "{email} {claims}");
        }
        let verified = json!({ "email_verified": true });
        for domain in APPLE_RELAYS {
            let email = format!("x@{domain}");
            assert!(!trusts(&generic, &email, &verified), "{email}");
        }
        assert!(trusts(&generic, "x@icloud.com", &verified));
    }

    #[test]
    fn others_are_trusted_only_for_the_domains_in_the_settings() {
        for preset in [Preset::GitLab, Preset::Oidc] {
            let none = config(Preset::GitLab, "");
            let listed = config(
                Preset::GitLab,
                "email_domains = [\"Corp.example\", \"xn--bcher-kva.example\"]",
            );
            let (none, listed) = (
                ProviderConfig { preset, ..none },
                ProviderConfig { preset, ..listed },
            );
            let verified = json!({ "email_verified": true });
            assert!(!trusts(&none, "ada@corp.example", &verified));
            assert!(trusts(&listed, "ada@corp.example", &verified));
            assert!(trusts(&listed, "ada@CORP.Example", &verified));
            assert!(trusts(&listed, "ada@b\u{fc}cher.example", &verified));
            assert!(trusts(&listed, "ada@B\u{dc}CHER.example", &verified));
            for email in [
                "ada@corp.example.evil.example",
                "ada@evilcorp.example",
                "ada@sub.corp.example",
                "ada@corp.example.",
                "ada@c\u{43e}rp.example",
            ] {
                let is_trusted = Address::read(email).is_some() && trusts(&listed, email, &verified);
                assert!(!is_trusted, "{email}");
            }
            for claims in [
                json!({}),
                json!({ "email_verified": false }),
                json!({ "email_verified": "true" }),
                json!({ "email_verified": null }),
                json!({ "xms_edov": true }),
                json!({ "hd": "corp.example" }),
            ] {
                assert!(!trusts(&listed, "ada@corp.example", &claims), "{claims}");
            }
        }
    }

    #[test]
    fn odd_addresses_are_none() {
        for text in [
            "",
            "@",
            "ada",
            "@corp.example",
            "ada@",
            "ada@evil.example@gmail.com",
            "\"ada@evil.example\"@gmail.com",
            "ada evil@gmail.com",
            "ada@gmail.com\n",
            "ada\u{0}@gmail.com",
            "<ada@gmail.com>",
            "a,ada@gmail.com",
            "\u{430}da@gmail.com",
            "ada@gmail.com/evil",
            &format!("{}@gmail.com", "a".repeat(254)),
        ] {
            assert!(Address::read(text).is_none(), "{text:?}");
        }
        assert!(
            Address::read("a+b@users.noreply.github.com")
                .unwrap()
                .is_noreply()
        );
        assert!(Address::read("a@noreply.github.example").unwrap().is_noreply());
        assert!(!Address::read("noreply@corp.example").unwrap().is_noreply());
    }
}
