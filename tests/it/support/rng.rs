//! Random numbers that are the same in every run.

use std::{fmt, sync::Mutex};

use portcullis::platform::rng::Rng;
use rand_chacha::{
    ChaCha20Rng,
    rand_core::{SeedableRng as _, TryRng as _},
};

pub(crate) struct SeededRng(Mutex<ChaCha20Rng>);

impl Default for SeededRng {
    fn default() -> Self {
        Self(Mutex::new(ChaCha20Rng::seed_from_u64(20_261_122)))
    }
}

impl Rng for SeededRng {
    fn fill(&self, bytes: &mut [u8]) {
        let Ok(()) = self.0.lock().unwrap().try_fill_bytes(bytes);
    }
}

impl fmt::Debug for SeededRng {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeededRng")
    }
}
