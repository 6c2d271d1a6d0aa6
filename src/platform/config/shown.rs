//! The effective configuration, as a person may see it.

use super::{
    load::Loaded,
    setting::{Setting, Visibility},
    settings::SETTINGS,
};

/// One setting with its effective value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its key.
    pub key: &'static str,
    /// Its value; passwords masked, secrets as `[set]` or `[not set]`.
    pub value: String,
    /// Where it was given: `default`, the path of the TOML file, a variable, a flag.
    pub source: String,
}

impl Loaded {
    /// Every setting, in the order of the table.
    pub fn shown(&self) -> Vec<Shown> {
        SETTINGS.iter().map(|setting| self.show(setting)).collect()
    }

    fn show(&self, setting: &Setting) -> Shown {
        let text = self.values.text(setting.key).trim();
        let value = match setting.visibility {
            Visibility::Plain => text.to_owned(),
            // The only one there is.
            Visibility::Masked => self.config.database_url.to_string(),
            Visibility::Hidden if text.is_empty() => "[not set]".to_owned(),
            Visibility::Hidden => "[set]".to_owned(),
        };
        Shown {
            key: setting.key,
            value,
            source: self.values.place(setting.key),
        }
    }
}
