//! Which code computes the hashes of passwords.

use argon2_rust::Backend;

use super::{
    hash_worker::HashWorker,
    known_answers::{self, WrongAnswer},
};

/// Code that computes Argon2 (RFC 9106). Each engine makes the same hashes and verifies those of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashEngine {
    /// The crate `argon2`: in wide use, with little unsafe code, on every processor.
    #[default]
    Portable,
    /// The crate `argon2-rust`: faster, with much unsafe code that nobody independent has examined. Only where the
    /// processor has [`instructions`] for it.
    Simd,
    /// Computes something else, so that it can be seen who notices.
    #[cfg(test)]
    Broken,
}

impl HashEngine {
    /// The engines and their names, as configured.
    pub const WORDS: &[(&str, Self)] = &[("portable", Self::Portable), ("simd", Self::Simd)];

    /// The name, as configured.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Simd => "simd",
            #[cfg(test)]
            Self::Broken => "broken",
        }
    }

    /// The engine that does the work where this one is configured and the processor has these [`instructions`].
    #[must_use]
    pub fn with(self, instructions: Option<&str>) -> Self {
        match (self, instructions) {
            (Self::Simd, None) => Self::Portable,
            (engine, _) => engine,
        }
    }

    /// Computes hashes whose values are known, within some milliseconds. What this engine computes on this machine
    /// can be trusted only if all of them are right.
    pub fn check(self) -> Result<(), WrongAnswer> {
        known_answers::check(&mut HashWorker::new(self, 0))
            .map_err(|vector| WrongAnswer { engine: self, vector })
    }
}

/// The instructions of this processor that make [`HashEngine::Simd`] the faster engine, if it has any.
pub fn instructions() -> Option<&'static str> {
    match argon2_rust::detected_backend() {
        Backend::Avx512 => Some("AVX-512"),
        Backend::Avx2 => Some("AVX2"),
        Backend::Neon => Some("NEON"),
        // SSE2 alone is what `Portable` is compiled for, and it finds AVX2 by itself; without SIMD none is faster.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_without_the_instructions_falls_back_to_portable() {
        assert_eq!(HashEngine::Simd.with(None), HashEngine::Portable);
        assert_eq!(HashEngine::Simd.with(Some("AVX2")), HashEngine::Simd);
        // And nothing but the setting switches it on.
        assert_eq!(HashEngine::Portable.with(Some("AVX2")), HashEngine::Portable);
        assert_eq!(HashEngine::default(), HashEngine::Portable);
    }

    #[test]
    fn every_engine_is_checked_against_known_answers() {
        for (_, engine) in HashEngine::WORDS {
            assert_eq!(engine.check(), Ok(()), "{engine:?}");
        }
        let wrong = HashEngine::Broken.check().unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "the engine `broken` computes Argon2 wrongly on this machine (RFC 9106, section 5.1: Argon2d)"
        );
    }
}
