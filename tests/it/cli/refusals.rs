//! Starts that cannot be: one clear line, an exit status that says which kind, no secret in it.

use std::{
    fs::{self, Permissions},
    net::TcpListener,
    os::unix::fs::{PermissionsExt as _, chown},
};

use sea_orm::{ConnectionTrait as _, Database};
use serde_json::json;

use crate::support::{PASSWORD, Program};

#[tokio::test]
async fn an_unknown_setting_is_named() {
    let program = Program::new().await.with("PUBLIC_URI", "http://canary.example");
    let refused = program.run(&["serve"]);
    let message = refused.complaint(78);
    assert!(
        message.contains("PORTCULLIS_PUBLIC_URI") && message.contains("PORTCULLIS_PUBLIC_URL"),
        "{message}"
    );
    assert!(!message.contains("canary"), "{message}");
}

#[tokio::test]
async fn a_weak_secret_is_refused_without_telling_it() {
    let program = Program::new().await.with("SECRET", "canary");
    let refused = program.run(&["serve"]);
    let message = refused.complaint(78);
    assert!(
        message.contains("PORTCULLIS_SECRET") && !message.contains("canary"),
        "{message}"
    );
}

#[tokio::test]
async fn an_hmac_algorithm_asks_for_its_secret() {
    let program = Program::new().await.with("JWT_ALGORITHM", "HS256");
    let refused = program.run(&["serve"]);
    assert!(refused.complaint(78).contains("jwt_secret"), "{refused:?}");
}

#[tokio::test]
async fn a_provider_that_cannot_be_used_is_named_with_its_key() {
    let program = Program::new().await;
    let file = program.database.folder().join("providers.toml");
    fs::write(&file, "[google]\nclient_id = \"a\"\nclient_secrt = \"canary\"").unwrap();
    let program = program.with("PROVIDERS", file.to_str().unwrap());
    let refused = program.run(&["serve"]);
    let message = refused.complaint(78);
    assert!(
        message.contains(
            "providers (from PORTCULLIS_PROVIDERS): google: client_secrt: no such key; did you mean"
        ),
        "{message}"
    );
    assert!(!message.contains("canary"), "{message}");
}

