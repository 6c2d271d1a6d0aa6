//! As many logins as can be answered, compared with bare hashes on as many threads.

use std::time::{Duration, Instant};

use portcullis::platform::crypto::{HashEngine, instructions};
use serde_json::json;

use super::databases;
use crate::{
    Extent,
    client::{Times, request},
    figures::{Figures, Target, median, ratio},
    hashes, machine,
    processors::Processors,
    server::{LOGIN, PASSWORD, Server, Tokens, new_email},
};

/// Fewer than the queue in front of the hashes takes, so that none is refused.
const CLIENTS: usize = 16;

/// Of each client: nobody has the hundred sessions after which each login ends one.
const ACCOUNTS: usize = 16;

/// The setting that chooses the engine.
const ENGINE: &str = "PORTCULLIS_HASH_ENGINE";

pub async fn play(extent: Extent, figures: &mut Figures) {
    for (name, database) in databases() {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(Processors::Shared, folder.path(), database.as_deref()).await;
        compare(&server, HashEngine::Portable, &name, extent, figures).await;
    }
    if HashEngine::Simd.with(instructions()) == HashEngine::Simd {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start_with(folder.path(), &[(ENGINE, HashEngine::Simd.name())]).await;
        compare(&server, HashEngine::Simd, "SQLite", extent, figures).await;
    }
}

async fn compare(server: &Server, engine: HashEngine, database: &str, extent: Extent, figures: &mut Figures) {
    let of = format!("`hash_engine = {}`, {database}", engine.name());
    let emails = accounts(server, CLIENTS * ACCOUNTS).await;
    let (mut bare, mut logins) = (Vec::new(), Vec::new());
    let mut times = Times::default();
    for _ in 0..extent.rounds {
        bare.push(hashes::per_second(engine, machine::processors(), extent.lasting));
        let (per_second, of_round) = login_all(server, &emails, CLIENTS, extent.lasting).await;
        logins.push(per_second);
        times.extend(of_round);
    }
    let share = ratio(&logins, &bare);
    figures.add(format!("bare hashes, {of}"), median(bare), "/s");
    figures.add(format!("logins, {of}"), median(logins), "/s");
    figures.add_with(
        format!("logins ÷ bare hashes, {of}"),
        share,
        "",
        Target::AtLeast(0.95),
    );
    figures.add(
        format!("login with {CLIENTS} at once, median, {of}"),
        times.quantiles(&[0.5])[0],
        "ms",
    );
}

pub async fn accounts(server: &Server, number: usize) -> Vec<String> {
    let mut emails = Vec::new();
    for _ in 0..number {
        let email = new_email();
        server.signup(&email).await;
        emails.push(email);
    }
    emails
}

/// So many clients log in again and again, each with its share of the accounts in turn. Gives logins per second, and how
/// long they took.
pub async fn login_all(
    server: &Server,
    emails: &[String],
    clients: usize,
    lasting: Duration,
) -> (f64, Times) {
    assert!(
        emails.len().is_multiple_of(clients),
        "each client has as many accounts"
    );
    let begin = Instant::now();
    let tasks: Vec<_> = emails
        .chunks(emails.len() / clients)
        .map(|emails| {
            let logins = emails.iter().map(|email| {
                let variables = json!({ "email": email, "password": PASSWORD });
                request(LOGIN, &variables, None)
            });
            let logins: Vec<_> = logins.collect();
            let address = server.address;
            tokio::spawn(async move {
                let mut connection = crate::client::Connection::open(address).await;
                let mut times = Times::default();
                for asked in logins.iter().cycle() {
                    if begin.elapsed() >= lasting {
                        break;
                    }
                    let asking = Instant::now();
                    Tokens::of(&connection.ask(asked).await.data(), "login");
                    times.add(asking.elapsed());
                }
                times
            })
        })
        .collect();
    let mut times = Times::default();
    for task in tasks {
        times.extend(task.await.unwrap());
    }
    (times.count() as f64 / begin.elapsed().as_secs_f64(), times)
}
