//! How fast the server is, compared with baselines that anyone can check, measured in one run.
//!
//! ```sh
//! cargo bench --bench load                           # every scene; prints a table
//! cargo bench --bench load -- --write                # the same, and puts table and plot into docs/performance.md
//! cargo bench --bench load -- --rounds 1 --seconds 1 throughput logins
//! PORTCULLIS_BENCH_DATABASE_URL=postgres://… cargo bench --bench load    # also with that database
//! ```
//!
//! The baselines are a bare axum handler that answers with the JSON that it was sent ([`echo`]), and a bare loop of
//! Argon2 ([`hashes`]). What is compared takes turns within each round; a figure is the median over the rounds, and a
//! ratio the median of the ratios within them. The servers run as processes of their own, with the settings that they
//! have by default, and log to a file. Linux only: memory is read from `/proc`, processors are given by `taskset`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    missing_docs,
    unreachable_pub,
    reason = "a benchmark"
)]

mod client;
mod echo;
mod figures;
mod hashes;
mod machine;
mod page;
mod plot;
mod processors;
mod scenes;
mod server;

use std::{process::ExitCode, time::Duration};

use figures::Figures;

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Extent {
    pub rounds: usize,
    /// Of each measurement in a round.
    pub lasting: Duration,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == echo::MODE) {
        echo::serve();
    }
    let number = |name: &str| -> Option<u64> {
        let at = arguments.iter().position(|it| it == name)?;
        Some(
            arguments
                .get(at + 1)
                .and_then(|it| it.parse().ok())
                .unwrap_or_else(|| panic!("{name} takes a number")),
        )
    };
    let extent = Extent {
        rounds: usize::try_from(number("--rounds").unwrap_or(5)).unwrap().max(1),
        lasting: Duration::from_secs(number("--seconds").unwrap_or(3).max(1)),
    };
    let wanted: Vec<&String> = arguments
        .iter()
        .filter(|it| scenes::NAMES.contains(&it.as_str()))
        .collect();

    let about = machine::about();
    println!("{about}");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut figures = Figures::default();
    for name in scenes::NAMES {
        if wanted.is_empty() || wanted.iter().any(|it| *it == name) {
            println!("\n{name}");
            runtime.block_on(scenes::play(name, extent, &mut figures));
        }
    }
    println!("\n{}", figures.table());
    if arguments.iter().any(|it| it == "--write") {
        page::write(&about, &figures);
    }
    if figures.all_reached() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
