//! Requests and tokens by the thousand against the program itself, each made of a seed and its number.
//!
//! `PORTCULLIS_HOSTILE_ROUNDS` says how many, `PORTCULLIS_HOSTILE_SEED` of which seed. What fails names its number, by
//! which it can be made again: `PORTCULLIS_HOSTILE_FIRST`, with one round.

mod dice;
mod document;
mod gunner;
mod mutate;
mod request;
mod schema;
mod tally;
mod tokens;
mod watch;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use portcullis::platform::graphql::{document_limits::DocumentLimits, syntax::parse_document};
use serde_json::Value;

use self::{
    dice::Dice,
    gunner::Gunner,
    request::Arsenal,
    schema::Schema,
    tally::Tally,
    tokens::{Genuine, SECRET},
    watch::Watch,
};
use crate::support::{Client, PASSWORD, Program, Running, Tokens, told};

/// Senders at once.
const SENDERS: usize = 8;

/// Requests in an ordinary run of the tests.
const USUAL: u64 = 1_500;

#[derive(Clone, Copy)]
struct Run {
    seed: u64,
    first: u64,
    rounds: u64,
}

impl Run {
    fn told() -> Self {
        Self {
            seed: told("PORTCULLIS_HOSTILE_SEED").unwrap_or(20_261_122),
            first: told("PORTCULLIS_HOSTILE_FIRST").unwrap_or(0),
            rounds: told("PORTCULLIS_HOSTILE_ROUNDS").unwrap_or(USUAL),
        }
    }
}

async fn program() -> Program {
    // The watcher stays signed in for an hour; the log is read at the end, so it holds only what matters.
    Program::new()
        .await
        .with("ACCESS_TOKEN_TTL", "1h")
        .with("LOG_LEVEL", "warn,portcullis::cli=info")
        .with("LOG_FORMAT", "json")
}

async fn signed_up(client: &Client, name: &str) -> Tokens {
    let email = format!("{name}@example.com");
    let input = serde_json::json!({ "name": name, "email": email, "password": PASSWORD });
    client.signup(input).await.tokens("signup")
}

/// Has `SENDERS` work off the numbers of a run, each with a connection of its own.
async fn barrage<F>(run: Run, url: &str, shoot: F) -> Tally
where
    F: AsyncFn(&mut Gunner, u64, &mut Tally) + Clone + 'static,
{
    let next = Arc::new(AtomicU64::new(run.first));
    let local = tokio::task::LocalSet::new();
    let mut senders = Vec::new();
    for _ in 0..SENDERS {
        let (next, shoot, mut gunner) = (next.clone(), shoot.clone(), Gunner::new(url));
        senders.push(local.spawn_local(async move {
            let mut tally = Tally::default();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= run.first + run.rounds || tally.is_enough() {
                    return tally;
                }
                shoot(&mut gunner, number, &mut tally).await;
            }
        }));
    }
    local
        .run_until(async {
            let mut sum = Tally::default();
            for sender in senders {
                sum.add(sender.await.unwrap());
            }
            sum
        })
        .await
}

/// The program lives, and has complained of nothing.
async fn lives(server: &Running) {
    assert_eq!(server.client().get("/readyz").await.status, 200);
    let log = server.log();
    let lines = log.lines().filter(|line| {
        let level = serde_json::from_str::<Value>(line).map(|line| line["level"].clone());
        level.is_ok_and(|it| it == "ERROR") || line.contains("panicked")
    });
    let complaints: Vec<_> = lines.take(10).collect();
    assert!(
        complaints.is_empty(),
        "the server wrote\n{}",
        complaints.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_brings_the_server_down_or_makes_it_fail() {
    let run = Run::told();
    let program = program().await;
    let server = program.serve().await;
    let ada = signed_up(&server.client(), "ada").await;
    let eve = signed_up(&server.client(), "eve").await;
    let watch = Watch::start(server.url(), &ada.access);
    let arsenal = Arc::new(Arsenal {
        schema: Schema::read(),
        corpus: super::corpus(),
        token: eve.access,
    });
    let tally = barrage(run, server.url(), async move |gunner, number, tally| {
        let shot = arsenal.shot(run.seed, number);
        let reply = if shot.is_http {
            gunner.ask(&shot.bytes, shot.is_head).await.map(Some)
        } else {
            gunner.throw(&shot.bytes).await
        };
        tally.count(number, &shot.bytes, reply);
    })
    .await;
    let waits = watch.stop().await;
    tally.tell("requests", run);
    waits.tell();
    lives(&server).await;
    tally.holds();
    waits.hold();
    assert!(
        run.rounds < USUAL || tally.statuses.len() >= 8,
        "the requests are too much alike"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_changed_token_is_accepted() {
    let run = Run::told();
    let shared = program()
        .await
        .with("JWT_ALGORITHM", "HS256")
        .with("JWT_SECRET", SECRET);
    // Half of them each: signatures of two kinds, of which the second can be made by the test, too.
    for (program, part) in [(program().await, 0), (shared, 1)] {
        let run = Run {
            first: run.first + part * run.rounds.div_ceil(2),
            rounds: run.rounds.div_ceil(2),
            ..run
        };
        let server = program.serve().await;
        let mut genuine = vec![signed_up(&server.client(), "ada").await.access];
        for _ in 1..20 {
            let answer = server.client().login("ada@example.com", PASSWORD).await;
            genuine.push(answer.tokens("login").access);
        }
        let genuine = Arc::new(Genuine {
            tokens: genuine,
            is_shared: part == 1,
        });
        for token in &genuine.tokens {
            let request = tokens::request(token);
            let reply = Gunner::new(server.url()).ask(&request, false).await.unwrap();
            assert!(tokens::is_accepted(&reply), "a genuine token is not accepted");
        }
        let tally = barrage(run, server.url(), async move |gunner, number, tally| {
            let token = genuine.changed(&mut Dice::new(run.seed, number), number - run.first);
            let request = tokens::request_of_bytes(&token);
            // What ends a line makes two lines, and no request any more.
            let reply = if token.iter().all(|byte| *byte >= b' ' && *byte != 0x7f) {
                gunner.ask(&request, false).await.map(Some)
            } else {
                gunner.throw(&request).await
            };
            if reply
                .as_ref()
                .is_ok_and(|reply| reply.as_ref().is_some_and(tokens::is_accepted))
            {
                tally.trouble(number, "a changed token was accepted", &token);
            }
            tally.count(number, &request, reply);
        })
        .await;
        tally.tell("tokens", run);
        lives(&server).await;
        tally.holds();
    }
}

#[test]
fn a_seed_and_a_number_make_one_request() {
    let arsenal = || Arsenal {
        schema: Schema::read(),
        corpus: super::corpus(),
        token: "token".to_owned(),
    };
    let (one, other) = (arsenal(), arsenal());
    for number in 0..200 {
        assert_eq!(one.shot(1, number).bytes, other.shot(1, number).bytes);
    }
    let differ = (0..200).filter(|number| one.shot(1, *number).bytes != one.shot(2, *number).bytes);
    assert!(differ.count() > 190, "the seed makes no difference");
}

#[test]
fn many_of_the_documents_are_whole() {
    let schema = Schema::read();
    let parsed = (0..400).filter(|number| {
        let request = document::request(&mut Dice::new(1, *number), &schema);
        let limits = DocumentLimits::default();
        parse_document(request["query"].as_str().unwrap(), &limits).is_ok()
    });
    let parsed = parsed.count();
    assert!(parsed > 200, "only {parsed} of 400 can be parsed");
}
