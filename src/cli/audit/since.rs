//! The time from which on events are exported.

use std::time::Duration;

use crate::{cli::CliError, platform::clock::Timestamp};

/// A day (`2026-11-01`, in UTC), an instant (RFC 3339), or how long ago it was (`30d`).
pub(super) fn parse(text: &str, now: Timestamp) -> Result<Timestamp, CliError> {
    let ago = |time: Duration| now.checked_sub(time).unwrap_or(Timestamp::MIN);
    let parsed = text
        .parse()
        .or_else(|_| format!("{text}T00:00:00Z").parse())
        .ok()
        .or_else(|| humantime::parse_duration(text).ok().map(ago));
    parsed.ok_or_else(|| {
        CliError::Failed(
            "--since: must be a day such as 2026-11-01, an instant such as 2026-11-01T12:00:00Z, or a time such as 30d"
                .to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_instants_and_times_ago_are_understood() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        for (text, instant) in [
            ("2026-11-01", "2026-11-01T00:00:00Z"),
            ("2026-11-01T12:00:00+02:00", "2026-11-01T10:00:00Z"),
            ("30d", "2026-10-31T12:00:00Z"),
            ("1h 30m", "2026-11-30T10:30:00Z"),
        ] {
            assert_eq!(parse(text, now).unwrap(), instant.parse().unwrap(), "{text}");
        }
        for text in ["", "2026", "2026-13-01", "yesterday", "-1d"] {
            assert!(parse(text, now).is_err(), "{text}");
        }
    }
}
