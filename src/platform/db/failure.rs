//! What can go wrong with the database, sorted by what to do about it.

use std::{fmt, time::Duration};

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use crate::platform::failure::{Denied, Failure, Fault};

/// How long callers are asked to wait while the database is away.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// A failed call to the database. Its `Debug` is for the log; it has no `Display`.
pub struct DbFailure(DbErr);

impl DbFailure {
    /// Whether a unique index refused the row.
    pub fn is_duplicate(&self) -> bool {
        matches!(self.0.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// Whether the same transaction, begun again, may well pass: it lost against another one.
    pub(super) fn is_worth_another_try(&self) -> bool {
        match self.code() {
            // Serialization failure, deadlock.
            Some(Code::Postgres(code)) => matches!(code, "40001" | "40P01"),
            // Deadlock, lock wait time-out.
            Some(Code::MySql(code)) => matches!(code, 1213 | 1205),
            Some(Code::Sqlite(_)) | None => false,
        }
    }

    /// Whether the database is away, full or overloaded, rather than asked something wrong.
    pub fn is_unavailable(&self) -> bool {
        if let Some(code) = self.code() {
            return code.means_unavailable();
        }
        match &self.0 {
            DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
            DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                matches!(
                    **error,
                    sqlx::Error::Io(_)
                        | sqlx::Error::Tls(_)
                        | sqlx::Error::Protocol(_)
                        | sqlx::Error::PoolTimedOut
                        | sqlx::Error::PoolClosed
                        | sqlx::Error::WorkerCrashed
                )
            }
            _ => false,
        }
    }

    /// Whether nothing answers at the database's address, or only to say that it is about to start or stop: waiting
    /// may help.
    pub fn is_away(&self) -> bool {
        match self.code() {
            Some(Code::Postgres(code)) => code.starts_with("57P") || code == "53300",
            Some(Code::MySql(code)) => matches!(code, 1040 | 1053),
            Some(Code::Sqlite(_)) => false,
            None => match &self.0 {
                DbErr::ConnectionAcquire(_) => true,
                DbErr::Conn(RuntimeErr::SqlxError(error)) => {
                    matches!(**error, sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut)
                }
                _ => false,
            },
        }
    }

    /// What went wrong in one line, for the person who runs the server. Not for callers: it is the driver's text.
    pub fn told_to_operator(&self) -> String {
        let text = match &self.0 {
            // The pool keeps trying until its time is up, and then tells no more than that.
            DbErr::ConnectionAcquire(_) => "it does not answer".to_owned(),
            DbErr::Conn(RuntimeErr::SqlxError(error)) if matches!(**error, sqlx::Error::PoolTimedOut) => {
                "it does not answer".to_owned()
            }
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => error.to_string(),
            DbErr::Custom(text) => text.clone(),
            other => other.to_string(),
        };
        text.replace(['\r', '\n'], " ")
    }

    fn code(&self) -> Option<Code<'_>> {
        let (DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error))) = &self.0
        else {
            return None;
        };
        let sqlx::Error::Database(error) = &**error else {
            return None;
        };
        if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
            Some(Code::Postgres(error.code()))
        } else if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
            Some(Code::MySql(error.number()))
        } else {
            error.code().and_then(|code| code.parse().ok()).map(Code::Sqlite)
        }
    }
}

/// A database's own code of an error.
enum Code<'a> {
    /// SQLSTATE.
    Postgres(&'a str),
    /// Error number of MySQL and MariaDB.
    MySql(u16),
    /// Extended result code.
    Sqlite(u32),
}

impl Code<'_> {
    fn means_unavailable(&self) -> bool {
        match self {
            // Connection exceptions, wrong credentials, no such database, lost against other transactions again and
            // again, insufficient resources, operator intervention (shutdown, time-out), system error, read-only.
            Self::Postgres(code) => {
                matches!(
                    code.get(..2),
                    Some("08" | "28" | "3D" | "40" | "53" | "57" | "58")
                ) || *code == "25006"
            }
            Self::MySql(code) => matches!(
                code,
                // Too many connections, access denied, no such database, shutting down.
                1040 | 1203 | 1226 | 1044 | 1045 | 1049 | 1053
                // Lost against other transactions again and again, killed, took too long (MariaDB, MySQL).
                | 1205 | 1213 | 1317 | 1927 | 1969 | 3024
                // Read-only, disk or table full.
                | 1290 | 1792 | 1836 | 1021 | 1114
            ),
            // Busy, locked, read-only, input or output failed, full, cannot be opened.
            Self::Sqlite(code) => matches!(code & 0xff, 5 | 6 | 8 | 10 | 13 | 14),
        }
    }
}

impl From<DbErr> for DbFailure {
    fn from(error: DbErr) -> Self {
        Self(error)
    }
}

impl fmt::Debug for DbFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}

impl From<DbFailure> for Fault {
    fn from(failure: DbFailure) -> Self {
        Self::new("work with the database", failure.0)
    }
}

impl<R> From<DbFailure> for Failure<R> {
    fn from(failure: DbFailure) -> Self {
        if failure.is_unavailable() {
            tracing::warn!(error = %failure.0, "the database is not available");
            Self::Denied(Denied::Unavailable {
                retry_after: RETRY_AFTER,
            })
        } else {
            Self::Fault(failure.into())
        }
    }
}
