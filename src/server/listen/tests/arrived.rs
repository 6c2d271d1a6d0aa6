//! What the system holds when the server closes, before the runtime has noticed it.

use std::{
    io::Write as _,
    net::{TcpListener, TcpStream as StdStream},
};

use futures_util::poll;
use tokio::sync::watch;

use super::{
    super::{
        deadline::Deadlines,
        exchange::Phase,
        listener::Listener,
        shutdown::{Lifecycle, Shutdown},
        unsent::AnswerBudget,
    },
    *,
};

/// The server's end of an idle connection, and its client's.
async fn connection() -> (Deadlines, StdStream, watch::Sender<Lifecycle>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = StdStream::connect(listener.local_addr().unwrap()).unwrap();
    let (stream, _) = listener.accept().unwrap();
    stream.set_nonblocking(true).unwrap();
    let (lifecycle, shutdown) = Shutdown::channel();
    let phase = Arc::new(Phase::new(shutdown));
    let stream = TcpStream::from_std(stream).unwrap();
    let unsent = Arc::new(AnswerBudget::new(0, 0)).connection();
    let mut stream = Deadlines::new(stream, Arc::new(short()), Arc::clone(&phase), unsent);
    client.write_all(b"first").unwrap();
    assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 5);
    drop(phase.exchange());
    // Makes the runtime record that there is nothing to read.
    assert!(poll!(pin!(stream.read(&mut [0; 10]))).is_pending());
    (stream, client, lifecycle)
}

#[tokio::test]
async fn a_connection_ends_when_the_server_closes_and_nothing_has_arrived() {
    let (mut stream, _client, lifecycle) = connection().await;
    lifecycle.send_replace(Lifecycle::Draining);
    assert!(poll!(pin!(stream.read(&mut [0; 10]))).is_pending());
    lifecycle.send_replace(Lifecycle::Closing);
    assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 0);
}

#[tokio::test]
async fn bytes_that_have_arrived_are_read_before_a_connection_ends() {
    let (mut stream, mut client, lifecycle) = connection().await;
    client.write_all(b"second").unwrap();
    lifecycle.send_replace(Lifecycle::Closing);
    assert!(poll!(pin!(stream.read(&mut [0; 10]))).is_pending());
    assert_eq!(stream.read(&mut [0; 10]).await.unwrap(), 6);
}

#[tokio::test]
async fn connections_that_have_arrived_are_accepted_before_a_listener_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let listener = Listener::new(listener).unwrap();
    let (lifecycle, shutdown) = Shutdown::channel();
    assert!(poll!(pin!(listener.accept(&shutdown))).is_pending());
    let clients = [(); 3].map(|()| StdStream::connect(address).unwrap());
    lifecycle.send_replace(Lifecycle::Closing);
    for client in &clients {
        let (_, peer) = listener.accept(&shutdown).await.unwrap().unwrap();
        assert_eq!(peer, client.local_addr().unwrap());
    }
    assert!(listener.accept(&shutdown).await.unwrap().is_none());
}
