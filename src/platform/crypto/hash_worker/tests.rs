//! Both engines must compute the same hashes.

use std::cell::RefCell;

use argon2::{Algorithm, Version};
use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::fuzzing::keeps;

/// The input for both engines.
#[derive(Debug)]
struct Asked {
    algorithm: Algorithm,
    version: Version,
    cost: HashCost,
    password: Vec<u8>,
    salt: Vec<u8>,
    secret: Vec<u8>,
    data: Vec<u8>,
    output_len: usize,
}

impl Asked {
    fn of(&self, worker: &mut HashWorker) -> Result<Vec<u8>, String> {
        let input = Argon2Input {
            algorithm: self.algorithm,
            version: self.version,
            cost: self.cost,
            salt: &self.salt,
            secret: &self.secret,
            data: &self.data,
        };
        let mut out = vec![0; self.output_len];
        let done = worker.compute(&input, &self.password, &mut out);
        done.map(|()| out).map_err(|error| error.to_string())
    }
}

fn usual() -> Asked {
    Asked {
        algorithm: Algorithm::Argon2id,
        version: Version::V0x13,
        cost: HashCost {
            memory_kib: 8,
            iterations: 1,
            parallelism: 1,
        },
        password: b"correct horse".to_vec(),
        salt: b"somesaltsomesalt".to_vec(),
        secret: vec![],
        data: vec![],
        output_len: 32,
    }
}

/// The workers are reused, so each hash runs in memory that hashes of other sizes have used. They are settled as in the
/// pool.
fn compare(list: impl IntoIterator<Item = Asked>) {
    let mut workers = [HashEngine::Portable, HashEngine::Simd].map(|engine| HashWorker::new(engine, 1024));
    for asked in list {
        let [portable, simd] = workers.each_mut().map(|worker| {
            let out = asked
                .of(worker)
                .unwrap_or_else(|error| panic!("{error}: {asked:?}"));
            worker.settle();
            out
        });
        assert_eq!(portable, simd, "{asked:?}");
    }
}

fn passwords() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        // Of people: up to the maximum number of code points, of one to four bytes each.
        vec(any::<char>(), 0..=256)
            .prop_map(|characters| characters.into_iter().collect::<String>().into_bytes()),
        // Longer ones, and bytes that are not text.
        vec(any::<u8>(), 0..3000),
    ]
}

fn asked() -> impl Strategy<Value = Asked> {
    let costs = (1..=6_u32, 1..=4_u32, 0..300_u32).prop_map(|(parallelism, iterations, more)| HashCost {
        memory_kib: 8 * parallelism + more,
        iterations,
        parallelism,
    });
    let kinds = (
        select(vec![Algorithm::Argon2d, Algorithm::Argon2i, Algorithm::Argon2id]),
        select(vec![Version::V0x10, Version::V0x13]),
    );
    let bytes = |range| vec(any::<u8>(), range);
    let inputs = (passwords(), bytes(8..65), bytes(0..65), bytes(0..33));
    (kinds, costs, inputs, 4..200_usize).prop_map(
        |((algorithm, version), cost, (password, salt, secret, data), output_len)| Asked {
            algorithm,
            version,
            cost,
            password,
            salt,
            secret,
            data,
            output_len,
        },
    )
}

#[test]
fn both_engines_make_the_same_hash_of_whatever_they_are_asked_for() {
    let workers =
        [HashEngine::Portable, HashEngine::Simd].map(|engine| RefCell::new(HashWorker::new(engine, 200)));
    let compared = keeps(2, asked(), |asked| {
        let [portable, simd] = workers.each_ref().map(|worker| {
            let mut worker = worker.borrow_mut();
            let out = asked.of(&mut worker);
            worker.settle();
            out
        });
        assert!(portable.is_ok(), "{portable:?}");
        portable == simd || panic!("the engines differ")
    });
    assert!(compared >= 512);
}

#[test]
fn both_make_the_same_hash_of_passwords_of_every_length() {
    compare((0..=256).flat_map(|length| {
        ["x", "é", "字", "\u{1f600}"].map(|character| Asked {
            password: character.repeat(length).into_bytes(),
            ..usual()
        })
    }));
}

#[test]
fn both_make_the_same_hash_at_every_length_of_salt_and_output() {
    compare((8..=64).map(|length| Asked {
        salt: vec![7; length],
        ..usual()
    }));
    compare((4..=200).map(|output_len| Asked {
        output_len,
        ..usual()
    }));
}

#[test]
fn both_make_the_same_hash_where_memory_is_counted_in_megabytes() {
    // From 2 MiB on, `simd` maps its memory.
    let costs = [
        (2047, 1, 1),
        (2048, 1, 1),
        (2049, 2, 1),
        (8192, 1, 3),
        (19_456, 2, 1),
    ];
    compare(costs.map(|(memory_kib, iterations, parallelism)| Asked {
        cost: HashCost {
            memory_kib,
            iterations,
            parallelism,
        },
        ..usual()
    }));
}

#[test]
fn what_argon2_is_not_defined_for_is_an_error_with_either() {
    let cost = usual().cost;
    let table = [
        HashCost {
            memory_kib: 7,
            ..cost
        },
        HashCost {
            parallelism: 2,
            ..cost
        },
        HashCost {
            iterations: 0,
            ..cost
        },
        HashCost {
            parallelism: 0,
            ..cost
        },
    ];
    for (_, engine) in HashEngine::WORDS {
        let mut worker = HashWorker::new(*engine, 64);
        for cost in table {
            assert!(Asked { cost, ..usual() }.of(&mut worker).is_err(), "{cost:?}");
        }
        let short = Asked {
            salt: vec![7; 7],
            ..usual()
        };
        assert!(short.of(&mut worker).is_err());
        let short = Asked {
            output_len: 3,
            ..usual()
        };
        assert!(short.of(&mut worker).is_err());
        // The worker still works.
        assert!(usual().of(&mut worker).is_ok());
    }
}
