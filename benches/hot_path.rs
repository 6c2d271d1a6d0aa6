//! What a request passes on its way, step by step, and the password hash compared with a bare Argon2 loop.
//!
//! `cargo bench` prints the times. What counts are ratios within one run: how `scan` compares with `parse`,
//! `hash/pool` with `hash/bare`, and `hash/pool-simd` with `hash/pool`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a benchmark"
)]

mod in_process;

use std::{hint::black_box, sync::Arc, time::Duration};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use criterion::{Criterion, criterion_group, criterion_main};
use portcullis::{
    context::access_token::{AccessClaims, AccessTokens, Expected, TokenType, shaped_roles::ShapedRoles},
    platform::{
        clock::{Clock as _, SystemClock},
        config::Config,
        counter::Counter,
        crypto::{
            Asker, HashCost, HashEngine, KeyRing, PasswordHasher, PoolLimits, SigningAlgorithm, SigningKey,
        },
        graphql::{document_limits::DocumentLimits, prescan::prescan, syntax::parse_document},
        rng::SystemRng,
    },
};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};

const ME: &str = "query Me { me { id name email isEmailVerified roles createdAt } }";
const SIGNUP: &str = "mutation { signup(input: { name: \"Ada Lovelace\", email: \"ada@example.com\", password: \"a lantern under quiet snow\" }) { tokens { accessToken } } }";

fn document(criterion: &mut Criterion) {
    let limits = DocumentLimits::default();
    let parsed = parse_document(ME, &limits).unwrap();
    let mut group = criterion.benchmark_group("document");
    group.bench_function("scan", |bench| bench.iter(|| prescan(black_box(ME), &limits)));
    // With the scan, which it begins with.
    group.bench_function("parse", |bench| {
        bench.iter(|| parse_document(black_box(ME), &limits));
    });
    group.bench_function("limits", |bench| bench.iter(|| limits.check(black_box(&parsed))));
    group.finish();
}

fn tokens(key: SigningKey) -> AccessTokens {
    AccessTokens::new(KeyRing::new(key.into(), []))
}

fn token(criterion: &mut Criterion) {
    let shared = SecretString::from("a secret of 64 bytes, which nobody keeps and no server ever uses");
    let rings = [
        (
            "ES256",
            tokens(
                SigningKey::from_pkcs8(
                    SigningAlgorithm::Es256,
                    &SigningKey::generate(SigningAlgorithm::Es256).unwrap(),
                )
                .unwrap(),
            ),
        ),
        (
            "HS256",
            tokens(SigningKey::shared(SigningAlgorithm::Hs256, &shared).unwrap()),
        ),
        (
            "HS512",
            tokens(SigningKey::shared(SigningAlgorithm::Hs512, &shared).unwrap()),
        ),
    ];
    let now = SystemClock.now();
    let expected = Expected {
        token_type: TokenType::Access,
        issuer: "http://localhost:8000",
        audience: "http://localhost:8000",
    };
    let mut group = criterion.benchmark_group("token");
    for (name, ring) in &rings {
        let claims = claims(u64::try_from(now.as_second()).unwrap(), &expected);
        let token = ring.sign(TokenType::Access, &claims).unwrap();
        group.bench_function(format!("sign/{name}"), |bench| {
            bench.iter(|| ring.sign(TokenType::Access, black_box(&claims)));
        });
        group.bench_function(format!("verify/{name}"), |bench| {
            bench.iter(|| ring.verify_signature(black_box(token.expose_secret())).unwrap());
        });
        group.bench_function(format!("verify_again/{name}"), |bench| {
            bench.iter(|| {
                ring.verify(black_box(token.expose_secret()), &expected, now)
                    .unwrap()
            });
        });
    }
    group.finish();
}

/// A request without the network: with warm caches, and with the session read
/// each time.
fn execute(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut group = criterion.benchmark_group("execute");
    let usual = Config::default();
    let forgetful = Config {
        session_cache: Duration::ZERO,
        ..Config::default()
    };
    for (name, config) in [("me", usual), ("me/session read", forgetful)] {
        let folder = tempfile::tempdir().unwrap();
        let app = runtime.block_on(in_process::app(config, folder.path()));
        let server = in_process::server(&app);
        let signup = json!({ "query": SIGNUP });
        let answer = runtime.block_on(in_process::ask(&server, in_process::request(&signup, None)));
        let answer: Value = serde_json::from_str(&answer).unwrap();
        let token = answer["data"]["signup"]["tokens"]["accessToken"]
            .as_str()
            .unwrap();
        let me = json!({ "query": ME });
        group.bench_function(name, |bench| {
            bench.iter(|| {
                let request = in_process::request(&me, Some(token));
                let answer = runtime.block_on(in_process::ask(&server, request));
                assert!(answer.contains("Ada Lovelace"));
            });
        });
    }
    group.finish();
}

fn claims(now: u64, expected: &Expected<'_>) -> AccessClaims {
    let id = || "01a2042e-4320-774d-a139-b705b70ad006".to_owned();
    AccessClaims {
        iss: expected.issuer.to_owned(),
        sub: id(),
        aud: expected.audience.to_owned(),
        exp: now + 900,
        nbf: now,
        iat: now,
        jti: id(),
        sid: id(),
        name: Some("Ada Lovelace".to_owned()),
        email: Some("ada@example.com".to_owned()),
        email_verified: Some(false),
        roles: Some(Vec::new()),
        shaped: ShapedRoles::default(),
        amr: None,
        auth_time: None,
    }
}

fn hash(criterion: &mut Criterion) {
    let cost = HashCost::OWASP_MINIMUM;
    let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let password = SecretString::from("a lantern under quiet snow");
    let mut group = criterion.benchmark_group("hash");
    group.sample_size(20);
    group.bench_function("bare", |bench| {
        let mut output = [0; 32];
        bench.iter(|| {
            let password = password.expose_secret().as_bytes();
            argon2
                .hash_password_into_with_memory(password, &[7; 16], &mut output, &mut memory)
                .unwrap();
        });
    });
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let limits = PoolLimits {
        threads: 1,
        queue: 64,
        deadline: Duration::from_secs(2),
    };
    for (name, engine) in [("pool", HashEngine::Portable), ("pool-simd", HashEngine::Simd)] {
        let hasher =
            PasswordHasher::start(engine, cost, limits, Arc::new(SystemRng), Counter::default()).unwrap();
        group.bench_function(name, |bench| {
            bench.iter(|| runtime.block_on(hasher.hash(Asker::Stranger, &password)).unwrap());
        });
    }
    group.finish();
}

criterion_group!(benches, document, token, execute, hash);
criterion_main!(benches);
