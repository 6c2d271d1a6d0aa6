//! How often a test does what it does many times.

use std::str::FromStr;

/// Sets it for all races.
const RACES: &str = "PORTCULLIS_RACE_ROUNDS";

/// As often as the environment says, else as often as the test finds right.
pub(crate) fn rounds(usual: usize) -> usize {
    told(RACES).unwrap_or(usual)
}

/// A number that the environment gives to tests.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test goes on is no setting of the server"
)]
pub(crate) fn told<T: FromStr>(variable: &str) -> Option<T> {
    let text = std::env::var(variable).ok().filter(|text| !text.is_empty())?;
    let number = text.parse();
    Some(number.unwrap_or_else(|_| panic!("{variable} is no number")))
}
