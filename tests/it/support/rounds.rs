//! How often a test repeats what it does many times.

use std::str::FromStr;

/// Sets the number for all races.
const RACES: &str = "PORTCULLIS_RACE_ROUNDS";

/// The number in the environment, else the test's own.
pub(crate) fn rounds(usual: usize) -> usize {
    told(RACES).unwrap_or(usual)
}

/// A number that the environment sets for tests.
#[expect(
    clippy::disallowed_methods,
    reason = "the length of a test is not a setting of the server"
)]
pub(crate) fn told<T: FromStr>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable} is no number")))
}
