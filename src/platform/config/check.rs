//! Settings that are fine alone and impossible together.

use std::net::SocketAddr;

use secrecy::ExposeSecret;

use super::{database_url::DatabaseKind, error::ConfigError, settings::Config, values::Values};

/// Refuses the first impossible combination.
pub(super) fn combinations(config: &Config, values: &Values) -> Result<(), ConfigError> {
    metrics_listen(config, values)?;
    server_secret(config, values)?;
    jwt_secret(config, values)?;
    times(config, values)?;
    trusted_documents(config, values)?;
    if config.pages && !config.public_url.is_https() && !config.public_url.is_loopback() {
        let problem =
            "need cookies, which would travel readable over plain http: let public_url start with https";
        return Err(values.wrong("pages", problem));
    }
    if config.cors_origins.loopback && !config.public_url.is_loopback() {
        let problem = "`loopback` is for development: with a public_url that others reach, name the origins";
        return Err(values.wrong("cors_origins", problem));
    }
    Ok(())
}

fn metrics_listen(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let is_taken = |address: &SocketAddr| config.listen.iter().any(|other| overlap(*address, *other));
    if config.metrics_listen.iter().any(is_taken) {
        let problem = "must not be an address of listen: what is counted is not for everybody";
        return Err(values.wrong("metrics_listen", problem));
    }
    Ok(())
}

/// Whether a connection could be for both: `0.0.0.0` and `[::]` stand for every address of their family. Port 0 is a
/// new one each time.
fn overlap(one: SocketAddr, other: SocketAddr) -> bool {
    one.port() == other.port()
        && one.port() != 0
        && one.is_ipv4() == other.is_ipv4()
        && (one.ip() == other.ip() || one.ip().is_unspecified() || other.ip().is_unspecified())
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

fn trusted_documents(config: &Config, values: &Values) -> Result<(), ConfigError> {
    if !config.trusted_documents_only {
        return Ok(());
    }
    if config.trusted_documents.is_none() {
        let problem = "refuses every document without trusted_documents: name the file, or leave it out";
        return Err(values.wrong("trusted_documents_only", problem));
    }
    if config.graphiql {
        let problem =
            "has no use with trusted_documents_only, which refuses what people type: switch one of them off";
        return Err(values.wrong("graphiql", problem));
    }
    Ok(())
}

fn times(config: &Config, values: &Values) -> Result<(), ConfigError> {
    if config.session_idle_timeout > config.session_lifetime {
        return Err(values.wrong("session_idle_timeout", "must not be longer than session_lifetime"));
    }
    if config.access_token_ttl > config.session_idle_timeout {
        return Err(values.wrong("access_token_ttl", "must not be longer than session_idle_timeout"));
    }
    if config.audience_token_ttl > config.session_idle_timeout {
        return Err(values.wrong(
            "audience_token_ttl",
            "must not be longer than session_idle_timeout",
        ));
    }
    if config.attempt_window > config.attempt_wait_max {
        return Err(values.wrong("attempt_window", "must not be longer than attempt_wait_max"));
    }
    Ok(())
}
