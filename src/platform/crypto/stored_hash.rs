//! A stored password hash: a PHC string, such as `$argon2id$v=19$m=19456,t=2,p=1$<salt>$<output>`.

use std::fmt;

use argon2::{
    Algorithm, Version,
    password_hash::phc::{Output, ParamsString, PasswordHash as Phc, Salt},
};
use zeroize::Zeroizing;

use super::{
    argon2_input::{Argon2Input, HashError},
    hash_cost::HashCost,
    hash_worker::HashWorker,
};

/// Bytes of salt in new hashes.
pub(super) const SALT_LEN: usize = 16;

/// Bytes of output in new hashes.
pub(super) const OUTPUT_LEN: usize = 32;

/// A stored hash that is well-formed and not too costly to verify.
#[derive(Clone)]
pub(super) struct StoredHash {
    algorithm: Algorithm,
    version: Version,
    cost: HashCost,
    salt: Salt,
    output: Output,
}

/// Shows the cost only.
impl fmt::Debug for StoredHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StoredHash")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Why a stored hash cannot be verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unusable {
    /// Not a PHC string of Argon2, or one with a part missing, repeated or out of range.
    Malformed,
    /// Its cost exceeds the ceiling.
    TooCostly,
}

impl StoredHash {
    /// Hashes `password` with Argon2id and `salt`.
    pub(super) fn make(
        cost: HashCost,
        salt: [u8; SALT_LEN],
        password: &[u8],
        worker: &mut HashWorker,
    ) -> Result<Self, HashError> {
        let mut hash = Self::of_parts(cost, salt, [0; OUTPUT_LEN])?;
        hash.output = hash.compute(password, worker)?;
        Ok(hash)
    }

    /// An Argon2id hash with the given output.
    pub(super) fn of_parts(
        cost: HashCost,
        salt: [u8; SALT_LEN],
        output: [u8; OUTPUT_LEN],
    ) -> Result<Self, HashError> {
        Ok(Self {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            cost,
            salt: Salt::new(&salt)?,
            output: Output::new(&output)?,
        })
    }

    /// Parses `text`, if its cost does not exceed `ceiling`.
    pub(super) fn parse(text: &str, ceiling: HashCost) -> Result<Self, Unusable> {
        let phc = Phc::new(text).map_err(|_| Unusable::Malformed)?;
        // Exactly these three, each once.
        let parameter = |name| phc.params.get_decimal(name).ok_or(Unusable::Malformed);
        let cost = HashCost {
            memory_kib: parameter("m")?,
            iterations: parameter("t")?,
            parallelism: parameter("p")?,
        };
        if phc.params.iter().count() != 3 {
            return Err(Unusable::Malformed);
        }
        if cost.exceeds(ceiling) {
            return Err(Unusable::TooCostly);
        }
        let output = phc.hash.ok_or(Unusable::Malformed)?;
        cost.params(output.len()).map_err(|_| Unusable::Malformed)?;
        Ok(Self {
            algorithm: Algorithm::try_from(phc.algorithm.as_str()).map_err(|_| Unusable::Malformed)?,
            // Hashes without a version are of the first one.
            version: phc
                .version
                .map_or(Ok(Version::V0x10), Version::try_from)
                .map_err(|_| Unusable::Malformed)?,
            cost,
            salt: phc.salt.ok_or(Unusable::Malformed)?,
            output,
        })
    }

    /// Whether this is the hash of `password`. Compares in constant time.
    pub(super) fn matches(&self, password: &[u8], worker: &mut HashWorker) -> Result<bool, HashError> {
        Ok(self.compute(password, worker)? == self.output)
    }

    /// The output that `password` would have.
    pub(super) fn digest(
        &self,
        password: &[u8],
        worker: &mut HashWorker,
    ) -> Result<Zeroizing<Vec<u8>>, HashError> {
        Ok(Zeroizing::new(
            self.compute(password, worker)?.as_bytes().to_vec(),
        ))
    }

    /// The output.
    pub(super) fn output(&self) -> &[u8] {
        self.output.as_bytes()
    }

    /// Whether it is weaker in any respect than a hash made today.
    pub(super) fn is_outdated(&self, today: HashCost) -> bool {
        self.algorithm != Algorithm::Argon2id
            || self.version != Version::V0x13
            || today.exceeds(self.cost)
            || self.salt.len() < SALT_LEN
            || self.output.len() < OUTPUT_LEN
    }

    /// The cost of verifying it.
    pub(super) fn cost(&self) -> HashCost {
        self.cost
    }

    /// The same hash with another cost.
    pub(super) fn with_cost(&self, cost: HashCost) -> Self {
        Self { cost, ..self.clone() }
    }

    /// KiB of memory that verifying it takes.
    pub(super) fn block_count(&self) -> Result<usize, HashError> {
        Ok(self.cost.params(self.output.len())?.block_count())
    }

