//! The server secret: how it is replaced while people use the server, and what ends after a leak.

mod held;
mod interrupted;
mod leaked;
mod rotation;
mod tables;

use std::{fs, path::PathBuf};

use portcullis::{
    context::App,
    features::{
        audit::Actor,
        lease,
        secret::{self, Ended, NotReplaced, NotRotated, Rotated},
    },
    platform::{
        config::{Config, ServerSecret},
        db::StartLock,
        failure::{Failure, Outcome},
    },
};

use crate::support::TestApp;

/// A server whose secret is in `secret.key`, also on PostgreSQL and MariaDB.
fn with_file(config: &mut Config) {
    config.secret = None;
    config.account_writes = 0;
    config.logins_per_network = 0;
    config.attempts_per_account = 1_000;
}

fn with_setting(config: &mut Config, list: &str) {
    with_file(config);
    config.secret = Some(ServerSecret::parse(list).unwrap());
}

async fn server() -> TestApp {
    TestApp::with(with_file).await
}

/// What a command works with.
async fn command(app: &TestApp) -> Box<App> {
    command_with(app, with_file).await
}

/// The same with other settings.
async fn command_with(app: &TestApp, change: impl FnOnce(&mut Config)) -> Box<App> {
    Box::new(Box::pin(app.would_start(change)).await.unwrap())
}

fn operator() -> Actor {
    Actor::command_line("operator")
}

async fn rotate(command: &App) -> Outcome<Rotated, NotRotated> {
    let lock = StartLock::acquire(&command.db).await.unwrap();
    let done = secret::rotate(command, operator(), &lock).await;
    lock.release().await;
    done
}

/// As `portcullis secret rotate --leaked` does.
async fn replace_leaked(mut command: Box<App>) -> Outcome<Ended, NotReplaced> {
    let lock = StartLock::acquire(&command.db).await.unwrap();
    let done = Box::pin(secret::replace_leaked(&mut command, operator(), 0, &lock)).await;
    lock.release().await;
    lease::release_all(&command).await.unwrap();
    done
}

fn refusal<T, R: std::fmt::Debug>(outcome: Outcome<T, R>) -> R {
    match outcome {
        Err(Failure::Refused(refusal)) => refusal,
        Err(Failure::Failed(failed)) => panic!("{failed:?}"),
        Ok(_) => panic!("it was done"),
    }
}

fn file(app: &TestApp) -> PathBuf {
    app.app.config.data_dir.join("secret.key")
}

/// The secrets in the file.
fn secrets(app: &TestApp) -> Vec<String> {
    let text = fs::read_to_string(file(app)).unwrap();
    text.trim().split(',').map(str::to_owned).collect()
}

/// Puts these secrets into the file.
fn put_secrets(app: &TestApp, secrets: &[&str]) {
    fs::write(file(app), secrets.join(",")).unwrap();
}
