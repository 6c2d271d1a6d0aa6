//! The server that is measured: a process of its own, with hashes of a cost next to nothing, which no setting allows.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::Duration,
};

use portcullis::{
    platform::{
        clock::SystemClock,
        config::{Config, DatabaseUrl, PublicUrl, ServerSecret},
        crypto::SigningAlgorithm,
        db::{self, DbSettings},
        rng::SystemRng,
    },
    server::{
        health::Stopping,
        listen::{ConnectionLimits, serve},
        router::router,
        upkeep,
        wiring::{Dependencies, Migrations, assemble},
    },
};
use tokio::net::TcpStream;

use super::accounts::{HASH_ITERATIONS, HASH_MEMORY_KIB, SECRET};

/// The first argument of this program when it is to be the server; then come port, folder and database.
pub const MODE: &str = "serve-for-growth";

/// A server that runs until it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    pub async fn start(folder: &Path, database: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let child = Command::new(std::env::current_exe().unwrap())
            .arg(MODE)
            .arg(address.port().to_string())
            .arg(folder)
            .arg(database)
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let mut server = Self { child, address };
        while TcpStream::connect(address).await.is_err() {
            if let Some(status) = server.child.try_wait().unwrap() {
                panic!("the server ended with {status}");
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// Is the server, for as long as it is let.
pub async fn be(arguments: &[String]) -> ! {
    let [port, folder, database] = arguments else {
        panic!("port, folder and database are missing");
    };
    let address: SocketAddr = format!("127.0.0.1:{port}").parse().unwrap();
    let config = Config {
        public_url: PublicUrl::parse(&issuer(address)).unwrap(),
        audience: issuer(address),
        database_url: DatabaseUrl::parse(database).unwrap(),
        data_dir: folder.into(),
        secret: Some(ServerSecret::parse(SECRET).unwrap()),
        jwt_algorithm: SigningAlgorithm::Hs256,
        jwt_secret: Some(SECRET.into()),
        argon2_memory_kib: HASH_MEMORY_KIB,
        argon2_iterations: HASH_ITERATIONS,
        ..Config::default()
    };
    let settings = DbSettings {
        url: config.database_url.expose().into(),
        max_connections: config.database_max_connections,
        pooler: config.database_pooler,
    };
    let db = db::connect(&settings).await.unwrap();
    let dependencies = Dependencies {
        clock: Arc::new(SystemClock),
        rng: Arc::new(SystemRng),
    };
    let app = Arc::new(
        assemble(config, db, dependencies, Migrations::Apply)
            .await
            .unwrap(),
    );
    tokio::spawn(upkeep::run(app.clone()));
    let router = router(&app, Stopping::default()).unwrap();
    let listener = TcpListener::bind(address).unwrap();
    let never = futures_util::stream::pending();
    serve(vec![listener], router, ConnectionLimits::default(), never)
        .await
        .unwrap();
    unreachable!("nobody asks it to stop");
}

/// The public address of a server, which its tokens name.
pub fn issuer(address: SocketAddr) -> String {
    format!("http://{address}")
}
