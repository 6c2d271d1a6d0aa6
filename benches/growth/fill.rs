//! Filling the tables: statements that have the database itself make up the rows.

use std::time::{SystemTime, UNIX_EPOCH};

use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection, DbBackend};

use super::accounts::{FIRST_SESSION, FIRST_USER, SCATTER, password_hash};

const AGENT: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";
const HOUR: u64 = 60 * 60 * 1_000;
const DAY: u64 = 24 * HOUR;

/// Puts so many users and an administrator, with all that hangs on them, into the tables, which are there and empty.
pub async fn fill(url: &str, users: u64) {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    // Nothing is lost that could not be made again; and what is still to be written to disk is not to be measured.
    let (before, after) = match connection.get_database_backend() {
        DbBackend::Sqlite => (
            "PRAGMA foreign_keys = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -2000000",
            ["PRAGMA synchronous = FULL", "PRAGMA wal_checkpoint(TRUNCATE)"],
        ),
        _ => (
            "SET session_replication_role = replica",
            ["VACUUM ANALYZE", "CHECKPOINT"],
        ),
    };
    run(&connection, before).await;
    for statement in statements(connection.get_database_backend(), users) {
        run(&connection, &statement).await;
    }
    for sql in after {
        run(&connection, sql).await;
    }
    connection.close().await.unwrap();
}

async fn run(connection: &DatabaseConnection, sql: &str) {
    connection.execute_unprepared(sql).await.unwrap();
}

fn statements(backend: DbBackend, users: u64) -> [String; 5] {
    // The administrator is the last one.
    let people = users + 1;
    let now = u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap();
    let numbers = |count: u64| match backend {
        DbBackend::Sqlite => format!(
            "(WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {count}) SELECT i FROM n)"
        ),
        _ => format!("(SELECT i FROM generate_series(0::bigint, {count} - 1) AS n(i))"),
    };
    let hex = |number: &str, digits: u32| match backend {
        DbBackend::Sqlite => format!("printf('%0{digits}x', {number})"),
        _ => format!("lpad(to_hex({number}), {digits}, '0')"),
    };
    let scattered = |number: &str| format!("({number} * {SCATTER}) % 4294967296");
    let id = |first: u64, number: &str| {
        let text = format!(
            "{} || '7' || {} || '8' || {}",
            hex(&format!("{first} + {number}"), 12),
            hex(&format!("{number} % 4096"), 3),
            hex(&scattered(number), 15)
        );
        match backend {
            DbBackend::Sqlite => format!("unhex({text})"),
            _ => format!("({text})::uuid"),
        }
    };
    let user_id = id(FIRST_USER, "i");
    let email = format!("{} || '.' || i || '@example.com'", hex(&scattered("i"), 8));
    let key = format!("{} || '{}'", hex(&scattered("i"), 8), "k".repeat(35));
    [
        format!(
            "INSERT INTO users (id, name, name_key, email, email_key, password_hash, status, email_verified_at, created_at, updated_at,
                last_login_at)
             SELECT {user_id}, 'Ada ' || {letters}, 'ada ' || {letters}, {email}, {email}, '{hash}', 'active', {FIRST_USER} + i,
                {FIRST_USER} + i, {began}, {began} + i
             FROM {all} AS numbers",
            letters = hex(&scattered("i"), 8),
            hash = password_hash(),
            began = now - DAY,
            all = numbers(people),
        ),
        format!(
            "INSERT INTO user_roles (user_id, role) SELECT {user_id}, 'staff' FROM {all} AS numbers WHERE i % 10 = 0",
            all = numbers(users),
        ),
        format!(
            "INSERT INTO user_roles (user_id, role) SELECT {user_id}, 'admin' FROM {all} AS numbers WHERE i = {users}",
            all = numbers(people),
        ),
        // Of the two sessions of each user, the first counts as used just now for as long as is measured.
        format!(
            "INSERT INTO sessions (id, user_id, created_at, last_used_at, expires_at, user_agent, ip_address, device_name,
                auth_methods, token_delivery, refresh_key_id, refresh_salt, refresh_generation)
             SELECT {session_id}, {of}, {began}, {now} + {HOUR} - (i % 2) * {DAY} / 2, {end} + i, '{AGENT}', '192.0.2.1',
                'Firefox on Linux', 'password', 'body', 'none', '{salt}', 0
             FROM {all} AS numbers",
            session_id = id(FIRST_SESSION, "i"),
            of = id(FIRST_USER, "(i / 2)"),
            began = now - DAY,
            end = now + 7 * DAY,
            salt = "s".repeat(43),
            all = numbers(2 * people),
        ),
        format!(
            "INSERT INTO attempt_streaks (account_key, network_key, failures, failures_in_window, window_began_at, waits,
                blocked_until, failed_at, succeeded_at, forget_at)
             SELECT {key}, {key}, 0, 0, 0, 0, 0, 0, {now}, {end} + i FROM {all} AS numbers",
            end = now + 90 * DAY,
            all = numbers(users),
        ),
    ]
}
