//! The baseline of requests: axum as it comes, which reads JSON and answers with it.

use std::{
    net::SocketAddr,
    process::{Child, Command, Stdio},
    time::Duration,
};

use axum::{Json, Router, routing::post};
use serde_json::Value;
use tokio::net::{TcpListener, TcpStream};

use super::{processors::Processors, server::free_port};

/// As first argument it makes this program the echo, on the port that follows.
pub const MODE: &str = "echo";

pub fn serve() -> ! {
    let port: u16 = std::env::args().nth(2).unwrap().parse().unwrap();
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let router = Router::new().route("/graphql", post(async |Json(body): Json<Value>| Json(body)));
        let listener = TcpListener::bind(("127.0.0.1", port)).await.unwrap();
        axum::serve(listener, router).await.unwrap();
    });
    unreachable!("axum serves for ever")
}

/// An echo that runs until it is dropped.
pub struct Echo {
    child: Child,
    pub address: SocketAddr,
}

impl Echo {
    pub async fn start(processors: Processors) -> Self {
        let port = free_port();
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let program = std::env::current_exe().unwrap();
        let mut command: Command = processors.of_server(&program);
        let child = command
            .args([MODE, &port.to_string()])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        let echo = Self { child, address };
        while TcpStream::connect(address).await.is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        echo
    }
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}
