//! How long anything about the database may take.
//!
//! A request that needs the database fails within three seconds, even if the database hangs without closing its
//! connections. The database's own limits are shorter than ours, so that it gives up first while it lives.

use std::time::Duration;

/// From asking for a connection until one is free.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(2_500);

/// Opening one connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// From sending a statement to its answer.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// From BEGIN to the request to commit.
pub(super) const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Asking whether a connection is still alive.
pub(super) const PING_TIMEOUT: Duration = Duration::from_millis(500);

/// Connections idle for longer than this are asked whether they are alive before they are used.
pub(super) const PING_WHEN_IDLE_FOR: Duration = Duration::from_secs(5);

/// Connections are replaced after this time idle, or this age: shorter than firewalls and servers usually take to forget
/// them.
pub(super) const MAX_IDLE: Duration = Duration::from_mins(4);
pub(super) const MAX_AGE: Duration = Duration::from_mins(30);

/// Closing a connection properly.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long SQLite waits for another process, such as the command line, to finish writing.
pub(super) const SQLITE_BUSY: Duration = Duration::from_millis(1_500);

/// Set on each connection to PostgreSQL: limits for statements, for waiting for a row and for idle transactions.
pub(super) const POSTGRES_SESSION: &str = "SET statement_timeout = '1800ms'; SET lock_timeout = '1500ms'; \
    SET idle_in_transaction_session_timeout = '5s'";
/// The isolation that the code relies on, independent of the database's default.
pub(super) const POSTGRES_BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// Without a limit: a commit that waits for a standby and is cancelled counts as made, though the standby has not got it.
pub(super) const POSTGRES_COMMIT: &str = "SET LOCAL statement_timeout = 0; COMMIT";

/// The same on MariaDB and on MySQL, each of which reads its own comment. MySQL has no limit for idle transactions.
///
/// Under their default isolation the loser of a compare-and-set would read its old snapshot again.
pub(super) const MYSQL_SESSION: &str = "SET SESSION innodb_lock_wait_timeout = 1 \
    /*M! , max_statement_time = 1.8 , idle_transaction_timeout = 5 */ /*!80000 , max_execution_time = 1800 */";
pub(super) const MYSQL_ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";
