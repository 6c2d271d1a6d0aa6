//! A server in a process of its own, as people run it.

use std::{
    fs::File,
    net::TcpListener,
    process::{Child, Command, Stdio},
    time::Duration,
};

use tokio::time::{Instant, sleep};

use super::{Client, TestDatabase, app::SECRET};

/// How long a server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);

/// Killed when dropped, without a word of warning.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    /// Starts a server on the database, with more settings than it needs where given, and waits until it answers.
    /// What it logs goes to the end of `log` in the database's folder.
    pub(crate) async fn start(database: &TestDatabase, settings: &[(&str, &str)]) -> Self {
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = File::options()
            .create(true)
            .append(true)
            .open(database.folder().join("log"))
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_portcullis"))
            .args(["serve", "--migrate"])
            .env_clear()
            .env("PORTCULLIS_DATABASE_URL", &database.url)
            .env("PORTCULLIS_DATA_DIR", database.folder())
            .env("PORTCULLIS_SECRET", SECRET)
            .env("PORTCULLIS_LISTEN", address.to_string())
            .envs(settings.iter().copied())
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log))
            .spawn()
            .unwrap();
        let mut server = Self {
            child,
            url: format!("http://{address}"),
        };
        let begun = Instant::now();
        while !server.is_ready().await {
            assert_eq!(server.child.try_wait().unwrap(), None, "the server ended");
            assert!(begun.elapsed() < PATIENCE, "the server does not come up");
            sleep(Duration::from_millis(20)).await;
        }
        server
    }

    /// A client that is nobody.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(self.url.clone(), None)
    }

    /// A client that sends this token.
    pub(crate) fn bearer(&self, token: &str) -> Client {
        Client::new(self.url.clone(), Some(token.to_owned()))
    }

    async fn is_ready(&self) -> bool {
        reqwest::get(format!("{}/readyz", self.url))
            .await
            .is_ok_and(|answer| answer.status() == 200)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // On Unix this is SIGKILL.
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
