//! How often a race is run.

/// Sets it for all races.
const VARIABLE: &str = "PORTCULLIS_RACE_ROUNDS";

/// As often as the environment says, else as often as the test finds right.
#[expect(
    clippy::disallowed_methods,
    reason = "how long a test goes on is no setting of the server"
)]
pub(crate) fn rounds(usual: usize) -> usize {
    let rounds = std::env::var(VARIABLE).ok().filter(|rounds| !rounds.is_empty());
    rounds.map_or(usual, |rounds| {
        rounds
            .parse()
            .unwrap_or_else(|_| panic!("{VARIABLE} is no number"))
    })
}
