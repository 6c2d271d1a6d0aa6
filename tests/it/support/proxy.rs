//! A connection between the server and its database that a test can cut or silence, and that can lose a response.

use std::{
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{
        TcpListener, TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
    sync::watch,
    task::{JoinHandle, JoinSet},
};

/// What the proxy does with data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Passes it on.
    Passes,
    /// Passes nothing on, and neither side sees an error: as if the database were stopped.
    Silent,
    /// Ends the connection when the server sends this, before the database sees it.
    EndsBefore(&'static str),
    /// Ends every connection on which the server sends this, before the database sees it.
    EndsEachBefore(&'static str),
    /// Ends the connection when the server sends this: the database does it, and its response is lost.
    EndsAfter(&'static str),
}

/// A proxy that passes connections on by default.
pub(crate) struct Proxy {
    /// The database's address through the proxy.
    pub(crate) url: String,
    mode: watch::Sender<Mode>,
    connections: Arc<Mutex<Option<JoinSet<()>>>>,
    counts: Arc<Counts>,
    running: JoinHandle<()>,
}

/// Counts connections; those below `silent_below` stay silent. `spared` requests pass although they would end theirs.
#[derive(Default)]
struct Counts {
    opened: AtomicUsize,
    silent_below: AtomicUsize,
    spared: AtomicUsize,
}

impl Proxy {
    /// A proxy in front of the database server at this address.
    pub(crate) fn before(url: &str) -> Self {
        Self::at("127.0.0.1", url)
    }

    /// The same on another address of this machine, written as in a URL.
    pub(crate) fn at(host: &str, url: &str) -> Self {
        let mut url = url::Url::parse(url).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let listener = std::net::TcpListener::bind(format!("{host}:0")).unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        url.set_host(Some(host)).unwrap();
        url.set_port(Some(address.port())).unwrap();
        listener.set_nonblocking(true).unwrap();
        let listener = TcpListener::from_std(listener).unwrap();
        let connections = Arc::new(Mutex::new(Some(JoinSet::new())));
        let mode = watch::Sender::new(Mode::Passes);
        let counts = Arc::new(Counts::default());
        let accepting = accept(
            listener,
            target,
            connections.clone(),
            mode.clone(),
            counts.clone(),
        );
        let running = tokio::spawn(accepting);
        Self {
            url: url.to_string(),
            mode,
            connections,
            counts,
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
        self.mode.send_replace(Mode::Passes);
    }

    /// Accepts connections, and passes nothing on.
    pub(crate) fn silence(&self) {
        self.mode.send_replace(Mode::Silent);
    }

    /// Passes nothing more on for the open connections, without telling either side, like a NAT gateway that has
    /// dropped them. New ones are passed on. Returns how many there were.
    pub(crate) fn forget(&self) -> usize {
        let opened = self.counts.opened.load(Ordering::SeqCst);
        opened - self.counts.silent_below.swap(opened, Ordering::SeqCst)
    }

    /// Passes on again what was held back, like a database that was stopped for a while.
    pub(crate) fn speak(&self) {
        self.mode.send_replace(Mode::Passes);
    }

    /// Ends a connection once, before data with this text reaches the database.
    pub(crate) fn end_before(&self, text: &'static str) {
        self.mode.send_replace(Mode::EndsBefore(text));
    }

    /// Ends every connection, before data with this text reaches the database.
    pub(crate) fn end_each_before(&self, text: &'static str) {
        self.mode.send_replace(Mode::EndsEachBefore(text));
    }

    /// Ends a connection once, after the database has executed data with this text, and before it can confirm.
    pub(crate) fn end_after(&self, text: &'static str) {
        self.mode.send_replace(Mode::EndsAfter(text));
    }

    /// Lets this many requests pass that would end their connection.
    pub(crate) fn spare(&self, requests: usize) {
        self.counts.spared.store(requests, Ordering::SeqCst);
    }

    /// Whether the connection has been ended.
    pub(crate) fn has_ended_one(&self) -> bool {
        *self.mode.borrow() == Mode::Passes
    }
}

async fn accept(
    listener: TcpListener,
    target: String,
    connections: Arc<Mutex<Option<JoinSet<()>>>>,
    mode: watch::Sender<Mode>,
    counts: Arc<Counts>,
) {
    loop {
        let (client, _) = listener.accept().await.unwrap();
        if let Some(connections) = &mut *connections.lock().unwrap() {
            let wire = Wire {
                number: counts.opened.fetch_add(1, Ordering::SeqCst),
                mode: mode.clone(),
                counts: counts.clone(),
            };
            connections.spawn(pass(client, target.clone(), wire));
        }
    }
}

/// One connection.
struct Wire {
    number: usize,
    mode: watch::Sender<Mode>,
    counts: Arc<Counts>,
}

/// Passes on what both sides send, until one of them hangs up or the connection must end.
async fn pass(client: TcpStream, target: String, wire: Wire) {
    let database = TcpStream::connect(target).await.unwrap();
    let (from_server, to_server) = client.into_split();
    let (from_database, to_database) = database.into_split();
    let loses_answer = AtomicBool::new(false);
    tokio::select! {
        () = pass_requests(from_server, to_database, &wire, &loses_answer) => {}
        () = pass_answers(from_database, to_server, &wire, &loses_answer) => {}
    }
}

async fn pass_requests(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    wire: &Wire,
    loses_answer: &AtomicBool,
) {
    let mode = &wire.mode;
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        wire.until_it_speaks().await;
        let sent = &buffer[..read];
        let found = |text: &str| has_word(sent, text.as_bytes());
        let now = *mode.borrow();
        match now {
            Mode::EndsBefore(text) if found(text) && !wire.spares_one() => {
                mode.send_replace(Mode::Passes);
                return;
            }
            Mode::EndsEachBefore(text) if found(text) => return,
            Mode::EndsAfter(text) if found(text) && !wire.spares_one() => {
                mode.send_replace(Mode::Passes);
                loses_answer.store(true, Ordering::SeqCst);
            }
            _ => {}
        }
        if to.write_all(sent).await.is_err() {
            return;
        }
    }
}

async fn pass_answers(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    wire: &Wire,
    loses_answer: &AtomicBool,
) {
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read @ 1..) = from.read(&mut buffer).await {
        wire.until_it_speaks().await;
        if loses_answer.load(Ordering::SeqCst) || to.write_all(&buffer[..read]).await.is_err() {
            return;
        }
    }
}

/// Whether this text occurs, and not only as the start of a longer word, as COMMIT in COMMITTED.
fn has_word(bytes: &[u8], text: &[u8]) -> bool {
    let ends_in_letter = text.last().is_some_and(u8::is_ascii_alphabetic);
    bytes.windows(text.len()).enumerate().any(|(at, part)| {
        let next = bytes.get(at + text.len());
        part == text && !(ends_in_letter && next.is_some_and(u8::is_ascii_alphabetic))
    })
}

impl Wire {
    fn spares_one(&self) -> bool {
        let one_less = |spared: usize| spared.checked_sub(1);
        let spared = &self.counts.spared;
        spared
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less)
            .is_ok()
    }

    async fn until_it_speaks(&self) {
        let mut watching = self.mode.subscribe();
        watching.wait_for(|mode| *mode != Mode::Silent).await.ok();
        if self.number < self.counts.silent_below.load(Ordering::SeqCst) {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.running.abort();
    }
}
