//! `restore`: replaces the SQLite database by a backup, while no server runs.

use std::{
    fs::{self, File},
    io::{Seek as _, SeekFrom, Write as _},
    os::unix::fs::PermissionsExt as _,
    path::PathBuf,
    process::Command,
};

use portcullis::platform::telemetry::is_unsafe;

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Program, Running, SECRET};

/// A program with a database, and a backup of it; none on another database than SQLite.
async fn with_backup() -> Option<(Program, String)> {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return None;
    }
    program.serve().await.kill();
    let backup = path(&program, "backup.db");
    program.done(&["backup", &backup]);
    Some((program, backup))
}

/// A path in the folder of the test, outside the data folder.
fn path(program: &Program, name: &str) -> String {
    let path = program.database.folder().join(name);
    path.to_str().unwrap().to_owned()
}

async fn sign_up(server: &Running, name: &str) -> (Client, String) {
    let email = format!("{name}@example.com");
    let input = json!({ "name": name, "email": email, "password": PASSWORD });
    let tokens = server.client().signup(input).await.tokens("signup");
    let client = Client::new(server.url().to_owned(), Some(tokens.access));
    (client, tokens.refresh)
}

async fn can_sign_in(server: &Running, name: &str) -> bool {
    let answer = server
        .client()
        .login(&format!("{name}@example.com"), PASSWORD)
        .await;
    answer.data("login")["userErrors"] == json!([])
}

/// Runs SQL on a SQLite file.
async fn sql(file: &str, sql: &str) {
    let database = Database::connect(format!("sqlite:{file}")).await.unwrap();
    database.execute_unprepared(sql).await.unwrap();
    database.close().await.unwrap();
}

#[tokio::test]
async fn a_restored_database_is_as_it_was_and_the_former_one_is_kept() {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return;
    }
    // On the same port again, for the clients.
    let server = program.serve().await;
    let (ada, refresh_token) = sign_up(&server, "ada").await;
    let keys = server.client().get("/.well-known/jwks.json").await.text;
    let backup = path(&program, "backup.db");
    program.done(&["backup", &backup]);
    let after = server
        .client()
        .refresh(&refresh_token)
        .await
        .tokens("refreshSession");
    sign_up(&server, "bob").await;
    // Leaves a write-ahead log, with Bob in it.
    server.kill();
    let log = program.data_dir().join("portcullis.db-wal");
    assert!(fs::metadata(&log).unwrap().len() > 0);

    let printed: Value = serde_json::from_str(&program.done(&["restore", &backup, "--json"])).unwrap();
    assert_eq!(
        (&printed["accounts"], &printed["pendingMigrations"]),
        (&json!(1), &json!(0))
    );
    let former = printed["formerDatabase"].as_str().unwrap().to_owned();
    assert!(!log.exists());
    let database = program.data_dir().join("portcullis.db");
    assert_eq!(
        fs::metadata(database).unwrap().permissions().mode() & 0o777,
        0o600
    );

    let server = program.serve().await;
    let ada = Client::new(server.url().to_owned(), ada.token());
    assert_eq!(ada.me().await.data("me")["name"], json!("ada"));
    assert_eq!(server.client().get("/.well-known/jwks.json").await.text, keys);
    assert!(!can_sign_in(&server, "bob").await);
    // Newer than the database: refused, and no theft, so the session goes on.
    let answer = server.client().refresh(&after.refresh).await;
    assert_eq!(answer.user_errors("refreshSession")[0].0, "REFRESH_TOKEN_INVALID");
    server
        .client()
        .refresh(&refresh_token)
        .await
        .tokens("refreshSession");
    server.kill();

    let line = program.done(&["restore", &former]);
    assert!(line.contains(": ") && line.contains("2 accounts"), "{line}");
    let server = program.serve().await;
    assert!(
        can_sign_in(&server, "bob").await,
        "the former database was complete"
    );
}

