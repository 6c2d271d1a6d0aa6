//! Findings about the database.

use std::time::Duration;

use super::{
    audit_log,
    finding::Finding,
    roles,
    secret::{self, SecretState},
};
use crate::{
    cli::{error::CliError, open},
    features::passkey,
    platform::{
        clock::{Clock as _, SystemClock},
        config::Config,
        db::{self, DatabaseProblem, Db, DbFacts, DbFailure, DbSetting, Inspection, MigrationState},
    },
};

const DATABASE: &str = "database";
const MIGRATIONS: &str = "migrations";
const CLOCK: &str = "clock";
const PASSKEYS: &str = "passkeys";

/// Larger clock differences are reported. Services tolerate 30 seconds for tokens; half of that may be used up
/// elsewhere.
const APART: Duration = Duration::from_secs(2);
const FAR_APART: Duration = Duration::from_secs(15);

/// Opens the database without waiting, and creates none.
pub(super) async fn findings(config: &Config, secret: &SecretState) -> Vec<Finding> {
    let file = config.database_url.sqlite_file();
    if file.is_some_and(|file| !file.exists()) {
        let seen = format!(
            "{}: does not exist yet; the first start creates it",
            config.database_url
        );
        return vec![Finding::ok(DATABASE, seen)];
    }
    let config = Config {
        database_wait: Duration::ZERO,
        ..config.clone()
    };
    let db = match Box::pin(open::database(&config)).await {
        Ok(db) => db,
        Err(CliError::DatabaseProblem(problem)) => return vec![of_problem(&problem)],
        Err(error) => {
            let advice = "start the database, or correct database_url";
            return vec![Finding::error(DATABASE, error.to_string(), advice)];
        }
    };
    let findings = on(&config, &db, secret).await;
    db.close().await;
    findings
}

async fn on(config: &Config, db: &Db, secret: &SecretState) -> Vec<Finding> {
    let mut findings = match db.facts().await {
        Ok(facts) => of_facts(config, &facts),
        Err(failure) => vec![does_not_answer(&failure)],
    };
    findings.extend(exposed_file(config));
    match db::inspect(db).await {
        Ok(Inspection {
            migrations: state,
            problem,
        }) => {
            findings.push(migrations(&state));
            findings.extend(problem.as_ref().map(of_problem));
            match db::foreign_objects(db).await {
                Ok(foreign) => findings.extend(foreign.as_ref().map(of_problem)),
                Err(failure) => findings.push(does_not_answer(&failure)),
            }
            if problem.is_none() && state.pending.is_empty() && state.unknown.is_empty() {
                findings.extend(secret::keys(config, db, secret).await);
                findings.push(passkeys(config, db).await);
                let roles = roles::finding(db, &config.roles).await;
                findings.push(roles.unwrap_or_else(|failure| does_not_answer(&failure)));
                let audit_log = audit_log::finding(db, SystemClock.now()).await;
                findings.push(audit_log.unwrap_or_else(|failure| does_not_answer(&failure)));
            }
        }
        Err(failure) => findings.push(does_not_answer(&failure)),
    }
    findings
}

/// None if the file is private or does not exist.
pub(super) fn exposed_file(config: &Config) -> Option<Finding> {
    let advice = "run `chmod 600` on it: it contains names, addresses and password hashes";
    let seen = "other users can read the SQLite file";
    config
        .is_sqlite_file_exposed()
        .then(|| Finding::error(DATABASE, seen, advice))
}

async fn passkeys(config: &Config, db: &Db) -> Finding {
    let elsewhere = match passkey::made_elsewhere(db, config).await {
        Ok(elsewhere) => elsewhere,
        Err(failure) => return does_not_answer(&failure),
    };
    if let Some(rp_id) = elsewhere {
        return Finding::error(
            PASSKEYS,
            format!("the passkeys in the database were made for {rp_id} and work nowhere else"),
            "set passkey_rp_id to that domain, and public_url to a host in it",
        );
    }
    match config.passkey_rp() {
        Some(rp_id) => Finding::ok(PASSKEYS, format!("for {rp_id}")),
        None => Finding::ok(PASSKEYS, "off: they need a public_url with https and a host name"),
    }
}

