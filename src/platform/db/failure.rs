//! Errors of the database, classified by how to handle them.

use std::{fmt, time::Duration};

use sea_orm::{DbErr, RuntimeErr, SqlErr, sqlx};

use crate::platform::failure::{Denied, Failed, Failure, Fault};

/// How long callers should wait while the database is unavailable.
const RETRY_AFTER: Duration = Duration::from_secs(2);

/// A failed call to the database. Its `Debug` is for the log; it has no `Display`.
pub struct DbFailure {
    error: DbErr,
    is_outcome_unknown: bool,
}

impl DbFailure {
    /// A commit that failed. Only these errors prove that the database rolled back; after any other, or if the answer
    /// was lost, it could have committed.
    pub(super) fn of_commit(error: DbErr) -> Self {
        let mut failure = Self::from(error);
        let is_rolled_back = match failure.code() {
            // Conflict with another transaction, or a violated constraint that is checked at the end.
            Some(Code::Postgres(code)) => matches!(code, "40001" | "40P01") || code.starts_with("23"),
            Some(Code::MySql(code)) => matches!(code, 1213 | 1205 | 1062 | 1451 | 1452),
            // All except "input or output failed": the write could be complete.
            Some(Code::Sqlite(code)) => code & 0xff != 10,
            None => false,
        };
        failure.is_outcome_unknown = !is_rolled_back;
        failure
    }

    /// Whether the change may or may not have been committed.
    pub fn is_outcome_unknown(&self) -> bool {
        self.is_outcome_unknown
    }

    /// Whether the write violates a unique index.
    pub fn is_duplicate(&self) -> bool {
        matches!(self.error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// Whether retrying the transaction can succeed: it conflicted with another one, or its connection broke before the
    /// commit. A transaction that hung has already taken too long.
    pub(super) fn is_retryable(&self) -> bool {
        if self.is_outcome_unknown {
            return false;
        }
        match self.code() {
            // Serialization failure, deadlock, session ended by an administrator.
            Some(Code::Postgres(code)) => matches!(code, "40001" | "40P01" | "57P01"),
            // Deadlock, lock wait time-out, session ended by an administrator.
            Some(Code::MySql(code)) => matches!(code, 1213 | 1205 | 1927),
            Some(Code::Sqlite(_)) => false,
            None => match &self.error {
                DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
                    matches!(&**error, sqlx::Error::Io(error) if error.kind() != std::io::ErrorKind::TimedOut)
                }
                _ => false,
            },
        }
    }

    /// Whether the database is unreachable, full or overloaded, rather than the statement wrong.
    pub fn is_unavailable(&self) -> bool {
        if let Some(code) = self.code() {
            return code.means_unavailable();
        }
        match &self.error {
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

    /// Whether SQLite found no space on the disk.
    pub fn is_disk_full(&self) -> bool {
        matches!(self.code(), Some(Code::Sqlite(code)) if code & 0xff == 13)
    }

    /// Whether the database does not answer, or answers that it is starting or stopping: waiting can help.
    pub fn is_starting_or_down(&self) -> bool {
        match self.code() {
            // Class 08 is the error of a pooler that cannot reach the database.
            Some(Code::Postgres(code)) => {
                code.starts_with("57P") || code.starts_with("08") || code == "53300"
            }
            Some(Code::MySql(code)) => matches!(code, 1040 | 1053),
            Some(Code::Sqlite(_)) => false,
            None => match &self.error {
                DbErr::ConnectionAcquire(_) => true,
                // The driver for PostgreSQL reports a connection closed during the handshake as a protocol error.
                DbErr::Conn(RuntimeErr::SqlxError(error)) => matches!(
                    **error,
                    sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::Protocol(_)
                ),
                _ => false,
            },
        }
    }

    /// The error in one line, for the operator. Not for callers: it contains the driver's text.
    pub fn operator_message(&self) -> String {
        let text = match &self.error {
            DbErr::ConnectionAcquire(_) => NO_ANSWER.to_owned(),
            DbErr::Conn(RuntimeErr::SqlxError(error))
            | DbErr::Exec(RuntimeErr::SqlxError(error))
            | DbErr::Query(RuntimeErr::SqlxError(error)) => driver_text(error),
            DbErr::Custom(text) => text.clone(),
            other => other.to_string(),
        };
        text.replace(['\r', '\n'], " ")
    }

    fn code(&self) -> Option<Code<'_>> {
        let (DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error))) = &self.error
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

const NO_ANSWER: &str = "it does not answer";

fn driver_text(error: &sqlx::Error) -> String {
    match error {
        // The pool retries until its timeout, and then reports only that.
        sqlx::Error::PoolTimedOut => NO_ANSWER.to_owned(),
        // A closed port, or a host that drops packets.
        sqlx::Error::Io(error)
            if matches!(
                error.kind(),
                std::io::ErrorKind::ConnectionRefused | std::io::ErrorKind::TimedOut
            ) =>
        {
            NO_ANSWER.to_owned()
        }
        // Without TLS, MySQL 8 encrypts such passwords with RSA; the driver's message is about its build options.
        sqlx::Error::Configuration(problem) if problem.to_string().starts_with("RSA auth") => {
            "this account's authentication method needs TLS: add `?ssl-mode=REQUIRED` to the address, and enable TLS \
             in the database"
                .to_owned()
        }
        _ => error.to_string(),
    }
}

/// Whether a connection must not be reused after this error: it broke, or its state is unknown.
pub(super) fn is_broken(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(error) = error else {
        return true;
    };
    if let Some(error) = error.try_downcast_ref::<sqlx::postgres::PgDatabaseError>() {
        matches!(
            error.severity(),
            sqlx::postgres::PgSeverity::Fatal | sqlx::postgres::PgSeverity::Panic
        )
    } else if let Some(error) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        // Shutting down, connection killed, idle for too long, broken in the middle of a packet.
        matches!(error.number(), 1053 | 1927 | 3169 | 4031 | 1152 | 1158..=1161)
    } else {
        false
    }
}

/// The error code of the database.
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
            // Classes: connection exceptions, wrong credentials, no such database, repeated conflicts with other
            // transactions, insufficient resources, operator intervention (shutdown, time-out), system error. Codes:
            // read-only, idle for too long in a transaction, a transaction that took too long, a row locked for too
            // long.
            Self::Postgres(code) => {
                matches!(
                    code.get(..2),
                    Some("08" | "28" | "3D" | "40" | "53" | "57" | "58")
                ) || matches!(*code, "25006" | "25P03" | "25P04" | "55P03")
            }
            Self::MySql(code) => matches!(
                code,
                // Too many connections, access denied, no such database, shutting down.
                1040 | 1203 | 1226 | 1044 | 1045 | 1049 | 1053
                // Repeated conflicts with other transactions, killed, took too long (MariaDB, MySQL).
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
        Self {
            error,
            is_outcome_unknown: false,
        }
    }
}

