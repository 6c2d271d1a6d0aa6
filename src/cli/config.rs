//! `portcullis config`: the settings in force.

use std::fmt::Write;

use clap::Args;
use serde_json::{Map, json};

use super::{SettingsArgs, error::CliError, output};
use crate::platform::config::{RedactedSetting, settings_markdown};

/// What to print.
#[derive(Debug, Clone, Args)]
pub struct ConfigArgs {
    /// Print the documentation of all settings as Markdown instead.
    #[arg(long, conflicts_with = "json")]
    pub markdown: bool,
}

impl ConfigArgs {
    /// Loads the settings like a start, and prints each with its value and its source. Of secrets it prints only
    /// whether they are set.
    pub fn run(&self, settings: &SettingsArgs, json: bool) -> Result<(), CliError> {
        if self.markdown {
            return output::print(&settings_markdown());
        }
        let loaded = settings.load()?;
        for warning in &loaded.warnings {
            output::warn(warning);
        }
        let settings = loaded.redacted();
        output::print(&if json {
            as_json(&settings)
        } else {
            as_text(&settings)
        })
    }
}

fn as_text(settings: &[RedactedSetting]) -> String {
    let width = |of: fn(&RedactedSetting) -> &str| {
        settings
            .iter()
            .map(|one| of(one).chars().count())
            .max()
            .unwrap_or(0)
    };
    let keys = width(|one| one.key);
    // One long value must not push the sources of all others off the screen.
    let values = width(|one| &one.value).min(48);
    let mut text = String::new();
    for RedactedSetting { key, value, source } in settings {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "{key:keys$}  {value:values$}  {source}");
    }
    text
}

fn as_json(settings: &[RedactedSetting]) -> String {
    let object: Map<_, _> = settings
        .iter()
        .map(|one| {
            (
                one.key.to_owned(),
                json!({ "value": one.value, "source": one.source }),
            )
        })
        .collect();
    format!("{:#}", serde_json::Value::Object(object))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setting(key: &'static str, value: &str) -> RedactedSetting {
        RedactedSetting {
            key,
            value: value.to_owned(),
            source: "default".to_owned(),
        }
    }

    #[test]
    fn text_stands_in_columns() {
        let text = as_text(&[setting("a", "1"), setting("long", "22")]);
        assert_eq!(text, "a     1   default\nlong  22  default\n");
    }

    #[test]
    fn json_is_an_object_by_key() {
        let value: serde_json::Value = serde_json::from_str(&as_json(&[setting("a", "1")])).unwrap();
        assert_eq!(value, json!({ "a": { "value": "1", "source": "default" } }));
    }
}
