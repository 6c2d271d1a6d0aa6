//! Builds a server for a test.

use std::{net::TcpListener, sync::Arc};

use portcullis::{
    context::App,
    platform::{
        config::{Config, DatabaseUrl, Roles, ServerSecret},
        db::{self, DbSettings},
    },
    server::{
        health::Stopping,
        listen::{ConnectionLimits, serve},
        post,
        router::router_with,
        session_watch,
        socket::SocketLimits,
        wiring::{Dependencies, Migrations, StartError, assemble},
    },
};

use super::{
    app::{SECRET, TestApp},
    clock::ManualClock,
    database::TestDatabase,
    rng::SeededRng,
    statements::Statements,
};

/// Roles that tests give, besides `admin` and `auditor`.
pub(crate) const ROLES: &str = "staff,editor,administrator,admins,support:read_users+read_audit,manager:read_users+manage_users,granter:manage_roles,importer:import_users,mover:import_users+manage_roles";

type Change<'a> = Box<dyn FnOnce(&mut Config) + 'a>;

/// A server that has not started yet: with its own database, the default settings and cheap hashes.
#[derive(Default)]
pub(crate) struct TestAppBuilder<'a> {
    database: Option<Arc<TestDatabase>>,
    clock: Arc<ManualClock>,
    rng: Arc<SeededRng>,
    statements: Option<Statements>,
    sockets: SocketLimits,
    changes: Vec<Change<'a>>,
}

impl<'a> TestAppBuilder<'a> {
    /// Lives by this clock, as something else does.
    pub(crate) fn clock(mut self, clock: Arc<ManualClock>) -> Self {
        self.clock = clock;
        self
    }

    /// Other settings; the later change wins.
    pub(crate) fn config(mut self, change: impl FnOnce(&mut Config) + 'a) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// Trusts a proxy on this machine.
    pub(crate) fn behind_proxy(self) -> Self {
        self.config(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
    }

    /// Allows more failed attempts and more writes than usual.
    pub(crate) fn patient(self) -> Self {
        self.config(|config| {
            config.account_writes = 0;
            config.attempts_per_account = 1_000;
        })
    }

    /// Uses the database and the clock of `other`, as after a restart or as a second instance. It shares the random
    /// numbers of `other`: otherwise both would make the same ids.
    pub(crate) fn sharing_database_of(mut self, other: &TestApp) -> Self {
        self.database = Some(other.database.clone());
        self.clock = other.clock.clone();
        self.rng = other.rng.clone();
        self
    }

    /// Other limits of sockets.
    pub(crate) fn sockets(mut self, limits: SocketLimits) -> Self {
        self.sockets = limits;
        self
    }

    /// Records every statement from the start on.
    pub(crate) fn watched(mut self, statements: &Statements) -> Self {
        self.statements = Some(statements.clone());
        self
    }

    /// Starts the server and listens.
    pub(crate) async fn start(self) -> TestApp {
        let (database, clock, rng) = (self.database().await, self.clock.clone(), self.rng.clone());
        let sockets = self.sockets;
        let app = Arc::new(self.assemble(&database).await.unwrap());
        let stopping = Stopping::default();
        let router = router_with(&app, stopping.clone(), sockets).unwrap();
        let post_office = post::post_office(&app.config).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let watching = session_watch::run(app.clone());
        let running = tokio::spawn(async {
            let never = futures_util::stream::pending();
            tokio::select! {
                served = serve(vec![listener], router, ConnectionLimits::default(), never) => served.unwrap(),
                () = watching => {}
            }
        });
        TestApp {
            app,
            url,
            clock,
            database,
            rng,
            post_office,
            stopping,
            running,
        }
    }

    /// Assembles the server without listening. Returns its parts, or why it does not start.
    pub(crate) async fn try_assemble(self) -> Result<App, StartError> {
        let database = self.database().await;
        self.assemble(&database).await
    }

    async fn database(&self) -> Arc<TestDatabase> {
        match &self.database {
            Some(database) => database.clone(),
            None => Arc::new(TestDatabase::migrated().await),
        }
    }

    async fn assemble(self, database: &TestDatabase) -> Result<App, StartError> {
        let config = config(database, self.changes);
        let settings = DbSettings {
            url: config.database_url.expose().into(),
            max_connections: config.database_max_connections,
            pooler: config.database_pooler,
        };
        let mut db = db::connect(&settings).await.unwrap();
        if let Some(statements) = &self.statements {
            statements.watch(&mut db);
        }
        let dependencies = Dependencies {
            clock: self.clock,
            rng: self.rng,
        };
        assemble(config, db, dependencies, Migrations::Apply).await
    }
}

fn config(database: &TestDatabase, changes: Vec<Change<'_>>) -> Config {
    let mut config = Config {
        database_url: DatabaseUrl::parse(&database.url_for_servers).unwrap(),
        data_dir: database.folder(),
        argon2_memory_kib: 8,
        argon2_iterations: 1,
        hash_threads: 2,
        roles: Roles::parse(ROLES).unwrap(),
        ..Config::default()
    };
    config.database_pooler = database.pooler;
    if !database.is_sqlite() {
        config.secret = Some(ServerSecret::parse(SECRET).unwrap());
    }
    let (audience, access_token_ttl) = (config.audience.clone(), config.access_token_ttl);
    for change in changes {
        change(&mut config);
    }
    // As in a start: unset values follow from the others.
    if config.audience == audience {
        config.audience = config.public_url.to_string();
    }
    if config.service_token_ttl == access_token_ttl {
        config.service_token_ttl = config.access_token_ttl;
    }
    config
}
