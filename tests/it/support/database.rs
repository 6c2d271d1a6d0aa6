//! A separate database for each test, of the kind that the run is for.

use std::{
    net::SocketAddr,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use portcullis::platform::config::DatabasePooler;
use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

use super::template;

/// Names the database server for tests; without it they use SQLite files.
const VARIABLE: &str = "PORTCULLIS_TEST_DATABASE_URL";

/// Mode and address of a pooler in front of that server, such as `transaction@127.0.0.1:6432`: servers then connect
/// through it, and the tests themselves bypass it.
const POOLER_VARIABLE: &str = "PORTCULLIS_TEST_DATABASE_POOLER";

/// Deleted on drop.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    /// For tests that access the database themselves.
    pub(crate) url: String,
    /// For servers, which may have a pooler in between.
    pub(crate) url_for_servers: String,
    /// The mode of that pooler.
    pub(crate) pooler: DatabasePooler,
    folder: TempDir,
    on_server: Option<OnServer>,
}

#[derive(Debug)]
struct OnServer {
    server: String,
    name: String,
}

/// What a database has in the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Begins {
    Migrated,
    Empty,
}

impl TestDatabase {
    /// With all tables, as after the first start of a server.
    pub(crate) async fn migrated() -> Self {
        Self::create(Begins::Migrated).await
    }

    /// Without tables.
    pub(crate) async fn empty() -> Self {
        Self::create(Begins::Empty).await
    }

    async fn create(begins: Begins) -> Self {
        let folder = TempDir::new().unwrap();
        let Some(server) = server() else {
            let file = folder.path().join("portcullis.db");
            if begins == Begins::Migrated {
                template::copy_to_file(&file).await;
            }
            let url = format!("sqlite://{}?mode=rwc", file.display());
            return Self {
                url_for_servers: url.clone(),
                pooler: DatabasePooler::Session,
                url,
                folder,
                on_server: None,
            };
        };
        let name = unused_name();
        match begins {
            Begins::Migrated => template::copy_on_server(&server, &name).await,
            Begins::Empty => run(&server, format!("CREATE DATABASE {name}")).await,
        }
        let url = url_of(&server, &name);
        let mut url_for_servers = url.clone();
        let mut mode = DatabasePooler::Session;
        if let Some((pooler, address)) = pooler() {
            mode = pooler;
            url_for_servers.set_ip_host(address.ip()).unwrap();
            url_for_servers.set_port(Some(address.port())).unwrap();
        }
        Self {
            url: url.to_string(),
            url_for_servers: url_for_servers.to_string(),
            pooler: mode,
            folder,
            on_server: Some(OnServer { server, name }),
        }
    }

    /// A folder that lives as long as the database.
    pub(crate) fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.on_server.is_none()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let Some(OnServer { server, name }) = self.on_server.take() else {
            return;
        };
        // A thread, because drop runs inside a runtime that must not block.
        let dropped = std::thread::spawn(move || {
            let with_force = if server.starts_with("postgres") {
                " WITH (FORCE)"
            } else {
                ""
            };
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(run(&server, format!("DROP DATABASE {name}{with_force}")));
        });
        dropped.join().unwrap();
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "the database for tests is not a setting of the server"
)]
fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

/// The pooler in front of that server: mode and address.
#[expect(
    clippy::disallowed_methods,
    reason = "the database for tests is not a setting of the server"
)]
fn pooler() -> Option<(DatabasePooler, SocketAddr)> {
    let text = std::env::var(POOLER_VARIABLE)
        .ok()
        .filter(|text| !text.is_empty())?;
    let (mode, address) = text.split_once('@').unwrap();
    let mode = match mode {
        "session" => DatabasePooler::Session,
        "transaction" => DatabasePooler::Transaction,
        other => panic!("{POOLER_VARIABLE}: {other}?"),
    };
    Some((mode, address.parse().unwrap()))
}

fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "portcullis_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

/// The URL of a database on a server.
pub(super) fn url_of(server: &str, name: &str) -> url::Url {
    let mut url = url::Url::parse(server).unwrap_or_else(|_| panic!("{VARIABLE} is no URL"));
    url.set_path(name);
    url
}

pub(super) async fn run(server: &str, sql: String) {
    let connection = Database::connect(server)
        .await
        .unwrap_or_else(|error| panic!("{VARIABLE} names a database server that does not answer: {error}"));
    connection.execute_unprepared(&sql).await.unwrap();
    connection.close().await.unwrap();
}
