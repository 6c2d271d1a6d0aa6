//! Discord, used by OAuth 2.0 alone.

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

/// The endpoints of Discord.
#[derive(Debug)]
pub(super) struct Discord {
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    user: Url,
}

#[derive(Deserialize)]
struct User {
    id: String,
    username: String,
    global_name: Option<String>,
    email: Option<String>,
    verified: Option<bool>,
}

impl Discord {
    /// None if its address cannot be one.
    pub(super) fn new(url: &str) -> Option<Self> {
        Some(Self {
            authorization_endpoint: Url::parse(&format!("{url}/oauth2/authorize")).ok()?,
            token_endpoint: Url::parse(&format!("{url}/api/oauth2/token")).ok()?,
            user: Url::parse(&format!("{url}/api/users/@me")).ok()?,
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
        let issuer = &client.config.url;
        let token = client
            .access_token_of(clock, &self.token_endpoint, issuer, answer, flow)
            .await?;
        let user: User = client
            .fetcher
            .private_json(Step::Profile, &self.user, &token)
            .await?;
        if !is_snowflake(&user.id) {
            return Err(client.fetcher.invalid(Step::Profile, "has no usable id"));
        }
        let assurance = match user.verified {
            Some(true) => Assurance::Verified,
            Some(false) | None => Assurance::None,
        };
        let address = user.email.as_deref().and_then(Address::read);
        let person = ProviderClaims::new(issuer.clone(), user.id);
        Ok(person
            .with_name(Some(user.global_name.as_deref().unwrap_or(&user.username)))
            .with_address(address, assurance, &client.config))
    }
}

/// Whether a text is an id of Discord: a number of up to 64 bits, as text.
fn is_snowflake(id: &str) -> bool {
    (1..=20).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_number() {
        assert!(is_snowflake("80351110224678912"));
        for id in ["", "1e9", "-1", "١", " 1", "123456789012345678901"] {
            assert!(!is_snowflake(id), "{id}");
        }
    }
}
