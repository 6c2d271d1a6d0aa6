//! Settings from environment variables.

use std::ffi::OsString;

use super::{
    entry::{Entry, Source},
    error::ConfigError,
};

const PREFIX: &str = "PORTCULLIS_";

/// The variable that names the TOML file.
pub(super) const CONFIG_FILE: &str = "PORTCULLIS_CONFIG";

/// The variable that gives the setting `name`.
pub(super) fn variable(name: &str) -> String {
    format!("{PREFIX}{}", name.to_uppercase())
}

/// The settings among `variables`. Every variable with our prefix must be one, so that none is misspelt
/// unnoticed.
pub(super) fn entries(
    variables: impl IntoIterator<Item = (OsString, OsString)>,
) -> Result<Vec<Entry>, ConfigError> {
    let mut entries = Vec::new();
    for (variable, value) in variables {
        let variable = variable.to_string_lossy();
        let Some(name) = variable.strip_prefix(PREFIX) else {
            continue;
        };
        if variable == CONFIG_FILE || from_kubernetes(name) {
            continue;
        }
        let value = value
            .into_string()
            .map_err(|_| ConfigError::new(&variable, "is not UTF-8 text"))?;
        entries.push(Entry {
            name: name.to_lowercase(),
            text: value.into(),
            source: Source::Environment,
        });
    }
    Ok(entries)
}

/// Kubernetes tells every pod where the service `portcullis` is, in variables that look like ours.
fn from_kubernetes(name: &str) -> bool {
    name == "PORT" || name.starts_with("PORT_") || name.starts_with("SERVICE_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(variables: &[(&str, &str)]) -> Vec<String> {
        let variables = variables
            .iter()
            .map(|(name, value)| (OsString::from(name), OsString::from(value)));
        entries(variables)
            .unwrap()
            .into_iter()
            .map(|entry| entry.name)
            .collect()
    }

    #[test]
    fn variables_of_others_and_of_kubernetes_are_ignored() {
        let found = names(&[
            ("PATH", "/bin"),
            ("PORTCULLIS_PORT", "tcp://10.0.0.1:80"),
            ("PORTCULLIS_PORT_80_TCP_ADDR", "10.0.0.1"),
            ("PORTCULLIS_SERVICE_HOST", "10.0.0.1"),
            ("PORTCULLIS_CONFIG", "portcullis.toml"),
            ("PORTCULLIS_LISTEN", "127.0.0.1:80"),
            ("PORTCULLIS_SECRET_FILE", "/run/secrets/secret"),
        ]);
        assert_eq!(found, ["listen", "secret_file"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_value_that_is_no_text_is_refused_by_name() {
        use std::os::unix::ffi::OsStringExt;
        let variables = [("PORTCULLIS_LISTEN".into(), OsString::from_vec(vec![0xff]))];
        let error = entries(variables).unwrap_err().to_string();
        assert_eq!(error, "PORTCULLIS_LISTEN: is not UTF-8 text");
    }
}
