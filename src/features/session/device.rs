//! What people know a device by.

use crate::platform::unicode;

/// A name for a device: 1 to 100 code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName(String);

/// Why a text can be no such name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceNameProblem {
    /// More than 100 code points.
    TooLong,
    /// Control characters or noncharacters.
    InvalidCharacters,
}

impl DeviceNameProblem {
    /// What to do about it.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooLong => "Choose a shorter name for the device: at most 100 characters.",
            Self::InvalidCharacters => "Choose a name for the device without control characters.",
        }
    }
}

impl DeviceName {
    /// The name in `raw`; none when it is blank.
    pub fn parse(raw: &str) -> Result<Option<Self>, DeviceNameProblem> {
        let name = raw.trim();
        if name.chars().count() > 100 {
            return Err(DeviceNameProblem::TooLong);
        }
        if name.chars().any(unicode::is_forbidden) {
            return Err(DeviceNameProblem::InvalidCharacters);
        }
        Ok((!name.is_empty()).then(|| Self(name.to_owned())))
    }

    /// A name for a device of which only the user agent is known.
    pub fn from_user_agent(_agent: Option<&str>) -> Self {
        Self("Unknown device".to_owned())
    }

    /// The name as text.
    pub fn into_string(self) -> String {
        self.0
    }
}
