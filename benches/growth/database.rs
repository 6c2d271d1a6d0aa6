//! A database with so many users, and the server on it.

use std::time::Instant;

use sea_orm::{ConnectionTrait as _, Database};
use tempfile::TempDir;

use super::{
    accounts::Issuer,
    client::Connection,
    fill::fill,
    server::{Server, issuer},
};

/// The variable that names a server to make the databases on.
const DATABASE: &str = "PORTCULLIS_BENCH_DATABASE_URL";

pub struct Filled {
    pub users: u64,
    pub issuer: Issuer,
    /// How many were drawn, for the first and for the second sessions.
    drawn: [u64; 2],
    server: Server,
    folder: TempDir,
    on_server: Option<OnServer>,
}

struct OnServer {
    url: String,
    name: String,
}

impl Filled {
    pub async fn with(users: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let on_server = match std::env::var(DATABASE) {
            Ok(url) => Some(OnServer::create(url, users).await),
            Err(_) => None,
        };
        let file = format!(
            "sqlite://{}?mode=rwc",
            folder.path().join("portcullis.db").display()
        );
        let url = on_server.as_ref().map_or(file, OnServer::address);
        // A first start makes the tables.
        drop(Server::start(folder.path(), &url).await);
        let begin = Instant::now();
        fill(&url, users).await;
        println!(
            "filled with {users} users in {:.0} s",
            begin.elapsed().as_secs_f64()
        );
        let server = Server::start(folder.path(), &url).await;
        Self {
            users,
            issuer: Issuer::of(issuer(server.address)),
            drawn: [0, 0],
            server,
            folder,
            on_server,
        }
    }

    pub fn kind(&self) -> &'static str {
        match &self.on_server {
            None => "SQLite",
            Some(server) if server.url.starts_with("postgres") => "PostgreSQL",
            Some(_) => panic!("only SQLite and PostgreSQL are filled"),
        }
    }

    /// A new connection: the server does not wait for ever for a next request.
    pub async fn connect(&self) -> Connection {
        Connection::open(self.server.address).await
    }

    /// A user whose first or second session is not in use; each once, before anybody's turn comes again.
    pub fn somebody(&mut self, nth: u64) -> u64 {
        // A prime that divides no number of users that ends in zeros.
        const STEP: u64 = 982_451_653;
        let drawn = &mut self.drawn[usize::try_from(nth).unwrap()];
        *drawn += 1;
        (*drawn * STEP) % self.users
    }

    /// Stops the server and takes the database away.
    pub async fn remove(self) {
        drop((self.server, self.folder));
        if let Some(on_server) = self.on_server {
            on_server.drop().await;
        }
    }
}

impl OnServer {
    async fn create(url: String, users: u64) -> Self {
        let name = format!("portcullis_growth_{}_{users}", std::process::id());
        let on_server = Self { url, name };
        on_server.run(format!("CREATE DATABASE {}", on_server.name)).await;
        on_server
    }

    fn address(&self) -> String {
        let mut url = url::Url::parse(&self.url).unwrap();
        url.set_path(&self.name);
        url.to_string()
    }

    async fn drop(self) {
        self.run(format!("DROP DATABASE {} WITH (FORCE)", self.name))
            .await;
    }

    async fn run(&self, sql: String) {
        let connection = Database::connect(&self.url).await.unwrap();
        connection.execute_unprepared(&sql).await.unwrap();
        connection.close().await.unwrap();
    }
}
