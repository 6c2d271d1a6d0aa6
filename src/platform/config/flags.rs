//! Settings from the command line.

use super::{
    entry::{Entry, Source},
    error::ConfigError,
    setting::{Form, Setting, Visibility},
};

/// A setting given by a flag.
#[derive(Debug, Clone)]
pub struct Flag {
    /// The flag as typed, such as `--listen`.
    pub flag: &'static str,
    /// Key of the setting.
    pub key: String,
    /// Its text.
    pub text: String,
}

/// The settings that `flags` give. Secrets cannot be given here: other users of the machine see the command
/// line, and the shell remembers it.
pub(super) fn entries(table: &'static [Setting], flags: Vec<Flag>) -> Result<Vec<Entry>, ConfigError> {
    flags
        .into_iter()
        .map(|flag| {
            let entry = Entry {
                name: flag.key,
                text: flag.text.into(),
                source: Source::Flag(flag.flag),
            };
            match Setting::find(table, &entry.name) {
                Some((setting, Form::Value)) if setting.visibility == Visibility::Hidden => {
                    let variable = Source::Environment.spell(setting.key);
                    let problem =
                        format!("secrets are not given by flags; use {variable} or {variable}_FILE");
                    Err(ConfigError::new(entry.label(), problem))
                }
                _ => Ok(entry),
            }
        })
        .collect()
}
