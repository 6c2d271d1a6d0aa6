//! The program itself, as a process, with its own database and data folder.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::Write as _,
    path::PathBuf,
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::Arc,
    time::Duration,
};

use portcullis::platform::config::DatabasePooler;
use tempfile::NamedTempFile;

use super::{client::Client, database::TestDatabase, waiting::until};

/// Nothing that is started here takes this long, unless it hangs.
const EXIT_TIMEOUT: Duration = Duration::from_mins(1);

const PROGRAM: &str = env!("CARGO_BIN_EXE_portcullis");

/// How a program is called: its variables and its database.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) database: Arc<TestDatabase>,
    variables: Vec<(String, String)>,
}

/// The result of a program.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    /// With what it needs to start on the database of the run, and nothing else.
    pub(crate) async fn new() -> Self {
        let database = Arc::new(TestDatabase::empty().await);
        let folder = database.folder().join("data");
        let mut program = Self {
            database,
            variables: Vec::new(),
        }
        .with("DATA_DIR", folder.to_str().unwrap())
        .with("LISTEN", "127.0.0.1:0");
        if !program.database.is_sqlite() {
            let url = program.database.url_for_servers.clone();
            program = program
                .with("DATABASE_URL", &url)
                .with("SECRET", super::app::SECRET);
            if program.database.pooler == DatabasePooler::Transaction {
                program = program.with("DATABASE_POOLER", "transaction");
            }
        }
        program
    }

    /// Sets this setting, replacing any other value.
    pub(crate) fn with(mut self, setting: &str, value: &str) -> Self {
        self = self.without(setting);
        self.variables
            .push((format!("PORTCULLIS_{setting}"), value.to_owned()));
        self
    }

    /// Removes this setting.
    pub(crate) fn without(mut self, setting: &str) -> Self {
        self.variables
            .retain(|(name, _)| *name != format!("PORTCULLIS_{setting}"));
        self
    }

    /// The address of the database, for direct access.
    pub(crate) fn database_url(&self) -> String {
        if self.database.is_sqlite() {
            format!("sqlite://{}", self.data_dir().join("portcullis.db").display())
        } else {
            self.database.url.clone()
        }
    }

    /// The data folder, whether or not it exists yet.
    pub(crate) fn data_dir(&self) -> PathBuf {
        self.database.folder().join("data")
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with_input(arguments, "")
    }

    /// Runs a command to its end, with input on standard input.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Finished {
        let mut running = self.start(arguments);
        running
            .child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let status = running.wait();
        running.finished(status)
    }

    /// Runs a command that must succeed. Returns what it printed, without the last line break.
    pub(crate) fn done(&self, arguments: &[&str]) -> String {
        let finished = self.run(arguments);
        assert_eq!(finished.status, Some(0), "{arguments:?}: {}", finished.err);
        finished.out.trim_end().to_owned()
    }

    /// Starts the server, and waits until it is ready.
    pub(crate) async fn serve(&self) -> Running {
        let mut server = self.start(&["serve", "--migrate"]);
        server.ready().await;
        server
    }

    /// Runs a command to its end in a shell in which `before` ran first, such as `ulimit`.
    pub(crate) fn run_after(&self, before: &str, arguments: &[&str]) -> Finished {
        let mut shell = Command::new("/bin/sh");
        shell.args(["-c", &format!("{before}; exec \"$0\" \"$@\""), PROGRAM]);
        let mut running = self.spawn(shell.args(arguments));
        let status = running.wait();
        running.finished(status)
    }

    /// Starts a command without waiting for it.
    pub(crate) fn start(&self, arguments: &[&str]) -> Running {
        self.spawn(Command::new(PROGRAM).args(arguments))
    }

    fn spawn(&self, command: &mut Command) -> Running {
        let [out, err] = [(); 2].map(|()| NamedTempFile::new().unwrap());
        let child = command
            .env_clear()
            .envs(
                self.variables
                    .iter()
                    .map(|(name, value)| (name, OsStr::new(value))),
            )
            .current_dir(self.database.folder())
            .stdin(Stdio::piped())
            .stdout(appending(&out))
            .stderr(appending(&err))
            .spawn()
            .unwrap();
        Running {
            child,
            out,
            err,
            url: String::new(),
        }
    }
}

impl Finished {
    /// The single line that says why a command failed.
    pub(crate) fn complaint(&self, status: i32) -> &str {
        assert_eq!(self.status, Some(status), "{self:?}");
        let line = self.err.trim_end();
        assert_eq!(line.lines().count(), 1, "more than one line: {self:?}");
        line.strip_prefix("portcullis: ").unwrap()
    }
}

/// A program that has been started; killed when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
    out: NamedTempFile,
    err: NamedTempFile,
    url: String,
}

impl Running {
    /// Waits until the server is ready.
    pub(crate) async fn ready(&mut self) {
        until("the server is ready", async || {
            if let Some(status) = self.child.try_wait().unwrap() {
                panic!("the server ended, {status}: {}", self.log());
            }
            let Some(address) = self.address() else {
                return false;
            };
            self.url = format!("http://{address}");
            self.client().get("/readyz").await.status == 200
        })
        .await;
    }

    /// A client without credentials.
    pub(crate) fn client(&self) -> Client {
        Client::new(self.url.clone(), None)
    }

    /// The URL that the server listens on.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// The log so far.
    pub(crate) fn log(&self) -> String {
        content(&self.err)
    }

    /// The address in the log; none before the server is about to be ready.
    fn address(&self) -> Option<String> {
        let log = self.log();
        let mut lines = log
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        if let Some(line) = lines.find(|line| line["message"] == "listening") {
            return line["address"].as_str().map(str::to_owned);
        }
        // The same in text format.
        let (_, rest) = log.split_once(" listening address=")?;
        rest.lines().next().map(|it| it.trim_end().to_owned())
    }

    /// Asks the program to stop.
    pub(crate) fn terminate(&self) {
        self.signal("TERM");
    }

    /// Sends this signal.
    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id();
        let killed = Command::new("sh")
            .args(["-c", &format!("kill -{name} {id}")])
            .status();
        assert!(killed.unwrap().success());
    }

    /// Ends the program like a power failure.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Its standard input, which stays open.
    pub(crate) fn stdin(&mut self) -> &mut ChildStdin {
        self.child.stdin.as_mut().unwrap()
    }

    /// Waits until the program ends, and returns what it printed.
    pub(crate) fn end(mut self) -> Finished {
        let status = self.wait();
        self.finished(status)
    }

    /// Waits until the program ends.
    pub(crate) fn wait(&mut self) -> ExitStatus {
        for _ in 0..EXIT_TIMEOUT.as_millis() / 20 {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("still running: {}", self.log());
    }

    fn finished(&self, status: ExitStatus) -> Finished {
        Finished {
            status: status.code(),
            out: content(&self.out),
            err: content(&self.err),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn appending(file: &NamedTempFile) -> File {
    File::options().append(true).open(file.path()).unwrap()
}

fn content(file: &NamedTempFile) -> String {
    fs::read_to_string(file.path()).unwrap()
}
