//! The server that is measured: the binary, in a folder of its own, with the settings that it has by default.

use std::{
    fs::{self, File},
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpStream;

use super::{
    client::{Connection, request},
    processors::Processors,
};

const BINARY: &str = env!("CARGO_BIN_EXE_portcullis");

/// Guards nothing.
const SECRET: &str = "Zk1pWvN9xGt4QyBh8CjSrDmFi0OuAlQ2";

pub const PASSWORD: &str = "a lantern under quiet snow";
pub const LOGIN: &str = "mutation Login($email: String!, $password: String!) { login(input: { email: $email, password: $password }) { tokens { accessToken refreshToken } userErrors { code } } }";
pub const SIGNUP: &str = "mutation Signup($email: String!, $password: String!) { signup(input: { name: \"Ada Lovelace\", email: $email, password: $password }) { tokens { accessToken refreshToken } userErrors { code } } }";
pub const REFRESH: &str = "mutation Refresh($token: String!) { refreshSession(input: { refreshToken: $token }) { tokens { accessToken refreshToken } userErrors { code } } }";
pub const ME: &str = "query Me { me { id name email isEmailVerified roles createdAt } }";

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    log: TempDir,
}

impl Server {
    /// Starts a server that has `settings`, by the names of the variables, and waits until it answers.
    pub async fn start_with(folder: &Path, settings: &[(&str, &str)]) -> Self {
        Self::spawn(Processors::Shared, folder, settings).await.0
    }

    /// Starts a server on the database, SQLite in `folder` if none is named, and waits until it answers.
    pub async fn start(processors: Processors, folder: &Path, database: Option<&str>) -> Self {
        Self::start_timed(processors, folder, database).await.0
    }

    /// Gives also the time from the start of the process to the answer to a first query.
    pub async fn start_timed(
        processors: Processors,
        folder: &Path,
        database: Option<&str>,
    ) -> (Self, Duration) {
        let settings: Vec<_> = database
            .into_iter()
            .flat_map(|url| [("PORTCULLIS_DATABASE_URL", url), ("PORTCULLIS_SECRET", SECRET)])
            .collect();
        Self::spawn(processors, folder, &settings).await
    }

    async fn spawn(processors: Processors, folder: &Path, settings: &[(&str, &str)]) -> (Self, Duration) {
        let address = SocketAddr::from(([127, 0, 0, 1], free_port()));
        let log = tempfile::tempdir().unwrap();
        let mut command: Command = processors.of_server(Path::new(BINARY));
        command
            .args(["serve", "--migrate"])
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("PORTCULLIS_PUBLIC_URL", format!("http://{address}"))
            .env("PORTCULLIS_LISTEN", address.to_string())
            .env("PORTCULLIS_DATA_DIR", folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(log.path().join("log")).unwrap());
        command.envs(settings.iter().copied());
        let begin = Instant::now();
        let child = command.spawn().unwrap();
        let mut server = Self { child, address, log };
        server.first_answer().await;
        (server, begin.elapsed())
    }

    async fn first_answer(&mut self) {
        while TcpStream::connect(self.address).await.is_err() {
            if let Some(status) = self.child.try_wait().unwrap() {
                let log = fs::read_to_string(self.log.path().join("log")).unwrap();
                panic!("the server ended with {status}: {log}");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        let mut connection = Connection::open(self.address).await;
        let asked = request("{ serverInfo { version } }", &json!({}), None);
        connection.ask(&asked).await.data();
    }

    /// Bytes in memory, as the kernel counts them (VmRSS).
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
    }

    pub async fn connect(&self) -> Connection {
        Connection::open(self.address).await
    }

    /// Signs somebody up; gives the tokens.
    pub async fn signup(&self, email: &str) -> Tokens {
        let asked = request(SIGNUP, &json!({ "email": email, "password": PASSWORD }), None);
        Tokens::of(&self.connect().await.ask(&asked).await.data(), "signup")
    }

    /// A request for `me` by somebody who has just signed up.
    pub async fn me(&self) -> Vec<u8> {
        let token = self.signup(&new_email()).await.access;
        let asked = request(ME, &json!({}), Some(&token));
        let data = self.connect().await.ask(&asked).await.data();
        assert_eq!(data["me"]["name"], "Ada Lovelace");
        asked
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

pub struct Tokens {
    pub access: String,
    pub refresh: String,
}

impl Tokens {
    /// The tokens in the answer to the mutation `field`.
    pub fn of(data: &Value, field: &str) -> Self {
        let tokens = &data[field]["tokens"];
        let text = |name: &str| {
            let text = tokens[name].as_str();
            text.unwrap_or_else(|| panic!("{field} gave no {name}: {data}"))
                .to_owned()
        };
        Self {
            access: text("accessToken"),
            refresh: text("refreshToken"),
        }
    }
}

/// An address that nobody else has, in this run or another on the same database.
pub fn new_email() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let run = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_nanos();
    format!("{run}.{number}@example.com")
}

pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
