//! A connection in use.
//!
//! It returns to the pool only if it is known to be clean: every command was answered, and no transaction is open.
//! Otherwise it is closed, and the database rolls back.

use std::pin::pin;

use deadpool::managed::{Manager as _, Object};
use sea_orm::{ConnAcquireErr, DbErr, RuntimeErr, sqlx};
use tokio::time::{Instant, timeout, timeout_at};

use super::{Permits, Pool};
use crate::platform::db::{
    connection::{Command, Reply},
    connection_factory::ConnectionFactory,
    failure::is_broken,
    limits,
};

/// A connection in use. When it is dropped, the connection returns to the pool if it is clean, and is closed otherwise.
pub(in crate::platform::db) struct Lease {
    connection: Option<Object<ConnectionFactory>>,
    /// Whether it has just been opened, or has answered since it was taken from the pool.
    is_proven: bool,
    state: State,
    pool: Pool,
    /// Dropped after the connection, which must be back in the pool before the next caller takes one.
    _permits: Permits,
}

/// The known state of the database session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Every command was answered, and no transaction is open.
    Clean,
    /// Every command was answered, and a transaction is open.
    InTransaction,
    /// A command was not answered, or the connection broke.
    Unknown,
}

impl Lease {
    pub(super) fn new(connection: Object<ConnectionFactory>, pool: Pool, permits: Permits) -> Self {
        Self {
            is_proven: Object::metrics(&connection).recycle_count == 0,
            connection: Some(connection),
            state: State::Clean,
            pool,
            _permits: permits,
        }
    }

    /// Runs a command within its time limit. The future must not be dropped: only a separate task polls it.
    pub(in crate::platform::db) async fn run(&mut self, command: &Command) -> Result<Reply, DbErr> {
        let deadline = Instant::now() + limits::STATEMENT_TIMEOUT;
        self.run_until(command, deadline, None).await
    }

    /// Runs a command that commits by itself. On a shared session, it runs in a transaction, which sets its limits.
    pub(in crate::platform::db) async fn run_alone(&mut self, command: &Command) -> Result<Reply, DbErr> {
        if self.pool.shares_sessions() {
            let begun = Instant::now();
            let reply = self.run_in_transaction(command).await;
            let is_dead = self.state == State::Unknown && begun.elapsed() < limits::FIRST_ANSWER_TIMEOUT;
            if !(is_dead && command.only_reads()) {
                return reply;
            }
            self.replace().await?;
            return self.run_in_transaction(command).await;
        }
        if command.only_reads() {
            self.run_harmless(command).await
        } else {
            self.run(command).await
        }
    }

    async fn run_in_transaction(&mut self, command: &Command) -> Result<Reply, DbErr> {
        self.begin(limits::POSTGRES_SHARED_BEGIN).await?;
        let reply = self.run(command).await;
        let has_written = reply.is_ok() && !command.only_reads();
        let ended = self.end(if has_written { "COMMIT" } else { "ROLLBACK" }).await;
        let reply = reply?;
        ended.map(|()| reply)
    }

    /// Runs a command that can run twice. Replaces the connection if it turns out to be dead.
    async fn run_harmless(&mut self, command: &Command) -> Result<Reply, DbErr> {
        let deadline = Instant::now() + limits::STATEMENT_TIMEOUT;
        // Connections to a SQLite file cannot be dead.
        if self.is_proven || self.pool.liveness.is_none() {
            return self.run_until(command, deadline, None).await;
        }
        let first = Instant::now() + limits::FIRST_ANSWER_TIMEOUT;
        let reply = self.run_until(command, deadline, Some(first)).await;
        if self.state != State::Unknown {
            return reply;
        }
        let Ok(replaced) = timeout_at(deadline, self.replace()).await else {
            self.pool.suspect();
            return reply;
        };
        replaced?;
        self.run_until(command, deadline, None).await
    }

    /// Runs a command until a deadline; or until an earlier one, if no other connection was answered by then either: if
    /// others were, the database is only slow.
    async fn run_until(
        &mut self,
        command: &Command,
        deadline: Instant,
        first_answer: Option<Instant>,
    ) -> Result<Reply, DbErr> {
        let before = self.state;
        let (Some(connection), true) = (self.connection.as_mut(), before != State::Unknown) else {
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed));
        };
        let connection_factory = self.pool.connections.manager();
        self.state = State::Unknown;
        let mut running = pin!(connection.run(command));
        let mut answer = None;
        if let Some(first_answer) = first_answer {
            answer = timeout_at(first_answer, &mut running).await.ok();
            if answer.is_none() && !connection_factory.has_answered_within(limits::FIRST_ANSWER_TIMEOUT) {
                connection_factory.note_doubt();
                return Err(timed_out(command));
            }
        }
        if answer.is_none() {
            answer = timeout_at(deadline, running).await.ok();
        }
        match answer {
            Some(Ok(reply)) => {
                self.state = before;
                self.is_proven = true;
                connection_factory.note_answer();
                Ok(reply)
            }
            Some(Err(error)) => {
                if is_broken(&error) {
                    connection_factory.note_doubt();
                } else {
                    self.state = before;
                    self.is_proven = true;
                }
                Err(command.failed(error))
            }
            None => {
                connection_factory.note_doubt();
                self.pool.suspect();
                Err(timed_out(command))
            }
        }
    }

    /// Replaces a dead connection with a new one.
    async fn replace(&mut self) -> Result<(), DbErr> {
        let opening = self.pool.connections.manager().create();
        let Ok(opened) = timeout(limits::CONNECT_TIMEOUT, opening).await else {
            self.pool.suspect();
            return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout));
        };
        let opened = opened.map_err(|error| DbErr::Conn(RuntimeErr::SqlxError(error.into())))?;
        if let Some(connection) = self.connection.as_mut() {
            **connection = opened;
            self.state = State::Clean;
            self.is_proven = true;
        }
        Ok(())
    }

    /// Begins a transaction.
    pub(in crate::platform::db) async fn begin(&mut self, sql: &str) -> Result<(), DbErr> {
        // Can run twice: if it did not arrive or its answer was lost, nothing persistent has happened.
        self.run_harmless(&Command::Raw(sql.to_owned())).await?;
        self.state = State::InTransaction;
        Ok(())
    }

    /// Ends the transaction by `COMMIT` or `ROLLBACK`.
    pub(in crate::platform::db) async fn end(&mut self, sql: &str) -> Result<(), DbErr> {
        self.run(&Command::Raw(sql.to_owned())).await?;
        self.state = State::Clean;
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if self.state == State::Clean {
            return;
        }
        if let Some(connection) = self.connection.take() {
            // Removed from the pool, and closed by the drop.
            drop(Object::take(connection));
        }
    }
}

fn timed_out(command: &Command) -> DbErr {
    command.failed(sqlx::Error::Io(std::io::ErrorKind::TimedOut.into()))
}
