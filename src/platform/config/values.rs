//! The text of every setting, and where it was given.

use std::{collections::BTreeMap, fmt, path::Path};

use secrecy::{ExposeSecret, SecretString};

use super::{
    entry::{Entry, Source},
    error::ConfigError,
    private_file::{self, Exposure},
    setting::{Fallback, Form, Setting, Visibility, nearest},
};

/// The text of every setting.
#[derive(Debug)]
pub struct Values {
    table: &'static [Setting],
    given: BTreeMap<&'static str, Given>,
}

#[derive(Debug)]
struct Given {
    text: SecretString,
    source: Source,
    name: String,
}

impl Values {
    /// No values yet, for the settings of `table`.
    pub(super) fn new(table: &'static [Setting]) -> Self {
        Self {
            table,
            given: BTreeMap::new(),
        }
    }

    /// Lays the entries of one source over what is there. Gives back what a person should be warned of.
    pub(super) fn lay_over(&mut self, entries: Vec<Entry>) -> Result<Vec<String>, ConfigError> {
        let mut warnings = Vec::new();
        let mut layer = BTreeMap::<&'static str, Given>::new();
        for entry in entries {
            let Some((setting, form)) = Setting::find(self.table, &entry.name) else {
                return Err(self.unknown(&entry));
            };
            if let Some(other) = layer.get(setting.key) {
                let problem = format!("given twice, also as {}", other.source.spell(&other.name));
                return Err(ConfigError::new(entry.label(), problem));
            }
            let text = match form {
                Form::Value => entry.text.clone(),
                Form::File => {
                    let path = Path::new(entry.text.expose_secret());
                    let (text, exposure) = private_file::read_text(path)
                        .map_err(|problem| ConfigError::new(entry.label(), problem))?;
                    if exposure == Exposure::Others {
                        warnings.push(format!("{}: other users can read the file", entry.label()));
                    }
                    text
                }
            };
            if setting.visibility == Visibility::Hidden && text.expose_secret().trim().is_empty() {
                let problem = "is blank; leave it out, or make one with `openssl rand -base64 48`";
                return Err(ConfigError::new(entry.label(), problem));
            }
            layer.insert(
                setting.key,
                Given {
                    text,
                    source: entry.source,
                    name: entry.name,
                },
            );
        }
        self.given.extend(layer);
        Ok(warnings)
    }

    /// Gives every setting that is still without text its default, in the order of the table.
    pub(super) fn fill_defaults(&mut self) {
        for setting in self.table {
            if self.given.contains_key(setting.key) {
                continue;
            }
            let text = match setting.fallback {
                Fallback::Text(text) => text.to_owned(),
                Fallback::Derived { from, .. } => from(self),
            };
            self.given.insert(
                setting.key,
                Given {
                    text: text.into(),
                    source: Source::Default,
                    name: setting.key.to_owned(),
                },
            );
        }
    }

    /// The text of the setting `key`; empty while it has none.
    pub(super) fn text(&self, key: &str) -> &str {
        self.given.get(key).map_or("", |given| given.text.expose_secret())
    }

    /// Where the setting `key` was given.
    pub(super) fn place(&self, key: &str) -> String {
        self.given.get(key).map_or_else(
            || Source::Default.place(key).to_string(),
            |given| given.source.place(&given.name).to_string(),
        )
    }

    /// The setting `key`, turned from text into what it means.
    pub(super) fn read<T>(
        &self,
        key: &'static str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<T, ConfigError> {
        parse(self.text(key).trim()).map_err(|problem| self.wrong(key, problem))
    }

    /// A `problem` with the value of the setting `key`.
    pub(super) fn wrong(&self, key: &str, problem: impl fmt::Display) -> ConfigError {
        match self.given.get(key) {
            Some(given) if given.source != Source::Default => {
                let place = given.source.place(&given.name);
                ConfigError::new(format_args!("{key} (from {place})"), problem)
            }
            _ => ConfigError::new(key, problem),
        }
    }

    fn unknown(&self, entry: &Entry) -> ConfigError {
        let hint = nearest(self.table, &entry.name).map_or_else(
            || "; `portcullis config` lists them all".to_owned(),
            |key| format!("; did you mean {}?", entry.source.spell(key)),
        );
        ConfigError::new(entry.label(), format_args!("no such setting{hint}"))
    }
}
