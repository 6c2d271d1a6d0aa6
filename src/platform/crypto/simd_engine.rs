//! The engine `simd`: the crate `argon2-rust`, with the memory that one thread reuses from hash to hash.

use argon2_rust::{
    Argon2, Backend, Error, Hasher, Params,
    params::{Memory, TagLen},
};

use super::{argon2_input::Argon2Input, hash_cost::HashCost};

/// Memory of the library, which accepts none from outside. It is wiped after every hash, and mapped again only for a
/// hash that is larger than all before.
pub(super) struct SimdMemory {
    /// None before the first hash.
    hasher: Option<Hasher>,
    max_kept: usize,
}

impl SimdMemory {
    /// Memory that keeps at most `max_kept` blocks of 1 KiB between two hashes. Allocates nothing yet.
    pub(super) fn new(max_kept: usize) -> Self {
        Self {
            hasher: None,
            max_kept,
        }
    }

    /// Computes a hash into `out`, on this thread alone.
    pub(super) fn compute(
        &mut self,
        input: &Argon2Input<'_>,
        password: &[u8],
        out: &mut [u8],
    ) -> Result<(), Error> {
        let argon2 = Argon2::new(
            match input.algorithm {
                argon2::Algorithm::Argon2d => argon2_rust::Algorithm::Argon2d,
                argon2::Algorithm::Argon2i => argon2_rust::Algorithm::Argon2i,
                argon2::Algorithm::Argon2id => argon2_rust::Algorithm::Argon2id,
            },
            match input.version {
                argon2::Version::V0x10 => argon2_rust::Version::V0x10,
                argon2::Version::V0x13 => argon2_rust::Version::V0x13,
            },
            params(input.cost, out.len())?,
        );
        let hasher = self.hasher.get_or_insert_with(|| argon2.hasher());
        hasher.set_argon2(argon2);
        hasher.hash_into_with_ad(password, input.salt, input.secret, input.data, out)
    }

    /// Must be called after each hash: frees the memory of an unusually large one.
    pub(super) fn settle(&mut self) {
        if self.blocks() > self.max_kept {
            self.hasher = None;
        }
    }

    /// How many blocks it holds.
    pub(super) fn blocks(&self) -> usize {
        self.hasher.as_ref().map_or(0, Hasher::reserved_blocks)
    }
}

fn params(cost: HashCost, output_len: usize) -> Result<Params, Error> {
    Params::builder()
        .memory(Memory::kib(cost.memory_kib.into()))
        .passes(cost.iterations)
        .lanes(cost.parallelism)
        // Fills the lanes one after another, like the other engine.
        .threads(1)
        .tag_len(TagLen::bytes(output_len as u64))
        .build()
}

/// The instructions of this processor that make [`HashEngine::Simd`](super::HashEngine::Simd) faster, if it has any.
pub fn instructions() -> Option<&'static str> {
    match argon2_rust::detected_backend() {
        Backend::Avx512 => Some("AVX-512"),
        Backend::Avx2 => Some("AVX2"),
        Backend::Neon => Some("NEON"),
        // `Portable` is compiled for SSE2 and detects AVX2 itself; without SIMD neither is faster.
        _ => None,
    }
}
