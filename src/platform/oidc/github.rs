//! GitHub, which speaks OAuth 2.0 alone.

use serde::Deserialize;
use url::Url;

use super::{
    claims::ProviderClaims,
    client::Client,
    error::{ProviderError, Step},
    flow::{Answer, Flow},
    trust::{Address, Assurance},
};
use crate::platform::clock::Clock;

/// The endpoints of GitHub, or of an own GitHub Enterprise.
#[derive(Debug)]
pub(super) struct GitHub {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    user: Url,
    emails: Url,
    /// What its answers name as issuer.
    iss: String,
}

#[derive(Deserialize)]
struct User {
    /// Names can change hands; this does not.
    id: u64,
    login: String,
    name: Option<String>,
}

/// An address in the list.
#[derive(Deserialize)]
struct Listed {
    email: String,
    primary: bool,
    verified: bool,
}

impl GitHub {
    /// None if its address cannot be one.
    pub(super) fn new(url: &str) -> Option<Self> {
        let api = api(url)?;
        Some(Self {
            authorization_endpoint: Url::parse(&format!("{url}/login/oauth/authorize")).ok()?,
            token_endpoint: Url::parse(&format!("{url}/login/oauth/access_token")).ok()?,
            user: Url::parse(&format!("{api}/user")).ok()?,
            emails: Url::parse(&format!("{api}/user/emails?per_page=100")).ok()?,
            iss: format!("{url}/login/oauth"),
        })
    }

    /// Who has signed in.
    pub(super) async fn claims(
        &self,
        client: &Client,
        clock: &dyn Clock,
        answer: &Answer,
        flow: &Flow,
    ) -> Result<ProviderClaims, ProviderError> {
        let token = client
            .access_token_of(clock, &self.token_endpoint, &self.iss, answer, flow)
            .await?;
        let user: User = client
            .fetcher
            .private_json(Step::Profile, &self.user, &token)
            .await?;
        let asks = |scope: &String| scope == "user:email" || scope == "user";
        let emails: Vec<Listed> = if client.config.scopes.iter().any(asks) {
            client
                .fetcher
                .private_json(Step::Addresses, &self.emails, &token)
                .await?
        } else {
            Vec::new()
        };
        let address = own_address(&emails);
        let person = ProviderClaims::new(client.config.url.clone(), user.id.to_string());
        Ok(person
            .with_name(Some(user.name.as_deref().unwrap_or(&user.login)))
            .with_address(address, Assurance::Authoritative, &client.config))
    }
}

/// The API of GitHub, of GitHub Enterprise Cloud with a host of its own, or of GitHub Enterprise Server.
fn api(url: &str) -> Option<String> {
    let parsed = Url::parse(url).ok()?;
    let host = parsed.host_str()?;
    Some(if host == "github.com" || host.ends_with(".ghe.com") {
        format!("https://api.{host}")
    } else {
        format!("{url}/api/v3")
    })
}

/// The address that is primary and verified, unless it is one that GitHub made up.
fn own_address(emails: &[Listed]) -> Option<Address> {
    let primary = emails.iter().find(|email| email.primary && email.verified)?;
    Address::read(&primary.email).filter(|address| !address.is_noreply())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_has_a_place_of_its_own() {
        for (url, place) in [
            ("https://github.com", "https://api.github.com"),
            ("https://octocorp.ghe.com", "https://api.octocorp.ghe.com"),
            ("https://github.example.com", "https://github.example.com/api/v3"),
            (
                "https://github.com.evil.example",
                "https://github.com.evil.example/api/v3",
            ),
            ("http://127.0.0.1:9000", "http://127.0.0.1:9000/api/v3"),
        ] {
            assert_eq!(api(url).unwrap(), place);
        }
        let github = GitHub::new("https://github.com").unwrap();
        assert_eq!(github.iss, "https://github.com/login/oauth");
        assert_eq!(
            github.emails.as_str(),
            "https://api.github.com/user/emails?per_page=100"
        );
    }

    #[test]
    fn only_a_primary_and_verified_address_is_taken() {
        let email = |email: &str, primary, verified| Listed {
            email: email.to_owned(),
            primary,
            verified,
        };
        let taken = |emails: &[Listed]| own_address(emails).map(|address| address.text);
        let other = || email("other@example.com", false, true);
        assert_eq!(
            taken(&[other(), email("ada@example.com", true, true)]).as_deref(),
            Some("ada@example.com")
        );
        for primary in [
            email("ada@example.com", true, false),
            email("ada@example.com", false, true),
            email("1+ada@users.noreply.github.com", true, true),
            email("ada@Users.NoReply.GitHub.com", true, true),
            email("ada@users.noreply.github.example.com", true, true),
            email("ada@evil@example.com", true, true),
        ] {
            assert_eq!(taken(&[other(), primary]), None);
        }
        assert_eq!(taken(&[]), None);
    }
}
