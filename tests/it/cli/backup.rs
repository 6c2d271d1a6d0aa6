//! `backup`: a copy of the SQLite database while the server runs.

use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
};

use sea_orm::{ConnectionTrait as _, Database, Statement};
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, Program, until};

/// A program whose SQLite database exists; none on another database.
async fn with_database() -> Option<Program> {
    let program = Program::new().await.with("SIGNUPS_PER_NETWORK", "0");
    if !program.database.is_sqlite() {
        return None;
    }
    program.done(&["migrate", "up"]);
    Some(program)
}

/// A path in the folder of the test, outside the data folder.
fn next_to_database(program: &Program, name: &str) -> String {
    path_text(&program.database.folder().join(name))
}

fn path_text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

/// The names in a folder.
fn names(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

/// The addresses of the accounts in a file.
async fn addresses(file: &str) -> BTreeSet<String> {
    let copy = Database::connect(format!("sqlite:{file}?mode=ro")).await.unwrap();
    let all = Statement::from_string(copy.get_database_backend(), "SELECT email_key FROM users");
    let rows = copy.query_all_raw(all).await.unwrap();
    copy.close().await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Signs up one person after the other until it is over, and records each that was acknowledged.
async fn sign_up(
    client: Client,
    name: String,
    is_over: Arc<AtomicBool>,
    acknowledged: Arc<Mutex<Vec<String>>>,
) {
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) {
            break;
        }
        let email = format!("{name}{number}@example.com");
        let input = json!({ "name": "Ada", "email": email, "password": PASSWORD });
        let answer = client.signup(input).await;
        if answer.data("signup")["userErrors"] == json!([]) {
            acknowledged.lock().unwrap().push(email);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_made_while_people_sign_up_has_every_account_that_was_acknowledged_before() {
    let Some(program) = with_database().await else {
        return;
    };
    let server = program.serve().await;
    let is_over = Arc::new(AtomicBool::new(false));
    let acknowledged = Arc::new(Mutex::new(Vec::new()));
    let people: Vec<_> = ["ada", "bob", "eve"]
        .into_iter()
        .map(|name| {
            let (client, name) = (server.client(), name.to_owned());
            tokio::spawn(sign_up(client, name, is_over.clone(), acknowledged.clone()))
        })
        .collect();
    for round in 0..3 {
        let count = acknowledged.lock().unwrap().len();
        until("more people signed up", async || {
            acknowledged.lock().unwrap().len() > count + 3
        })
        .await;
        let before: BTreeSet<_> = acknowledged.lock().unwrap().iter().cloned().collect();
        let file = next_to_database(&program, &format!("copy{round}.db"));
        let printed: Value = serde_json::from_str(&program.done(&["backup", &file, "--json"])).unwrap();

        let copied = addresses(&file).await;
        assert!(before.is_subset(&copied), "{before:?} {copied:?}");
        assert_eq!(printed["accounts"], json!(copied.len()));
        let metadata = fs::metadata(&file).unwrap();
        assert_eq!(printed["bytes"], json!(metadata.len()));
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    }
    is_over.store(true, Ordering::Relaxed);
    for person in people {
        person.await.unwrap();
    }
    let left: Vec<_> = names(&program.database.folder())
        .into_iter()
        .filter(|name| name.starts_with('.') || name.contains("-wal") || name.contains("-shm"))
        .collect();
    assert_eq!(
        left, [""; 0],
        "the copies are single files, and nothing else is left"
    );
}

#[tokio::test]
async fn the_line_about_a_copy_says_that_the_secret_is_not_in_it() {
    let Some(program) = with_database().await else {
        return;
    };
    let file = next_to_database(&program, "an odd %name?'.db");
    let line = program.done(&["backup", &file]);
    let start = format!("wrote {file}: ");
    assert!(line.starts_with(&start), "{line}");
    assert!(line.contains(", 0 accounts, schema m20"), "{line}");
    let secret = program.data_dir().join("secret.key");
    let end = format!(
        "it does not contain the secret: keep a copy of {} elsewhere",
        secret.display()
    );
    assert!(line.ends_with(&end), "{line}");
    let printed = program.done(&["backup", &file, "--overwrite", "--json"]);
    let printed: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(printed["secretIncluded"], json!(false));
}

#[tokio::test]
async fn only_an_earlier_backup_is_replaced_and_only_if_that_is_asked_for() {
    let Some(program) = with_database().await else {
        return;
    };
    let file = next_to_database(&program, "copy.db");
    program.done(&["backup", &file]);
    let first = fs::read(&file).unwrap();
    let refused = program.run(&["backup", &file]);
    assert!(
        refused.complaint(1).contains("exists; choose another name"),
        "{refused:?}"
    );
    assert_eq!(fs::read(&file).unwrap(), first);
    program.done(&["backup", &file, "--overwrite"]);

    let other = next_to_database(&program, "notes.txt");
    for content in ["", "notes"] {
        fs::write(&other, content).unwrap();
        let refused = program.run(&["backup", &other, "--overwrite"]);
        assert!(
            refused.complaint(1).contains("is no backup, and stays as it is"),
            "{refused:?}"
        );
        assert_eq!(fs::read_to_string(&other).unwrap(), content);
    }
}

#[tokio::test]
async fn the_database_and_the_files_that_belong_to_it_are_never_replaced() {
    let Some(program) = with_database().await else {
        return;
    };
    let server = program.serve().await;
    let data = program.data_dir();
    let link = PathBuf::from(next_to_database(&program, "link.db"));
    fs::hard_link(data.join("portcullis.db"), &link).unwrap();
    // The server writes into the database meanwhile: it stays the same file.
    let inode = || fs::metadata(data.join("portcullis.db")).unwrap().ino();
    let secret = || fs::read(data.join("secret.key")).unwrap();
    let before = (inode(), secret());
    for name in [
        "portcullis.db",
        "./../data/portcullis.db",
        "portcullis.db-wal",
        "portcullis.db-shm",
        "portcullis.db-journal",
        "portcullis.db.lock",
    ] {
        let refused = program.run(&["backup", &path_text(&data.join(name)), "--overwrite"]);
        assert!(
            refused.complaint(1).contains("is the database itself"),
            "{name} {refused:?}"
        );
    }
    let refused = program.run(&["backup", &path_text(&link), "--overwrite"]);
    assert!(
        refused.complaint(1).contains("is the database itself"),
        "{refused:?}"
    );
    let key = path_text(&data.join("secret.key"));
    let refused = program.run(&["backup", &key, "--overwrite"]);
    assert!(refused.complaint(1).contains("is no backup"), "{refused:?}");
    assert!((inode(), secret()) == before, "another file is in its place");
    drop(server);
}

#[tokio::test]
async fn a_copy_goes_into_a_folder_that_exists_and_can_be_written() {
    let Some(program) = with_database().await else {
        return;
    };
    let refused = program.run(&["backup", &next_to_database(&program, "nowhere/copy.db")]);
    assert!(
        refused.complaint(1).ends_with("there is no such folder"),
        "{refused:?}"
    );
    fs::write(next_to_database(&program, "file"), "").unwrap();
    let refused = program.run(&["backup", &next_to_database(&program, "file/copy.db")]);
    assert!(refused.complaint(1).contains("folder"), "{refused:?}");
    // Not even root can create files there.
    let refused = program.run(&["backup", "/proc/copy.db"]);
    assert!(
        refused.complaint(1).starts_with("cannot write /proc/copy.db: "),
        "{refused:?}"
    );
    let locked = PathBuf::from(next_to_database(&program, "locked"));
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::write(locked.join("probe"), "").is_err() {
        let refused = program.run(&["backup", &path_text(&locked.join("copy.db"))]);
        assert!(refused.complaint(1).contains("Permission denied"), "{refused:?}");
    }
}

#[tokio::test]
async fn a_copy_that_was_not_finished_never_has_the_name_of_a_backup() {
    let Some(program) = with_database().await else {
        return;
    };
    let folder = program.database.folder().join("backups");
    fs::create_dir(&folder).unwrap();
    let file = path_text(&folder.join("copy.db"));
    // As if the disk were full: in units of 512 bytes, far below the size of the database.
    let refused = program.run_after("trap '' XFSZ; ulimit -f 100", &["backup", &file]);
    let line = refused.complaint(1);
    assert!(
        line.starts_with("cannot write a copy of ") && line.contains(" kB into "),
        "{line}"
    );
    assert_eq!(names(&folder), BTreeSet::new());

    // The same limit kills the process here, in the middle of a write.
    let killed = program.run_after("ulimit -c 0; ulimit -f 100", &["backup", &file]);
    assert_eq!(killed.status, None, "{killed:?}");
    let left = names(&folder);
    assert!(
        left.iter().all(|name| name.starts_with(".portcullis-backup-")),
        "{left:?}"
    );
    program.done(&["backup", &file]);
}

#[tokio::test]
async fn a_database_that_is_not_there_is_not_created() {
    let program = Program::new().await;
    if program.database.is_sqlite() {
        let refused = program.run(&["backup", &next_to_database(&program, "copy.db")]);
        assert!(
            refused.complaint(1).starts_with("there is no database "),
            "{refused:?}"
        );
        assert!(!program.data_dir().exists());
    }
}

#[tokio::test]
async fn for_other_databases_the_command_names_their_own_programs() {
    let program = Program::new().await.with("SECRET", crate::support::SECRET);
    for (url, tool) in [
        ("postgres://portcullis@127.0.0.1:1/portcullis", "`pg_dump`"),
        ("mariadb://portcullis@127.0.0.1:1/portcullis", "`mariadb-dump`"),
    ] {
        let program = program.clone().with("DATABASE_URL", url);
        for command in ["backup", "restore"] {
            let refused = program.run(&[command, "copy.db"]);
            let line = refused.complaint(1);
            assert!(line.contains(tool) && line.contains("docs/backup.md"), "{line}");
        }
    }
}
