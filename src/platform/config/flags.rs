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

impl Flag {
    /// Reads `key=value`, given by `flag`.
    pub fn from_pair(flag: &'static str, pair: &str) -> Result<Self, ConfigError> {
        // The text may be a secret that was typed by mistake, so it is not repeated.
        let (key, text) = pair
            .split_once('=')
            .ok_or_else(|| ConfigError::new(flag, "must be followed by key=value"))?;
        Ok(Self {
            flag,
            key: key.trim().to_owned(),
            text: text.to_owned(),
        })
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_split_at_its_first_equals_sign() {
        let flag = Flag::from_pair("--set", "database_url=postgres://h/d?sslmode=require").unwrap();
        assert_eq!(
            (flag.key.as_str(), flag.text.as_str()),
            ("database_url", "postgres://h/d?sslmode=require")
        );
    }

    #[test]
    fn half_a_pair_is_refused_and_not_repeated() {
        let error = Flag::from_pair("--set", "hunter2").unwrap_err();
        assert_eq!(error.to_string(), "--set: must be followed by key=value");
    }
}
