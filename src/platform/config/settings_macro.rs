//! The macro behind the table of settings.

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
