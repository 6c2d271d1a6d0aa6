//! Settings from a TOML file.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};
use toml::{Table, Value};

use super::{
    entry::{Entry, Source},
    error::ConfigError,
};

/// The settings in `content`, the text of the TOML file at `path`.
pub(super) fn entries(path: &Path, content: &SecretString) -> Result<Vec<Entry>, ConfigError> {
    let content = content.expose_secret();
    let table: Table = content.parse().map_err(|error: toml::de::Error| {
        // The error's own text would show the line, and a secret in it.
        let start = error.span().map_or(0, |span| span.start);
        let line = content.bytes().take(start).filter(|byte| *byte == b'\n').count() + 1;
        ConfigError::new(path.display(), format_args!("line {line} is not valid TOML"))
    })?;
    table
        .into_iter()
        .map(|(name, value)| match to_text(value) {
            Ok(text) => Ok(Entry {
                name,
                text: text.into(),
                source: Source::File(path.to_owned()),
            }),
            Err(problem) => Err(ConfigError::new(
                format_args!("{name} ({})", path.display()),
                problem,
            )),
        })
        .collect()
}

/// The value as it would be written in a variable: lists are separated by commas.
fn to_text(value: Value) -> Result<String, &'static str> {
    match value {
        Value::String(text) => Ok(text),
        Value::Integer(number) => Ok(number.to_string()),
        Value::Boolean(flag) => Ok(flag.to_string()),
        Value::Array(items) => {
            let items = items
                .into_iter()
                .map(|item| match item {
                    Value::String(text) if !text.contains(',') => Ok(text),
                    Value::String(_) => Err("the items of a list must not contain commas"),
                    _ => Err("the items of a list must be texts in quotes"),
                })
                .collect::<Result<Vec<_>, _>>()?;
            Ok(items.join(","))
        }
        Value::Table(_) => Err("settings are not grouped in tables: write every one at the top level"),
        Value::Float(_) | Value::Datetime(_) => {
            Err("must be a text in quotes, a whole number, true, false, or a list of texts")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(content: &str) -> Result<Vec<(String, String)>, String> {
        entries(Path::new("p.toml"), &content.into())
            .map(|entries| {
                entries
                    .into_iter()
                    .map(|entry| (entry.name, entry.text.expose_secret().to_owned()))
                    .collect()
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_of_value_becomes_the_text_of_a_variable() {
        let found = read("a = \"x\"\nb = 7\nc = true\nd = [\"x\", \"y\"]\ne = []").unwrap();
        let expected = [("a", "x"), ("b", "7"), ("c", "true"), ("d", "x,y"), ("e", "")];
        assert_eq!(
            found,
            expected.map(|(name, text)| (name.to_owned(), text.to_owned()))
        );
    }

    #[test]
    fn bad_toml_is_told_by_line_and_never_by_content() {
        let error = read("listen = \"x\"\nsecret = hunter2\n").unwrap_err();
        assert_eq!(error, "p.toml: line 2 is not valid TOML");
    }

    #[test]
    fn tables_fractions_and_lists_of_lists_are_refused_by_name() {
        for (content, start) in [
            (
                "[server]\nlisten = \"x\"",
                "server (p.toml): settings are not grouped",
            ),
            ("ttl = 1.5", "ttl (p.toml): must be"),
            ("listen = [[\"x\"]]", "listen (p.toml): the items"),
            ("listen = [\"x,y\"]", "listen (p.toml): the items"),
        ] {
            let error = read(content).unwrap_err();
            assert!(error.starts_with(start), "{error}");
        }
    }
}