    /// The PHC string.
    pub(super) fn to_phc(&self) -> Result<String, HashError> {
        let params = self.cost.params(self.output.len())?;
        let phc = Phc {
            algorithm: self.algorithm.ident(),
            version: Some(self.version.into()),
            params: ParamsString::try_from(&params)?,
            salt: Some(self.salt),
            hash: Some(self.output),
        };
        Ok(phc.to_string())
    }

    fn compute(&self, password: &[u8], worker: &mut HashWorker) -> Result<Output, HashError> {
        let input = Argon2Input {
            algorithm: self.algorithm,
            version: self.version,
            cost: self.cost,
            salt: &self.salt,
            secret: &[],
            data: &[],
        };
        let mut out = vec![0; self.output.len()];
        worker.compute(&input, password, &mut out)?;
        Ok(Output::new(&out)?)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::hash_engine::HashEngine, *};

    const PASSWORD: &[u8] = b"correct horse battery staple";
    const SALT: [u8; SALT_LEN] = *b"somesaltsomesalt";
    const CEILING: HashCost = HashCost {
        memory_kib: 32 * 1024,
        iterations: 8,
        parallelism: 4,
    };

    // Made from PASSWORD and SALT by argon2-cffi 25.1.0, which binds the reference implementation.
    const OF_THE_MINIMUM: &str =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
    const OF_TWO_LANES: &str =
        "$argon2id$v=19$m=64,t=3,p=2$c29tZXNhbHRzb21lc2FsdA$Nslh/MZXkiSwZ8zA8yYvNGbRscBANFPstxEgzNUlWU8";
    const OF_ARGON2I: &str =
        "$argon2i$v=19$m=64,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$HNH+yimXcxyjOQKC5wfYZNupTYJkHwTwhFruvRLJzy8";
    const OF_THE_FIRST_VERSION: &str =
        "$argon2id$v=16$m=64,t=3,p=1$c29tZXNhbHRzb21lc2FsdA$tVsRutBFP4/yixKC3jw+/+XBaLHWSVtdmlSVUgVDhsI";

    fn parse(text: &str) -> Result<StoredHash, Unusable> {
        StoredHash::parse(text, CEILING)
    }

    /// One worker of each engine.
    fn workers() -> impl Iterator<Item = HashWorker> {
        HashEngine::WORDS
            .iter()
            .map(|(_, engine)| HashWorker::new(*engine, 64))
    }

    #[test]
    fn hashes_are_those_of_the_reference_implementation() {
        for mut worker in workers() {
            // Twice: data of the first hash in the memory must make no difference.
            for _ in 0..2 {
                let made = StoredHash::make(HashCost::OWASP_MINIMUM, SALT, PASSWORD, &mut worker).unwrap();
                assert_eq!(made.to_phc().unwrap(), OF_THE_MINIMUM);
            }
        }
    }

    #[test]
    fn hashes_of_the_reference_implementation_are_verified() {
        let unversioned = OF_THE_FIRST_VERSION.replace("$v=16", "");
        for mut worker in workers() {
            for text in [
                OF_THE_MINIMUM,
                OF_TWO_LANES,
                OF_ARGON2I,
                OF_THE_FIRST_VERSION,
                &unversioned,
            ] {
                let hash = parse(text).unwrap();
                assert!(hash.matches(PASSWORD, &mut worker).unwrap(), "{text}");
                let other = b"correct horse battery stable";
                assert!(!hash.matches(other, &mut worker).unwrap(), "{text}");
            }
        }
    }

    #[test]
    fn a_hash_is_written_as_it_was_read() {
        for text in [OF_THE_MINIMUM, OF_TWO_LANES, OF_ARGON2I, OF_THE_FIRST_VERSION] {
            assert_eq!(parse(text).unwrap().to_phc().unwrap(), text);
        }
    }

    #[test]
    fn a_hash_is_outdated_when_weaker_in_any_respect() {
        let today = HashCost {
            memory_kib: 64,
            iterations: 3,
            parallelism: 1,
        };
        let sound = OF_THE_FIRST_VERSION.replace("v=16", "v=19");
        let table = [
            (sound.clone(), false),
            (sound.replace("m=64", "m=65"), false),
            (sound.replace("t=3", "t=4"), false),
            (sound.replace("p=1", "p=2"), false),
            (sound.replace("m=64", "m=63"), true),
            (sound.replace("t=3", "t=2"), true),
            (
                sound.replace("c29tZXNhbHRzb21lc2FsdA", "c29tZXNhbHRzb21lc2Fs"),
                true,
            ),
            (sound.replace("/+XBaLHWSVtdmlSVUgVDhsI", ""), true),
            (OF_THE_FIRST_VERSION.to_owned(), true),
            (OF_ARGON2I.to_owned(), true),
        ];
        for (text, outdated) in table {
            assert_eq!(parse(&text).unwrap().is_outdated(today), outdated, "{text}");
        }
    }

