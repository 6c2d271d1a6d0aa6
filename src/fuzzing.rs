//! What the parsers of untrusted text promise, as functions that panic where a promise is broken.
//!
//! One function has two drivers: `cargo test` hands it what proptest makes of the pieces that the format is written
//! in, and `scripts/fuzz` what libFuzzer finds by watching which branches are taken. Both are builds that nobody runs
//! as a server, and only they have this module. Each function gives back whether its subject accepted the input.

pub use crate::{
    context::access_token::properties::check as access_token,
    features::{
        page::next_properties::check as redirect,
        password::properties::check as password,
        session::refresh_token_properties::check as refresh_token,
        user::{email_properties::check as email, name_properties::check as name},
    },
    platform::{
        config::cors_origins_properties::check as origin,
        graphql::{connection::cursor_properties::check as cursor, prescan::properties::check as document},
        http::{cookies::properties::check as cookies, forwarded::properties::check as forwarded},
    },
    server::graphql_endpoint::media_type_properties::check as media_type,
};

#[cfg(test)]
pub(crate) use self::driver::{keeps, pieces};

/// The driver that tests have.
#[cfg(test)]
mod driver {
    use std::{cell::Cell, fmt::Debug};

    use proptest::{
        collection::vec,
        prelude::*,
        sample::select,
        test_runner::{Config, RngSeed, TestRunner},
    };

    /// Hands `often` times 256 inputs to `accepts`, and gives back how many it accepted. They are the same in every
    /// run, so that no change fails for what another one did; `PROPTEST_RNG_SEED` makes them others, and
    /// `PROPTEST_CASES` more than 256.
    pub(crate) fn keeps<T: Debug>(
        often: u32,
        inputs: impl Strategy<Value = T>,
        accepts: impl Fn(&T) -> bool,
    ) -> usize {
        let mut config = Config::default();
        config.cases = config.cases.saturating_mul(often);
        // A failure is kept as a test that somebody writes.
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

    /// Texts of up to `most` of these pieces, with a character of any kind here and there.
    pub(crate) fn pieces(list: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            24 => select(list).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        vec(piece, 0..=most).prop_map(|pieces| pieces.concat())
    }
}
