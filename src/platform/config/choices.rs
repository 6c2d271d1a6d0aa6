//! Types of settings: choices from a short list, and colours.

use std::{fmt, io::IsTerminal};

/// A claim about the user that an access token can carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum JwtClaim {
    /// `name`.
    Name,
    /// `email`.
    Email,
    /// `email_verified`.
    EmailVerified,
    /// `roles`.
    Roles,
}

impl JwtClaim {
    /// The claims and their names.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("name", Self::Name),
        ("email", Self::Email),
        ("email_verified", Self::EmailVerified),
        ("roles", Self::Roles),
    ];
}

/// The shape of the claims about the user in tokens that services verify.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClaimsPreset {
    /// By RFC 9068, with `roles`.
    Plain,
    /// In the namespace of Hasura.
    Hasura,
    /// A `role`, for PostgREST and PostGraphile.
    Postgrest,
    /// A `scope`, for Apollo Router and Hive Router.
    Router,
}

impl ClaimsPreset {
    /// The presets and their names.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("plain", Self::Plain),
        ("hasura", Self::Hasura),
        ("postgrest", Self::Postgrest),
        ("router", Self::Router),
    ];
}

/// When an address must be confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EmailVerification {
    /// The account works at once; its address counts as unproven until it is confirmed.
    Optional,
    /// There is no account until the address is confirmed.
    Required,
}

impl EmailVerification {
    /// The choices and their names.
    pub(super) const WORDS: &[(&str, Self)] = &[("optional", Self::Optional), ("required", Self::Required)];
}

/// Where mails go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailMode {
    /// To a mail server.
    Smtp,
    /// To the development outbox, which only this machine can read.
    Outbox,
    /// Nowhere: what needs mail is switched off.
    Off,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// Text on a terminal, else JSON.
    Auto,
    /// For people.
    Text,
    /// For programs: one JSON object per line.
    Json,
}

impl LogFormat {
    /// The formats and their names.
    pub(super) const WORDS: &[(&str, Self)] =
        &[("auto", Self::Auto), ("text", Self::Text), ("json", Self::Json)];

    /// Whether lines written to `output` are JSON.
    pub fn is_json(self, output: &impl IsTerminal) -> bool {
        match self {
            Self::Auto => !output.is_terminal(),
            Self::Text => false,
            Self::Json => true,
        }
    }
}

/// The connection pooler between this server and PostgreSQL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabasePooler {
    /// None, or a pooler that gives each connection its own database session (session mode).
    Session,
    /// A pooler that assigns a database session for one transaction at a time (transaction mode).
    Transaction,
}

impl DatabasePooler {
    /// The kinds and their names.
    pub(super) const WORDS: &[(&str, Self)] =
        &[("session", Self::Session), ("transaction", Self::Transaction)];
}

/// How the connection to the mail server is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// TLS from the first byte (RFC 8314, section 3.3).
    Tls,
    /// TLS after the command `STARTTLS` (RFC 3207); a server that does not offer it gets no mail.
    Starttls,
    /// Not at all, for a server on this machine.
    None,
}

impl SmtpSecurity {
    /// The kinds and their names.
    pub(super) const WORDS: &[(&str, Self)] = &[
        ("tls", Self::Tls),
        ("starttls", Self::Starttls),
        ("none", Self::None),
    ];

    /// The port that mail servers use for it.
    pub fn default_port(self) -> u16 {
        match self {
            Self::Tls => 465,
            Self::Starttls => 587,
            Self::None => 25,
        }
    }
}

/// An opaque colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color([u8; 3]);

impl Color {
    /// Reads `#rrggbb`.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
        let number = digits
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|digits| u32::from_str_radix(digits, 16).ok())
            .ok_or("must be a colour such as #2f5bd8")?;
        let [_, red, green, blue] = number.to_be_bytes();
        Ok(Self([red, green, blue]))
    }

    /// Whether black has more contrast on it than white (WCAG 2.2, relative luminance and contrast ratio).
    pub fn is_light(self) -> bool {
        let luminance: f64 = self
            .0
            .iter()
            .zip([0.2126, 0.7152, 0.0722])
            .map(|(channel, weight)| {
                let value = f64::from(*channel) / 255.0;
                let linear = if value <= 0.040_45 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                };
                weight * linear
            })
            .sum();
        // Contrast ratio with black > contrast ratio with white.
        (luminance + 0.05) / 0.05 > 1.05 / (luminance + 0.05)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn six_digits_are_a_colour_and_nothing_else_is() {
        assert_eq!(Color::parse("#2F5bd8").unwrap().to_string(), "#2f5bd8");
        for text in [
            "", "#fff", "2f5bd8", "#2f5bd", "#2f5bd80", "#gggggg", "red", "#+12345", "#12345é",
        ] {
            assert!(Color::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn black_is_written_on_light_and_white_on_dark() {
        for (text, is_light) in [
            ("#ffffff", true),
            ("#000000", false),
            ("#2f5bd8", false),
            ("#ffd400", true),
        ] {
            assert_eq!(Color::parse(text).unwrap().is_light(), is_light, "{text}");
        }
    }
}
