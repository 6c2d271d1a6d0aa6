//! Whether the time of a request for mail tells if the address has an account.
//!
//! ```sh
//! cargo bench --bench mail_timing                       # 1,000 samples of each kind, on SQLite
//! cargo bench --bench mail_timing -- 300 postgres://…   # 300 samples, on this empty database
//! ```
//!
//! Known and unknown addresses take turns in an order that changes from round to round, each address once, through the
//! whole router. The worker runs as in `serve`, and sends to a mail server that takes everything. AUC is the chance that
//! a guess by time alone tells the two apart, 0.5 for a coin, and 0.55 is the limit. The probe is a request about
//! another, unknown address, sent a moment after the first: it shows whether the work on the mail tells what the answer
//! does not. Hashes are cheap, because their time would hide what else differs.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::disallowed_methods,
    missing_docs,
    reason = "a benchmark"
)]

mod in_process;
mod mail_sink;
mod timing;

use std::{
    process::ExitCode,
    sync::Arc,
    time::{Duration, Instant},
};

use entity::{
    UserId,
    user::{self, Status},
};
use portcullis::{
    context::App,
    platform::{
        clock::SystemClock,
        config::{Config, EmailVerification, MailAddress, MailServer, SmtpSecurity},
        id,
        rng::SystemRng,
    },
    server::{health::Stopping, post},
};
use sea_orm::{EntityTrait as _, IntoActiveModel as _};
use serde_json::json;

use crate::{
    in_process::{Server, answer, request},
    timing::{AUC_LIMIT, auc, median, shuffle},
};

const ROUNDS: usize = 1_000;
/// Before the measurement, so that caches and pages are there.
const WARM_UP: usize = 20;
/// Between two requests.
const REST: Duration = Duration::from_millis(10);
/// The earliest moment at which the worker looks at a new mail.
const BEGUN: Duration = Duration::from_millis(16);

/// Mutations with their documents, by the letter that their addresses begin with.
const KINDS: [(char, &str, &str); 5] = [
    (
        'r',
        "requestPasswordReset",
        "mutation ($email: String!) { it: requestPasswordReset(input: { email: $email }) { email userErrors { code } } }",
    ),
    (
        'v',
        "resendVerificationEmail",
        "mutation ($email: String!) { it: resendVerificationEmail(input: { email: $email }) { email userErrors { code } } }",
    ),
    (
        'l',
        "requestEmailLogin",
        "mutation ($email: String!) { it: requestEmailLogin(input: { email: $email }) { challengeToken expiresAt userErrors { code } } }",
    ),
    (
        's',
        "signup",
        "mutation ($email: String!) { it: signup(input: { name: \"Ada\", email: $email, password: \"a lantern under quiet snow\" }) \
         { user { id } registrationToken isEmailVerificationRequired userErrors { code } } }",
    ),
    (
        'p',
        "probe after a reset",
        "mutation ($email: String!) { it: requestPasswordReset(input: { email: $email }) { email userErrors { code } } }",
    ),
];
const PROBE: char = 'p';

/// What one can see of an answer apart from its time.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    status: u16,
    headers: Vec<String>,
    bytes: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let rounds = arguments.iter().find_map(|it| it.parse().ok()).unwrap_or(ROUNDS);
    let url = arguments.iter().find(|it| it.contains("://"));
    println!("{rounds} samples of each kind, cheap hashes");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let times = runtime.block_on(measure(url.map(String::as_str), rounds));
    if report(&times) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Times in seconds, by kind and by whether the address is known.
async fn measure(url: Option<&str>, rounds: usize) -> Vec<[Vec<f64>; 2]> {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        argon2_memory_kib: 8,
        argon2_iterations: 1,
        email_login: true,
        email_verification: EmailVerification::Required,
        smtp_server: Some(MailServer::parse(&mail_sink::start().await).unwrap()),
        smtp_security: SmtpSecurity::None,
        mail_from: Some(MailAddress::parse("accounts@example.com").unwrap()),
        ..Config::default()
    };
    let app = match url {
        Some(url) => in_process::app_on(url, config, folder.path()).await,
        None => in_process::app(config, folder.path()).await,
    };
    fill(&app, WARM_UP + rounds).await;
    let server = in_process::server(&app);
    let post_office = post::post_office(&app.config).unwrap();
    tokio::spawn(post::run(Arc::clone(&app), post_office, Stopping::default()));

    let mut times = vec![[Vec::new(), Vec::new()]; KINDS.len()];
    let mut answers: Vec<Option<Seen>> = KINDS.iter().map(|_| None).collect();
    let mut order: Vec<usize> = (0..2 * KINDS.len()).collect();
    for round in 0..WARM_UP + rounds {
        shuffle(&mut order);
        for &one in &order {
            let (kind, is_known) = (one / 2, one % 2);
            let (letter, _, document) = KINDS[kind];
            let address = address(letter, is_known == 1, round);
            let (mut time, seen) = timed(&server, document, &address).await;
            if letter == PROBE {
                tokio::time::sleep(BEGUN).await;
                let other = format!("q{is_known}{round:06}@example.com");
                time = timed(&server, document, &other).await.0;
            }
            tokio::time::sleep(REST).await;
            assert_eq!(
                answers[kind].get_or_insert_with(|| seen.clone()),
                &seen,
                "{address}"
            );
            if round >= WARM_UP {
                times[kind][is_known].push(time.as_secs_f64());
            }
        }
    }
    println!("mails sent: {}", app.metrics.mails_sent.get());
    times
}

/// Makes accounts for the known addresses.
async fn fill(app: &App, accounts: usize) {
    for (letter, ..) in KINDS {
        let rows = (0..accounts).map(|number| {
            let email = address(letter, true, number);
            let model = user::Model {
                id: UserId(id::new(&SystemClock, &SystemRng)),
                name: "Ada Lovelace".to_owned(),
                name_key: "ada lovelace".to_owned(),
                email_key: email.clone(),
                email,
                password_hash: Some("not used here".to_owned()),
                // There must be something to confirm.
                email_verified_at: (letter != 'v').then_some(0),
                status: Status::Active,
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

fn address(letter: char, is_known: bool, number: usize) -> String {
    let whose = if is_known { 'k' } else { 'u' };
    format!("{letter}{whose}{number:06}@example.com")
}

async fn timed(server: &Server, document: &str, address: &str) -> (Duration, Seen) {
    let body = json!({ "query": document, "variables": { "email": address } });
    let request = request(&body, None);
    let began = Instant::now();
    let (head, text) = answer(server, request).await;
    let took = began.elapsed();
    // A refusal would be another measurement.
    assert!(text.contains(r#""userErrors":[]"#), "{text}");
    let seen = Seen {
        status: head.status.as_u16(),
        headers: head.headers.keys().map(ToString::to_string).collect(),
        bytes: text.len(),
    };
    (took, seen)
}

/// Prints what was measured; whether known and unknown addresses are alike.
fn report(times: &[[Vec<f64>; 2]]) -> bool {
    println!("{:26}  {:>10}  {:>10}  {:>6}", "", "unknown", "known", "AUC");
    let mut is_alike = true;
    for ((_, name, _), [unknown, known]) in KINDS.iter().zip(times) {
        let auc = auc(known, unknown);
        let is_near = auc <= AUC_LIMIT;
        is_alike &= is_near;
        let remark = if is_near { "" } else { "  <- beyond the limit" };
        println!(
            "{name:26}  {:>7.3} ms  {:>7.3} ms  {auc:>6.3}{remark}",
            median(unknown) * 1e3,
            median(known) * 1e3
        );
    }
    is_alike
}
