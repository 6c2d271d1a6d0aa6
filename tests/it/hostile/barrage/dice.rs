//! Chance that is the same for the same seed.

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng as _, SeedableRng as _},
};

/// Where all that is random about one request comes from: its number and the seed of the run.
pub(super) struct Dice(ChaCha8Rng);

impl Dice {
    pub(super) fn new(seed: u64, number: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(number);
        Self(rng)
    }

    /// A number less than `end`, which is not zero.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() >> 1).unwrap() % end
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, times: usize) -> bool {
        self.below(100) < times
    }

    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    pub(super) fn byte(&mut self) -> u8 {
        self.0.next_u32().to_be_bytes()[0]
    }

    /// A small number mostly, sometimes one up to `most`.
    pub(super) fn size(&mut self, most: usize) -> usize {
        let most = if self.percent(95) { most.min(4) } else { most };
        self.below(most + 1)
    }
}
