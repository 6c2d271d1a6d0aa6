//! Known-answer tests, which check that an engine computes Argon2 on this machine.

use std::{error::Error, fmt};

use argon2::{Algorithm, Version};

use super::{
    argon2_input::{Argon2Input, HashError},
    hash_cost::HashCost,
    hash_engine::HashEngine,
    hash_worker::HashWorker,
};

/// An engine computed something other than Argon2: it must not hash passwords, since nobody could sign in with the hash
/// later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongAnswer {
    pub(super) engine: HashEngine,
    /// The first known answer that it got wrong.
    pub(super) vector: &'static str,
}

impl fmt::Display for WrongAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (engine, vector) = (self.engine.name(), self.vector);
        write!(
            f,
            "the engine `{engine}` computes Argon2 wrongly on this machine ({vector})"
        )
    }
}

impl WrongAnswer {
    #[cfg(test)]
    pub(crate) fn of(engine: HashEngine) -> Self {
        Self {
            engine,
            vector: "a vector",
        }
    }

    /// How to fix it.
    pub fn todo(&self) -> &'static str {
        if self.engine == HashEngine::Portable {
            "examine the processor and memory of this machine"
        } else {
            "set hash_engine to portable"
        }
    }
}

impl Error for WrongAnswer {}

struct KnownAnswer {
    /// Its origin and its special property.
    source: &'static str,
    input: Argon2Input<'static>,
    password: &'static [u8],
    /// 32 bytes in hexadecimal digits.
    output: &'static str,
}

/// From RFC 9106: three passes over 32 KiB in four lanes, with all inputs.
const RFC: Argon2Input<'static> = Argon2Input {
    algorithm: Algorithm::Argon2id,
    version: Version::V0x13,
    cost: HashCost {
        memory_kib: 32,
        iterations: 3,
        parallelism: 4,
    },
    salt: &[2; 16],
    secret: &[3; 8],
    data: &[4; 12],
};
const RFC_PASSWORD: &[u8] = &[1; 32];

/// From argon2-cffi 25.1.0, which binds the reference implementation, with the inputs of stored hashes.
const OURS: Argon2Input<'static> = Argon2Input {
    salt: b"somesaltsomesalt",
    secret: &[],
    data: &[],
    ..RFC
};
const OUR_PASSWORD: &[u8] = b"correct horse battery staple";

static KNOWN_ANSWERS: &[KnownAnswer] = &[
    KnownAnswer {
        source: "RFC 9106, section 5.1: Argon2d",
        input: Argon2Input {
            algorithm: Algorithm::Argon2d,
            ..RFC
        },
        password: RFC_PASSWORD,
        output: "512b391b6f1162975371d30919734294f868e3be3984f3c1a13a4db9fabe4acb",
    },
    KnownAnswer {
        source: "RFC 9106, section 5.2: Argon2i",
        input: Argon2Input {
            algorithm: Algorithm::Argon2i,
            ..RFC
        },
        password: RFC_PASSWORD,
        output: "c814d9d1dc7f37aa13f0d77f2494bda1c8de6b016dd388d29952a4c4672b6ce8",
    },
    KnownAnswer {
        source: "RFC 9106, section 5.3: Argon2id",
        input: RFC,
        password: RFC_PASSWORD,
        output: "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659",
    },
    KnownAnswer {
        source: "the first version of Argon2id",
        input: Argon2Input {
            version: Version::V0x10,
            cost: HashCost {
                memory_kib: 64,
                iterations: 3,
                parallelism: 1,
            },
            ..OURS
        },
        password: OUR_PASSWORD,
        output: "b55b11bad0453f8ff28b1282de3c3effe5c168b1d6495b5d9a549552054386c2",
    },
    // From 2 MiB on, `simd` allocates its memory in another way.
    KnownAnswer {
        source: "Argon2id in 4 MiB",
        input: Argon2Input {
            cost: HashCost {
                memory_kib: 4096,
                iterations: 1,
                parallelism: 1,
            },
            ..OURS
        },
        password: OUR_PASSWORD,
        output: "7fc7e5143895c92aa0c5175baa9516bca4e1197a02f56bf0d057216a9f36a22f",
    },
];

/// Computes all known answers with `engine`, in some milliseconds. An engine that gets one wrong must not hash
/// passwords on this machine.
pub fn check_engine(engine: HashEngine) -> Result<(), WrongAnswer> {
    let mut worker = HashWorker::new(engine, 0);
    match first_wrong(|input, password, out| worker.compute(input, password, out)) {
        Some(vector) => Err(WrongAnswer { engine, vector }),
        None => Ok(()),
    }
}

/// The source of the first answer that `compute` gets wrong.
fn first_wrong(
    mut compute: impl FnMut(&Argon2Input<'_>, &[u8], &mut [u8]) -> Result<(), HashError>,
) -> Option<&'static str> {
    let is_wrong = |known: &&KnownAnswer| {
        let mut out = [0; 32];
        // A failure counts as wrong, too, even if only 4 MiB are missing.
        let done = compute(&known.input, known.password, &mut out);
        done.is_err() || out.map(|byte| format!("{byte:02x}")).concat() != known.output
    };
    KNOWN_ANSWERS.iter().find(is_wrong).map(|known| known.source)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_engine_gets_the_known_answers_right() {
        for (_, engine) in HashEngine::WORDS {
            assert_eq!(check_engine(*engine), Ok(()), "{engine:?}");
        }
    }

    #[test]
    fn a_single_wrong_bit_and_a_failure_are_noticed() {
        const FIRST: Option<&str> = Some("RFC 9106, section 5.1: Argon2d");
        let mut worker = HashWorker::new(HashEngine::Portable, 0);
        let one_bit = first_wrong(|input, password, out| {
            worker.compute(input, password, out)?;
            out.iter_mut().take(1).for_each(|byte| *byte ^= 1);
            Ok(())
        });
        assert_eq!(one_bit, FIRST);
        assert_eq!(first_wrong(|_, _, _| Err("no memory".into())), FIRST);
        let wrong = WrongAnswer::of(HashEngine::Simd);
        assert_eq!(
            wrong.to_string(),
            "the engine `simd` computes Argon2 wrongly on this machine (a vector)"
        );
    }
}
