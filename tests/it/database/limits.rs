//! How long a statement, a wait for a row and an idle transaction may take.

use portcullis::platform::db::Executor;
use sea_orm::{ConnectionTrait as _, DbBackend, Statement};

use crate::support::TestApp;

const MYSQL_MODE: &str =
    "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";

async fn asked(connection: &Executor, question: &str) -> String {
    let question = Statement::from_string(connection.get_database_backend(), question);
    let row = connection.query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn every_connection_has_limits_and_the_isolation_that_the_code_relies_on() {
    let first = TestApp::start().await;
    if first.app.db.backend() == DbBackend::Postgres {
        for default in [
            "default_transaction_isolation = 'serializable'",
            "standard_conforming_strings = off",
            "statement_timeout = '1ms'",
        ] {
            let name = first.database.url.rsplit('/').next().unwrap();
            first.sql(&format!("ALTER DATABASE {name} SET {default}")).await;
        }
    }
    let app = first.another(|_| {}).await;
    for connection in [app.app.db.reader(), app.app.db.writer()] {
        let expected: &[(&str, &str)] = match app.app.db.backend() {
            DbBackend::Postgres => &[
                ("SHOW statement_timeout", "1800ms"),
                ("SHOW lock_timeout", "1500ms"),
                ("SHOW idle_in_transaction_session_timeout", "5s"),
                ("SHOW default_transaction_isolation", "read committed"),
                ("SHOW standard_conforming_strings", "on"),
            ],
            DbBackend::MySql if asked(connection, "SELECT VERSION()").await.contains("MariaDB") => &[
                ("SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)", "1"),
                ("SELECT CAST(@@max_statement_time AS CHAR)", "1.800000"),
                ("SELECT CAST(@@idle_transaction_timeout AS CHAR)", "5"),
                ("SELECT @@tx_isolation", "READ-COMMITTED"),
                ("SELECT CAST(@@autocommit + 0 AS CHAR)", "1"),
                ("SELECT @@completion_type", "NO_CHAIN"),
                ("SELECT @@sql_mode", MYSQL_MODE),
            ],
            DbBackend::MySql => &[
                ("SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)", "1"),
                ("SELECT CAST(@@max_execution_time AS CHAR)", "1800"),
                ("SELECT @@transaction_isolation", "READ-COMMITTED"),
                ("SELECT CAST(@@autocommit + 0 AS CHAR)", "1"),
                ("SELECT @@sql_mode", MYSQL_MODE),
            ],
            _ => &[("PRAGMA busy_timeout", "1500")],
        };
        for (question, answer) in expected {
            assert_eq!(&asked(connection, question).await, answer, "{question}");
        }
    }
}
