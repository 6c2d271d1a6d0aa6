//! Whether the time of a failed login tells anything about the account.
//!
//! ```sh
//! cargo bench --bench login_timing                      # both costs, 1,000 samples of each kind
//! cargo bench --bench login_timing -- default 300       # the default cost of a hash, 300 samples
//! cargo bench --bench login_timing -- cheap
//! ```
//!
//! Kinds of accounts take turns in an order that changes from round to round, each request with an account of its own,
//! through the whole router. Each kind is compared with a wrong password for an active account: AUC is the chance that
//! a guess by time alone tells the two apart, 0.5 for a coin. With the default cost 0.55 and medians that differ by 2 %
//! are the limit. The cheap cost takes the hash nearly away, and shows what else differs; it has no limit. The last
//! kind is refused unhashed, and shows that the measurement would notice.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

mod in_process;
mod timing;

use std::{
    hint::black_box,
    process::ExitCode,
    time::{Duration, Instant},
};

use entity::{
    UserId,
    user::{self, Status},
};
use portcullis::{
    context::App,
    platform::{clock::SystemClock, config::Config, crypto::Asker, id, rng::SystemRng},
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::json;

use crate::{
    in_process::{Server, ask, request},
    timing::{AUC_LIMIT, auc, median, shuffle},
};

const ROUNDS: usize = 1_000;
/// Before the measurement, so that caches and pages are there.
const WARM_UP: usize = 50;
const MEDIAN_LIMIT: f64 = 0.02;

/// Whose login fails, by the letter that their addresses begin with.
const KINDS: [(char, &str); 6] = [
    ('w', "wrong password"),
    ('u', "no such account"),
    ('d', "disabled account"),
    ('p', "account without a password"),
    ('b', "account with a broken hash"),
    ('s', "no possible password (control)"),
];
const CONTROL: char = 's';

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let names = |name: &str| arguments.iter().any(|it| it == name);
    let rounds = arguments.iter().find_map(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut is_alike = true;
    for (name, argon2_memory_kib, argon2_iterations) in [("cheap", 8, 1), ("default", 19_456, 2)] {
        if (names("cheap") || names("default")) && !names(name) {
            continue;
        }
        println!(
            "\n{name} cost: m={argon2_memory_kib} KiB, t={argon2_iterations}; {rounds} samples of each kind"
        );
        let config = Config {
            argon2_memory_kib,
            argon2_iterations,
            ..Config::default()
        };
        let times = runtime.block_on(measure(config, rounds));
        is_alike &= report(&times, name == "default");
    }
    if is_alike {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Times in seconds, by kind.
async fn measure(config: Config, rounds: usize) -> [Vec<f64>; KINDS.len()] {
    let folder = tempfile::tempdir().unwrap();
    let app = in_process::app(config, folder.path()).await;
    fill(&app, WARM_UP + rounds).await;
    let server = in_process::server(&app);
    let mut times = KINDS.map(|_| Vec::with_capacity(rounds));
    let mut order: Vec<usize> = (0..KINDS.len()).collect();
    for round in 0..WARM_UP + rounds {
        shuffle(&mut order);
        for &kind in &order {
            let time = failed_login(&server, KINDS[kind].0, round).await;
            if round >= WARM_UP {
                times[kind].push(time.as_secs_f64());
            }
        }
    }
    times
}

/// Makes accounts of every kind.
async fn fill(app: &App, accounts: usize) {
    let hash = app
        .hasher
        .hash(Asker::Stranger, &"a lantern under quiet snow".into())
        .await
        .unwrap();
    for (letter, _) in KINDS.iter().filter(|(letter, _)| *letter != 'u') {
        let rows = (0..accounts).map(|number| {
            let email = address(*letter, number);
            let model = user::Model {
                id: UserId(id::new(&SystemClock, &SystemRng)),
                name: "Ada Lovelace".to_owned(),
                name_key: "ada lovelace".to_owned(),
                email_key: email.clone(),
                email,
                password_hash: match letter {
                    'p' => None,
                    'b' => Some("nonsense".to_owned()),
                    _ => Some(hash.as_str().to_owned()),
                },
                email_verified_at: None,
                status: if *letter == 'd' {
                    Status::Disabled
                } else {
                    Status::Active
                },
                created_at: 0,
                updated_at: 0,
                last_login_at: None,
                locale: "en".to_owned(),
                pending_email: None,
                sign_in_notices_off_at: None,
                deletes_at: None,
                deletion_cancellable_since: None,
            };
            model.into_active_model()
        });
        let rows: Vec<_> = rows.collect();
        for some in rows.chunks(500) {
            user::Entity::insert_many(some.to_vec())
                .exec_without_returning(app.db.writer())
                .await
                .unwrap();
        }
    }
}

fn address(letter: char, number: usize) -> String {
    format!("{letter}{number:06}@example.com")
}

async fn failed_login(server: &Server, letter: char, number: usize) -> Duration {
    let password = if letter == CONTROL {
        "no\0password"
    } else {
        "not that password, but this"
    };
    let body = json!({
        "query": "mutation ($input: LoginInput!) { login(input: $input) { user { id } userErrors { code } } }",
        "variables": { "input": { "email": address(letter, number), "password": password } },
    });
    let request = request(&body, None);
    let began = Instant::now();
    let text = ask(server, request).await;
    let took = began.elapsed();
    // A refusal for another reason would be another measurement.
    assert!(text.contains("INVALID_CREDENTIALS"), "{text}");
    black_box(text);
    took
}

/// Prints what was measured; whether all kinds but the control are alike, and that one is not.
fn report(times: &[Vec<f64>], has_limits: bool) -> bool {
    println!("{:30}  {:>10}  {:>8}  {:>6}", "", "median", "apart", "AUC");
    let (mut is_alike, baseline) = (true, &times[0]);
    for ((letter, kind), times) in KINDS.iter().zip(times) {
        let apart = median(times) / median(baseline) - 1.0;
        let auc = auc(times, baseline);
        let is_near = auc <= AUC_LIMIT && apart.abs() <= MEDIAN_LIMIT;
        let is_right = if *letter == CONTROL { !is_near } else { is_near };
        let remark = if has_limits && !is_right {
            "  <- beyond the limit"
        } else {
            ""
        };
        is_alike &= is_right || !has_limits;
        println!(
            "{kind:30}  {:>7.3} ms  {:>+7.2}%  {auc:>6.3}{remark}",
            median(times) * 1e3,
            apart * 1e2
        );
    }
    is_alike
}
