//! Who has signed in at a provider.

use std::fmt;

use super::trust::{Address, Assurance, is_trusted};
use crate::platform::{config::ProviderConfig, unicode};

/// Longest name, in code points.
const MAX_NAME: usize = 100;

/// Who has signed in at a provider, as the provider says.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderClaims {
    /// The issuer, which with the subject names the person for ever. It can differ between the people of one provider:
    /// Microsoft has one for each tenant.
    pub issuer: String,
    /// The person, as the issuer calls them: up to 255 characters, compared exactly.
    pub subject: String,
    /// Their address, in the usual form. It identifies nobody: it can change, and pass on to another person.
    pub email: Option<String>,
    /// Whether this address is trusted to be theirs.
    pub is_email_trusted: bool,
    /// Their name, on one line.
    pub name: Option<String>,
}

impl ProviderClaims {
    /// With what a provider says about an address. An address or a name that cannot be used is left out.
    pub(super) fn new(issuer: String, subject: String) -> Self {
        Self {
            issuer,
            subject,
            email: None,
            is_email_trusted: false,
            name: None,
        }
    }

    pub(super) fn with_address(
        mut self,
        address: Option<Address>,
        assurance: Assurance,
        config: &ProviderConfig,
    ) -> Self {
        self.is_email_trusted = address
            .as_ref()
            .is_some_and(|address| is_trusted(address, assurance, config));
        self.email = address.map(|address| address.text);
        self
    }

    pub(super) fn with_name(mut self, name: Option<&str>) -> Self {
        self.name = name.and_then(|name| unicode::line(name, MAX_NAME).ok().flatten());
        self
    }
}

/// Personal data stays out of logs.
impl fmt::Debug for ProviderClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderClaims")
            .field("issuer", &self.issuer)
            .field("has_email", &self.email.is_some())
            .field("is_email_trusted", &self.is_email_trusted)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_no_person() {
        let claims = ProviderClaims {
            issuer: "https://id.example.com".to_owned(),
            subject: "hunter2".to_owned(),
            email: Some("hunter2@example.com".to_owned()),
            is_email_trusted: true,
            name: Some("hunter2".to_owned()),
        };
        let text = format!("{claims:?}");
        assert!(
            !text.contains("hunter2") && text.contains("has_email: true"),
            "{text}"
        );
    }

    #[test]
    fn a_name_that_is_not_one_line_is_left_out() {
        let name = |name: &str| {
            ProviderClaims::new(String::new(), String::new())
                .with_name(Some(name))
                .name
        };
        assert_eq!(name(" Ada  Lovelace ").as_deref(), Some("Ada  Lovelace"));
        for odd in ["", " ", "a\nb", "a\u{202e}b", &"a".repeat(101)] {
            assert_eq!(name(odd), None, "{odd:?}");
        }
    }
}
