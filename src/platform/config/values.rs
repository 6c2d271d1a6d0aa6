//! Settings: the definition, the text and the source of each.

use std::{collections::BTreeMap, fmt, path::Path};

use secrecy::{ExposeSecret, SecretString};

use super::{
    error::ConfigError,
    private_file::{self, Exposure},
    server_secret::ADVICE,
    sources::{Entry, Source},
};

/// One setting.
#[derive(Debug)]
pub struct Setting {
    /// Its name in the TOML file. The variable is `PORTCULLIS_` and this in capitals.
    pub key: &'static str,
    /// What it means, for the documentation.
    pub about: &'static str,
    /// How its value is printed.
    pub visibility: Visibility,
    /// Its default.
    pub fallback: Fallback,
}

/// How the value of a setting is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visibility {
    /// In full.
    Plain,
    /// With its password masked.
    Masked,
    /// Never: only whether it is set.
    Hidden,
}

/// The default of a setting.
#[derive(Debug, Clone, Copy)]
pub enum Fallback {
    /// Always this text.
    Text(&'static str),
    /// Derived from settings further up in the table.
    Derived {
        /// The rule, for the documentation.
        rule: &'static str,
        /// Computes the text.
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
    /// The setting that `name` stands for, and its form: `secret`, or `secret_file`.
    pub(super) fn find(table: &'static [Self], name: &str) -> Option<(&'static Self, Form)> {
        let plain = table.iter().find(|setting| setting.key == name);
        if let Some(setting) = plain {
            return Some((setting, Form::Value));
        }
        let key = name.strip_suffix("_file")?;
        let setting = table.iter().find(|setting| setting.key == key)?;
        setting.holds_secret().then_some((setting, Form::File))
    }

    /// Whether the value is, or contains, a secret. Such settings can be given in a separate file.
    pub fn holds_secret(&self) -> bool {
        self.visibility != Visibility::Plain
    }
}

/// The name in `table` that is most similar to `name`, if any is similar enough.
pub(super) fn nearest(table: &'static [Setting], name: &str) -> Option<&'static str> {
    // Names below this share little more than their letters.
    const MIN_SIMILARITY: f64 = 0.85;
    table
        .iter()
        .map(|setting| (strsim::jaro_winkler(name, setting.key), setting.key))
        .filter(|(similarity, _)| *similarity >= MIN_SIMILARITY)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, key)| key)
}

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

    /// Overrides values with the entries of one source. Returns warnings.
    pub(super) fn lay_over(&mut self, entries: Vec<Entry>) -> Result<Vec<String>, ConfigError> {
        let mut warnings = Vec::new();
        let mut layer = BTreeMap::<&'static str, Given>::new();
        for entry in entries {
            let Some((setting, form)) = Setting::find(self.table, &entry.name) else {
                return Err(self.unknown(&entry));
            };
            refuse_secret_flag(setting, form, &entry)?;
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
                let problem = format!("is blank; remove it, or {ADVICE}");
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

    /// Sets every setting without a value to its default, in the order of the table.
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

    /// The text of the setting `key`; empty if it has no value yet.
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

    /// Parses the setting `key`.
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

/// Refuses secrets in flags: other users of the machine can see the command line, and the shell stores it.
fn refuse_secret_flag(setting: &Setting, form: Form, entry: &Entry) -> Result<(), ConfigError> {
    let is_secret = form == Form::Value && setting.visibility == Visibility::Hidden;
    if !is_secret || !matches!(entry.source, Source::Flag(_)) {
        return Ok(());
    }
    let variable = Source::Environment.spell(setting.key);
    let problem = format!("secrets must not be given by flags; use {variable} or {variable}_FILE");
    Err(ConfigError::new(entry.label(), problem))
}

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
            let other = setting.key.strip_suffix("_file").unwrap_or_default();
            assert!(SETTINGS.iter().all(|setting| setting.key != other), "{other}");
        }
    }

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_nonsense_finds_none() {
        assert_eq!(nearest(SETTINGS, "acess_token_tll"), Some("access_token_ttl"));
        assert_eq!(nearest(SETTINGS, "public_uri"), Some("public_url"));
        assert_eq!(nearest(SETTINGS, "xyzzy"), None);
    }
}