#[tokio::test]
async fn nothing_is_replaced_while_a_server_runs_even_on_a_damaged_file() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let server = program.serve().await;
    let database = program.data_dir().join("portcullis.db");
    let refused = program.run(&["restore", &backup]);
    assert!(
        refused
            .complaint(1)
            .ends_with("and every other program that has it open"),
        "{refused:?}"
    );

    let mut file = File::options().write(true).open(&database).unwrap();
    file.write_all(&[0xff; 100]).unwrap();
    let damaged = fs::read(&database).unwrap();
    let refused = program.run(&["restore", &backup]);
    assert!(refused.err.contains("is in use: stop the server"), "{refused:?}");
    assert_eq!(fs::read(&database).unwrap(), damaged);

    server.kill();
    let restored = program.run(&["restore", &backup]);
    assert_eq!(restored.status, Some(0), "{restored:?}");
    program.serve().await;
}

#[tokio::test]
async fn what_is_no_sound_backup_of_this_server_is_refused_and_changes_nothing() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let database = program.data_dir().join("portcullis.db");
    let (before, names) = (
        fs::read(&database).unwrap(),
        fs::read_dir(program.data_dir()).unwrap().count(),
    );
    let file = |name: &str| {
        let file = path(&program, name);
        fs::copy(&backup, &file).unwrap();
        file
    };
    let text = path(&program, "text");
    fs::write(&text, "no database").unwrap();
    let foreign = path(&program, "foreign");
    fs::write(&foreign, "").unwrap();
    sql(&foreign, "CREATE TABLE notes (text TEXT)").await;
    let newer = file("newer");
    sql(
        &newer,
        "INSERT INTO portcullis_migrations VALUES ('m29990101_000001_fly', 0)",
    )
    .await;
    let altered = file("altered");
    sql(&altered, "ALTER TABLE users DROP COLUMN locale").await;
    let damaged = file("damaged");
    let mut inside = File::options().write(true).open(&damaged).unwrap();
    inside.seek(SeekFrom::Start(3 * 4096)).unwrap();
    inside.write_all(&[0xff; 4096]).unwrap();
    let cut = file("cut");
    let half = fs::metadata(&cut).unwrap().len() / 2;
    File::options()
        .write(true)
        .open(&cut)
        .unwrap()
        .set_len(half)
        .unwrap();
    let in_use = file("in-use");
    fs::write(format!("{in_use}-wal"), "log").unwrap();
    let database_itself = database.to_str().unwrap().to_owned();
    for (file, problem) in [
        (&path(&program, "nowhere"), "No such file"),
        (&program.data_dir().to_str().unwrap().to_owned(), "cannot restore"),
        (&text, "it is not a SQLite database"),
        (&foreign, "it is not a database of Portcullis"),
        (&newer, "migrated by a newer version"),
        (&altered, "the table users was changed"),
        (&damaged, "it is damaged"),
        (&cut, "it "),
        (&in_use, "there is a write-ahead log next to it"),
        (&database_itself, "it is the database itself"),
    ] {
        let refused = program.run(&["restore", file]);
        assert!(refused.complaint(1).contains(problem), "{problem}: {refused:?}");
    }
    let other_secret = program.clone().with("SECRET", SECRET);
    let refused = other_secret.run(&["restore", &backup]);
    assert!(
        refused.complaint(1).contains("sealed under another secret"),
        "{refused:?}"
    );
    fs::rename(
        program.data_dir().join("secret.key"),
        path(&program, "secret.key"),
    )
    .unwrap();
    let refused = program.run(&["restore", &backup]);
    assert!(
        refused.complaint(1).contains("secret.key is missing"),
        "{refused:?}"
    );
    fs::rename(
        path(&program, "secret.key"),
        program.data_dir().join("secret.key"),
    )
    .unwrap();

    assert!(fs::read(&database).unwrap() == before);
    assert_eq!(fs::read_dir(program.data_dir()).unwrap().count(), names);
}

#[tokio::test]
async fn an_older_backup_is_restored_into_an_empty_folder_and_brought_up_to_date_by_the_start() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let newest = "m20261130_000040_create_unlinked_identities";
    sql(&backup, "DROP TABLE unlinked_identities").await;
    sql(
        &backup,
        &format!("DELETE FROM portcullis_migrations WHERE version = '{newest}'"),
    )
    .await;
    let elsewhere = PathBuf::from(path(&program, "elsewhere"));
    fs::create_dir(&elsewhere).unwrap();
    fs::copy(
        program.data_dir().join("secret.key"),
        elsewhere.join("secret.key"),
    )
    .unwrap();
    let program = program.clone().with("DATA_DIR", elsewhere.to_str().unwrap());

    let line = program.done(&["restore", &backup]);
    assert!(line.contains("; the next start brings it up to date"), "{line}");
    assert!(line.ends_with("; run `portcullis audit verify` now"), "{line}");
    let status = program.done(&["migrate", "status"]);
    assert!(status.contains(&format!("pending  {newest}")), "{status}");
    program.serve().await;
    let status = program.done(&["migrate", "status"]);
    assert!(!status.contains("pending"), "{status}");
}

