//! Time limits of the database.
//!
//! A request that needs the database fails within three seconds, even if the database hangs without closing its
//! connections. The limits set in the database are shorter than ours, so that it gives up first if it is alive.

use std::time::Duration;

/// From requesting a connection until one is free.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_millis(2_500);

/// Opening one connection.
pub(super) const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// From sending a statement to its answer.
pub(super) const STATEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// From BEGIN to the request to commit.
pub(super) const TRANSACTION_TIMEOUT: Duration = Duration::from_secs(5);

/// Pinging a connection.
pub(super) const PING_TIMEOUT: Duration = Duration::from_millis(500);

/// How long the first statement on a pooled connection can stay without an answer while no other connection is answered
/// either. After that, a read-only statement or a BEGIN is sent again on a new connection.
pub(super) const FIRST_ANSWER_TIMEOUT: Duration = Duration::from_millis(700);

/// Connections idle for longer than this are pinged before use.
pub(super) const PING_WHEN_IDLE_FOR: Duration = Duration::from_secs(1);

/// Connections are closed after this idle time, and replaced at this age. Common firewalls, load balancers and NAT
/// gateways drop an idle connection after four minutes or later.
pub(super) const MAX_IDLE: Duration = Duration::from_mins(1);
pub(super) const MAX_AGE: Duration = Duration::from_mins(30);

/// How often idle connections are checked.
pub(super) const IDLE_CHECK_INTERVAL: Duration = Duration::from_secs(15);

/// Closing a connection properly.
pub(super) const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// How long SQLite waits for another process, such as the command line, to finish writing.
pub(super) const SQLITE_BUSY: Duration = Duration::from_millis(1_500);

/// Settings that the code relies on, set on each connection to PostgreSQL, whatever the defaults of the database or the
/// role. With keep-alives, the database notices dead clients, and gateways in between see the connection in use.
pub(super) const POSTGRES_SETTINGS: &str = "SET default_transaction_isolation = 'read committed'; \
    SET standard_conforming_strings = on; \
    SET tcp_keepalives_idle = 45; SET tcp_keepalives_interval = 10; SET tcp_keepalives_count = 3";
/// Limits for statements, row locks and idle transactions.
pub(super) const POSTGRES_LIMITS: &str = "SET statement_timeout = '1800ms'; SET lock_timeout = '1500ms'; \
    SET idle_in_transaction_session_timeout = '5s'";
/// No limits, for migrations, whatever the role has.
pub(super) const POSTGRES_NO_LIMITS: &str = "SET statement_timeout = 0; SET lock_timeout = 0; \
    SET idle_in_transaction_session_timeout = 0";
/// The isolation that the code relies on, independent of the database's default.
pub(super) const POSTGRES_BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED";
/// The same on a shared session, with limits that end with the transaction.
pub(super) const POSTGRES_SHARED_BEGIN: &str = "BEGIN ISOLATION LEVEL READ COMMITTED; \
    SET LOCAL statement_timeout = '1800ms'; SET LOCAL lock_timeout = '1500ms'; \
    SET LOCAL idle_in_transaction_session_timeout = '5s'";
/// No limits on a shared session, for migrations and the lock that guards them.
pub(super) const POSTGRES_SHARED_NO_LIMITS: &str = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = 0; \
    SET LOCAL idle_in_transaction_session_timeout = 0";
/// Without a limit: a commit that is cancelled while it waits for a standby counts as made, though the standby lacks
/// it.
pub(super) const POSTGRES_COMMIT: &str = "SET LOCAL statement_timeout = 0; COMMIT";

/// Settings that the code relies on, set on each connection to MySQL and MariaDB, whatever the server's defaults: each
/// statement outside a transaction commits by itself, COMMIT begins no new transaction, values that do not fit are
/// refused, and identifiers and literals have their standard meaning.
pub(super) const MYSQL_SETTINGS: &str = "SET SESSION autocommit = 1 , completion_type = 0 , \
    sql_mode = 'STRICT_ALL_TABLES,STRICT_TRANS_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION' , \
    foreign_key_checks = 1 , unique_checks = 1 , sql_safe_updates = 0 , sql_auto_is_null = 0 , \
    sql_select_limit = DEFAULT , default_storage_engine = InnoDB";
/// Under the default isolation the loser of a compare-and-set would read its old snapshot again.
pub(super) const MYSQL_ISOLATION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ WRITE";
/// Limits for statements, row locks and idle transactions. MariaDB and MySQL each execute their own comment. MySQL has
/// no limit for idle transactions.
pub(super) const MYSQL_LIMITS: &str = "SET SESSION innodb_lock_wait_timeout = 1 \
    /*M! , max_statement_time = 1.8 , idle_transaction_timeout = 5 */ /*!80000 , max_execution_time = 1800 */";
/// No limits, for migrations, whatever the server has.
pub(super) const MYSQL_NO_LIMITS: &str = "SET SESSION innodb_lock_wait_timeout = 50 \
    /*M! , max_statement_time = 0 , idle_transaction_timeout = 0 */ /*!80000 , max_execution_time = 0 */";
