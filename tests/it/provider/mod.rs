//! Signing in with providers, honest and hostile ones.

mod answers;
mod cached;
mod documents;
mod presets;
mod tls;
mod tokens;

use std::{sync::Arc, time::Duration};

use portcullis::platform::{
    config::{Config, Preset, ProviderConfig},
    oidc::{Flow, Provider, ProviderClaims, ProviderError, Providers, Step},
};

use crate::support::{Callback, ManualClock, StubProvider};

/// A provider of the tests, and this server as its client.
struct Setup {
    stub: StubProvider,
    clock: Arc<ManualClock>,
    providers: Providers,
}

impl Setup {
    async fn oidc() -> Self {
        Self::of(Preset::Oidc, "").await
    }

    /// A provider of this kind; `more` are further lines of its table in the settings.
    async fn of(preset: Preset, more: &str) -> Self {
        Self::with(preset, more, |_| ()).await
    }

    async fn with(preset: Preset, more: &str, change: impl FnOnce(&mut ProviderConfig)) -> Self {
        let clock = Arc::new(ManualClock::default());
        let stub = StubProvider::start(preset, clock.clone()).await;
        let mut provider = stub.config(more);
        change(&mut provider);
        let config = Config {
            providers: vec![provider],
            ..Config::default()
        };
        Self {
            providers: Providers::new(&config).unwrap(),
            stub,
            clock,
        }
    }

    fn provider(&self) -> &Provider {
        self.providers.all().next().unwrap()
    }

    /// Where the browser goes, and comes back with.
    async fn authorize(&self, flow: &Flow) -> Result<Callback, ProviderError> {
        let url = self.provider().authorization_url(&*self.clock, flow).await?;
        Ok(self.stub.sign_in(&url))
    }

    async fn finish(&self, callback: &Callback, flow: &Flow) -> Result<ProviderClaims, ProviderError> {
        let answer = callback.answer();
        self.provider().claims(&*self.clock, &answer, flow).await
    }

    /// A whole sign-in.
    async fn sign_in(&self) -> Result<ProviderClaims, ProviderError> {
        let flow = flow();
        let callback = self.authorize(&flow).await?;
        self.finish(&callback, &flow).await
    }

    /// A sign-in that must not go on: the step at which it ended, and the problem.
    async fn refusal(&self) -> (Step, String) {
        match self.sign_in().await.unwrap_err() {
            ProviderError::Invalid { step, problem, .. } => (step, problem.into_owned()),
            other => panic!("{other}"),
        }
    }
}

fn flow() -> Flow {
    Flow {
        state: "state-of-this-flow".into(),
        nonce: "nonce-of-this-flow".into(),
        code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".into(),
    }
}

/// Far less than the limit of a real server, and far more than an honest answer takes.
const SHORT: Duration = Duration::from_secs(2);

/// The problem, if the provider gave no answer that can be read.
fn unreachable(error: ProviderError) -> (Step, String) {
    match error {
        ProviderError::Unreachable {
            step,
            problem,
            address,
            ..
        } => {
            assert!(address.contains("://127.0.0.1:"), "{address}");
            (step, problem.into_owned())
        }
        other => panic!("{other}"),
    }
}
