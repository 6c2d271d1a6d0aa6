//! An identity provider on this machine: signs people in as the real ones do, and changes whatever a test wants.

mod key;
mod misbehavior;
mod page;
mod script;
mod token;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex},
};

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use portcullis::platform::{
    clock::Clock,
    config::{Preset, ProviderConfig},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinHandle};
use url::Url;

use self::{key::Key, script::State};
pub(crate) use self::{
    misbehavior::Misbehavior,
    page::Callback,
    script::{Part, Signs},
};

/// The client that the provider knows.
pub(crate) const CLIENT_ID: &str = "portcullis+client";

/// Its secret, with characters that must be encoded.
pub(crate) const CLIENT_SECRET: &str = "s%c+r/e =t:&";

/// The tenant of the people at Microsoft.
pub(crate) const TENANT: &str = "72f988bf-86f1-41af-91ab-2d7cd011db47";

/// The key with which clients sign at Apple.
static TEAM_KEY: LazyLock<EcdsaKeyPair> =
    LazyLock::new(|| EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap());

/// A provider that runs for one test.
pub(crate) struct StubProvider {
    /// Its address, without a slash at the end.
    pub(crate) url: String,
    shared: Arc<Shared>,
    running: JoinHandle<()>,
}

struct Shared {
    url: String,
    preset: Preset,
    clock: Arc<dyn Clock>,
    /// Signs ID tokens, once it is in use.
    key: Mutex<Arc<Key>>,
    state: Mutex<State>,
}

impl StubProvider {
    /// A provider of this kind, which lives by this clock.
    pub(crate) async fn start(preset: Preset, clock: Arc<dyn Clock>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            url: url.clone(),
            preset,
            clock,
            key: Mutex::new(Arc::new(Key::new("key-1", "ES256"))),
            state: Mutex::default(),
        });
        let app = axum::Router::new()
            .fallback(page::serve)
            .with_state(shared.clone());
        let running = tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        Self { url, shared, running }
    }

    /// A provider that speaks OpenID Connect, as `corp`.
    pub(crate) async fn oidc(clock: Arc<dyn Clock>) -> Self {
        Self::start(Preset::Oidc, clock).await
    }

    /// The table that names it in a file of providers; `more` are further lines.
    pub(crate) fn table(&self, more: &str) -> String {
        let (url, preset) = (&self.url, self.shared.preset);
        let id = if preset == Preset::Oidc {
            "corp"
        } else {
            preset.word()
        };
        let address = if preset == Preset::Oidc { "issuer" } else { "url" };
        let credential = if preset == Preset::Apple {
            let key = STANDARD.encode(TEAM_KEY.to_pkcs8v1().unwrap());
            format!(
                "team_id = \"TEAM\"\nkey_id = \"KEY\"\nprivate_key = \"\"\"-----BEGIN PRIVATE KEY-----\n{key}\n\
                 -----END PRIVATE KEY-----\"\"\""
            )
        } else {
            format!("client_secret = \"{CLIENT_SECRET}\"")
        };
        format!("[{id}]\n{address} = \"{url}\"\nclient_id = \"{CLIENT_ID}\"\n{credential}\n{more}\n")
    }

    /// The settings for it, as the id `corp`, or the name of its kind; `more` are further lines of its table.
    pub(crate) fn config(&self, more: &str) -> ProviderConfig {
        let mut all = ProviderConfig::parse(&self.table(more).into()).unwrap();
        all.remove(0)
    }

    /// Changes a part of what it sends from now on.
    pub(crate) fn changes(&self, part: Part, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        self.state(|state| state.changes.insert(part, Box::new(change)));
    }

    /// Changes the claims of its ID tokens from now on, or the profiles of a provider that has none.
    pub(crate) fn answers(&self, change: impl Fn(&mut Value) + Send + Sync + 'static) {
        let part = if self.shared.preset.is_openid() {
            Part::Claims
        } else {
            Part::Profile
        };
        self.changes(part, change);
    }

    /// How it signs ID tokens from now on.
    pub(crate) fn signs(&self, signs: Signs) {
        self.state(|state| state.signs = signs);
    }

    /// Signs with a new key from now on, which it publishes alone.
    pub(crate) fn takes_key(&self, kid: &str, method: &'static str) {
        *self.shared.key.lock().unwrap() = Arc::new(Key::new(kid, method));
    }

    /// Misbehaves at this path from now on.
    pub(crate) fn fails(&self, path: &str, misbehavior: Misbehavior) {
        self.state(|state| state.misbehaviors.insert(path.to_owned(), misbehavior));
    }

    /// Behaves again at every path.
    pub(crate) fn recovers(&self) {
        self.state(|state| state.misbehaviors.clear());
    }

    /// Takes every code as often as it comes, from now on.
    pub(crate) fn takes_codes_again(&self) {
        self.state(|state| state.takes_codes_again = true);
    }

    /// How often a path was asked for.
    pub(crate) fn hits(&self, path: &str) -> usize {
        self.state(|state| state.hits.get(path).copied().unwrap_or(0))
    }

    /// Plays the browser of a person who signs in there and consents: what comes back to the server.
    pub(crate) fn sign_in(&self, authorization_url: &Url) -> Callback {
        assert_eq!(
            authorization_url.origin().ascii_serialization(),
            self.url,
            "the browser goes to the provider"
        );
        let query: HashMap<String, String> = authorization_url.query_pairs().into_owned().collect();
        page::consent(&self.shared, &query)
    }

    /// The path of its discovery document.
    pub(crate) fn discovery_path(&self) -> String {
        self.shared.discovery_path()
    }

    fn state<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        change(&mut self.shared.state.lock().unwrap())
    }
}

impl Drop for StubProvider {
    fn drop(&mut self) {
        self.running.abort();
    }
}
