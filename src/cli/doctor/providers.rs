//! Whether the providers that people can sign in with can be reached and used.

use futures_util::future::join_all;

use super::finding::Finding;
use crate::platform::{clock::SystemClock, config::Config, oidc::Providers};

const ABOUT: &str = "provider";

/// One finding for each provider.
pub(super) async fn findings(config: &Config) -> Vec<Finding> {
    let providers = match Providers::new(config) {
        Ok(providers) => providers,
        Err(error) => {
            let advice = "the server does not start: fix the file, or remove the setting";
            return vec![Finding::error(ABOUT, error.to_string(), advice)];
        }
    };
    let checks = providers.all().map(async |provider| {
        let (id, name) = (provider.id(), provider.name());
        match provider.check(&SystemClock).await {
            Ok(()) => {
                let callback = provider.redirect_uri();
                let found = format!(
                    "{id}: {name} can be reached; its redirect URI is {callback}; id, secret and redirect URI are \
                     tried only by a sign-in"
                );
                Finding::ok(ABOUT, found)
            }
            Err(error) => Finding::error(ABOUT, error.what_happened(), error.advice()),
        }
    });
    join_all(checks).await
}
