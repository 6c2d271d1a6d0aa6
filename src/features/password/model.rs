//! A password as it is hashed and compared, and the policy that a new one must satisfy.

#[cfg(any(test, fuzzing))]
pub mod properties;

use std::fmt;

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

use super::{Problem, blocklist};
use crate::platform::{config::Config, unicode};

const TOO_MANY_BYTES: Problem = Problem::TooManyBytes {
    max_bytes: Password::MAX_BYTES,
};

/// A password in the form that is hashed. Any such text can be verified; [`PasswordPolicy`] says which may be
/// chosen.
#[derive(Clone)]
pub struct Password(SecretString);

/// Limits for the length of a new password, in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// The minimum number of code points.
    pub min_length: usize,
    /// The maximum number of code points.
    pub max_length: usize,
}

impl Password {
    /// The maximum length in bytes of UTF-8 after preparation: 256 of the widest characters.
    pub const MAX_BYTES: usize = 1024;

    /// Prepares `raw`: other spaces become U+0020, then NFC. Nothing is trimmed, cut or changed in case.
    pub fn prepare(raw: &str) -> Result<Self, Problem> {
        // Neither step shortens UTF-8 to less than a third (UAX #15, section 9), so this refuses nothing that would
        // have fitted; it bounds the work.
        if raw.len() > 3 * Self::MAX_BYTES {
            return Err(TOO_MANY_BYTES);
        }
        // Allocate the maximum at once: growing would leave pieces of the secret in freed memory.
        let mut prepared = Zeroizing::new(String::with_capacity(Self::MAX_BYTES));
        let spaced = raw
            .chars()
            .map(|c| if unicode::is_non_ascii_space(c) { ' ' } else { c });
        for c in spaced.nfc() {
            if unicode::is_forbidden(c) {
                return Err(Problem::InvalidCharacters);
            }
            if prepared.len() + c.len_utf8() > Self::MAX_BYTES {
                return Err(TOO_MANY_BYTES);
            }
            prepared.push(c);
        }
        Ok(Self(SecretString::from(prepared.as_str())))
    }

    /// The text to hash.
    pub fn secret(&self) -> &SecretString {
        &self.0
    }
}

/// Reveals nothing, not even the length.
impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password([REDACTED])")
    }
}

impl PasswordPolicy {
    /// The policy in the settings.
    pub fn of(config: &Config) -> Self {
        Self {
            min_length: config.password_min_length,
            max_length: config.password_max_length,
        }
    }

