//! A database that is there but not ours: a mistyped path, mostly.

use std::{fs, path::Path};

use sea_orm::{ConnectionTrait as _, Database};

use super::commands_on_a_database;
use crate::support::Program;

/// A file of another program, with one table.
async fn notes(file: &Path, journal: &str) {
    let db = Database::connect(format!("sqlite://{}?mode=rwc", file.display()))
        .await
        .unwrap();
    for sql in [
        &format!("PRAGMA journal_mode = {journal}"),
        "CREATE TABLE notes (text TEXT)",
        "INSERT INTO notes VALUES ('milk')",
    ] {
        db.execute_unprepared(sql).await.unwrap();
    }
    db.close().await.unwrap();
}

/// The files of a folder with their content.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        (name, fs::read(entry.path()).unwrap())
    });
    let mut contents: Vec<_> = entries.collect();
    contents.sort();
    contents
}

#[tokio::test]
async fn commands_that_need_a_database_leave_the_file_of_another_program_as_it_is() {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return;
    }
    let users = program.database.folder().join("users.csv");
    fs::write(&users, "email\nada@example.com\n").unwrap();
    let users = users.to_str().unwrap();
    for kind in ["delete", "wal", "empty"] {
        let folder = program.database.folder().join(kind);
        fs::create_dir(&folder).unwrap();
        let file = folder.join("portcullis.db");
        if kind == "empty" {
            fs::write(&file, "").unwrap();
        } else {
            notes(&file, kind).await;
        }
        let before = contents(&folder);
        assert_eq!(before.len(), 1, "{kind}");
        let program = program.clone().with("DATA_DIR", folder.to_str().unwrap());
        let copy = program.database.folder().join("copy.db");
        for command in commands_on_a_database(users, copy.to_str().unwrap()) {
            let refused = program.run(&command);
            let complaint = refused.complaint(1);
            assert!(
                complaint.starts_with("the database at ")
                    && complaint
                        .contains("is not one of Portcullis: it is empty, or belongs to another program"),
                "{kind} {command:?}: {refused:?}"
            );
            assert!(
                complaint.ends_with(
                    "check data_dir and database_url; `portcullis migrate up` prepares a new database"
                ),
                "{refused:?}"
            );
            assert!(contents(&folder) == before, "{kind} {command:?}");
        }
        let status = program.run(&["migrate", "status"]);
        assert!(status.err.contains("is not one of Portcullis"), "{status:?}");
        assert!(
            status.out.contains("pending") && !status.out.contains("applied"),
            "{status:?}"
        );
        let doctor = program.run(&["doctor"]);
        assert!(doctor.out.contains("is not one of Portcullis"), "{doctor:?}");
        assert!(contents(&folder) == before, "{kind}");
    }
}

#[tokio::test]
async fn a_database_of_an_earlier_version_is_brought_up_to_date_on_sqlite() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let db = Database::connect(program.database_url()).await.unwrap();
    migration::down(&db, 2).await.unwrap();
    db.close().await.unwrap();
    let list = program.run(&["user", "list"]);
    if program.database.is_sqlite() {
        assert_eq!((list.status, &*list.out), (Some(0), ""));
        assert!(!program.done(&["migrate", "status"]).contains("pending"));
    } else {
        assert!(list.complaint(1).contains("2 changes are missing"), "{list:?}");
    }
}

#[tokio::test]
async fn a_database_that_is_still_in_the_log_is_one_of_ours() {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return;
    }
    let server = program.serve().await;
    // Behind a link, and as a crash leaves it: the log is next to the file itself.
    let folder = program.database.folder().join("linked");
    let real = program.database.folder().join("real");
    fs::create_dir(&folder).unwrap();
    fs::create_dir(&real).unwrap();
    for name in ["portcullis.db", "portcullis.db-wal"] {
        fs::copy(program.data_dir().join(name), real.join(name)).unwrap();
    }
    fs::copy(program.data_dir().join("secret.key"), folder.join("secret.key")).unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(real.join("portcullis.db"), folder.join("portcullis.db")).unwrap();
    let program = program.clone().with("DATA_DIR", folder.to_str().unwrap());
    assert!(!program.done(&["migrate", "status"]).contains("pending"));
    assert_eq!(program.done(&["user", "list"]), "");
    drop(server);
}

#[tokio::test]
async fn an_empty_database_of_a_server_is_refused_like_a_missing_file() {
    let program = Program::new().await;
    let said = if program.database.is_sqlite() {
        "there is no database at "
    } else {
        "is not one of Portcullis"
    };
    let list = program.run(&["user", "list"]);
    assert!(list.complaint(1).contains(said), "{list:?}");
    let status = program.run(&["migrate", "status"]);
    assert!(status.out.contains("pending"), "{status:?}");
}
