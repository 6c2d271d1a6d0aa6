//! Which code computes the hashes of passwords.

/// Code that computes Argon2 (RFC 9106). Each engine makes the same hashes and verifies those of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HashEngine {
    /// The crate `argon2`: in wide use, with little unsafe code, on every processor.
    #[default]
    Portable,
    /// The crate `argon2-rust`: faster, with much unsafe code that nobody independent has examined. Only where the
    /// processor has [`instructions`](super::instructions) for it.
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

    /// The engine that does the work where this one is configured and the processor has these [`instructions`](super::instructions).
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
        // And nothing but the setting switches it on.
        assert_eq!(HashEngine::Portable.with(Some("AVX2")), HashEngine::Portable);
        assert_eq!(HashEngine::default(), HashEngine::Portable);
    }
}
