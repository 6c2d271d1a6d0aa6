//! The profile of a person who signed in at a provider.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    features::{
        identity::ProviderAccount,
        user::{DisplayName, EmailAddress},
    },
    platform::oidc::ProviderClaims,
};

/// A person who comes back from a provider, with what is known of them.
#[derive(Clone, Serialize, Deserialize)]
pub struct SocialProfile {
    /// Their account there.
    pub account: ProviderAccount,
    /// Their name, as the provider gives it.
    pub name: Option<String>,
    /// Whether the address of the account is trusted.
    is_email_trusted: bool,
    /// The address that our own mail has proven.
    proven_email: Option<String>,
}

/// Shows the provider only: the rest is personal.
impl fmt::Debug for SocialProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocialProfile")
            .field("account", &self.account)
            .finish_non_exhaustive()
    }
}

impl SocialProfile {
    /// Somebody with these claims of a provider. An address that we could not mail counts as none.
    pub(super) fn new(provider: &str, claims: ProviderClaims) -> Self {
        let email = claims.email.filter(|email| EmailAddress::parse(email).is_ok());
        Self {
            is_email_trusted: claims.is_email_trusted && email.is_some(),
            account: ProviderAccount {
                provider: provider.to_owned(),
                issuer: claims.issuer,
                subject: claims.subject,
                email,
            },
            name: claims.name.filter(|name| DisplayName::parse(name).is_ok()),
            proven_email: None,
        }
    }

    /// The same person, whose address our own mail has proven.
    pub(super) fn with_proven(&self, email: &EmailAddress) -> Self {
        Self {
            proven_email: Some(email.display().to_owned()),
            ..self.clone()
        }
    }

    /// The address that counts: proven by our own mail, else by a trusted provider.
    pub fn address(&self) -> Option<EmailAddress> {
        let trusted = self.account.email.as_ref().filter(|_| self.is_email_trusted);
        let email = self.proven_email.as_ref().or(trusted)?;
        EmailAddress::parse(email).ok()
    }

    /// Whether our own mail has proven the address.
    pub(super) fn is_proven_by_us(&self) -> bool {
        self.proven_email.is_some()
    }

    /// A name for a new account with this address: theirs, else the part before the `@`.
    pub(super) fn display_name(&self, email: &EmailAddress) -> Option<DisplayName> {
        let local = email.display().split('@').next().unwrap_or_default();
        let own = self
            .name
            .as_deref()
            .and_then(|name| DisplayName::parse(name).ok());
        own.or_else(|| DisplayName::parse(local).ok())
    }
}
