//! Instants as databases and exports write them.

use jiff::{civil, tz::TimeZone};
use serde_json::Value;

use crate::platform::clock::Timestamp;

/// Seconds since 1970 are smaller than this, milliseconds greater: the year 5138 and March 1973.
const FIRST_MILLIS: i64 = 100_000_000_000;

/// Reads RFC 3339, also with a space for the `T`; without an offset in UTC; and seconds or milliseconds since 1970.
pub(super) fn read(value: &Value) -> Option<Timestamp> {
    match value {
        Value::Number(number) => of_number(number.as_i64()?),
        Value::String(text) => {
            let text = text.trim();
            if let Ok(number) = text.parse() {
                return of_number(number);
            }
            text.parse().ok().or_else(|| {
                let local: civil::DateTime = text.parse().ok()?;
                Some(local.to_zoned(TimeZone::UTC).ok()?.timestamp())
            })
        }
        _ => None,
    }
}

fn of_number(number: i64) -> Option<Timestamp> {
    if number.abs() < FIRST_MILLIS {
        Timestamp::from_second(number).ok()
    } else {
        Timestamp::from_millisecond(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn instants_come_in_many_forms() {
        for value in [
            json!("2020-01-02T03:04:05Z"),
            json!("2020-01-02T04:04:05.000+01:00"),
            json!("2020-01-02 03:04:05+00"),
            json!("2020-01-02 03:04:05"),
            json!(" 1577934245 "),
            json!(1_577_934_245),
            json!("1577934245000"),
            json!(1_577_934_245_000_u64),
        ] {
            assert_eq!(read(&value).unwrap().as_second(), 1_577_934_245, "{value}");
        }
        for value in [
            json!(""),
            json!("soon"),
            json!(true),
            json!(1.5),
            json!(u64::MAX),
            json!("99999999999999999999"),
        ] {
            assert_eq!(read(&value), None, "{value}");
        }
    }
}
