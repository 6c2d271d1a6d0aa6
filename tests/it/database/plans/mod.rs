//! How the database goes about what it is asked: by an index, so that it stays as quick with many accounts as with few.
//!
//! Nobody lists the statements. A server is watched from its start on, while people do what there is to do, and what it
//! asked is explained by the same database, with the same values, on tables with some thousand rows.

mod audit;
mod factors;
mod identities;
mod life;
mod passkeys;
mod plan;
mod rows;

use std::{collections::BTreeMap, time::Duration};

use entity::UserId;
use portcullis::platform::{
    config::{EmailVerification, ServerSecret},
    db::Executor,
};
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use self::plan::{Reads, explain};
use crate::{
    social::TRUSTED,
    support::{SECRET, StubProvider, TestApp},
};

/// What may read more than it finds: a part of it, the most that it may read, the databases on which it does, and why.
const EXCEPTIONS: [(&str, Reads, &[DbBackend], &str); 30] = [
    (
        "signing_keys",
        Reads::Everything,
        &EVERYWHERE,
        "a handful of keys, at the start",
    ),
    (
        "data_keys",
        Reads::Everything,
        &EVERYWHERE,
        "a handful of keys, at the start",
    ),
    (
        "FROM passkeys ORDER BY passkeys.id ASC LIMIT",
        Reads::Everything,
        &EVERYWHERE,
        "the oldest passkey, at the start, in the order of the index up to the limit",
    ),
    (
        "FROM portcullis_migrations",
        Reads::Everything,
        &EVERYWHERE,
        "the changes of the tables, at the start",
    ),
    (
        "FROM users ORDER BY users.id ASC LIMIT",
        Reads::Everything,
        &EVERYWHERE,
        "the first page of the operator's list, in the order of the index up to the limit",
    ),
    (
        "FROM users WHERE users.id > ",
        Reads::Stretch,
        &EVERYWHERE,
        "the pages after it, likewise",
    ),
    (
        "FROM user_roles WHERE user_roles.user_id BETWEEN",
        Reads::Stretch,
        &EVERYWHERE,
        "the roles of such a page, whose users are next to each other",
    ),
    (
        "FROM attempt_streaks WHERE attempt_streaks.succeeded_at IS NULL ORDER BY",
        Reads::Everything,
        &EVERYWHERE,
        "whether there are more failures than are kept, once an hour; their number has a bound",
    ),
    (
        "_at < ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "what is over and to be forgotten, and nothing else, up to the limit",
    ),
    (
        "reserved_until < ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the same",
    ),
    (
        "users.deletes_at <= ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the accounts whose deletion is due, and nothing else, up to the limit",
    ),
    (
        "users.deletes_at > ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the accounts that are closed until later, once an hour: few, and each for some days",
    ),
    (
        "UPDATE leases SET holder",
        Reads::Everything,
        &EVERYWHERE,
        "one row for each kind of work, when a server stops",
    ),
    (
        "FROM audit_events ORDER BY audit_events.id ",
        Reads::Everything,
        &EVERYWHERE,
        "the first page of the audit log, from either end, in the order of the index up to the limit",
    ),
    (
        "FROM audit_events WHERE (typeof(id) = 'blob' AND length(id) = 16) ORDER BY audit_events.id ",
        Reads::Everything,
        &[DbBackend::Sqlite],
        "the same where an id can be of another type",
    ),
    (
        "FROM audit_events WHERE ((typeof(id) = 'blob' AND length(id) = 16)) AND audit_events.id ",
        Reads::Stretch,
        &[DbBackend::Sqlite],
        "the pages after and before it, likewise",
    ),
    (
        "FROM audit_erasures WHERE audit_erasures.due_at <= ",
        Reads::Everything,
        &EVERYWHERE,
        "the accounts that were deleted in the last hour or two: few, and without an index",
    ),
    (
        "FROM (SELECT audit_events.id FROM audit_events",
        Reads::Everything,
        &EVERYWHERE,
        "how many events there are, of everybody or of one user, in an index up to the limit",
    ),
    (
        "FROM audit_events WHERE audit_events.id < ",
        Reads::Stretch,
        &[DbBackend::Postgres, DbBackend::MySql],
        "the pages after it, likewise",
    ),
    (
        "FROM audit_events WHERE audit_events.id > ",
        Reads::Stretch,
        &[DbBackend::Postgres, DbBackend::MySql],
        "the pages before it, likewise",
    ),
    (
        "FROM audit_events WHERE audit_events.seal >= ",
        Reads::Stretch,
        &EVERYWHERE,
        "the next seal that a row names, when the operator verifies the log",
    ),
    (
        "audit_events.seal IS NULL",
        Reads::Stretch,
        &[DbBackend::Postgres],
        "the rows of the last minutes that are not sealed yet; its plan shows no value that they have",
    ),
    (
        "audit_events.seal <= ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the rows of seals that are removed because of their age, and nothing else, up to the limit",
    ),
    (
        "FROM users WHERE users.status = 'active'",
        Reads::Everything,
        &[DbBackend::Postgres, DbBackend::MySql],
        "a page of the many users with this status, in the order of an index up to the limit",
    ),
    (
        "users.deletion_cancellable_since FROM users WHERE users.",
        Reads::Stretch,
        &EVERYWHERE,
        "a page of some users, in the order of an index up to the limit",
    ),
    (
        "FROM users WHERE TRUE ORDER BY users.",
        Reads::Everything,
        &EVERYWHERE,
        "a page of all users, in the order of an index up to the limit",
    ),
    (
        "FROM audit_seals ORDER BY audit_seals.seq DESC LIMIT",
        Reads::Everything,
        &EVERYWHERE,
        "the last seal, in the order of the index up to the limit",
    ),
    (
        "FROM audit_seals WHERE audit_seals.seq > ",
        Reads::Stretch,
        &EVERYWHERE,
        "the next seals, in the order of the index up to the limit",
    ),
    (
        "audit_seals.seq <= ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the seals that are removed, and nothing else, up to the limit",
    ),
    (
        "FROM audit_seals WHERE audit_seals.removed_to < ",
        Reads::Stretch,
        &[DbBackend::Sqlite, DbBackend::Postgres],
        "the newest removals, in the order of the index up to the limit; there is one at most for each hour",
    ),
];

