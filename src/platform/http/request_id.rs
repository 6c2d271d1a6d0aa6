//! The id of a request: in the `x-request-id` header of the response, in error extensions, in every log line.

use std::fmt;

use crate::platform::{clock::Clock, id, rng::Rng};

/// Id of one request. Always generated here: a client's header of this name is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// Name of the response header that contains it.
    pub const HEADER: &str = "x-request-id";

    /// A new id.
    pub fn new(clock: &dyn Clock, rng: &dyn Rng) -> Self {
        Self(id::new(clock, rng).simple().to_string())
    }

    /// The id as text: 32 lower-case hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
