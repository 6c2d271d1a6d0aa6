//! Why a sign-in with a provider did not go on.

use std::{borrow::Cow, error::Error, fmt};

/// What was asked of a provider, or had come from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Step {
    /// This key in the settings, which the discovery document must confirm.
    Setting(&'static str),
    /// The discovery document.
    Discovery,
    /// The keys that verify ID tokens.
    Keys,
    /// The answer that the browser brought.
    Answer,
    /// The token endpoint.
    Tokens,
    /// The ID token.
    IdToken,
    /// The profile of the person.
    Profile,
    /// The email addresses of the person.
    Addresses,
}

impl Step {
    fn name(self) -> &'static str {
        match self {
            Self::Setting(key) => key,
            Self::Discovery => "the discovery document",
            Self::Keys => "the keys",
            Self::Answer => "the answer that the browser brought",
            Self::Tokens => "the token endpoint",
            Self::IdToken => "the ID token",
            Self::Profile => "the profile",
            Self::Addresses => "the email addresses",
        }
    }
}

/// Why a sign-in with a provider did not go on. No variant contains a secret or personal data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProviderError {
    /// There was no answer that can be read: the provider is down, or the network. Trying again can help.
    Unreachable {
        /// Id of the provider.
        provider: String,
        /// What was asked for.
        step: Step,
        /// The address that was asked, without its query.
        address: String,
        /// Whether there was no connection, or no answer in time: the network can be the reason.
        is_network_failure: bool,
        /// What happened.
        problem: Cow<'static, str>,
    },
    /// The provider refused. A code can be too old or used; if it happens each time, the settings are wrong.
    Refused {
        /// Id of the provider.
        provider: String,
        /// What was asked for.
        step: Step,
        /// The error code of OAuth 2.0, as up to 100 printable ASCII characters, or the status of HTTP.
        code: String,
    },
    /// What came must not be believed: the provider or the settings are wrong, or somebody is trying something.
    Invalid {
        /// Id of the provider.
        provider: String,
        /// What came.
        step: Step,
        /// What is wrong with it. Text of the provider in it is short and printable ASCII.
        problem: Cow<'static, str>,
    },
}

impl ProviderError {
    /// One sentence for the operator: what happened, and what to check.
    pub fn operator_message(&self) -> String {
        format!("{}: {}.", self.what_happened(), self.advice())
    }

    /// What happened: the provider, the step, and the problem.
    pub fn what_happened(&self) -> String {
        match self {
            Self::Unreachable {
                provider,
                step,
                address,
                problem,
                ..
            } => format!("{provider}: {} at {address}: {problem}", step.name()),
            Self::Refused { provider, step, code } => format!("{provider}: {} refused: {code}", step.name()),
            Self::Invalid {
                provider,
                step,
                problem,
            } => format!("{provider}: {} {problem}", step.name()),
        }
    }

    /// What the operator can check.
    pub fn advice(&self) -> &'static str {
        match self {
            Self::Unreachable {
                is_network_failure: false,
                ..
            }
            | Self::Invalid {
                step: Step::Discovery | Step::Keys,
                ..
            } => "check the address of the provider in its settings",
            Self::Unreachable {
                step: Step::Discovery,
                ..
            } => {
                "check the address of the provider in its settings, and that this machine is allowed to connect there \
                 without a proxy"
            }
            Self::Unreachable { .. } => "check that this machine is allowed to connect there without a proxy",
            Self::Refused {
                step: Step::Tokens,
                code,
                ..
            } => match code.as_str() {
                "invalid_client" | "unauthorized_client" | "incorrect_client_credentials" | "HTTP 401" => {
                    "check the id and the secret or key of the client in the settings of the provider"
                }
                "redirect_uri_mismatch" | "invalid_redirect_uri" => {
                    "register the address of the callback, below public_url, at the provider"
                }
                _ => "if this happens each time, check the client in the settings and at the provider",
            },
            Self::Refused { .. } => "check the scopes in the settings, and the permissions at the provider",
            Self::Invalid {
                step: Step::Setting("issuer"),
                ..
            } => "copy it into issuer",
            Self::Invalid {
                step: Step::Setting(_),
                ..
            } => "check url",
            Self::Invalid { .. } => {
                "if this happens each time, check the client in the settings and at the provider; otherwise somebody \
                 may have tried to trick the sign-in"
            }
        }
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what_happened())
    }
}

impl Error for ProviderError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_says_who_where_what_and_what_to_check() {
        let provider = || "corp".to_owned();
        for (error, message) in [
            (
                ProviderError::Unreachable {
                    provider: provider(),
                    step: Step::Keys,
                    address: "https://id.example.com/keys".to_owned(),
                    is_network_failure: true,
                    problem: "no answer within 5s".into(),
                },
                "corp: the keys at https://id.example.com/keys: no answer within 5s: check that this machine is \
                 allowed to connect there without a proxy.",
            ),
            (
                ProviderError::Unreachable {
                    provider: provider(),
                    step: Step::Discovery,
                    address: "https://id.example.com/a".to_owned(),
                    is_network_failure: false,
                    problem: "the answer has status 404".into(),
                },
                "corp: the discovery document at https://id.example.com/a: the answer has status 404: check the \
                 address of the provider in its settings.",
            ),
            (
                ProviderError::Refused {
                    provider: provider(),
                    step: Step::Tokens,
                    code: "invalid_client".to_owned(),
                },
                "corp: the token endpoint refused: invalid_client: check the id and the secret or key of the client \
                 in the settings of the provider.",
            ),
            (
                ProviderError::Invalid {
                    provider: provider(),
                    step: Step::Setting("issuer"),
                    problem: "is \"a\", but the discovery document says \"b\"".into(),
                },
                "corp: issuer is \"a\", but the discovery document says \"b\": copy it into issuer.",
            ),
        ] {
            assert_eq!(error.operator_message(), message);
        }
    }
}
