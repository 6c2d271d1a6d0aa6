//! What the server holds, idle and after many logins at once.

use std::time::Duration;

use super::logins::{accounts, login_all};
use crate::{
    Extent,
    figures::{Figures, Target, median},
    processors::Processors,
    server::Server,
};

const LOGINS: usize = 64;
const MEBIBYTE: f64 = 1024.0 * 1024.0;

pub async fn play(extent: Extent, figures: &mut Figures) {
    let (mut fresh, mut idle, mut growth) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..extent.rounds.min(3) {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(Processors::Shared, folder.path(), None).await;
        fresh.push(server.memory() as f64 / MEBIBYTE);
        // Four logins at once, so that each thread that hashes has its memory.
        let emails = accounts(&server, LOGINS).await;
        login_all(&server, &emails[..4], 4, Duration::from_secs(1)).await;
        let before = server.memory() as f64 / MEBIBYTE;
        login_all(&server, &emails, LOGINS, extent.lasting).await;
        tokio::time::sleep(Duration::from_secs(1)).await;
        idle.push(before);
        growth.push(server.memory() as f64 / MEBIBYTE - before);
    }
    figures.add("memory after the start", median(fresh), "MiB");
    figures.add_with(
        "memory idle, with that of the hashes",
        median(idle),
        "MiB",
        Target::AtMost(60.0),
    );
    figures.add_with(
        format!("more memory after {LOGINS} logins at once"),
        median(growth),
        "MiB",
        Target::AtMost(10.0),
    );
}