    #[test]
    fn hostile_hashes_are_refused_unhashed() {
        use Unusable::{Malformed, TooCostly};
        let sound = OF_THE_MINIMUM;
        let with = |from: &str, to: &str| {
            let text = sound.replace(from, to);
            assert_ne!(text, sound, "{from}");
            text
        };
        let salt = "c29tZXNhbHRzb21lc2FsdA";
        let output = "ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T600Y";
        let table = [
            // Too costly.
            (with("m=19456", "m=4194304"), TooCostly),
            (with("m=19456", "m=4294967295"), TooCostly),
            (with("m=19456", "m=32769"), TooCostly),
            (with("t=2", "t=9"), TooCostly),
            (with("t=2", "t=4294967295"), TooCostly),
            (with("p=1", "p=5"), TooCostly),
            (with("p=1", "p=16777216"), TooCostly),
            // Not numbers, or out of range.
            (with("m=19456", "m=4294967296"), Malformed),
            (with("m=19456", "m=99999999999999999999999999"), Malformed),
            (with("m=19456", "m=-1"), Malformed),
            (with("m=19456", "m=0"), Malformed),
            (with("m=19456", "m=7"), Malformed),
            (with("m=19456,t=2,p=1", "m=31,t=2,p=4"), Malformed),
            (with("m=19456", "m="), Malformed),
            (with("m=19456", "m=1e4"), Malformed),
            (with("m=19456", "m=019456"), Malformed),
            (with("t=2", "t=0"), Malformed),
            (with("p=1", "p=0"), Malformed),
            // Parameters that are missing, repeated or unknown.
            (with("m=19456,", ""), Malformed),
            (with("t=2,", ""), Malformed),
            (with(",p=1", ""), Malformed),
            (with("m=19456,t=2,p=1$", ""), Malformed),
            (with("t=2", "t=2,t=2"), Malformed),
            (with("p=1", "p=1,m=8"), Malformed),
            (with("p=1", "p=1,keyid=Zm9v"), Malformed),
            (with("p=1", "p=1,data=Zm9v"), Malformed),
            (with("p=1", "p=1,x=1"), Malformed),
            (with("p=1", "p=1,"), Malformed),
            (with("m=19456", "M=19456"), Malformed),
            // Versions and algorithms.
            (with("v=19", "v=18"), Malformed),
            (with("v=19", "v="), Malformed),
            (with("v=19", "v=4294967295"), Malformed),
            (with("argon2id", "argon2x"), Malformed),
            (with("argon2id", "ARGON2ID"), Malformed),
            (with("argon2id", ""), Malformed),
            (with("argon2id", "scrypt"), Malformed),
            // Salt and output.
            (with(salt, ""), Malformed),
            (with(salt, "c2hvcnQ"), Malformed),
            (with(salt, &"A".repeat(88)), Malformed),
            (with(salt, "****"), Malformed),
            (with(&format!("${output}"), ""), Malformed),
            (with(output, ""), Malformed),
            (with(output, "AAAA"), Malformed),
            (with(output, &"A".repeat(88)), Malformed),
            (with(output, &"A".repeat(1_000_000)), Malformed),
            (with(output, &format!("{output}=")), Malformed),
            (
                with(output, "ISO7kkvFzh19GM8qB7patN3C3Y9HHsjlVTfEZ9T60é"),
                Malformed,
            ),
            (format!("{sound}$"), Malformed),
            (format!("{sound}\n"), Malformed),
            (format!(" {sound}"), Malformed),
            // Not a hash at all.
            (String::new(), Malformed),
            ("$".to_owned(), Malformed),
            ("$$$$$$".to_owned(), Malformed),
            ("\0".to_owned(), Malformed),
            ("é".to_owned(), Malformed),
            ("$argon2id".to_owned(), Malformed),
            ("$argon2id$é$é$é$é".to_owned(), Malformed),
            (
                "$2b$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW".to_owned(),
                Malformed,
            ),
            ("correct horse battery staple".to_owned(), Malformed),
            ("$".repeat(1_000_000), Malformed),
        ];
        for (text, expected) in table {
            let start: String = text.chars().take(120).collect();
            assert_eq!(parse(&text).err(), Some(expected), "{start}");
        }
    }

    #[test]
    fn the_ceiling_leaves_room_above_what_is_configured() {
        let ceiling = HashCost::OWASP_MINIMUM.ceiling();
        assert_eq!(
            (ceiling.memory_kib, ceiling.iterations, ceiling.parallelism),
            (262_144, 32, 16)
        );
        let large = HashCost {
            memory_kib: 131_072,
            iterations: 40,
            parallelism: 20,
        };
        let ceiling = large.ceiling();
        assert_eq!(
            (ceiling.memory_kib, ceiling.iterations, ceiling.parallelism),
            (524_288, 40, 20)
        );
    }
}