impl fmt::Debug for DbFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.error, f)
    }
}

impl From<DbFailure> for Fault {
    fn from(failure: DbFailure) -> Self {
        Self::new("work with the database", failure.error)
    }
}

impl From<DbFailure> for Failed {
    fn from(failure: DbFailure) -> Self {
        if failure.is_outcome_unknown {
            tracing::warn!(error = %failure.error, "it is unknown whether a transaction was committed");
            Self::Denied(Denied::OutcomeUnknown {
                retry_after: RETRY_AFTER,
            })
        } else if failure.is_unavailable() {
            tracing::warn!(error = %failure.error, "the database is not available");
            Self::Denied(Denied::Unavailable {
                retry_after: RETRY_AFTER,
            })
        } else {
            Self::Fault(failure.into())
        }
    }
}

impl<R> From<DbFailure> for Failure<R> {
    fn from(failure: DbFailure) -> Self {
        Self::Failed(failure.into())
    }
}

#[cfg(test)]
mod tests {
    use std::{io, sync::Arc};

    use sea_orm::ConnAcquireErr;

    use super::*;

    fn sqlx(error: sqlx::Error) -> RuntimeErr {
        RuntimeErr::SqlxError(Arc::new(error))
    }

    fn broken_connection() -> sqlx::Error {
        sqlx::Error::Io(io::ErrorKind::UnexpectedEof.into())
    }

    #[test]
    fn connection_errors_count_as_unavailable() {
        for error in [
            DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            DbErr::Conn(sqlx(broken_connection())),
            DbErr::Query(sqlx(broken_connection())),
            DbErr::Exec(sqlx(sqlx::Error::WorkerCrashed)),
        ] {
            assert!(DbFailure::from(error.clone()).is_unavailable(), "{error}");
        }
        for error in [
            DbErr::Query(sqlx(sqlx::Error::ColumnNotFound("name".to_owned()))),
            DbErr::Custom("odd".to_owned()),
        ] {
            assert!(!DbFailure::from(error.clone()).is_unavailable(), "{error}");
        }
    }

    #[test]
    fn a_commit_without_an_answer_may_have_been_made() {
        for error in [
            DbErr::Exec(sqlx(broken_connection())),
            DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        ] {
            assert!(
                DbFailure::of_commit(error.clone()).is_outcome_unknown(),
                "{error}"
            );
            assert!(!DbFailure::from(error.clone()).is_outcome_unknown(), "{error}");
        }
    }

    #[test]
    fn waiting_is_for_databases_that_do_not_answer_yet() {
        let away = DbFailure::from(DbErr::Conn(sqlx(sqlx::Error::PoolTimedOut)));
        assert!(away.is_starting_or_down());
        assert_eq!(away.operator_message(), "it does not answer");
        let misspelt = sqlx::Error::Configuration("no such option".into());
        assert!(!DbFailure::from(DbErr::Conn(sqlx(misspelt))).is_starting_or_down());
    }

    #[test]
    fn what_operators_are_told_is_one_line() {
        let failure = DbFailure::from(DbErr::Custom("first\nsecond".to_owned()));
        assert_eq!(failure.operator_message(), "first second");
    }

    #[test]
    fn temporary_codes_count_as_unavailable() {
        for code in [
            Code::Postgres("57P01"),
            Code::Postgres("53100"),
            Code::Postgres("40P01"),
            Code::Postgres("55P03"),
            Code::MySql(1053),
            Code::MySql(1969),
            Code::Sqlite(5),
            // SQLITE_BUSY_RECOVERY: only the low byte counts.
            Code::Sqlite(261),
            Code::Sqlite(13),
        ] {
            assert!(code.means_unavailable());
        }
        for code in [
            Code::Postgres("42P01"),
            Code::MySql(1146),
            Code::Sqlite(1),
            Code::Sqlite(19),
        ] {
            assert!(!code.means_unavailable());
        }
    }
}
