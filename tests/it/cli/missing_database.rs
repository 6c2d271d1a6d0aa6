//! A SQLite file that is not there: a mistyped path, mostly.

use std::{fs, path::Path};

use super::{commands_on_a_database, create_ada};
use crate::support::Program;

/// What is in the folder of the test, apart from what the test itself puts there.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[tokio::test]
async fn commands_that_need_a_database_say_that_there_is_none_and_create_nothing() {
    let program = Program::new().await;
    if !program.database.is_sqlite() {
        return;
    }
    let folder = program.database.folder().join("mistyped");
    fs::create_dir(&folder).unwrap();
    let users = program.database.folder().join("users.csv");
    fs::write(&users, "email\nada@example.com\n").unwrap();
    let users = users.to_str().unwrap();
    let program = program.clone().with("DATA_DIR", folder.to_str().unwrap());
    let copy = folder.join("copy.db");
    for command in commands_on_a_database(users, copy.to_str().unwrap()) {
        let refused = program.run(&command);
        let complaint = refused.complaint(1);
        assert!(
            complaint.starts_with("there is no database at "),
            "{command:?}: {refused:?}"
        );
        assert!(
            complaint.contains("mistyped/portcullis.db: check data_dir and database_url"),
            "{refused:?}"
        );
    }
    let status = program.run(&["migrate", "status"]);
    assert!(status.err.contains("there is no database at "), "{status:?}");
    let doctor = program.run(&["doctor"]);
    assert!(doctor.out.contains("does not exist yet"), "{doctor:?}");
    assert_eq!(names(&folder), [""; 0]);

    create_ada(&program);
    assert!(names(&folder).contains(&"portcullis.db".to_owned()));
}

#[cfg(unix)]
#[tokio::test]
async fn a_lock_that_root_makes_belongs_to_the_owner_of_the_database() {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let database = program.data_dir().join("portcullis.db");
    if !program.database.is_sqlite() || fs::metadata(&database).unwrap().uid() != 0 {
        return;
    }
    let lock = program.data_dir().join("portcullis.db.lock");
    fs::remove_file(&lock).unwrap();
    for path in [program.data_dir(), database.clone()] {
        chown(path, Some(1_234), Some(1_235)).unwrap();
    }
    program.run(&["user", "list"]);
    let made = fs::metadata(&lock).unwrap();
    assert_eq!(
        (made.uid(), made.gid(), made.mode() & 0o777),
        (1_234, 1_235, 0o600)
    );

    // Whoever can write to the folder could put a link there.
    fs::remove_file(&lock).unwrap();
    let precious = program.database.folder().join("precious");
    fs::write(&precious, "").unwrap();
    std::os::unix::fs::symlink(&precious, &lock).unwrap();
    let refused = program.run(&["user", "list"]);
    assert!(
        refused.err.contains("portcullis.db.lock cannot be used"),
        "{refused:?}"
    );
    assert_eq!(fs::metadata(&precious).unwrap().uid(), 0);
}