#[tokio::test]
async fn what_is_no_regular_file_is_refused_at_once() {
    let Some((program, _)) = with_backup().await else {
        return;
    };
    let pipe = path(&program, "pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let users = path(&program, "users.jsonl");
    fs::write(&users, "{}").unwrap();
    for command in [
        &["restore", &pipe][..],
        &["restore", "/dev/zero"],
        &["user", "import", &users, "--hmac-key-file", &pipe],
        &[
            "user",
            "import",
            &users,
            "--firebase-signer-key-file",
            "/dev/zero",
        ],
    ] {
        let refused = program.run(command);
        let complaint = refused.complaint(1);
        assert!(
            complaint.ends_with("it is not a regular file; copy it to one first"),
            "{command:?}: {refused:?}"
        );
    }
    // Not even as the place of a backup.
    let refused = program.run(&["backup", "--overwrite", &pipe]);
    assert!(refused.complaint(1).contains("is no backup"), "{refused:?}");
}

#[tokio::test]
async fn copies_of_a_restore_that_was_killed_are_removed_by_the_next() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let left = program.data_dir().join(".portcullis-restore-Ab12Cd");
    fs::write(&left, "names and addresses").unwrap();
    let restored = program.run(&["restore", &backup]);
    assert_eq!(restored.status, Some(0), "{restored:?}");
    assert!(
        restored
            .err
            .contains(".portcullis-restore-Ab12Cd, which an earlier restore left"),
        "{restored:?}"
    );
    assert!(!left.exists());
}

#[tokio::test]
async fn of_several_restores_at_once_each_is_whole_and_each_former_database_is_kept() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let restores: Vec<_> = (0..2)
        .map(|_| program.start(&["restore", &backup, "--json"]))
        .collect();
    let mut formers = Vec::new();
    for restore in restores {
        let finished = restore.end();
        assert_eq!(finished.status, Some(0), "{finished:?}");
        let printed: Value = serde_json::from_str(&finished.out).unwrap();
        formers.push(printed["formerDatabase"].as_str().unwrap().to_owned());
    }
    assert_ne!(formers[0], formers[1]);
    assert!(
        formers
            .iter()
            .all(|former| fs::metadata(former).unwrap().len() > 0)
    );
    program.serve().await;
}

#[tokio::test]
async fn a_refused_restore_makes_no_database() {
    let Some((program, backup)) = with_backup().await else {
        return;
    };
    let elsewhere = path(&program, "elsewhere");
    let program = program.clone().with("DATA_DIR", &elsewhere);
    let text = path(&program, "text");
    fs::write(&text, "no database").unwrap();
    assert!(
        program
            .run(&["restore", &text])
            .complaint(1)
            .contains("not a SQLite database")
    );
    assert!(!PathBuf::from(&elsewhere).exists());
    sql(&backup, "DROP TABLE passkeys").await;
    program.run(&["restore", &backup]).complaint(1);
    assert!(!PathBuf::from(&elsewhere).join("portcullis.db").exists());
}

#[tokio::test]
async fn a_file_name_controls_no_terminal() {
    let Some((program, _)) = with_backup().await else {
        return;
    };
    let hostile = path(&program, "a\u{1b}[2J\u{202e}\nb.csv");
    for command in [
        &["restore", &hostile][..],
        &["user", "import", &hostile],
        &["backup", &hostile],
        &["restore", &hostile],
    ] {
        let finished = program.run(command);
        let lines = format!("{}{}", finished.out, finished.err).replace('\n', "");
        assert!(
            !lines.chars().any(is_unsafe) && lines.contains("\\u{1b}[2J"),
            "{finished:?}"
        );
    }
}
