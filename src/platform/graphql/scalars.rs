//! Scalars that all features share.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::platform::clock::{self, Timestamp};

/// Instant in RFC 3339 form, always UTC with a `Z` suffix and millisecond precision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DateTime(Timestamp);

impl DateTime {
    /// The instant from milliseconds since 1970, as stored in the database.
    pub fn from_millis(millis: i64) -> Self {
        Self(clock::from_millis(millis))
    }

    /// The instant in milliseconds since 1970.
    pub fn as_millis(self) -> i64 {
        self.0.as_millisecond()
    }
}

impl From<Timestamp> for DateTime {
    fn from(instant: Timestamp) -> Self {
        Self(instant)
    }
}

/// Instant in RFC 3339 form, always UTC with a `Z` suffix and millisecond precision.
#[Scalar(specified_by_url = "https://datatracker.ietf.org/doc/html/rfc3339")]
impl ScalarType for DateTime {
    fn parse(value: Value) -> InputValueResult<Self> {
        let Value::String(text) = &value else {
            return Err(InputValueError::expected_type(value));
        };
        text.parse()
            .map(Self)
            .map_err(|_| InputValueError::custom("not an instant in RFC 3339 form"))
    }

    fn to_value(&self) -> Value {
        Value::String(format!("{:.3}", self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_have_milliseconds_and_end_in_z() {
        for (millis, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (1_795_000_000_120, "2026-11-18T11:06:40.120Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ] {
            assert_eq!(
                DateTime::from_millis(millis).to_value(),
                Value::String(text.to_owned())
            );
        }
    }
}
