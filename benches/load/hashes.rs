//! The baseline of logins: Argon2 in a loop, on each processor, with memory that is used again and again.

use std::{
    thread,
    time::{Duration, Instant},
};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use portcullis::platform::crypto::HashCost;

/// Hashes per second on `threads` threads at the cost that is the default.
pub fn per_second(threads: usize, lasting: Duration) -> f64 {
    let begin = Instant::now();
    let running: Vec<_> = (0..threads)
        .map(|_| thread::spawn(move || count(begin, lasting)))
        .collect();
    let hashes: u64 = running.into_iter().map(|it| it.join().unwrap()).sum();
    hashes as f64 / begin.elapsed().as_secs_f64()
}

fn count(begin: Instant, lasting: Duration) -> u64 {
    let cost = HashCost::OWASP_MINIMUM;
    let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(32)).unwrap();
    let mut memory = vec![Block::default(); params.block_count()];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut hashes = 0;
    while begin.elapsed() < lasting {
        let mut output = [0; 32];
        argon2
            .hash_password_into_with_memory(b"a lantern under quiet snow", &[7; 16], &mut output, &mut memory)
            .unwrap();
        std::hint::black_box(output);
        hashes += 1;
    }
    hashes
}
