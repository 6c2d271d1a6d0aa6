//! A whole server: the real router, schema, migrations and accept loop, with a clock that tests move and cheap hashes.

use std::{net::TcpListener, sync::Arc, time::Duration};

use portcullis::{
    platform::{
        app::App,
        config::{Config, DatabaseUrl, ServerSecret},
        db::{self, DbSettings},
        http::request_id::RequestId,
        identity::Credential,
        op_context::{Client as Origin, OpContext},
    },
    server::{
        health::Stopping,
        listen::{ConnectionLimits, serve},
        router::router,
        wiring::{Migrations, StartError, Surroundings, assemble},
    },
};
use serde_json::json;
use tokio::task::JoinHandle;

use super::{client::Client, clock::ManualClock, database::TestDatabase, rng::SeededRng};

/// A password that passes the rules.
pub(crate) const PASSWORD: &str = "a lantern under quiet snow";

/// The secret of every server in tests.
pub(super) const SECRET: &str = "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo";

/// A server that runs for one test.
pub(crate) struct TestApp {
    /// The parts that the server works with.
    pub(crate) app: Arc<App>,
    /// Where it listens.
    pub(crate) url: String,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) database: Arc<TestDatabase>,
    /// Whether it has been asked to stop.
    pub(crate) stopping: Stopping,
    running: JoinHandle<()>,
}

/// Someone with an account.
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) token: String,
    pub(crate) client: Client,
}

impl TestApp {
    /// A server with the defaults.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::on(
            Arc::new(TestDatabase::create().await),
            Arc::new(ManualClock::new()),
            change,
        )
        .await
    }

    /// Another server on the same database and by the same clock, as after a restart or beside the first.
    pub(crate) async fn another(&self, change: impl FnOnce(&mut Config)) -> Self {
        Self::on(self.database.clone(), self.clock.clone(), change).await
    }

    /// Whether another server on the same database would start; it does not listen.
    pub(crate) async fn would_start(&self, change: impl FnOnce(&mut Config)) -> Result<App, StartError> {
        let mut config = Self::config(&self.database);
        change(&mut config);
        Self::assemble(config, &self.database, self.clock.clone()).await
    }

    async fn on(
        database: Arc<TestDatabase>,
        clock: Arc<ManualClock>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let mut config = Self::config(&database);
        change(&mut config);
        let app = Arc::new(Self::assemble(config, &database, clock.clone()).await.unwrap());
        let stopping = Stopping::default();
        let router = router(&app, stopping.clone()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let running = tokio::spawn(async {
            let never = futures_util::stream::pending();
            serve(vec![listener], router, ConnectionLimits::default(), never)
                .await
                .unwrap();
        });
        Self {
            app,
            url,
            clock,
            database,
            stopping,
            running,
        }
    }

    fn config(database: &TestDatabase) -> Config {
        let mut config = Config {
            database_url: DatabaseUrl::parse(&database.url).unwrap(),
            data_dir: database.folder(),
            argon2_memory_kib: 8,
            argon2_iterations: 1,
            hash_threads: 2,
            ..Config::default()
        };
        if !database.is_sqlite() {
            config.secret = Some(ServerSecret::parse(SECRET).unwrap());
        }
        config
    }

    async fn assemble(
        config: Config,
        database: &TestDatabase,
        clock: Arc<ManualClock>,
    ) -> Result<App, StartError> {
        let settings = DbSettings {
            url: config.database_url.expose().into(),
            max_connections: 10,
        };
        let db = db::connect(&settings).await.unwrap();
        let surroundings = Surroundings {
            clock,
            rng: Arc::new(SeededRng::of_server(database.next_server())),
        };
        assemble(config, db, surroundings, Migrations::Apply).await
    }

    /// A client that is nobody.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.url.clone(), None)
    }

    /// A client that sends this token.
    pub(crate) fn bearer(&self, token: &str) -> Client {
        Client::new(self.url.clone(), Some(token.to_owned()))
    }

    /// Someone who has just signed up, as `<name>@example.com`.
    pub(crate) async fn user(&self, name: &str) -> Person {
        let email = format!("{name}@example.com");
        let answer = self
            .anonymous()
            .signup(json!({ "name": name, "email": email, "password": PASSWORD }))
            .await;
        let signup = answer.data("signup");
        assert_eq!(signup["userErrors"], json!([]), "{name} could not sign up");
        let token = signup["tokens"]["accessToken"].as_str().unwrap().to_owned();
        Person {
            id: signup["user"]["id"].as_str().unwrap().to_owned(),
            name: name.to_owned(),
            email,
            client: self.bearer(&token),
            token,
        }
    }

    /// A context as a request without a credential has it, for use cases that no request reaches.
    pub(crate) fn context(&self) -> OpContext {
        let id = RequestId::new(&*self.app.clock, &*self.app.rng);
        OpContext::new(self.app.clone(), Origin::default(), id, Credential::Missing)
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, time: Duration) {
        self.clock.advance(time);
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        self.running.abort();
    }
}
