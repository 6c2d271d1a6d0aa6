//! Properties of the parsers of untrusted text: functions that panic when a property is broken.
//!
//! Each function has two drivers: `cargo test` passes it what proptest builds from pieces of the format, and
//! `scripts/fuzz` what libFuzzer finds by coverage. Only these two builds contain this module. Each function returns
//! whether its subject accepted the input.

pub use crate::{
    context::access_token::properties::check as access_token,
    features::{
        page::next_properties::check as redirect,
        passkey::properties::{answer as passkey_answer, attestation as passkey_attestation},
        password::properties::check as password,
        session::refresh_token_properties::check as refresh_token,
        user::{email_properties::check as email, name_properties::check as name},
    },
    platform::{
        config::cors_origins_properties::check as origin,
        crypto::foreign_hash_properties::check as foreign_hash,
        graphql::{connection::cursor_properties::check as cursor, prescan::properties::check as document},
        http::{cookies::properties::check as cookies, forwarded::properties::check as forwarded},
        mail::{message_properties::check as mail, reply_properties::check as mail_reply},
    },
    server::graphql_endpoint::media_type_properties::check as media_type,
};

#[cfg(test)]
pub(crate) use self::driver::{keeps, pieces};

/// The driver for `cargo test`.
#[cfg(test)]
mod driver {
    use std::{cell::Cell, fmt::Debug};

    use proptest::{
        collection::vec,
        prelude::*,
        sample::select,
        test_runner::{Config, RngSeed, TestRunner},
    };

    /// Passes `often` times 256 inputs to `accepts`, and returns how many it accepted. The inputs are the same in every
    /// run, so that no test fails because of an unrelated change; `PROPTEST_RNG_SEED` changes them, and
    /// `PROPTEST_CASES` changes the 256.
    pub(crate) fn keeps<T: Debug>(
        often: u32,
        inputs: impl Strategy<Value = T>,
        accepts: impl Fn(&T) -> bool,
    ) -> usize {
        let mut config = Config::default();
        config.cases = config.cases.saturating_mul(often);
        // Failing inputs are not saved: write a test for each.
        config.failure_persistence = None;
        if config.rng_seed == RngSeed::Random {
            config.rng_seed = RngSeed::Fixed(20_261_122);
        }
        let accepted = Cell::new(0);
        let done = TestRunner::new(config).run(&inputs, |input| {
            accepted.set(accepted.get() + usize::from(accepts(&input)));
            Ok(())
        });
        if let Err(broken) = done {
            panic!("{broken}");
        }
        accepted.get()
    }

    /// Texts of up to `most` of these pieces, with an arbitrary character now and then.
    pub(crate) fn pieces(list: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            24 => select(list).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        vec(piece, 0..=most).prop_map(|pieces| pieces.concat())
    }
}
