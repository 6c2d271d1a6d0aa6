//! Dates in the visitor's language.

use crate::platform::{clock::from_millis, i18n::Language};

/// The day of this time, in UTC, as text. In milliseconds since 1970.
pub(super) fn date(t: &Language, millis: i64) -> String {
    let at = from_millis(millis);
    let [day, year] = ["%-d", "%Y"].map(|part| at.strftime(part).to_string());
    let month: i64 = at.strftime("%-m").to_string().parse().unwrap_or_default();
    let values = [
        ("day", day.into()),
        ("month", month.into()),
        ("year", year.into()),
    ];
    t.with("date", &values)
}
