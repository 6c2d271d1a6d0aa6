//! The names of devices, which people use to tell their sessions apart.

use entity::session;
use woothee::parser::Parser;

use crate::platform::unicode::{self, LineProblem};

/// The name of a session's device: a line of 1 to 100 code points in NFC.
///
/// It is a label for people. Nothing is decided by it: it may come from a header, whose sender can write anything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeviceName(String);

/// Why a text cannot be a device name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeviceNameProblem {
    /// More than [`DeviceName::MAX_LENGTH`] code points.
    TooLong,
    /// Control characters, line breaks, noncharacters, or characters that change the direction of text.
    InvalidCharacters,
}

impl DeviceName {
    /// The maximum length in code points.
    pub const MAX_LENGTH: usize = 100;

    /// The name that was given at sign-in, trimmed and in NFC. None if `raw` is blank.
    pub fn parse(raw: &str) -> Result<Option<Self>, DeviceNameProblem> {
        match unicode::line(raw, Self::MAX_LENGTH) {
            Ok(name) => Ok(name.map(Self)),
            Err(LineProblem::TooLong) => Err(DeviceNameProblem::TooLong),
            Err(LineProblem::InvalidCharacters) => Err(DeviceNameProblem::InvalidCharacters),
        }
    }

    /// A name for the device that signed in with this User-Agent header, such as "Firefox on Linux" or "curl".
    ///
    /// The names of browsers and systems come from this file. From the header itself only the name of its first product
    /// is used, and only if it is plain (RFC 9110, section 10.1.5).
    pub fn from_user_agent(agent: Option<&str>) -> Self {
        let agent = agent.unwrap_or_default();
        let known = Parser::new().parse(agent).unwrap_or_default();
        let program = browser(known.name).or_else(|| product(agent));
        Self(match (program, system(known.os)) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(only), None) | (None, Some(only)) => only.to_owned(),
            (None, None) => "Unknown device".to_owned(),
        })
    }

    /// Browser and system of this User-Agent header, such as "Firefox on Linux", without any text of the header itself.
    pub fn family(agent: Option<&str>) -> String {
        let known = Parser::new().parse(agent.unwrap_or_default()).unwrap_or_default();
        match (browser(known.name), system(known.os)) {
            (Some(program), Some(system)) => format!("{program} on {system}"),
            (Some(only), None) | (None, Some(only)) => only.to_owned(),
            (None, None) => "Unknown device".to_owned(),
        }
    }

    /// The name of a session's device: the one given at sign-in, else one derived from its user agent.
    pub fn of(session: &session::Model) -> String {
        if session.device_name.is_empty() {
            Self::from_user_agent(session.user_agent.as_deref()).into_string()
        } else {
            session.device_name.clone()
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Converts the name into text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl DeviceNameProblem {
    /// The message for the person: what to do about it.
    pub fn message(self) -> &'static str {
        match self {
            Self::TooLong => "Choose a shorter device name: at most 100 characters.",
            Self::InvalidCharacters => {
                "Choose a device name without control characters, such as tabs, line breaks or direction marks."
            }
        }
    }
}

/// The common name of the browser that the library knows by this name.
fn browser(name: &str) -> Option<&'static str> {
    Some(match name {
        "Chrome" => "Chrome",
        "Edge" => "Edge",
        "Firefox" => "Firefox",
        "Google Search App" => "Google app",
        "Internet Explorer" => "Internet Explorer",
        "Opera" => "Opera",
        "Safari" => "Safari",
        "SamsungBrowser" => "Samsung Internet",
        "Vivaldi" => "Vivaldi",
        // A page inside an app that does not send its own name.
        "Webview" => "App",
        "Yandex Browser" => "Yandex Browser",
        _ => return None,
    })
}

/// The common name of the system that the library knows by this name, or of the device if that says more.
fn system(name: &str) -> Option<&'static str> {
    Some(match name {
        "Android" => "Android",
        "BSD" => "BSD",
        "ChromeOS" => "ChromeOS",
        "Linux" => "Linux",
        "Mac OSX" => "macOS",
        "iPad" => "iPad",
        "iPhone" => "iPhone",
        "iPod" => "iPod",
        // Any program that uses Apple's networking and does not name its system; also on Macs.
        "iOS" => "Apple device",
        _ if name.starts_with("Windows ") => "Windows",
        _ => return None,
    })
}

/// The name of the first product in the header, if it is short and plain, and not the one that every browser claims.
fn product(agent: &str) -> Option<&str> {
    let name = agent.split(['/', ' ']).next()?;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    (name.len() <= MAX_PRODUCT
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(is_plain)
        && !name.eq_ignore_ascii_case("Mozilla"))
    .then_some(name)
}

/// The maximum length of a product name, in bytes.
const MAX_PRODUCT: usize = 40;

#[cfg(test)]
mod tests;
