//! The start: what it makes, and many at once.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt as _,
};

use sea_orm::{ConnectionTrait as _, Database, Statement};
use serde_json::json;

use crate::support::{PASSWORD, Program, Proxy, Running, until};

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
        .with("PUBLIC_URL", "http://localhost:8123")
        .with("MAX_CONNECTIONS", "123");
    let server = program.serve().await;
    let log = server.log();
    let ready = log.lines().find(|line| line.contains("is ready")).unwrap();
    assert!(ready.contains("http://localhost:8123/graphiql"), "{ready}");
    let address = server.url().trim_start_matches("http://");
    assert!(ready.contains(&format!("listening on {address}")), "{ready}");
    assert!(ready.contains("public_url names another port"), "{ready}");
    let connections = log.lines().find(|line| line.contains("connections")).unwrap();
    assert!(connections.contains("\"connections\":123"), "{connections}");
    // The database, the secret and the key that it made; how many connections; where it listens; its outbox; that it is
    // ready.
    assert!(log.lines().count() <= 8, "{log}");
}

#[tokio::test]
async fn a_start_says_once_what_doctor_calls_wrong() {
    let program = Program::new()
        .await
        .without("DATABASE_URL")
        .without("SECRET")
        .with("LISTEN", "0.0.0.0:0")
        .with("TRUSTED_PROXIES", "0.0.0.0/0")
        .with("REDIRECT_URLS", "http://app.example/");
    program.done(&["migrate", "up"]);
    program.done(&["user", "list"]);
    for (path, mode) in [("", 0o770), ("portcullis.db", 0o644)] {
        let path = program.data_dir().join(path);
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let server = program.serve().await;
    let log = server.log();
    let warnings: Vec<_> = log.lines().filter(|line| line.contains("WARN")).collect();
    for (about, advice) in [
        ("listen: 0.0.0.0:0", "set public_url"),
        ("trusted proxies: 0.0.0.0/0", "name only your proxies"),
        ("pages: redirect_urls: http://app.example/", "start with https"),
        ("database: other users can read the SQLite file", "chmod 600"),
        (
            "data folder: the group of the folder can put files into",
            "chmod g-w",
        ),
    ] {
        let matching = warnings
            .iter()
            .filter(|it| it.contains(about) && it.contains(advice));
        assert_eq!(matching.count(), 1, "{about}: {warnings:#?}");
    }
    assert_eq!(warnings.len(), 5, "{warnings:#?}");
    let wrong = program.run(&["doctor"]).out;
    assert_eq!(
        wrong.lines().filter(|it| it.starts_with("ERROR")).count(),
        4,
        "{wrong}"
    );
}

#[tokio::test]
async fn a_start_says_nothing_of_what_is_well() {
    let program = Program::new().await;
    let server = program.serve().await;
    assert!(!server.log().contains("WARN"), "{}", server.log());
}

#[tokio::test]
async fn a_start_waits_for_a_database_that_starts_too() {
    let program = Program::new().await;
    if program.database.is_sqlite() {
        return a_start_waits_for_a_process_that_prepares_the_file(&program).await;
    }
    let proxy = Proxy::before(&program.database.url);
    proxy.cut();
    let program = program.with("DATABASE_URL", &proxy.url);
    let mut server = program.start(&["serve", "--migrate"]);
    until("the server waits", async || {
        server.log().contains("waiting for the database")
    })
    .await;
    proxy.mend();
    server.ready().await;
}

/// A file is there or can be made; there is only another process to wait for.
async fn a_start_waits_for_a_process_that_prepares_the_file(program: &Program) {
    let folder = program.database.folder().join("data");
    fs::create_dir(&folder).unwrap();
    let lock = File::create(folder.join("portcullis.db.lock")).unwrap();
    lock.lock().unwrap();
    let mut server = program.start(&["serve"]);
    until("the server has made its file", async || {
        folder.join("portcullis.db").exists()
    })
    .await;
    assert!(!server.log().contains("is ready"), "{}", server.log());
    lock.unlock().unwrap();
    server.ready().await;
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
        "SELECT COUNT(*) - COUNT(DISTINCT version) FROM portcullis_migrations",
    );
    let row = database.query_one_raw(count).await.unwrap().unwrap();
    assert_eq!(
        row.try_get_by_index::<i64>(0).unwrap(),
        0,
        "a change was applied twice"
    );
    database.close().await.unwrap();

    // Who signs up at one is known to all.
    let signup = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    servers[0].client().signup(signup).await.data("signup");
    for server in &servers {
        let answer = server.client().login("ada@example.com", PASSWORD).await;
        assert_eq!(answer.data("login")["userErrors"], json!([]));
    }
}
