//! Databases that are not as a start expects them.

use std::{fs, os::unix::fs::DirBuilderExt as _, time::Duration};

use portcullis::platform::config::DatabaseUrl;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};

use crate::support::{Program, Proxy, TestApp};

/// The database of a program that has not been started yet.
async fn open(program: &Program) -> DatabaseConnection {
    if program.database.is_sqlite() {
        let mut folder = fs::DirBuilder::new();
        folder
            .recursive(true)
            .mode(0o700)
            .create(program.data_dir())
            .unwrap();
        let url = format!("{}?mode=rwc", program.database_url());
        return Database::connect(url).await.unwrap();
    }
    Database::connect(program.database_url()).await.unwrap()
}

async fn count(db: &DatabaseConnection, table: &str) -> Option<i64> {
    let count = Statement::from_string(db.get_database_backend(), format!("SELECT COUNT(*) FROM {table}"));
    let row = db.query_one_raw(count).await.ok()??;
    Some(row.try_get_by_index(0).unwrap())
}

/// Everything that opens the database says the same, in one line, and doctor too.
fn assert_refused(program: &Program, words: &[&str]) {
    for arguments in [&["serve", "--migrate"][..], &["migrate", "up"], &["user", "list"]] {
        let refused = program.run(arguments);
        let complaint = refused.complaint(1);
        for word in words {
            assert!(complaint.contains(word), "{complaint}");
        }
        assert!(!complaint.contains("backup"), "{complaint}");
    }
    let doctor = program.run(&["doctor"]);
    assert_eq!(doctor.status, Some(1));
    for word in words {
        assert!(doctor.out.contains(word), "{doctor:?}");
    }
}

#[tokio::test]
async fn a_table_of_another_program_is_told_and_left_alone() {
    for columns in [
        "id INTEGER PRIMARY KEY, login VARCHAR(50)",
        "id INTEGER PRIMARY KEY, name VARCHAR(100) NOT NULL, email VARCHAR(320) NOT NULL, email_key VARCHAR(320) NOT \
         NULL, password_hash VARCHAR(255), email_verified_at BIGINT, status VARCHAR(16) NOT NULL, created_at BIGINT \
         NOT NULL, updated_at BIGINT NOT NULL, last_login_at BIGINT",
    ] {
        let program = Program::new().await;
        let db = open(&program).await;
        // SQLite takes both names for one.
        let name = if program.database.is_sqlite() {
            "Users"
        } else {
            "users"
        };
        let create = format!("CREATE TABLE {name} ({columns})");
        db.execute_unprepared(&create).await.unwrap();
        assert_refused(
            &program,
            &["a table users that Portcullis did not make", "database_url"],
        );
        for table in ["sessions", "portcullis_migrations"] {
            assert_eq!(count(&db, table).await, None, "{table} was made");
        }
        db.close().await.unwrap();
    }
}

#[tokio::test]
async fn tables_that_were_changed_are_told_until_they_are_as_before() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let db = open(&program).await;
    for (change, back, words) in [
        (
            "ALTER TABLE users RENAME COLUMN name TO title",
            "ALTER TABLE users RENAME COLUMN title TO name",
            ["the table users was changed", "it has no column name"],
        ),
        (
            "ALTER TABLE form_receipts RENAME TO old_receipts",
            "ALTER TABLE old_receipts RENAME TO form_receipts",
            ["the table form_receipts is missing", "move it back"],
        ),
    ] {
        db.execute_unprepared(change).await.unwrap();
        for arguments in [&["serve"][..], &["user", "list"]] {
            let refused = program.run(arguments);
            let complaint = refused.complaint(1);
            assert!(words.iter().all(|word| complaint.contains(word)), "{complaint}");
        }
        let doctor = program.run(&["doctor"]);
        assert!(words.iter().all(|word| doctor.out.contains(word)), "{doctor:?}");
        db.execute_unprepared(back).await.unwrap();
        program.done(&["user", "list"]);
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_unique_index_and_a_type_are_missed_too() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let db = open(&program).await;
    // The change, what the refusal says, how to revert it.
    let changes: &[[&str; 3]] = match db.get_database_backend() {
        DbBackend::Postgres => &[
            [
                "ALTER TABLE users ALTER email TYPE varchar(50)",
                "text of up to 320",
                "ALTER TABLE users ALTER email TYPE varchar(320)",
            ],
            [
                "ALTER TABLE users DROP CONSTRAINT users_email_key_key",
                "no unique index",
                "ALTER TABLE users ADD CONSTRAINT users_email_key_key UNIQUE (email_key)",
            ],
            [
                "ALTER TABLE users DROP CONSTRAINT users_email_key_key, ADD UNIQUE (email_key) DEFERRABLE",
                "no unique index",
                "ALTER TABLE users ADD UNIQUE (email_key)",
            ],
        ],
        DbBackend::MySql => &[
            [
                "ALTER TABLE users MODIFY email varchar(320) CHARACTER SET latin1 NOT NULL",
                "compares text by latin1",
                "ALTER TABLE users MODIFY email varchar(320) COLLATE utf8mb4_bin NOT NULL",
            ],
            [
                "ALTER TABLE users MODIFY created_at int NOT NULL",
                "an integer of 64 bits",
                "ALTER TABLE users MODIFY created_at bigint NOT NULL",
            ],
            [
                "ALTER TABLE users DROP INDEX email_key, ADD UNIQUE part (email_key(5))",
                "no unique index",
                "ALTER TABLE users DROP INDEX part, ADD UNIQUE email_key (email_key)",
            ],
        ],
        _ => &[],
    };
    for [change, words, back] in changes {
        db.execute_unprepared(change).await.unwrap();
        assert_refused(&program, &["the table users was changed", words]);
        db.execute_unprepared(back).await.unwrap();
        program.done(&["user", "list"]);
    }
    db.close().await.unwrap();
}

