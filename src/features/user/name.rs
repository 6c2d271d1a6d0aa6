//! The display name of an account.

#[cfg(any(test, fuzzing))]
pub mod properties;

use crate::platform::{
    failure::Refusal,
    unicode::{self, LineProblem},
};

/// A display name: trimmed, in NFC, 1 to 100 code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisplayName(String);

/// Why a text cannot be a display name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameProblem {
    /// Nothing, or nothing visible.
    Required,
    /// More than [`DisplayName::MAX_LENGTH`] code points.
    TooLong,
    /// Control characters, line breaks, noncharacters, or characters that change the direction of text.
    InvalidCharacters,
}

impl DisplayName {
    /// The maximum length in code points.
    pub const MAX_LENGTH: usize = 100;

    /// Parses a name.
    pub fn parse(raw: &str) -> Result<Self, NameProblem> {
        match unicode::line(raw, Self::MAX_LENGTH) {
            Ok(Some(name)) => Ok(Self(name)),
            Ok(None) => Err(NameProblem::Required),
            Err(LineProblem::TooLong) => Err(NameProblem::TooLong),
            Err(LineProblem::InvalidCharacters) => Err(NameProblem::InvalidCharacters),
        }
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form by which names are sorted and searched: in lower case, at most as long as a name.
    pub fn key(&self) -> String {
        search_key(&self.0)
    }

    /// Converts the name into text.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl Refusal for NameProblem {}

/// The form in which a name, or its beginning, is searched.
pub(super) fn search_key(name: &str) -> String {
    // Lower case can be longer.
    unicode::composed(name)
        .to_lowercase()
        .chars()
        .take(DisplayName::MAX_LENGTH)
        .collect()
}

impl NameProblem {
    /// The message for the person: what to do about it.
    pub fn message(self) -> &'static str {
        match self {
            Self::Required => "Please enter a name.",
            Self::TooLong => "Choose a shorter name: at most 100 characters.",
            Self::InvalidCharacters => {
                "Choose a name without control characters, such as tabs, line breaks or direction marks."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(raw: &str) -> Result<String, NameProblem> {
        DisplayName::parse(raw).map(DisplayName::into_string)
    }

    #[test]
    fn names_of_all_scripts_pass_as_they_are() {
        for name in [
            "A",
            "John Doe",
            "O'Neil-Ŝmit, Jr.",
            "李小龍",
            "محمد",
            "ᚠᚢᚦ",
            "Zoë 🎻",
            "👩‍🚀",
        ] {
            assert_eq!(parse(name), Ok(name.to_owned()));
        }
    }

    #[test]
    fn white_space_around_goes_and_within_stays() {
        assert_eq!(
            parse(" \t\u{3000}Ada  Lovelace\u{A0}\r\n"),
            Ok("Ada  Lovelace".to_owned())
        );
    }

    #[test]
    fn names_are_brought_into_nfc() {
        assert_eq!(parse("Zoe\u{308}"), Ok("Zo\u{EB}".to_owned()));
    }

    #[test]
    fn nothing_and_what_shows_nothing_are_no_name() {
        for raw in [
            "",
            " ",
            "\t\r\n",
            "\u{3000}\u{2028}",
            "\u{3164}",
            "\u{2800}\u{200B}",
        ] {
            assert_eq!(parse(raw), Err(NameProblem::Required), "{raw:?}");
        }
    }

    #[test]
    fn a_hundred_code_points_are_the_most() {
        for letter in ["a", "é", "e\u{301}", "😀", "\u{3B9}\u{308}\u{301}"] {
            assert!(parse(&letter.repeat(100)).is_ok(), "{letter}");
            assert_eq!(parse(&letter.repeat(101)), Err(NameProblem::TooLong), "{letter}");
        }
        assert!(
            NameProblem::TooLong
                .message()
                .contains(&DisplayName::MAX_LENGTH.to_string())
        );
    }

    #[test]
    fn megabytes_are_turned_away_before_they_are_normalised() {
        assert_eq!(parse(&"\u{301}".repeat(1_000_000)), Err(NameProblem::TooLong));
    }

    #[test]
    fn control_characters_and_text_that_turns_direction_are_refused() {
        let forbidden = [
            '\0',
            '\u{1B}',
            '\n',
            '\u{7F}',
            '\u{9F}',
            '\u{202A}',
            '\u{202E}',
            '\u{2066}',
            '\u{2069}',
            '\u{2028}',
            '\u{2029}',
            '\u{FDD0}',
            '\u{FFFE}',
            '\u{10FFFF}',
        ];
        for c in forbidden {
            assert_eq!(
                parse(&format!("Ada{c}Lovelace")),
                Err(NameProblem::InvalidCharacters),
                "{c:?}"
            );
        }
    }
}
