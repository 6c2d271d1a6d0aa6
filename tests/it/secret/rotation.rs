//! A new secret seals the same keys, and nobody notices.

use portcullis::{
    features::{
        audit,
        key::{self, Start},
        secret::NotRotated,
    },
    platform::crypto::NotOpened,
    server::wiring::StartError,
};

use super::{
    command, file, held::Held, operator, put_secrets, refusal, rotate, secrets, server, with_file,
    with_setting,
};
use crate::support::{SECRET, TestApp};

const NEW: &str = "Zk1p/WvN9+xGt4QyBh8CjSrDmFi0OuAl";

fn published(app: &TestApp) -> String {
    serde_json::to_string(&app.app.tokens.keys().public_keys()).unwrap()
}

#[tokio::test]
async fn nothing_ends_on_a_server_that_runs_and_after_a_restart() {
    let app = server().await;
    let mut running = Held::new(&app, "running").await;
    let mut restarted = Held::new(&app, "restarted").await;
    let former = secrets(&app);
    let done = rotate(&*command(&app).await).await.unwrap();
    assert_eq!(done.resealed, 8);
    let new = secrets(&app);
    assert_eq!((former.len(), new.len()), (1, 1));
    assert_ne!(former, new);

    running.assert_works(&app).await;
    let again = app.another(with_file).await;
    assert_eq!(published(&app), published(&again));
    restarted.assert_works(&again).await;
    assert_eq!(crate::audit::findings(&again).await, []);
    let events = crate::audit::rows(&again).await;
    let event = events.iter().find(|row| row.kind == "key_rotated").unwrap();
    assert_eq!(event.details, r#"{"replaced":"secret","resealed_keys":"8"}"#);
}

#[tokio::test]
async fn a_running_server_opens_and_makes_keys_under_the_new_secret() {
    let app = server().await;
    let other = command(&app).await;
    rotate(&*command(&app).await).await.unwrap();
    let theirs = key::rotate(&other, Start::Now, operator()).await.unwrap();
    assert!(key::refresh(&app.app).await.unwrap());
    assert!(published(&app).contains(&theirs.kid));

    let ours = key::rotate(&app.app, Start::Now, operator()).await.unwrap();
    let restarted = app.another(with_file).await;
    assert!(published(&restarted).contains(&ours.kid));
}

#[tokio::test]
async fn the_former_secret_opens_nothing_any_more_and_is_kept_for_backups() {
    let app = server().await;
    let former = secrets(&app).remove(0);
    let done = rotate(&*command(&app).await).await.unwrap();
    let [kept] = done.former.as_slice() else {
        panic!("{done:?}")
    };
    assert_eq!(std::fs::read_to_string(kept).unwrap().trim(), former);
    put_secrets(&app, &[&former]);
    let refused = app.would_start(with_file).await.unwrap_err();
    assert!(
        matches!(refused, StartError::SealedKey(NotOpened::UnknownKey)),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_crash_after_the_file_was_written_is_completed_by_the_same_command() {
    let app = server().await;
    let mut running = Held::new(&app, "running").await;
    let mut restarted = Held::new(&app, "restarted").await;
    let former = secrets(&app).remove(0);
    // What the command does first.
    app.app.config.put_new_secret_in_front(&*app.app.rng).unwrap();
    let [new, old] = &secrets(&app)[..] else {
        panic!("two secrets")
    };
    assert_eq!(*old, former);
    running.assert_works(&app).await;
    let again = app.another(with_file).await;
    restarted.assert_works(&again).await;
    // Also by a server that does not start again: these keys are sealed under the former secret.
    let made = key::rotate(&app.app, Start::Published, operator()).await.unwrap();
    rotate(&again.app).await.unwrap();
    assert_eq!(secrets(&app), [new.as_str()]);
    assert!(published(&app.another(with_file).await).contains(&made.kid));
}

#[tokio::test]
async fn a_crash_before_the_former_secret_was_removed_is_completed_by_the_same_command() {
    let app = server().await;
    let former = secrets(&app).remove(0);
    rotate(&*command(&app).await).await.unwrap();
    let new = secrets(&app).remove(0);
    put_secrets(&app, &[&new, &former]);
    let mut held = Held::new(&app, "held").await;
    let again = app.another(with_file).await;
    let done = rotate(&again.app).await.unwrap();
    assert_eq!((done.resealed, done.former.len()), (0, 1));
    assert_eq!(secrets(&app), [new.as_str()]);
    held.assert_works(&app.another(with_file).await).await;
}

#[tokio::test]
async fn a_start_and_a_rotation_at_once_both_succeed() {
    let app = server().await;
    let command = command(&app).await;
    let (rotated, started) = tokio::join!(rotate(&command), app.would_start(with_file));
    rotated.unwrap();
    started.unwrap();
    assert_eq!(secrets(&app).len(), 1);
    app.would_start(with_file).await.unwrap();
}

#[tokio::test]
async fn of_a_setting_the_operator_gives_the_new_secret() {
    let app = TestApp::with(|config| with_setting(config, SECRET)).await;
    let mut held = Held::new(&app, "held").await;
    assert_eq!(refusal(rotate(&app.app).await), NotRotated::NoSecond);
    // First as the second, so that servers that are not restarted yet open what the others seal.
    let second = app
        .another(|config| with_setting(config, &format!("{SECRET},{NEW}")))
        .await;
    let both = app
        .another(|config| with_setting(config, &format!("{NEW},{SECRET}")))
        .await;
    // A key that a server made which had the former one in front.
    key::rotate(&second.app, Start::Published, operator())
        .await
        .unwrap();
    assert_eq!(rotate(&both.app).await.unwrap().resealed, 1);
    assert!(key::refresh(&second.app).await.unwrap());
    assert!(!file(&app).exists());
    let refused = app.would_start(|config| with_setting(config, SECRET)).await;
    assert!(matches!(
        refused.unwrap_err(),
        StartError::SealedKey(NotOpened::UnknownKey)
    ));
    held.assert_works(&app.another(|config| with_setting(config, NEW)).await)
        .await;
}

#[tokio::test]
async fn a_key_that_does_not_open_stops_the_rotation_and_changes_nothing() {
    let app = server().await;
    let command = command(&app).await;
    app.sql("UPDATE data_keys SET sealed_key = 'v1.x.x.x' WHERE purpose = 'mail'")
        .await;
    let refused = refusal(rotate(&command).await);
    assert_eq!(refused, NotRotated::NotOpened(NotOpened::UnknownKey));
    assert_eq!(secrets(&app).len(), 2, "the former one still opens the others");
    let report = audit::verify(&command, None).await.unwrap();
    assert_eq!((report.events, report.finding_count), (0, 0));
}