#[tokio::test]
async fn the_server_is_not_ready_while_a_table_does_not_fit() {
    let app = TestApp::start().await;
    let anonymous = app.anonymous();
    let look_again = Duration::from_secs(10);
    assert_eq!(anonymous.get("/readyz").await.status, 200);
    app.sql("ALTER TABLE users RENAME COLUMN name TO title").await;
    app.pass(look_again);
    assert_eq!(anonymous.get("/readyz").await.status, 503);
    app.sql("ALTER TABLE users RENAME COLUMN title TO name").await;
    app.pass(look_again);
    assert_eq!(anonymous.get("/readyz").await.status, 200);
    // As when the database was replaced by another one.
    app.sql("ALTER TABLE portcullis_migrations RENAME TO gone").await;
    app.pass(look_again);
    assert_eq!(anonymous.get("/readyz").await.status, 503);
    app.sql("ALTER TABLE gone RENAME TO portcullis_migrations").await;
    app.pass(look_again);
    // A newer version may migrate the database under an older one.
    app.sql("INSERT INTO portcullis_migrations (version, applied_at) VALUES ('m99991231_000001_later', 0)")
        .await;
    app.pass(look_again);
    assert_eq!(anonymous.get("/readyz").await.status, 200);
}

const SHARED: &str =
    "CREATE TABLE seaql_migrations (version VARCHAR(255) PRIMARY KEY, applied_at BIGINT NOT NULL)";
const FOREIGN: &str = "INSERT INTO seaql_migrations VALUES ('m20220101_000001_create_posts', 0)";

#[tokio::test]
async fn the_changes_of_another_program_are_none_of_ours() {
    let program = Program::new().await;
    let db = open(&program).await;
    for sql in [SHARED, FOREIGN] {
        db.execute_unprepared(sql).await.unwrap();
    }
    program.serve().await;
    assert_eq!(count(&db, "seaql_migrations").await, Some(1));
    assert!(!program.done(&["migrate", "status"]).contains("newer"));
    db.close().await.unwrap();
}

#[tokio::test]
async fn a_list_of_changes_under_the_former_name_is_taken_over() {
    for is_shared in [true, false] {
        let program = Program::new().await;
        program.done(&["migrate", "up"]);
        let status = program.done(&["migrate", "status"]);
        let db = open(&program).await;
        let ours = count(&db, "portcullis_migrations").await;
        for sql in [
            SHARED,
            "INSERT INTO seaql_migrations SELECT version, applied_at FROM portcullis_migrations",
            "DROP TABLE portcullis_migrations",
        ] {
            db.execute_unprepared(sql).await.unwrap();
        }
        if is_shared {
            db.execute_unprepared(FOREIGN).await.unwrap();
        }
        assert_eq!(program.done(&["migrate", "status"]), status);
        program.done(&["migrate", "up"]);
        assert_eq!(program.done(&["migrate", "status"]), status);
        assert_eq!(count(&db, "portcullis_migrations").await, ours);
        assert_eq!(count(&db, "seaql_migrations").await, is_shared.then_some(1));
        db.close().await.unwrap();
    }
}

#[tokio::test]
async fn an_encoding_without_room_for_all_names_is_told() {
    let program = Program::new().await;
    if !program.database_url().starts_with("postgres") {
        return;
    }
    let db = open(&program).await;
    let name = program.database_url().rsplit('/').next().unwrap().to_owned() + "_latin1";
    let create =
        format!("CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'");
    db.execute_unprepared(&create).await.unwrap();
    let url = format!("{}_latin1", program.database_url());
    let program = program.with("DATABASE_URL", &url);
    assert_refused(&program, &["stores text as LATIN1", "ENCODING 'UTF8'"]);
    db.execute_unprepared(&format!("DROP DATABASE {name}"))
        .await
        .unwrap();
    db.close().await.unwrap();
}

#[tokio::test]
async fn the_database_can_be_at_an_address_of_ipv6() {
    let database = crate::support::TestDatabase::empty().await;
    if database.is_sqlite() || std::net::TcpListener::bind("[::1]:0").is_err() {
        return;
    }
    let mut proxy = None;
    let app = TestApp::with(|config| {
        let made = Proxy::at("[::1]", config.database_url.expose());
        assert!(made.url.contains("@[::1]:"));
        config.database_url = DatabaseUrl::parse(&made.url).unwrap();
        proxy = Some(made);
    })
    .await;
    app.user("ada").await;
}