    /// Whether a person who entered this `email` and `name` may choose `password`, or the first reason why not. Both
    /// are taken as entered: other fields of the form may be wrong too.
    pub fn check(&self, password: &Password, email: &str, name: &str) -> Result<(), Problem> {
        let text = password.0.expose_secret();
        let length = text.chars().count();
        if length < self.min_length {
            return Err(Problem::TooShort {
                min_length: self.min_length,
            });
        }
        if length > self.max_length {
            return Err(Problem::TooLong {
                max_length: self.max_length,
            });
        }
        if let Some(resemblance) = blocklist::resemblance(text, email, name) {
            return Err(Problem::SameAsAccount(resemblance));
        }
        if blocklist::is_common(text) {
            return Err(Problem::TooCommon);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Resemblance, *};

    const EMAIL: &str = "Dora.Marsh@mail.lighthouse-keepers.example";
    const NAME: &str = "Theodora  Marshwiggle";

    fn check(raw: &str) -> Result<(), Problem> {
        PasswordPolicy::of(&Config::default()).check(&Password::prepare(raw)?, EMAIL, NAME)
    }

    fn prepared(raw: &str) -> String {
        Password::prepare(raw).unwrap().0.expose_secret().to_owned()
    }

    #[test]
    fn eight_code_points_are_enough_and_seven_are_not() {
        assert_eq!(check("x7#pQ2m"), Err(Problem::TooShort { min_length: 8 }));
        assert_eq!(check("x7#pQ2mK"), Ok(()));
        assert_eq!(check(""), Err(Problem::TooShort { min_length: 8 }));
    }

    #[test]
    fn two_hundred_and_fifty_six_code_points_are_allowed_and_one_more_is_not() {
        for length in [64, 128, 256] {
            assert_eq!(check(&"ab".repeat(length / 2)), Ok(()), "{length}");
        }
        assert_eq!(check(&"a".repeat(257)), Err(Problem::TooLong { max_length: 256 }));
    }

    #[test]
    fn what_is_hashed_is_the_prepared_text() {
        let password = Password::prepare("a\u{3000}lantern").unwrap();
        assert_eq!(password.secret().expose_secret(), "a lantern");
    }

    #[test]
    fn the_policy_is_that_of_the_settings() {
        let config = Config {
            password_min_length: 15,
            password_max_length: 20,
            ..Config::default()
        };
        let PasswordPolicy {
            min_length,
            max_length,
        } = PasswordPolicy::of(&config);
        assert_eq!((min_length, max_length), (15, 20));
    }

    #[test]
    fn the_policy_is_a_parameter() {
        let policy = PasswordPolicy {
            min_length: 15,
            max_length: 20,
        };
        let check = |raw| policy.check(&Password::prepare(raw).unwrap(), EMAIL, NAME);
        assert_eq!(check("fourteen signs"), Err(Problem::TooShort { min_length: 15 }));
        assert_eq!(check("fifteen letters"), Ok(()));
        assert_eq!(
            check("as many as twenty-one"),
            Err(Problem::TooLong { max_length: 20 })
        );
    }

    #[test]
    fn bytes_are_limited_whatever_the_policy_and_nothing_is_cut() {
        assert_eq!(prepared(&"😀".repeat(256)).len(), 1024);
        for raw in ["😀".repeat(257), "a".repeat(1025), "a".repeat(2_000_000)] {
            assert_eq!(Password::prepare(&raw).unwrap_err(), TOO_MANY_BYTES);
        }
        // 3,072 bytes that NFC reduces to 1,024.
        assert_eq!(
            prepared(&"\u{3B9}\u{308}\u{301}".repeat(512)),
            "\u{390}".repeat(512)
        );
        assert_eq!(prepared(&"\u{3000}".repeat(1024)), " ".repeat(1024));
    }

    #[test]
    fn passwords_equal_in_their_first_72_bytes_stay_different() {
        let start = "s".repeat(72);
        assert_ne!(prepared(&format!("{start}one")), prepared(&format!("{start}two")));
    }

    #[test]
    fn no_mixture_of_characters_is_asked_for() {
        for raw in ["kwyjqxvbzpnhtrd", "846201957316482", "four words in middle"] {
            assert_eq!(check(raw), Ok(()), "{raw}");
        }
    }

    #[test]
    fn spaces_of_other_scripts_become_the_ordinary_one_and_none_is_trimmed() {
        let raw = "\u{3000}a\u{A0}b\u{1680}c\u{2000}d\u{200A}e\u{202F}f\u{205F} ";
        assert_eq!(prepared(raw), " a b c d e f  ");
    }

    #[test]
    fn one_or_two_keys_for_a_letter_are_the_same_but_ligatures_and_cases_differ() {
        assert_eq!(prepared("caf\u{E9}"), prepared("cafe\u{301}"));
        assert_ne!(prepared("\u{FB01}sh"), prepared("fish"));
        assert_ne!(prepared("Fish"), prepared("fish"));
        assert_ne!(prepared("fish "), prepared("fish"));
    }

    #[test]
    fn control_characters_and_noncharacters_are_refused_wherever_they_stand() {
        for c in [
            '\0',
            '\t',
            '\r',
            '\n',
            '\u{7F}',
            '\u{85}',
            '\u{FDD0}',
            '\u{FFFF}',
            '\u{10FFFE}',
        ] {
            for raw in [
                format!("{c}long enough"),
                format!("long{c}enough"),
                format!("long enough{c}"),
            ] {
                assert_eq!(check(&raw), Err(Problem::InvalidCharacters), "{c:?}");
            }
        }
    }

    #[test]
    fn length_is_counted_in_code_points_after_normalisation() {
        assert_eq!(check("😀🎈🐢🌵🍩🚲🎻🧭"), Ok(()));
        assert_eq!(check(&"e\u{301}".repeat(8)), Ok(()));
        assert_eq!(
            check(&"e\u{301}".repeat(7)),
            Err(Problem::TooShort { min_length: 8 })
        );
    }

    #[test]
    fn what_many_people_choose_is_refused_in_any_case() {
        let many = [
            "password",
            "PASSWORD",
            "Password1",
            "12345678",
            "123456789",
            "qwertyuiop",
            "QwertyUiop",
            "iloveyou",
            "11111111",
            "1q2w3e4r",
            "p@ssw0rd",
            "trustno1",
            "football",
            "letmein1",
        ];
        for raw in many {
            assert_eq!(check(raw), Err(Problem::TooCommon), "{raw}");
        }
        // A common word in a longer password does no harm.
        assert_eq!(check("password is my tortoise"), Ok(()));
    }

    #[test]
    fn ones_own_address_and_name_are_refused_and_so_is_the_product() {
        let own = [
            (Resemblance::Email, "dora.marsh@mail.lighthouse-keepers.example"),
            (Resemblance::Email, "DORA.MARSH"),
            (Resemblance::Email, "mail.lighthouse-keepers.example"),
            (Resemblance::Email, "Lighthouse-Keepers"),
            (Resemblance::Name, "theodora  marshwiggle"),
            (Resemblance::Name, "Marshwiggle"),
            (Resemblance::Product, "Portcullis"),
        ];
        for (resemblance, raw) in own {
            assert_eq!(check(raw), Err(Problem::SameAsAccount(resemblance)), "{raw}");
        }
        assert_eq!(check("Marshwiggles"), Ok(()));
    }

    #[test]
    fn address_and_name_are_compared_whatever_was_entered_there() {
        let check = |email, name| {
            let password = Password::prepare("Zo\u{EB} Lindqvist").unwrap();
            PasswordPolicy::of(&Config::default()).check(&password, email, name)
        };
        assert_eq!(check("", ""), Ok(()));
        assert_eq!(check("@@..@", "   "), Ok(()));
        assert_eq!(
            check("", " ZOE\u{308} LINDQVIST "),
            Err(Problem::SameAsAccount(Resemblance::Name))
        );
        assert_eq!(
            check("zo\u{EB} lindqvist", ""),
            Err(Problem::SameAsAccount(Resemblance::Email))
        );
    }

    #[test]
    fn debug_shows_nothing_of_it() {
        let password = Password::prepare("tortoise").unwrap();
        assert_eq!(format!("{password:?}"), "Password([REDACTED])");
    }
}
