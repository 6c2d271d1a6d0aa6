//! The start: what it makes, and many at once.

use std::{fs, os::unix::fs::PermissionsExt as _};

use sea_orm::{ConnectionTrait as _, Database, Statement};
use serde_json::json;

use crate::support::{PASSWORD, Program, Running};

#[tokio::test]
async fn the_first_start_makes_files_for_its_owner_alone() {
    let program = Program::new().await.without("DATABASE_URL").without("SECRET");
    let server = program.serve().await;
    let signup = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    server.client().signup(signup).await.data("signup");

    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(program.data_dir()), 0o700);
    let mut names = Vec::new();
    for file in fs::read_dir(program.data_dir()).unwrap() {
        let file = file.unwrap();
        assert_eq!(mode(file.path()), 0o600, "{file:?}");
        names.push(file.file_name().into_string().unwrap());
    }
    names.sort_unstable();
    let wanted = [
        "portcullis.db",
        "portcullis.db-shm",
        "portcullis.db-wal",
        "portcullis.db.lock",
        "secret.key",
    ];
    assert_eq!(names, wanted);
}

#[tokio::test]
async fn the_log_says_where_the_server_is() {
    let program = Program::new()
        .await
        .with("LOG_FORMAT", "json")
        .with("PUBLIC_URL", "http://localhost:8123");
    let server = program.serve().await;
    let log = server.log();
    let ready = log.lines().find(|line| line.contains("is ready")).unwrap();
    assert!(ready.contains("http://localhost:8123/graphiql"), "{ready}");
    assert!(log.lines().count() <= 5, "{log}");
}

#[tokio::test]
async fn eight_that_start_at_once_on_an_empty_database_prepare_it_once() {
    let program = Program::new().await;
    let mut servers: Vec<Running> = (0..8).map(|_| program.start(&["serve", "--migrate"])).collect();
    for server in &mut servers {
        server.ready().await;
    }
    let migrated = servers
        .iter()
        .filter(|server| server.log().contains("brought the database up to date"));
    assert_eq!(migrated.count(), 1);
    let keys = servers
        .iter()
        .filter(|server| server.log().contains("made a signing key"));
    assert_eq!(keys.count(), 1);

    let database = Database::connect(program.database_url()).await.unwrap();
    let count = Statement::from_string(
        database.get_database_backend(),
        "SELECT COUNT(*) FROM seaql_migrations",
    );
    let row = database.query_one_raw(count).await.unwrap().unwrap();
    assert_eq!(row.try_get_by_index::<i64>(0).unwrap(), 5);
    database.close().await.unwrap();

    // Who signs up at one is known to all.
    let signup = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    servers[0].client().signup(signup).await.data("signup");
    for server in &servers {
        let answer = server.client().login("ada@example.com", PASSWORD).await;
        assert_eq!(answer.data("login")["userErrors"], json!([]));
    }
}
