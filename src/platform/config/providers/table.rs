//! One table of the file, whose keys are taken out one by one, so that what is left is unknown.

use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use toml::{Table, Value};

use super::{super::private_file::Exposure, BELONGS_IN_SETTINGS, is_setting, preset::Preset, read_file};

/// Every key that some provider can have.
const KEYS: [&str; 15] = [
    "client_id",
    "client_secret",
    "client_secret_file",
    "email_domains",
    "issuer",
    "key_id",
    "name",
    "preset",
    "private_key",
    "private_key_file",
    "scopes",
    "team_id",
    "tenant",
    "tenants",
    "url",
];

/// The keys of a provider that have not been read yet. Each error names a key and never repeats a value.
pub(super) struct ProviderTable {
    rest: Table,
    /// The file with this table, if other users can read it.
    exposed_file: Option<PathBuf>,
    /// The file with the secret of this provider, if other users can read it.
    exposed_secret: Option<PathBuf>,
}

impl ProviderTable {
    pub(super) fn new(table: Table, exposed_file: Option<&Path>) -> Self {
        Self {
            rest: table,
            exposed_file: exposed_file.map(Path::to_owned),
            exposed_secret: None,
        }
    }

    /// Fails if the table has a key that no provider has.
    pub(super) fn check_keys(&self, preset: Preset) -> Result<(), String> {
        let Some(key) = self.rest.keys().find(|key| !KEYS.contains(&key.as_str())) else {
            return Ok(());
        };
        if is_setting(key) {
            return Err(format!("{key} {BELONGS_IN_SETTINGS}"));
        }
        let own: Vec<_> = KEYS.into_iter().filter(|known| preset.uses(known)).collect();
        let similar = own.iter().map(|known| (strsim::jaro_winkler(key, known), *known));
        let best = similar.max_by(|(a, _), (b, _)| a.total_cmp(b));
        let hint = match best {
            Some((similarity, known)) if similarity >= 0.85 => format!("did you mean {known}?"),
            _ => format!("there are: {}", own.join(", ")),
        };
        Err(format!("{key}: no such key; {hint}"))
    }

    /// The text of a key; none if the table does not have it.
    pub(super) fn text(&mut self, key: &str) -> Result<Option<String>, String> {
        match self.rest.remove(key) {
            None => Ok(None),
            Some(Value::String(text)) if !text.trim().is_empty() => Ok(Some(text.trim().to_owned())),
            Some(Value::String(_)) => Err(format!("{key}: is blank; remove it, or give it a value")),
            Some(_) => Err(format!("{key}: must be a string in quotes")),
        }
    }

    /// The text of a key that the table must have.
    pub(super) fn required_text(&mut self, key: &str) -> Result<String, String> {
        self.text(key)?.ok_or_else(|| format!("{key}: must be given"))
    }

    /// A key as `parse` reads it.
    pub(super) fn read<T>(
        &mut self,
        key: &str,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let text = self.text(key)?;
        text.map(|text| parse(&text).map_err(|problem| format!("{key}: {problem}")))
            .transpose()
    }

    /// A list of texts, each as `parse` reads it; none if the table does not have the key.
    pub(super) fn list<T>(
        &mut self,
        key: &str,
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<Vec<T>>, String> {
        let not_a_list = || format!("{key}: must be a list of strings, such as [\"a\", \"b\"]");
        let items = match self.rest.remove(key) {
            None => return Ok(None),
            Some(Value::Array(items)) => items,
            Some(_) => return Err(not_a_list()),
        };
        let parse = |item: &Value| {
            let text = item.as_str().ok_or_else(not_a_list)?;
            parse(text).map_err(|problem| format!("{key}: {problem}"))
        };
        items.iter().map(parse).collect::<Result<_, _>>().map(Some)
    }

    /// A secret, which can also be in the file that `<key>_file` names; none if the table has neither.
    pub(super) fn secret(&mut self, key: &str) -> Result<Option<SecretString>, String> {
        let of_file = format!("{key}_file");
        let (name, text, exposed) = match (self.text(key)?, self.text(&of_file)?) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => return Err(format!("{key}: is given twice, also as {of_file}")),
            (Some(text), None) => (key, SecretString::from(text), self.exposed_file.clone()),
            (None, Some(path)) => {
                let path = PathBuf::from(path);
                let (text, exposure) = read_file(&path).map_err(|problem| format!("{of_file}: {problem}"))?;
                let exposed = (exposure == Exposure::Others).then_some(path);
                (of_file.as_str(), text, exposed)
            }
        };
        let text = text.expose_secret().trim();
        if text.is_empty() {
            return Err(format!("{name}: is blank"));
        }
        self.exposed_secret = exposed;
        Ok(Some(text.into()))
    }

    /// The file with the secret, if other users can read it. Fails if a key was not read: this preset does not use it.
    pub(super) fn finish(self, preset: &str) -> Result<Option<PathBuf>, String> {
        match self.rest.keys().next() {
            None => Ok(self.exposed_secret),
            Some(key) => Err(format!("{key}: is not used by the preset {preset}: remove it")),
        }
    }
}
