//! A wire between the server and its database that a test can cut.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

/// Passes connections on until it is cut; from then on every connection ends at once.
pub(crate) struct Proxy {
    /// The database's address, by way of the proxy.
    pub(crate) url: String,
    connections: Arc<Mutex<Option<JoinSet<()>>>>,
    running: JoinHandle<()>,
}

impl Proxy {
    /// A proxy before the database server of this address.
    pub(crate) fn before(url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        url.set_host(Some("127.0.0.1")).unwrap();
        url.set_port(Some(address.port())).unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let connections = Arc::new(Mutex::new(Some(JoinSet::new())));
        let running = tokio::spawn(accept(listener, target, connections.clone()));
        Self {
            url: url.to_string(),
            connections,
            running,
        }
    }

    /// Ends all connections, and every new one.
    pub(crate) fn cut(&self) {
        *self.connections.lock().unwrap() = None;
    }

    /// Passes connections on again.
    pub(crate) fn mend(&self) {
        *self.connections.lock().unwrap() = Some(JoinSet::new());
    }
}

async fn accept(listener: TcpListener, target: String, connections: Arc<Mutex<Option<JoinSet<()>>>>) {
    loop {
        let (mut client, _) = listener.accept().await.unwrap();
        let target = target.clone();
        if let Some(connections) = &mut *connections.lock().unwrap() {
            connections.spawn(async move {
                let mut server = TcpStream::connect(target).await.unwrap();
                // That one of the two hangs up in the middle is what this is for.
                copy_bidirectional(&mut client, &mut server).await.ok();
            });
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}
