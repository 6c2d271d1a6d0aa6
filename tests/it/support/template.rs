//! A database with all tables, made once in a run and copied for each test: to make the tables takes longer than most
//! tests do. Tests of the first start and of the migrations begin with an empty database instead.

use std::path::Path;

use portcullis::platform::{
    config::DatabasePooler,
    db::{self, DbSettings},
};
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use secrecy::ExposeSecret as _;
use tempfile::TempDir;
use tokio::sync::OnceCell;

use super::database::{run, url_of};

static TEMPLATE: OnceCell<Template> = OnceCell::const_new();

/// The beginning of the names of these databases on a server. The id of the process follows.
const NAME: &str = "portcullis_template_";

/// What is copied.
#[derive(Debug)]
enum Template {
    /// The bytes of the file.
    Sqlite(Vec<u8>),
    /// The name of the database. PostgreSQL copies it by itself.
    Postgres(String),
    /// Statements that make the tables, with what is in them.
    MySql(String),
}

/// Makes a SQLite file with all tables.
pub(super) async fn copy_to_file(path: &Path) {
    let made = TEMPLATE.get_or_init(|| async {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("template.db");
        migrate(format!("sqlite://{}?mode=rwc", file.display())).await;
        Template::Sqlite(std::fs::read(file).unwrap())
    });
    let Template::Sqlite(bytes) = made.await else {
        unreachable!("a run has one kind of database")
    };
    std::fs::write(path, bytes).unwrap();
}

/// Makes a database of this name with all tables on a server.
pub(super) async fn copy_on_server(server: &str, name: &str) {
    let made = TEMPLATE.get_or_init(|| make_on_server(server)).await;
    match made {
        Template::Postgres(template) => {
            run(server, format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        }
        Template::MySql(statements) => {
            run(server, format!("CREATE DATABASE {name}")).await;
            run(url_of(server, name).as_str(), statements.clone()).await;
        }
        Template::Sqlite(_) => unreachable!("a run has one kind of database"),
    }
}

async fn make_on_server(server: &str) -> Template {
    let connection = Database::connect(server).await.unwrap();
    drop_those_of_ended_runs(&connection).await;
    let name = format!("{NAME}{}", std::process::id());
    let create = format!("CREATE DATABASE {name}");
    connection.execute_unprepared(&create).await.unwrap();
    migrate(url_of(server, &name).to_string()).await;
    let template = match connection.get_database_backend() {
        DbBackend::MySql => {
            let statements = statements(server, &name).await;
            let drop = format!("DROP DATABASE {name}");
            connection.execute_unprepared(&drop).await.unwrap();
            Template::MySql(statements)
        }
        _ => Template::Postgres(name),
    };
    connection.close().await.unwrap();
    template
}

async fn migrate(url: String) {
    let settings = DbSettings {
        url: url.into(),
        max_connections: 1,
        pooler: DatabasePooler::Session,
    };
    // A file gets its settings from the first connection.
    let db = db::connect(&settings).await.unwrap();
    let connection = Database::connect(settings.url.expose_secret()).await.unwrap();
    migration::up(&connection).await.unwrap();
    connection.close().await.unwrap();
    db.close().await;
}

/// The statements that make the tables of a MariaDB database, with the list of migrations.
async fn statements(server: &str, name: &str) -> String {
    let connection = Database::connect(url_of(server, name).as_str()).await.unwrap();
    let mut all = "SET foreign_key_checks = 0;".to_owned();
    for table in texts(&connection, "SHOW TABLES", 0).await {
        let made = texts(&connection, &format!("SHOW CREATE TABLE {table}"), 1).await;
        all.push_str(&made.concat());
        all.push(';');
    }
    let migrations = "SELECT CONCAT('(', QUOTE(version), ',', applied_at, ')') FROM portcullis_migrations";
    let rows = texts(&connection, migrations, 0).await.join(",");
    all.push_str("INSERT INTO portcullis_migrations (version, applied_at) VALUES ");
    all.push_str(&rows);
    all.push(';');
    connection.close().await.unwrap();
    all
}

/// A run that ended leaves its template behind.
async fn drop_those_of_ended_runs(connection: &DatabaseConnection) {
    let names = match connection.get_database_backend() {
        DbBackend::MySql => "SHOW DATABASES",
        _ => "SELECT datname::text FROM pg_database",
    };
    for name in texts(connection, names, 0).await {
        let process = name.strip_prefix(NAME).and_then(|id| id.parse::<u32>().ok());
        if process.is_some_and(|id| !Path::new(&format!("/proc/{id}")).exists()) {
            let drop = format!("DROP DATABASE IF EXISTS {name}");
            connection.execute_unprepared(&drop).await.unwrap();
        }
    }
}

/// The texts in a column of the rows that a query returns.
async fn texts(connection: &DatabaseConnection, query: &str, column: usize) -> Vec<String> {
    let query = Statement::from_string(connection.get_database_backend(), query);
    let rows = connection.query_all_raw(query).await.unwrap();
    rows.iter()
        .map(|row| row.try_get_by_index(column).unwrap())
        .collect()
}
