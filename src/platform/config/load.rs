//! Merges the sources of settings.

use std::{ffi::OsString, path::PathBuf};

use super::{
    check,
    error::ConfigError,
    private_file::{self, Exposure},
    providers,
    settings::{Config, SETTINGS},
    sources::{CONFIG_FILE, Entry, Flag, environment_entries, flag_entries, toml_entries},
    values::{Setting, Values},
};

/// The sources of settings besides the defaults.
#[derive(Default)]
pub struct Inputs {
    /// The TOML file; if none is given, `PORTCULLIS_CONFIG` can name it.
    pub config_file: Option<PathBuf>,
    /// Environment variables, including those of other programs.
    pub variables: Vec<(OsString, OsString)>,
    /// Flags.
    pub flags: Vec<Flag>,
}

/// The effective configuration.
#[derive(Debug)]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// The texts that they were parsed from, and the source of each.
    pub values: Values,
    /// Warnings for the operator, one sentence each.
    pub warnings: Vec<String>,
}

/// The environment of this process.
#[expect(
    clippy::disallowed_methods,
    reason = "the only place that reads the environment"
)]
pub fn process_variables() -> Vec<(OsString, OsString)> {
    std::env::vars_os().collect()
}

/// Merges flags over the environment over the file over the defaults, and checks the result.
pub fn load(inputs: Inputs) -> Result<Loaded, ConfigError> {
    let mut values = Values::new(SETTINGS);
    let mut warnings = Vec::new();
    let named_file = || {
        let variable = inputs.variables.iter().find(|(name, _)| name == CONFIG_FILE);
        variable.map(|(_, path)| PathBuf::from(path))
    };
    if let Some(path) = inputs.config_file.or_else(named_file) {
        let (content, exposure) =
            private_file::read_text(&path).map_err(|problem| ConfigError::new(path.display(), problem))?;
        let entries = toml_entries(&path, &content)?;
        if exposure == Exposure::Others && entries.iter().any(holds_secret) {
            warnings.push(format!(
                "{}: holds a secret, and other users can read the file",
                path.display()
            ));
        }
        warnings.extend(values.lay_over(entries)?);
    }
    warnings.extend(values.lay_over(environment_entries(inputs.variables)?)?);
    warnings.extend(values.lay_over(flag_entries(inputs.flags))?);
    values.fill_defaults();

    let config = Config::read(&values)?;
    check::combinations(&config, &values)?;
    warnings.extend(providers::warnings(&config));
    if !config.public_url.is_https() && !config.public_url.is_loopback() {
        warnings
            .push("public_url: with http, passwords and tokens are sent unencrypted; use https".to_owned());
    }
    Ok(Loaded {
        config,
        values,
        warnings,
    })
}

fn holds_secret(entry: &Entry) -> bool {
    Setting::find(SETTINGS, &entry.name).is_some_and(|(setting, _)| setting.holds_secret())
}

impl Default for Config {
    #[expect(
        clippy::expect_used,
        reason = "a test parses the defaults, which depend on nothing else"
    )]
    fn default() -> Self {
        let mut values = Values::new(SETTINGS);
        values.fill_defaults();
        Self::read(&values).expect("every default is valid")
    }
}
