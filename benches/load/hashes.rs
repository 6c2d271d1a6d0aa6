//! The baseline of logins: Argon2 in a loop, on each processor, with memory that is used again and again.

use std::{
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use argon2_rust::params::{Memory, TagLen};
use portcullis::platform::crypto::{HashCost, HashEngine};

const PASSWORD: &[u8] = b"a lantern under quiet snow";
const SALT: [u8; 16] = [7; 16];
const COST: HashCost = HashCost::OWASP_MINIMUM;

/// Hashes per second on `threads` threads at the cost that is the default, by the library of this engine.
pub fn per_second(engine: HashEngine, threads: usize, lasting: Duration) -> f64 {
    let begin = Instant::now();
    let count = move || match engine {
        HashEngine::Portable => count(begin, lasting, portable()),
        HashEngine::Simd => count(begin, lasting, simd()),
    };
    let running: Vec<_> = (0..threads).map(|_| thread::spawn(count)).collect();
    let hashes: u64 = running.into_iter().map(|it| it.join().unwrap()).sum();
    hashes as f64 / begin.elapsed().as_secs_f64()
}

fn count(begin: Instant, lasting: Duration, mut hash: impl FnMut() -> [u8; 32]) -> u64 {
    let mut hashes = 0;
    while begin.elapsed() < lasting {
        std::hint::black_box(hash());
        hashes += 1;
    }
    hashes
}

fn portable() -> impl FnMut() -> [u8; 32] {
    let params = Params::new(COST.memory_kib, COST.iterations, COST.parallelism, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    move || {
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(PASSWORD, &SALT, &mut output, &mut memory)
            .unwrap();
        output
    }
}

fn simd() -> impl FnMut() -> [u8; 32] {
    let params = argon2_rust::Params::builder()
        .memory(Memory::kib(COST.memory_kib.into()))
        .passes(COST.iterations)
        .lanes(COST.parallelism)
        .threads(1)
        .tag_len(TagLen::bytes(32))
        .build()
        .unwrap();
    let (algorithm, version) = (argon2_rust::Algorithm::Argon2id, argon2_rust::Version::V0x13);
    let mut hasher = argon2_rust::Argon2::new(algorithm, version, params).hasher();
    move || {
        let mut output = [0; 32];
        hasher
            .hash_into_with_ad(PASSWORD, &SALT, &[], &[], &mut output)
            .unwrap();
        output
    }
}
