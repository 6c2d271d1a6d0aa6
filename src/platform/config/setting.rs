//! What is known about a setting before it has a value.

use super::values::Values;

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the TOML file. The variable is `PORTCULLIS_` and this in capitals.
    pub key: &'static str,
    /// What it means, for the reader of the documentation.
    pub about: &'static str,
    /// Who may see its value.
    pub visibility: Visibility,
    /// What it is when nothing is given.
    pub fallback: Fallback,
}

/// Who may see the value of a setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// Anyone who may see the configuration.
    Plain,
    /// The same, but for the password in it.
    Masked,
    /// Nobody: only whether it is set.
    Hidden,
}

/// What a setting is when nothing is given.
#[derive(Debug, Clone, Copy)]
pub enum Fallback {
    /// Always this text.
    Text(&'static str),
    /// Something that follows from settings further up in the table.
    Derived {
        /// How, for the documentation.
        told: &'static str,
        /// The text.
        from: fn(&Values) -> String,
    },
}

/// How a setting was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// The value itself.
    Value,
    /// The path of a file that holds the value.
    File,
}

impl Setting {
    /// The setting that `name` gives, and in which form: `secret`, or `secret_file`.
    pub(super) fn find(table: &'static [Self], name: &str) -> Option<(&'static Self, Form)> {
        let plain = table.iter().find(|setting| setting.key == name);
        if let Some(setting) = plain {
            return Some((setting, Form::Value));
        }
        let key = name.strip_suffix("_file")?;
        let setting = table.iter().find(|setting| setting.key == key)?;
        setting.holds_secret().then_some((setting, Form::File))
    }

    /// Whether the value is, or contains, a secret. Such settings can be given in a file of their own.
    pub fn holds_secret(&self) -> bool {
        self.visibility != Visibility::Plain
    }
}

/// The name in `table` most like `name`, if one is like it at all.
pub(super) fn nearest(table: &'static [Setting], name: &str) -> Option<&'static str> {
    // Below this the names share little more than their letters.
    const ALIKE: f64 = 0.85;
    table
        .iter()
        .map(|setting| (strsim::jaro_winkler(name, setting.key), setting.key))
        .filter(|(likeness, _)| *likeness >= ALIKE)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, key)| key)
}

/// Makes the struct, the table and the reading of all settings from one list, so that none can miss in one of
/// them. An entry reads: documentation, `key: Type { who may see it, default, parser }`.
macro_rules! settings {
    ($(
        $(#[doc = $about:literal])+
        $key:ident: $type:ty { $visibility:ident, $fallback:expr, $parse:expr }
    )+) => {
        /// The settings of a server, checked and ready for use.
        ///
        /// The fields are public so that a program (a test, above all) can start from the default and set what
        /// it likes, also values below the floors that [`load`](super::load()) enforces.
        #[derive(Debug, Clone)]
        pub struct Config {
            $( $(#[doc = $about])+ pub $key: $type, )+
        }

        /// Every setting there is, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[
            $( Setting {
                key: stringify!($key),
                about: concat!($($about),+),
                visibility: Visibility::$visibility,
                fallback: $fallback,
            }, )+
        ];

        impl Config {
            /// Reads every setting from its text.
            pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
                Ok(Self { $( $key: values.read(stringify!($key), $parse)?, )+ })
            }
        }
    };
}

pub(super) use settings;

#[cfg(test)]
mod tests {
    use super::{super::settings::SETTINGS, *};

    #[test]
    fn only_settings_that_hold_secrets_can_be_given_in_a_file() {
        assert!(Setting::find(SETTINGS, "secret_file").is_some());
        assert!(Setting::find(SETTINGS, "database_url_file").is_some());
        assert!(Setting::find(SETTINGS, "public_url_file").is_none());
    }

    #[test]
    fn no_key_could_be_taken_for_the_file_of_another() {
        for setting in SETTINGS {
            assert!(!setting.key.ends_with("_file"), "{}", setting.key);
        }
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_nonsense_finds_none() {
        assert_eq!(nearest(SETTINGS, "acess_token_tll"), Some("access_token_ttl"));
        assert_eq!(nearest(SETTINGS, "public_uri"), Some("public_url"));
        assert_eq!(nearest(SETTINGS, "xyzzy"), None);
    }
}
