//! What is measured, scene by scene.

mod logins;
mod memory;
mod refreshes;
mod signups;
mod start;
mod storm;
mod throughput;

pub use storm::SHARES;

use super::{Extent, figures::Figures};

pub const NAMES: [&str; 7] = [
    "throughput",
    "logins",
    "signups",
    "refreshes",
    "storm",
    "memory",
    "start",
];

/// The variable that names a second database to measure with.
const DATABASE: &str = "PORTCULLIS_BENCH_DATABASE_URL";

pub async fn play(name: &str, extent: Extent, figures: &mut Figures) {
    match name {
        "throughput" => throughput::play(extent, figures).await,
        "logins" => logins::play(extent, figures).await,
        "signups" => signups::play(extent, figures).await,
        "refreshes" => refreshes::play(extent, figures).await,
        "storm" => storm::play(extent, figures).await,
        "memory" => memory::play(extent, figures).await,
        "start" => start::play(extent, figures).await,
        other => panic!("no scene is called {other}"),
    }
}

/// The databases to measure with, by name, and the address of each that is not SQLite.
fn databases() -> Vec<(String, Option<String>)> {
    let mut databases = vec![("SQLite".to_owned(), None)];
    if let Ok(url) = std::env::var(DATABASE) {
        let name = if url.starts_with("postgres") {
            "PostgreSQL"
        } else {
            "MariaDB"
        };
        databases.push((name.to_owned(), Some(url)));
    }
    databases
}