const EVERYWHERE: [DbBackend; 3] = [DbBackend::Sqlite, DbBackend::Postgres, DbBackend::MySql];

/// Reads, changes and deletions, each form of words once; inserts search for nothing.
fn distinct(statements: Vec<Statement>) -> BTreeMap<String, Statement> {
    let mut distinct = BTreeMap::new();
    for statement in statements {
        if is_about_the_catalogue(&statement.sql) {
            continue;
        }
        let verb = statement.sql.split(' ').next().unwrap();
        match verb {
            "SELECT" | "UPDATE" | "DELETE" => {
                let text = statement.sql.replace(['"', '`'], "");
                distinct.entry(text).or_insert(statement);
            }
            "INSERT" => {}
            other => panic!("what is {other}? {}", statement.sql),
        }
    }
    distinct
}

/// What the start asks about the database itself, which does not grow with the accounts.
fn is_about_the_catalogue(sql: &str) -> bool {
    let catalogues = ["information_schema", "pg_class", "pragma_", "SHOW VARIABLES"];
    catalogues.iter().any(|catalogue| sql.contains(catalogue))
}

/// What the database does by itself when a user is deleted, which no explanation shows.
fn deletions_that_follow(backend: DbBackend, user_id: UserId) -> [Statement; 8] {
    let place = if backend == DbBackend::Postgres { "$1" } else { "?" };
    [
        "sessions",
        "user_roles",
        "one_time_tokens",
        "address_reservations",
        "passkeys",
        "totp_factors",
        "recovery_codes",
        "identities",
    ]
    .map(|table| {
        let sql = format!("DELETE FROM {table} WHERE user_id = {place}");
        Statement::from_sql_and_values(backend, sql, [user_id.0.into()])
    })
}

