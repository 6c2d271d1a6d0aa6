//! Choice of the implementation that hashes passwords.

/// Implementation of Argon2 (RFC 9106). Both engines compute the same hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashEngine {
    /// The crate `argon2`: widely used, little unsafe code, runs on every processor.
    #[default]
    Portable,
    /// The crate `argon2-rust`: faster, but with much unsafe code that has not been audited. Only used if the processor
    /// has [`instructions`](super::instructions) for it.
    Simd,
}

impl HashEngine {
    /// The engines and their names, as configured.
    pub const WORDS: &[(&str, Self)] = &[("portable", Self::Portable), ("simd", Self::Simd)];

    /// The name, as configured.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Portable => "portable",
            Self::Simd => "simd",
        }
    }

    /// The engine to use if this one is configured and the processor has these [`instructions`](super::instructions).
    #[must_use]
    pub fn with(self, instructions: Option<&str>) -> Self {
        match (self, instructions) {
            (Self::Simd, None) => Self::Portable,
            (engine, _) => engine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_processor_without_the_instructions_falls_back_to_portable() {
        assert_eq!(HashEngine::Simd.with(None), HashEngine::Portable);
        assert_eq!(HashEngine::Simd.with(Some("AVX2")), HashEngine::Simd);
        // Only the setting enables it.
        assert_eq!(HashEngine::Portable.with(Some("AVX2")), HashEngine::Portable);
        assert_eq!(HashEngine::default(), HashEngine::Portable);
    }
}
