//! From the start of the process to the answer to a first query; and how large the program is.

use std::fs;

use crate::{
    Extent,
    figures::{Figures, Target, median},
    processors::Processors,
    server::Server,
};

const MEBIBYTE: f64 = 1024.0 * 1024.0;

pub async fn play(extent: Extent, figures: &mut Figures) {
    let (mut new, mut existing) = (Vec::new(), Vec::new());
    for _ in 0..extent.rounds {
        let folder = tempfile::tempdir().unwrap();
        for times in [&mut new, &mut existing] {
            let (_server, time) = Server::start_timed(Processors::Shared, folder.path(), None).await;
            times.push(time.as_secs_f64() * 1_000.0);
        }
    }
    figures.add_with(
        "start on a new SQLite file",
        median(new),
        "ms",
        Target::AtMost(150.0),
    );
    figures.add_with(
        "start on an existing SQLite file",
        median(existing),
        "ms",
        Target::AtMost(60.0),
    );
    let size = fs::metadata(env!("CARGO_BIN_EXE_portcullis")).unwrap().len();
    figures.add_with(
        "program, stripped",
        size as f64 / MEBIBYTE,
        "MiB",
        Target::AtMost(25.0),
    );
}
