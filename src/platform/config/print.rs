//! The settings as text: the effective values, and the documentation.

use std::fmt::Write;

use super::{
    load::Loaded,
    settings::SETTINGS,
    values::{Fallback, Setting, Visibility},
};

/// One setting with its effective value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RedactedSetting {
    /// Its key.
    pub key: &'static str,
    /// Its value; passwords masked, secrets as `[set]` or `[not set]`.
    pub value: String,
    /// Where it was given: `default`, the path of the TOML file, a variable, a flag.
    pub source: String,
}

impl Loaded {
    /// Every setting, in the order of the table.
    pub fn redacted(&self) -> Vec<RedactedSetting> {
        SETTINGS.iter().map(|setting| self.redact(setting)).collect()
    }

    fn redact(&self, setting: &Setting) -> RedactedSetting {
        let text = self.values.text(setting.key).trim();
        let value = match setting.visibility {
            Visibility::Plain => text.to_owned(),
            // The only masked setting.
            Visibility::Masked => self.config.database_url.to_string(),
            Visibility::Hidden if text.is_empty() => "[not set]".to_owned(),
            Visibility::Hidden => "[set]".to_owned(),
        };
        RedactedSetting {
            key: setting.key,
            value,
            source: self.values.place(setting.key),
        }
    }
}

const INTRODUCTION: &str = "\
<!-- Made from the table in src/platform/config/settings.rs by: cargo run -- config --markdown > docs/settings.md -->

# Settings

Nothing has to be set to start. A setting can be given in the TOML file that `--config` or `PORTCULLIS_CONFIG`
names, by an environment variable, or by `--set key=value`; of these, the later wins. The variable of a setting is
`PORTCULLIS_` and its key in capitals: `public_url` is `PORTCULLIS_PUBLIC_URL`.

Settings marked with * hold a secret. They can be given in a separate file: put its path into the variable with the
suffix `_FILE` (`PORTCULLIS_SECRET_FILE`) or into the key with `_file` (`secret_file`).

`portcullis config` prints the effective settings and the source of each. With an unknown setting, a weak secret or an
impossible combination, the server does not start: it prints one line that names the setting and exits with status 78.
`PORTCULLIS_PORT`, `PORTCULLIS_SERVICE_HOST`, `PORTCULLIS_SERVICE_PORT` and those that begin with `PORTCULLIS_PORT_` or
`PORTCULLIS_SERVICE_PORT_` are ignored: Kubernetes sets them for a service named `portcullis`.

| Setting | Meaning | Default |
| --- | --- | --- |
";

/// `docs/settings.md`.
pub fn settings_markdown() -> String {
    let mut page = INTRODUCTION.to_owned();
    for setting in SETTINGS {
        // Writing to a `String` cannot fail.
        let _ = writeln!(page, "{}", row(setting));
    }
    page
}

fn row(setting: &Setting) -> String {
    let star = if setting.holds_secret() { "\\*" } else { "" };
    let default = match setting.fallback {
        Fallback::Text("") => "none".to_owned(),
        Fallback::Text(text) => format!("`{text}`"),
        Fallback::Derived { rule, .. } => rule.to_owned(),
    };
    format!(
        "| `{}`{star} | {} | {default} |",
        setting.key,
        setting.about.trim()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_committed_page_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/settings.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(
            committed == settings_markdown(),
            "docs/settings.md is out of date: cargo run -- config --markdown > docs/settings.md"
        );
    }
}