#[tokio::test]
async fn a_port_in_use_is_told_before_the_database_is_touched() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for (setting, flag) in [
        ("LISTEN", "`--listen`"),
        ("METRICS_LISTEN", "`--set metrics_listen=`"),
    ] {
        let program = Program::new().await.with(setting, &address);
        let refused = program.run(&["serve"]);
        let message = refused.complaint(1);
        for part in [&*address, "another program listens there", flag] {
            assert!(message.contains(part), "{part}: {message}");
        }
        assert!(!program.data_dir().exists());
    }
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_made_is_named_by_its_setting() {
    let program = Program::new().await;
    let file = program.database.folder().join("file");
    fs::write(&file, "").unwrap();
    let program = program
        .with("DATA_DIR", file.join("data").to_str().unwrap())
        .without("SECRET")
        .without("DATABASE_URL");
    let refused = program.run(&["serve"]);
    assert!(
        refused.complaint(78).starts_with("data_dir: cannot make"),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_secret_file_that_others_can_read_is_refused() {
    let program = Program::new().await.without("SECRET").without("DATABASE_URL");
    program.done(&["migrate", "up"]);
    program.done(&["user", "list"]);
    let file = program.data_dir().join("secret.key");
    let secret = fs::read_to_string(&file).unwrap();
    fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    let refused = program.run(&["serve"]);
    let message = refused.complaint(78);
    assert!(
        message.starts_with("secret.key in data_dir: other users can read"),
        "{message}"
    );
    assert!(!message.contains(secret.trim()), "{message}");
}

#[tokio::test]
async fn a_data_folder_into_which_others_can_put_files_is_refused() {
    let program = Program::new().await.without("SECRET").without("DATABASE_URL");
    program.done(&["migrate", "up"]);
    program.done(&["user", "list"]);
    let folder = program.data_dir();
    // The last as /tmp is.
    for mode in [0o777, 0o703, 0o1777] {
        fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        for arguments in [&["serve"][..], &["user", "list"]] {
            let refused = program.run(arguments);
            let message = refused.complaint(78);
            assert!(
                message.starts_with("data_dir: every user of this machine can put files into")
                    && message.contains("chmod o-w"),
                "{message}"
            );
        }
        let finished = program.run(&["doctor"]);
        assert_eq!(finished.status, Some(1), "{finished:?}");
        assert!(
            finished.out.contains("ERROR    data folder") && finished.out.contains("chmod o-w"),
            "{finished:?}"
        );
    }
}

#[tokio::test]
async fn a_secret_file_of_another_user_is_refused() {
    const SOMEBODY: u32 = 54_321;
    let program = Program::new().await.without("SECRET").without("DATABASE_URL");
    program.done(&["migrate", "up"]);
    program.done(&["user", "list"]);
    let secret = program.data_dir().join("secret.key");
    // Only root can give a file away; for others the decision has a unit test of its own.
    if chown(&secret, Some(SOMEBODY), None).is_err() {
        return;
    }
    let refused = program.run(&["serve"]);
    let message = refused.complaint(78);
    assert!(
        message.starts_with("data_dir: secret.key in it belongs to user 54321") && message.contains("chown"),
        "{message}"
    );
    let finished = program.run(&["doctor"]);
    assert!(
        finished.out.contains("secret.key in it belongs to user 54321"),
        "{finished:?}"
    );
    // As root sees the folder, with all that is in it, of the user who started the container.
    chown(program.data_dir(), Some(SOMEBODY), None).unwrap();
    program.done(&["user", "list"]);
}

#[tokio::test]
async fn another_secret_does_not_open_the_signing_key() {
    let program = Program::new()
        .await
        .with("SECRET", "canary0BnTx4Lq8vWz3RkYd6HsPm9Ug2Fa");
    program.serve().await;
    let program = program.with("SECRET", "canary1CqYz5Mr9wXa4SlZe7JtQn0Vh3Gb");
    let refused = program.run(&["user", "list"]);
    let message = refused.complaint(1);
    assert!(
        message.starts_with("secret: ") && !message.contains("canary"),
        "{message}"
    );
}

#[tokio::test]
async fn a_lost_secret_is_refused_before_another_takes_its_place() {
    const SHARED: &str = "duV8EyMN5VUAPVui4CAYiCvPLPJEA8oDxjbhOFZriWIYiPEl7k9buAOJwmv5";
    let own = Program::new().await.without("DATABASE_URL").without("SECRET");
    let shared = Program::new().await.without("DATABASE_URL").without("SECRET");
    // No signing key in the database was sealed, but refresh tokens are made with the secret.
    let shared = shared.with("JWT_ALGORITHM", "HS256").with("JWT_SECRET", SHARED);
    for program in [own, shared] {
        let server = program.serve().await;
        let ada = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
        server.client().signup(ada).await.tokens("signup");
        drop(server);
        let file = program.data_dir().join("secret.key");
        let lost = fs::read(&file).unwrap();
        fs::remove_file(&file).unwrap();
        for arguments in [&["serve"][..], &["user", "list"]] {
            let refused = program.run(arguments);
            let complaint = refused.complaint(1);
            assert!(
                complaint.starts_with("secret.key is missing in data_dir"),
                "{complaint}"
            );
            assert!(!file.exists());
        }
        fs::write(&file, lost).unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o600)).unwrap();
        program.done(&["user", "list"]);
    }
}

#[tokio::test]
async fn a_database_that_is_away_is_told_without_its_password() {
    for url in [
        "postgres://portcullis:canary@127.0.0.1:1/accounts",
        "mysql://portcullis:canary@127.0.0.1:1/accounts",
    ] {
        let program = Program::new()
            .await
            .with("DATABASE_URL", url)
            .with("SECRET", "q3J8vXb0TnYc5LwRz7KfHd2MgPs6UaEo")
            .with("DATABASE_WAIT", "0s");
        let refused = program.run(&["migrate", "status"]);
        let message = refused.complaint(69);
        assert!(
            message.contains("portcullis:***@127.0.0.1:1/accounts") && message.ends_with("does not answer"),
            "{message}"
        );
    }
}

#[tokio::test]
async fn a_database_of_a_newer_version_is_left_alone() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    let database = Database::connect(program.database_url()).await.unwrap();
    let newer = "INSERT INTO portcullis_migrations (version, applied_at) VALUES ('m99991231_000001_from_the_future', 0)";
    database.execute_unprepared(newer).await.unwrap();
    database.close().await.unwrap();

    for arguments in [&["serve"][..], &["migrate", "up"], &["user", "list"]] {
        let refused = program.run(arguments);
        assert!(refused.complaint(1).contains("a newer version"), "{refused:?}");
    }
    let status = program.done(&["migrate", "status"]);
    assert!(
        status.ends_with("newer    m99991231_000001_from_the_future"),
        "{status}"
    );
}

#[tokio::test]
async fn a_command_line_that_makes_no_sense_is_refused() {
    let program = Program::new().await;
    assert_eq!(
        program.run(&["user", "rename", "ada@example.com"]).status,
        Some(2)
    );
}
