//! The macro behind the table of settings.

/// Generates the struct, the table and the parsing of all settings from one list, so that none can be missing in one of
/// them. An entry is: documentation, `key: Type { visibility, default, parser }`.
macro_rules! settings {
    ($(
        $(#[doc = $about:literal])+
        $key:ident: $type:ty { $visibility:ident, $fallback:expr, $parse:expr }
    )+) => {
        /// The settings of a server, checked and ready for use.
        ///
        /// The fields are public so that a program (above all a test) can start from the default and set any value,
        /// also one below the minimums that [`load`](super::load()) enforces.
        #[derive(Debug, Clone)]
        pub struct Config {
            $( $(#[doc = $about])+ pub $key: $type, )+
        }

        /// All settings, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[
            $( Setting {
                key: stringify!($key),
                about: concat!($($about),+),
                visibility: Visibility::$visibility,
                fallback: $fallback,
            }, )+
        ];

        impl Config {
            /// Parses every setting.
            pub(super) fn read(values: &Values) -> Result<Self, ConfigError> {
                Ok(Self { $( $key: values.read(stringify!($key), $parse)?, )+ })
            }
        }
    };
}

pub(super) use settings;
