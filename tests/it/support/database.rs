//! A database of its own for each test, on the kind of database that the run is for.

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

/// Names the server that the tests make their databases on; without it they make SQLite files.
const VARIABLE: &str = "PORTCULLIS_TEST_DATABASE_URL";

/// Gone with all that is in it when dropped.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    pub(crate) url: String,
    folder: TempDir,
    on_server: Option<OnServer>,
}

#[derive(Debug)]
struct OnServer {
    server: String,
    name: String,
}

impl TestDatabase {
    pub(crate) async fn create() -> Self {
        let folder = TempDir::new().unwrap();
        let Some(server) = server() else {
            let url = format!(
                "sqlite://{}?mode=rwc",
                folder.path().join("portcullis.db").display()
            );
            return Self {
                url,
                folder,
                on_server: None,
            };
        };
        let name = unused_name();
        run(&server, format!("CREATE DATABASE {name}")).await;
        let mut url = url::Url::parse(&server).unwrap_or_else(|_| panic!("{VARIABLE} is no URL"));
        url.set_path(&name);
        Self {
            url: url.to_string(),
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
        // A thread, since dropping happens inside a runtime that cannot be blocked on.
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
    reason = "which database the run is for is no setting of the server"
)]
fn server() -> Option<String> {
    std::env::var(VARIABLE).ok().filter(|url| !url.is_empty())
}

fn unused_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!(
        "portcullis_test_{}_{}",
        std::process::id(),
        COUNT.fetch_add(1, Ordering::Relaxed)
    )
}

async fn run(server: &str, sql: String) {
    let connection = Database::connect(server)
        .await
        .unwrap_or_else(|error| panic!("{VARIABLE} names a database server that does not answer: {error}"));
    connection.execute_unprepared(&sql).await.unwrap();
    connection.close().await.unwrap();
}
