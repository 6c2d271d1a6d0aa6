//! Settings that are valid alone but contradict each other.

use std::net::SocketAddr;

use secrecy::ExposeSecret;

use super::{
    choices::{ClaimsPreset, EmailVerification, MailMode, SmtpSecurity},
    database_url::DatabaseKind,
    error::ConfigError,
    passkeys, providers,
    server_secret::{ADVICE, ServerSecret},
    settings::Config,
    values::Values,
};
use crate::platform::crypto::SigningAlgorithm;

/// Fails with the first contradiction.
pub(super) fn combinations(config: &Config, values: &Values) -> Result<(), ConfigError> {
    metrics_listen(config, values)?;
    server_secret(config, values)?;
    jwt_secret(config, values)?;
    other_secrets(config, values)?;
    claims(config, values)?;
    times(config, values)?;
    trusted_documents(config, values)?;
    smtp(config, values)?;
    mail(config, values)?;
    passkeys::check(config, values)?;
    providers::check(config, values)?;
    mfa_required_roles(config, values)?;
    if config.pages && !config.public_url.is_https() && !config.public_url.is_loopback() {
        let problem =
            "need cookies, which plain http would send unencrypted: let public_url start with https";
        return Err(values.wrong("pages", problem));
    }
    if config.cors_origins.loopback && !config.public_url.is_loopback() {
        let problem = "`loopback` is for development: with a public_url that is not on this machine, list the \
                       origins";
        return Err(values.wrong("cors_origins", problem));
    }
    Ok(())
}

fn mfa_required_roles(config: &Config, values: &Values) -> Result<(), ConfigError> {
    match config
        .mfa_required_roles
        .iter()
        .find(|role| !config.roles.has(role))
    {
        None => Ok(()),
        Some(_) => Err(values.wrong("mfa_required_roles", "names a role that roles does not list")),
    }
}

fn metrics_listen(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let is_taken = |address: &SocketAddr| config.listen.iter().any(|other| overlap(*address, *other));
    if config.metrics_listen.iter().any(is_taken) {
        let problem = "must not be an address of listen: the metrics are not public";
        return Err(values.wrong("metrics_listen", problem));
    }
    Ok(())
}

/// Whether both accept the same connections: `0.0.0.0` and `[::]` stand for every address of their family. Port 0 is
/// a new port each time.
fn overlap(a: SocketAddr, b: SocketAddr) -> bool {
    a.port() == b.port()
        && a.port() != 0
        && a.is_ipv4() == b.is_ipv4()
        && (a.ip() == b.ip() || a.ip().is_unspecified() || b.ip().is_unspecified())
}

fn server_secret(config: &Config, values: &Values) -> Result<(), ConfigError> {
    if config.secret.is_none() && config.database_url.kind() != DatabaseKind::Sqlite {
        let problem =
            format!("must be given with PostgreSQL, MySQL and MariaDB, the same for every server; {ADVICE}");
        return Err(values.wrong("secret", problem));
    }
    Ok(())
}

/// With a secret of the server, a service or a router could sign tokens or open stored data.
fn other_secrets(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let callers = &config.introspection_callers;
    let routers = config.federation_secrets.as_ref();
    let of_server = config.secret.iter().flat_map(ServerSecret::all);
    for (name, secrets) in [
        ("secret", of_server.collect::<Vec<_>>()),
        ("jwt_secret", config.jwt_secret.iter().collect()),
    ] {
        let problem = format!("must not be the same as {name}; {ADVICE}");
        if secrets.iter().any(|secret| callers.contains(secret)) {
            return Err(values.wrong("introspection_callers", problem));
        }
        if routers.is_some_and(|routers| secrets.iter().any(|secret| routers.contains(secret))) {
            return Err(values.wrong("federation_secrets", problem));
        }
    }
    Ok(())
}

/// Browsers drop cookies of more than 4,096 bytes.
fn claims(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let is_for_both = config.audience == config.public_url.as_str();
    let is_long =
        config.claims_preset == ClaimsPreset::Hasura && config.jwt_algorithm == SigningAlgorithm::Rs256;
    if is_for_both && is_long {
        return Err(values.wrong(
            "claims_preset",
            "`hasura` needs an audience of its own with RS256: set `audience`, since one token for this server and for \
             services would be too long for a cookie",
        ));
    }
    Ok(())
}

fn jwt_secret(config: &Config, values: &Values) -> Result<(), ConfigError> {
    let wrong = |problem: String| Err(values.wrong("jwt_secret", problem));
    match (config.jwt_algorithm.secret_bytes(), &config.jwt_secret) {
        (None, None) => Ok(()),
        (None, Some(_)) => wrong("has no use with this jwt_algorithm: remove one of them".to_owned()),
        (Some(_), None) => wrong(format!("must be given with this jwt_algorithm; {ADVICE}")),
        (Some(min), Some(secret)) => {
            if secret.expose_secret().len() < min {
                return wrong(format!(
                    "is too short: at least {min} bytes with this jwt_algorithm; {ADVICE}"
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
        let problem =
            "refuses every document without trusted_documents: set that to the file, or remove this one";
        return Err(values.wrong("trusted_documents_only", problem));
    }
    if config.graphiql {
        let problem =
            "has no use with trusted_documents_only, which refuses typed documents: switch one of them off";
        return Err(values.wrong("graphiql", problem));
    }
    Ok(())
}

fn smtp(config: &Config, values: &Values) -> Result<(), ConfigError> {
    match (&config.smtp_username, &config.smtp_password) {
        (Some(_), None) => {
            let problem = "needs smtp_password: set both, or remove this one";
            return Err(values.wrong("smtp_username", problem));
        }
        (None, Some(_)) => {
            let problem = "needs smtp_username: set both, or remove this one";
            return Err(values.wrong("smtp_password", problem));
        }
        (Some(_), Some(_)) | (None, None) => {}
    }
    let Some(server) = &config.smtp_server else {
        return Ok(());
    };
    if config.mail_from.is_none() {
        let problem = "needs mail_from: set that to the address that mails come from";
        return Err(values.wrong("smtp_server", problem));
    }
    if config.smtp_security == SmtpSecurity::None && !server.is_loopback() {
        let problem = "`none` sends mails and the password unencrypted: it is only for an smtp_server that is \
                       localhost or a loopback address";
        return Err(values.wrong("smtp_security", problem));
    }
    Ok(())
}

/// Refuses what would lock people out because no mail is sent.
fn mail(config: &Config, values: &Values) -> Result<(), ConfigError> {
    const ADVICE: &str = "needs mail: set smtp_server and mail_from";
    if config.mail_mode() != MailMode::Off {
        return Ok(());
    }
    if config.email_verification == EmailVerification::Required {
        let problem = format!("`required` {ADVICE}, or use `optional`");
        return Err(values.wrong("email_verification", problem));
    }
    if config.email_login {
        return Err(values.wrong("email_login", format!("{ADVICE}, or switch this off")));
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
    if config.service_token_ttl > config.session_idle_timeout {
        return Err(values.wrong(
            "service_token_ttl",
            "must not be longer than session_idle_timeout",
        ));
    }
    if config.attempt_window > config.attempt_wait_max {
        return Err(values.wrong("attempt_window", "must not be longer than attempt_wait_max"));
    }
    Ok(())
}
