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

/// Something to do on a connection.
#[derive(Debug, Clone)]
pub(super) enum Command {
    /// A statement of which only the number of rows is asked.
    Execute(Statement),
    /// A statement whose rows are asked. All of them are read, so that nothing of the answer is left on the wire.
    Query(Statement),
    /// SQL without values, not prepared.
    Raw(String),
}

/// What came of a [`Command`].
#[derive(Debug)]
pub(super) enum Reply {
    Done(ExecResult),
    Rows(Vec<QueryResult>),
}

/// Runs an expression with the connection inside, whichever database it is of.
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
    /// Runs a command. The future must not be dropped before it is ready, unless the connection is too.
    pub(super) async fn run(&mut self, command: &Command) -> Result<Reply, sqlx::Error> {
        let keeps = self.keeps_statements();
        Ok(match command {
            Command::Execute(statement) => Reply::Done(with_inner!(self, |inner| {
                bound(statement, keeps).execute(&mut **inner).await?.into()
            })),
            Command::Query(statement) => Reply::Rows(with_inner!(self, |inner| {
                let rows = bound(statement, keeps).fetch_all(&mut **inner).await?;
                rows.into_iter().map(QueryResult::from).collect()
            })),
            Command::Raw(sql) => Reply::Done(with_inner!(self, |inner| {
                let sql = sqlx::raw_sql(AssertSqlSafe(sql.as_str()));
                sql.execute(&mut **inner).await?.into()
            })),
        })
    }

    /// Runs SQL of our own.
    pub(super) async fn run_sql(&mut self, sql: &str) -> Result<(), sqlx::Error> {
        self.run(&Command::Raw(sql.to_owned())).await.map(drop)
    }

    /// Whether statements may be prepared under a name and used again.
    fn keeps_statements(&self) -> bool {
        !matches!(self, Self::Postgres(_, DatabasePooler::Transaction))
    }

    /// Whether the other end still answers.
    pub(super) async fn ping(&mut self) -> Result<(), sqlx::Error> {
        with_inner!(self, |inner| inner.ping().await)
    }

    /// Closes it properly. One that is dropped instead is closed at once, which ends its transaction too.
    pub(super) async fn close(self) -> Result<(), sqlx::Error> {
        with_inner!(self, |inner| inner.close().await)
    }
}

fn bound<DB>(statement: &Statement, keeps: bool) -> Query<'_, DB, SqlxValues>
where
    DB: Database + HasStatementCache,
    SqlxValues: IntoArguments<DB>,
{
    let values = statement
        .values
        .clone()
        .unwrap_or_else(|| sea_orm::sea_query::Values(Vec::new()));
    sqlx::query_with(AssertSqlSafe(statement.sql.as_str()), SqlxValues(values)).persistent(keeps)
}

impl Command {
    /// Whether it surely changes nothing, so that it can be run twice.
    pub(super) fn only_reads(&self) -> bool {
        match self {
            Self::Query(Statement { sql, .. }) | Self::Raw(sql) => sql.starts_with("SELECT "),
            Self::Execute(_) => false,
        }
    }

    /// The statement, where there is one.
    pub(super) fn statement(&self) -> Option<&Statement> {
        match self {
            Self::Execute(statement) | Self::Query(statement) => Some(statement),
            Self::Raw(_) => None,
        }
    }

    /// An error of the driver, as SeaORM tells what was being done.
    pub(super) fn failed(&self, error: sqlx::Error) -> DbErr {
        let error = RuntimeErr::SqlxError(error.into());
        match self {
            Self::Query(_) => DbErr::Query(error),
            Self::Execute(_) | Self::Raw(_) => DbErr::Exec(error),
        }
    }
}