/// Sees that none reads more than it may, and that each exception is needed.
async fn assert_sparing(database: &Executor, asked: &BTreeMap<String, Statement>) {
    let backend = database.get_database_backend();
    let licences = EXCEPTIONS.iter().filter(|(_, _, on, _)| on.contains(&backend));
    let mut idle: Vec<&str> = licences.clone().map(|(part, ..)| *part).collect();
    let mut wasteful = Vec::new();
    for (text, statement) in asked {
        let (reads, plan) = explain(database, statement).await;
        let exception = licences.clone().find(|(part, ..)| text.contains(part));
        match exception {
            Some((part, most, ..)) if reads == *most => idle.retain(|it| it != part),
            _ if reads == Reads::WhatItFinds => {}
            _ => wasteful.push(format!("{reads:?}: {text}\n{plan}")),
        }
    }
    assert!(wasteful.is_empty(), "\n{}", wasteful.join("\n"));
    assert!(idle.is_empty(), "these need no exception: {idle:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_statement_reads_more_the_more_accounts_there_are() {
    let first = TestApp::with(|config| config.secret = Some(ServerSecret::parse(SECRET).unwrap())).await;
    let database = first.app.db.writer();
    audit::begin(&first).await;
    let somebody = rows::fill(database, first.clock.as_ref()).await;
    // Another secret before the first one: the keys are sealed anew.
    let secrets = ServerSecret::parse(&format!("vT5mXq9ZbJ2rKd7Lw4Hs8Yc3Pn6Gf1Uu,{SECRET}")).unwrap();
    let provider = StubProvider::oidc(first.clock.clone()).await;
    let (app, statements) = first
        .another_watched(|config| {
            config.secret = Some(secrets.clone());
            config.email_login = true;
            config.audit_retention = Duration::from_hours(24);
            config.providers = vec![provider.config(TRUSTED)];
        })
        .await;
    life::live(&app, &provider).await;
    let strict = TestApp::builder()
        .sharing_database_of(&first)
        .watched(&statements)
        .config(|config| {
            config.secret = Some(secrets.clone());
            config.email_verification = EmailVerification::Required;
        });
    life::sign_up_by_mail(&strict.start().await).await;
    let patient = TestApp::builder()
        .sharing_database_of(&first)
        .watched(&statements)
        .config(|config| {
            config.secret = Some(secrets.clone());
            config.deletion_grace = Duration::from_hours(14 * 24);
        });
    life::leave_slowly(&patient.start().await).await;

    let backend = database.get_database_backend();
    let mut asked = distinct(statements.take());
    asked.extend(distinct(deletions_that_follow(backend, somebody).to_vec()));
    for (verb, table) in life::WRITES {
        let found = asked
            .keys()
            .any(|text| text.starts_with(&format!("{verb} {table} ")));
        assert!(found, "{verb} {table} was not seen");
    }
    if backend == DbBackend::Sqlite {
        // As it is run: the server never has SQLite count its rows.
        assert_sparing(database, &asked).await;
    }
    rows::count(database).await;
    assert_sparing(database, &asked).await;
}

#[tokio::test]
async fn a_statement_without_an_index_is_noticed() {
    let app = TestApp::start().await;
    let database = app.app.db.writer();
    rows::fill(database, app.clock.as_ref()).await;
    rows::count(database).await;
    for sql in [
        "SELECT id FROM users WHERE name = 'Ada'",
        "SELECT * FROM users WHERE LOWER(email_key) = 'ada@example.com'",
        "SELECT * FROM users ORDER BY created_at LIMIT 10",
        "SELECT COUNT(*) FROM sessions",
        "SELECT id FROM sessions ORDER BY id",
        "SELECT users.id FROM users JOIN sessions ON sessions.user_id = users.id WHERE sessions.user_agent = 'x'",
        "UPDATE users SET name = 'Ada' WHERE email = 'ada@example.com'",
        "DELETE FROM attempt_streaks WHERE network_key = 'x'",
    ] {
        let statement = Statement::from_string(database.get_database_backend(), sql);
        let (reads, plan) = explain(database, &statement).await;
        assert_eq!(reads, Reads::Everything, "{sql}\n{plan}");
    }
    // By an index, and through most of the table all the same.
    let live = "SELECT * FROM sessions WHERE expires_at > 1 AND revoked_at IS NULL";
    let live = Statement::from_string(database.get_database_backend(), live);
    let (reads, plan) = explain(database, &live).await;
    assert_ne!(reads, Reads::WhatItFinds, "{plan}");
}
