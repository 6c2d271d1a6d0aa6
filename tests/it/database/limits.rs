//! How long a statement may take.

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};

use crate::support::TestApp;

async fn asked(connection: &DatabaseConnection, question: &str) -> String {
    let question = Statement::from_string(connection.get_database_backend(), question);
    let row = connection.query_one_raw(question).await.unwrap().unwrap();
    row.try_get_by_index::<String>(0)
        .or_else(|_| row.try_get_by_index::<i64>(0).map(|number| number.to_string()))
        .unwrap()
}

#[tokio::test]
async fn every_connection_has_limits() {
    let app = TestApp::start().await;
    for connection in [app.app.db.reader(), app.app.db.writer()] {
        match app.app.db.backend() {
            DbBackend::Postgres => assert_eq!(asked(connection, "SHOW statement_timeout").await, "5s"),
            DbBackend::MySql => {
                let wait = "SELECT CAST(@@innodb_lock_wait_timeout AS CHAR)";
                assert_eq!(asked(connection, wait).await, "3");
                let is_mariadb = asked(connection, "SELECT VERSION()").await.contains("MariaDB");
                let (limit, value) = if is_mariadb {
                    ("max_statement_time", "5.0")
                } else {
                    ("max_execution_time", "5000")
                };
                let limit = asked(connection, &format!("SELECT CAST(@@{limit} AS CHAR)")).await;
                assert!(limit.starts_with(value), "{limit}");
            }
            _ => assert_eq!(asked(connection, "PRAGMA busy_timeout").await, "3000"),
        }
    }
}