fn does_not_answer(failure: &DbFailure) -> Finding {
    let advice = "check the database's own log, and the privileges of the user in database_url";
    Finding::error(DATABASE, failure.operator_message(), advice)
}

fn of_problem(problem: &DatabaseProblem) -> Finding {
    Finding::error(DATABASE, problem.seen(), problem.advice())
}

fn of_facts(config: &Config, facts: &DbFacts) -> Vec<Finding> {
    let durability = facts.durability.iter();
    let settings: Vec<_> = durability
        .map(|DbSetting { name, value, .. }| format!("{name}={value}"))
        .collect();
    let seen = format!(
        "{} at {}, {}",
        facts.version,
        config.database_url,
        settings.join(", ")
    );
    let mut findings = vec![Finding::ok(DATABASE, seen)];
    if facts.is_read_only {
        let advice = "set database_url to the primary, or make this database writable again";
        findings.push(Finding::error(DATABASE, "the database is read-only", advice));
    }
    for setting in facts.durability.iter().filter(|setting| !setting.is_durable) {
        findings.push(Finding::warning(
            DATABASE,
            format!("{}={}", setting.name, setting.value),
            "a power failure can undo confirmed changes, such as a sign-out: set it to its safe value",
        ));
    }
    findings.push(clock(facts));
    findings
}

fn clock(facts: &DbFacts) -> Finding {
    let own = SystemClock.now();
    let Some(theirs) = facts.now else {
        return Finding::ok(CLOCK, format!("{own}; SQLite uses the same clock"));
    };
    let apart = own.duration_since(theirs).unsigned_abs();
    let seen = format!("differs from the database's clock by {apart:.1?}");
    let advice = "synchronise both machines with a time server: tokens and sessions depend on these clocks";
    if apart > FAR_APART {
        Finding::error(CLOCK, seen, advice)
    } else if apart > APART {
        Finding::warning(CLOCK, seen, advice)
    } else {
        Finding::ok(CLOCK, seen)
    }
}

fn migrations(state: &MigrationState) -> Finding {
    if !state.unknown.is_empty() {
        let problem = DatabaseProblem::Newer(state.unknown.clone());
        return Finding::error(MIGRATIONS, problem.seen(), problem.advice());
    }
    if !state.pending.is_empty() {
        let seen = format!("{} missing", state.pending.len());
        let advice = "run `portcullis migrate up`, or start with `serve --migrate`";
        return Finding::error(MIGRATIONS, seen, advice);
    }
    Finding::ok(MIGRATIONS, format!("up to date, {} applied", state.applied.len()))
}

#[cfg(test)]
mod tests {
    use super::{super::finding::Severity, *};
    use crate::platform::clock::Timestamp;

    fn facts(seconds_away: i64) -> DbFacts {
        let now = SystemClock.now().as_millisecond() + seconds_away * 1000;
        DbFacts {
            version: "Some 1".to_owned(),
            now: Some(Timestamp::from_millisecond(now).unwrap()),
            durability: Vec::new(),
            is_read_only: false,
        }
    }

    #[test]
    fn clocks_that_differ_are_told_in_both_directions() {
        for (seconds, severity) in [
            (0, Severity::Ok),
            (5, Severity::Warning),
            (-5, Severity::Warning),
            (60, Severity::Error),
            (-86_400, Severity::Error),
        ] {
            assert_eq!(clock(&facts(seconds)).severity, severity, "{seconds}");
        }
    }

    #[test]
    fn a_database_that_forgets_or_takes_nothing_is_told() {
        let facts = DbFacts {
            durability: vec![DbSetting {
                name: "fsync",
                value: "off".to_owned(),
                is_durable: false,
            }],
            is_read_only: true,
            ..facts(0)
        };
        let severities: Vec<_> = of_facts(&Config::default(), &facts)
            .iter()
            .map(|it| it.severity)
            .collect();
        assert_eq!(
            severities,
            [Severity::Ok, Severity::Error, Severity::Warning, Severity::Ok]
        );
    }
}
