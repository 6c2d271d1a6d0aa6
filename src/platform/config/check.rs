//! Settings that are fine alone and impossible together.

use secrecy::ExposeSecret;

use super::{database_url::DatabaseKind, error::ConfigError, settings::Config, values::Values};

/// Refuses the first impossible combination.
pub(super) fn combinations(config: &Config, values: &Values) -> Result<(), ConfigError> {
    server_secret(config, values)?;
    jwt_secret(config, values)?;
    times(config, values)?;
    if config.cors_origins.loopback && !config.public_url.is_loopback() {
        let problem = "`loopback` is for development: with a public_url that others reach, name the origins";
        return Err(values.wrong("cors_origins", problem));
    }
    Ok(())
}

fn server_secret(config: &Config, values: &Values) -> Result<(), ConfigError> {
    if config.secret.is_none() && config.database_url.kind() != DatabaseKind::Sqlite {
        let problem = "must be given with PostgreSQL, MySQL and MariaDB, the same for every server; make one \
                       with `openssl rand -base64 48`";
        return Err(values.wrong("secret", problem));
    }
    Ok(())
}

fn jwt_secret(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let wrong = |problem: String| Err(values.wrong("jwt_secret", problem));
    match (config.jwt_algorithm.secret_bytes(), &config.jwt_secret) {
        (None, None) => Ok(()),
        (None, Some(_)) => wrong("has no use with this jwt_algorithm: leave one of them out".to_owned()),
        (Some(_), None) => {
            wrong("must be given with this jwt_algorithm; make one with `openssl rand -base64 48`".to_owned())
        }
        (Some(least), Some(secret)) => {
            if secret.expose_secret().len() < least {
                return wrong(format!(
                    "is too short: at least {least} bytes with this jwt_algorithm; make one with `openssl rand \
                     -base64 48`"
                ));
            }
            if config.secret.as_ref().is_some_and(|other| other.contains(secret)) {
                return wrong("must not be the same as secret".to_owned());
            }
            Ok(())
        }
    }
}

fn times(config: &Config, values: &Values) -> Result<(), ConfigError> {
    if config.session_idle_timeout > config.session_lifetime {
        return Err(values.wrong("session_idle_timeout", "must not be longer than session_lifetime"));
    }
    if config.access_token_ttl > config.session_idle_timeout {
        return Err(values.wrong("access_token_ttl", "must not be longer than session_idle_timeout"));
    }
    Ok(())
}
