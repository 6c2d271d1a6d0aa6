//! Whether the server stays as quick with many accounts as it is with few.
//!
//! ```sh
//! cargo bench --bench growth                              # 1,000, 100,000 and 5,000,000 users; several GB of disk
//! cargo bench --bench growth -- --users 1000,100000
//! PORTCULLIS_BENCH_DATABASE_URL=postgres://… cargo bench --bench growth    # there, and not in SQLite
//! ```
//!
//! For each number of users a database is filled past the server, which is then started on it; every user has two
//! sessions. The same is asked of all servers in turn, one request at a time and each by another user drawn at random,
//! so that nothing is answered from what the request before has left behind. A figure is the median over the rounds of
//! the medians within them, and a ratio the median of the ratios within the rounds.
//!
//! The hash of a password takes longer than all else together, whatever the number of users, and would hide it. So the
//! servers are this program, which puts the parts of a server together as the tests do, with hashes that cost next to
//! nothing.
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

mod accounts;
mod database;
mod fill;
mod questions;
mod server;

#[allow(dead_code, reason = "the other benchmark uses all of it")]
#[path = "../load/client.rs"]
mod client;
#[path = "../load/figures.rs"]
#[allow(dead_code, reason = "the other benchmark uses all of it")]
mod figures;
#[path = "../load/machine.rs"]
mod machine;

use std::process::ExitCode;

use database::Filled;
use figures::{Figures, Target, median, ratio};
use questions::{MOST_ROUNDS, Question};
use tokio::runtime::Runtime;

/// How much slower anything may be with more users.
const MOST: f64 = 1.3;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|it| it == server::MODE) {
        runtime().block_on(server::be(&arguments[2..]));
    }
    let value = |name: &str| {
        let at = arguments.iter().position(|it| it == name)?;
        Some(
            arguments
                .get(at + 1)
                .unwrap_or_else(|| panic!("{name} takes a value")),
        )
    };
    let users = value("--users").map_or("1000,100000,5000000", String::as_str);
    let users: Vec<u64> = users.split(',').map(|it| it.parse().unwrap()).collect();
    let rounds: usize = value("--rounds").map_or(7, |it| it.parse().unwrap());
    assert!(
        rounds <= MOST_ROUNDS,
        "there are not enough sessions for so many rounds"
    );

    println!("{}", machine::about());
    let mut figures = Figures::default();
    runtime().block_on(measure(&users, rounds, &mut figures));
    println!("\n{}", figures.table());
    if figures.all_reached() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn runtime() -> Runtime {
    Runtime::new().unwrap()
}

async fn measure(users: &[u64], rounds: usize, figures: &mut Figures) {
    let mut filled = Vec::new();
    for number in users {
        filled.push(Filled::with(*number).await);
    }
    // By question, then by number of users.
    let mut times = vec![vec![Vec::new(); users.len()]; Question::ALL.len()];
    // The first round warms the caches and does not count.
    for round in 0..=rounds {
        for (at, question) in Question::ALL.iter().enumerate() {
            for (of, filled) in filled.iter_mut().enumerate() {
                let milliseconds = question.ask(filled).await;
                if round > 0 {
                    times[at][of].push(milliseconds);
                }
            }
        }
    }
    let database = filled[0].kind();
    for (question, times) in Question::ALL.iter().zip(times) {
        let name = question.name();
        for (number, times) in users.iter().zip(&times) {
            let what = format!("{name}, {} users, {database}", grouped(*number));
            figures.add(what, median(times.clone()), "ms");
        }
        for (number, more) in users.iter().zip(&times).skip(1) {
            let what = format!("{name}, {} ÷ {}", grouped(*number), grouped(users[0]));
            figures.add_with(what, ratio(more, &times[0]), "", Target::AtMost(MOST));
        }
    }
    for filled in filled {
        filled.remove().await;
    }
}

/// With a comma before each three digits.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
