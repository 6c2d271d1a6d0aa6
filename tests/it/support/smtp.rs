//! A mail server that follows a script: it accepts mails and keeps them, or misbehaves at a step.

mod certificate;
mod conversation;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{
    net::TcpListener,
    task::{JoinHandle, JoinSet},
};

use self::certificate::{Authority, acceptor};

/// Whether and when the server speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Speaks {
    Plain,
    Tls,
    Starttls,
}

/// The certificate that it shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shows {
    /// One for `localhost` by the authority in [`SmtpServer::ca_file`].
    Valid,
    /// One by the authority for another name.
    WrongName,
    /// One by the authority that has expired.
    Expired,
    /// One for `localhost` by itself.
    SelfSigned,
    /// One for `localhost` by another authority that has taken the name of the right one.
    Forged,
}

/// A point at which the server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum At {
    /// The TLS handshake, on its side.
    Handshake,
    Greeting,
    /// Each EHLO, before and in TLS.
    Ehlo,
    Starttls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// The end of the mail.
    End,
    Rset,
    Quit,
}

/// What it does there instead of going on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Replies with this line.
    Reply(&'static str),
    /// Closes the connection.
    HangUp,
    /// Says nothing more.
    Silence,
    /// Goes on after this time.
    Slow(Duration),
    /// Goes on, and sends this as well, in the same packet.
    Inject(&'static str),
    /// Goes on, and sends this a moment later.
    InjectLater(&'static str),
}

/// What the server does.
#[derive(Debug, Clone)]
pub(crate) struct Script {
    pub(crate) speaks: Speaks,
    pub(crate) shows: Shows,
    /// What it offers after EHLO, in addition to STARTTLS.
    pub(crate) offers: Vec<&'static str>,
    /// Whether it offers STARTTLS where it speaks it.
    pub(crate) offers_starttls: bool,
    /// User and password that it lets in.
    pub(crate) user: (&'static str, &'static str),
    pub(crate) faults: HashMap<At, Fault>,
}

impl Script {
    /// A server that accepts everything.
    pub(crate) fn new(speaks: Speaks) -> Self {
        Self {
            speaks,
            shows: Shows::Valid,
            offers: vec!["PIPELINING", "SIZE 1000000", "AUTH PLAIN LOGIN", "   "],
            offers_starttls: true,
            user: ("accounts", PASSWORD),
            faults: HashMap::new(),
        }
    }

    /// The same with a fault.
    pub(crate) fn with(mut self, at: At, fault: Fault) -> Self {
        self.faults.insert(at, fault);
        self
    }
}

/// The password of the user that the server lets in.
pub(crate) const PASSWORD: &str = "hunter2 correct horse";

/// A mail that the server has accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Accepted {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// The mail, without the dots that were added for transport.
    pub(crate) data: String,
}

/// What has happened so far.
#[derive(Debug, Default)]
struct Record {
    accepted: Vec<Accepted>,
    lines: Vec<String>,
    connections: usize,
}

struct Shared {
    script: Mutex<Script>,
    record: Mutex<Record>,
    authority: Authority,
}

/// A mail server on this machine.
pub(crate) struct SmtpServer {
    pub(crate) port: u16,
    folder: tempfile::TempDir,
    shared: Arc<Shared>,
    running: JoinHandle<()>,
}

impl SmtpServer {
    /// A server that follows this script.
    pub(crate) async fn start(script: Script) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let authority = Authority::new();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("ca.pem"), authority.pem()).unwrap();
        let shared = Arc::new(Shared {
            script: Mutex::new(script),
            record: Mutex::default(),
            authority,
        });
        let running = tokio::spawn(accept(listener, shared.clone()));
        Self {
            port,
            folder,
            shared,
            running,
        }
    }

    /// File with the authority of its certificates.
    pub(crate) fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Changes what it does from now on, on open connections, too.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Script)) {
        change(&mut self.shared.script.lock().unwrap());
    }

    /// The mails that it has accepted.
    pub(crate) fn accepted(&self) -> Vec<Accepted> {
        self.shared.record.lock().unwrap().accepted.clone()
    }

    /// The lines that clients have sent, without the mails.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.shared.record.lock().unwrap().lines.clone()
    }

    /// How many connections there have been.
    pub(crate) fn connections(&self) -> usize {
        self.shared.record.lock().unwrap().connections
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with the server, and ends the connections then.
    let mut connections = JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        shared.record.lock().unwrap().connections += 1;
        connections.spawn(conversation::hold(stream, shared.clone()));
    }
}

impl Shared {
    fn script(&self) -> Script {
        self.script.lock().unwrap().clone()
    }

    fn acceptor(&self) -> tokio_rustls::TlsAcceptor {
        acceptor(&self.authority, self.script().shows)
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.running.abort();
    }
}
