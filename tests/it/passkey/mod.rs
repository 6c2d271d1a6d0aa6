//! Passkeys: what is accepted, and everything that is not.

mod assertion;
mod enabled;
mod form;
mod keys;
mod mutation;
mod registration;
mod storage;

use entity::{UserId, passkey::Model, user};
use portcullis::{
    features::passkey::{
        self, Asserted, AssertionState, Ceremony, CredentialTaken, NewPasskey, RegistrationState, Rejected,
    },
    platform::db::{Invalidates, TxError, finish},
};

use crate::support::{Authenticator, Person, TestApp};

/// The origin of a server in tests.
const ORIGIN: &str = "http://localhost:8000";

/// A server, and somebody with an account there.
struct Place {
    app: TestApp,
    ada: Person,
}

impl Place {
    async fn new() -> Self {
        // In development, pages on every port of this machine count as its own.
        let app = TestApp::with(|config| config.cors_origins.loopback = false).await;
        let ada = app.user("ada").await;
        Self { app, ada }
    }

    async fn user(&self) -> user::Model {
        self.app.row("ada@example.com").await.unwrap()
    }

    fn user_id(&self) -> UserId {
        self.ada.id.parse().unwrap()
    }

    /// Begins a registration.
    async fn creation(&self) -> Ceremony<RegistrationState> {
        let existing = passkey::of_user(&self.app.app.db, self.user_id()).await.unwrap();
        passkey::begin_registration(&self.app.app, &self.user().await, &existing).unwrap()
    }

    /// Begins a sign-in with these passkeys, or with any.
    fn request(&self, allowed: &[Model]) -> Ceremony<AssertionState> {
        passkey::begin_assertion(&self.app.app, allowed).unwrap()
    }

    fn check_new(&self, state: &RegistrationState, answer: &str) -> Result<NewPasskey, Rejected> {
        passkey::check_registration(&self.app.app, self.user_id(), state, answer)
    }

    /// What is made of an answer to new creation options.
    async fn register(&self, authenticator: &mut Authenticator) -> Result<NewPasskey, Rejected> {
        let ceremony = self.creation().await;
        let answer = authenticator.create(&ceremony.options_json);
        self.check_new(&ceremony.state, &answer)
    }

    /// Registers a passkey and saves it.
    async fn saved(&self, authenticator: &mut Authenticator) -> Model {
        let new = self.register(authenticator).await.unwrap();
        self.save(&new).await.unwrap();
        new.row
    }

    async fn save(&self, new: &NewPasskey) -> Result<(), TxError<CredentialTaken>> {
        let tx = self.app.app.db.begin(Invalidates::All).await.unwrap();
        let done = new.save(&tx).await;
        finish(tx, done).await
    }

    /// What is made of an answer to new request options without a list.
    fn sign_in(&self, authenticator: &mut Authenticator, passkey: &Model) -> Result<Asserted, Rejected> {
        let ceremony = self.request(&[]);
        let answer = authenticator.get(&ceremony.options_json);
        passkey::check_assertion(&self.app.app, &ceremony.state, &answer, passkey)
    }

    async fn record(&self, passkey: &Model, asserted: &Asserted) -> bool {
        let now = self.app.app.clock.now().as_millisecond();
        let tx = self.app.app.db.begin(Invalidates::All).await.unwrap();
        let done = passkey::record_use(&tx, passkey, asserted, now).await.unwrap();
        tx.commit().await.unwrap();
        done
    }
}

/// A synced passkey of the server's own page.
fn phone(seed: &str) -> Authenticator {
    Authenticator::new(ORIGIN, seed)
}
