//! One connection to one of the three databases.

use sea_orm::{
    DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    sqlx::{
        self, AssertSqlSafe, Connection as _, Database, IntoArguments, MySqlConnection, PgConnection,
        SqliteConnection, database::HasStatementCache, query::Query,
    },
};
use sea_query_sqlx::SqlxValues;

use crate::platform::config::DatabasePooler;

/// A connection.
#[derive(Debug)]
pub(super) enum Connection {
    Postgres(Box<PgConnection>, DatabasePooler),
    MySql(Box<MySqlConnection>),
    Sqlite(Box<SqliteConnection>),
}

/// A command to run on a connection.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// A statement that returns only the number of rows.
    Execute(Statement),
    /// A statement that returns rows. Reads all of them, so that no part of the reply is left on the connection.
    Query(Statement),
    /// SQL without values, not prepared.
    Raw(String),
}

/// The result of a [`Command`].
#[derive(Debug)]
pub(super) enum Reply {
    Done(ExecResult),
    Rows(Vec<QueryResult>),
}

/// Runs an expression on the driver's connection, for any database.
macro_rules! with_inner {
    ($connection:expr, |$inner:ident| $run:expr) => {
        match $connection {
            Connection::Postgres($inner, _) => $run,
            Connection::MySql($inner) => $run,
            Connection::Sqlite($inner) => $run,
        }
    };
}

impl Connection {
    /// Runs a command. The future must not be dropped before it is ready, unless the connection is dropped, too.
    pub(super) async fn run(&mut self, command: &Command) -> Result<Reply, sqlx::Error> {
        let is_persistent = self.keeps_statements();
        Ok(match command {
            Command::Execute(statement) => Reply::Done(with_inner!(self, |inner| {
                bound(statement, is_persistent)
                    .execute(&mut **inner)
                    .await?
                    .into()
            })),
            Command::Query(statement) => Reply::Rows(with_inner!(self, |inner| {
                let rows = bound(statement, is_persistent).fetch_all(&mut **inner).await?;
                rows.into_iter().map(QueryResult::from).collect()
            })),
            Command::Raw(sql) => Reply::Done(with_inner!(self, |inner| {
                let sql = sqlx::raw_sql(AssertSqlSafe(sql.as_str()));
                sql.execute(&mut **inner).await?.into()
            })),
        })
    }

    /// Runs SQL without user input.
    pub(super) async fn run_sql(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.run(&Command::Raw(sql.to_owned())).await.map(drop)
    }

    /// Whether statements can be prepared under a name and reused.
    fn keeps_statements(&self) -> bool {
        !matches!(self, Self::Postgres(_, DatabasePooler::Transaction))
    }

    /// Checks that the database still answers.
    pub(super) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        with_inner!(self, |inner| inner.ping().await)
    }

    /// Closes it properly. Dropping it instead closes it at once, which rolls back its transaction.
    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        with_inner!(self, |inner| inner.close().await)
    }
}

fn bound<DB>(statement: &Statement, is_persistent: bool) -> Query<'_, DB, SqlxValues>
where
    DB: Database + HasStatementCache,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement
        .values
        .clone()
        .unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values)).persistent(is_persistent)
}

impl Command {
    /// Whether it certainly changes nothing, so that it can run twice.
    pub(super) fn only_reads(&self) -> bool {
        match self {
            Self::Query(Statement { sql, .. }) | Self::Raw(sql) => sql.starts_with("SELECT "),
            Self::Execute(_) => false,
        }
    }

    /// The statement, unless it is raw SQL.
    pub(super) fn statement(&self) -> Option<&Statement> {
        match self {
            Self::Execute(statement) | Self::Query(statement) => Some(statement),
            Self::Raw(_) => None,
        }
    }

    /// Wraps an error of the driver like SeaORM does, by the kind of command.
    pub(super) fn failed(&self, error: sqlx::Error) -> DbErr {
        let error = RuntimeErr::SqlxError(error.into());
        match self {
            Self::Query(_) => DbErr::Query(error),
            Self::Execute(_) | Self::Raw(_) => DbErr::Exec(error),
        }
    }
}
