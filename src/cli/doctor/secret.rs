//! The server secret, and the keys that it opens.

use super::finding::Finding;
use crate::{
    features::{
        data_key::{self, KeyError},
        key::{self, KeysInspected},
        session,
    },
    platform::{
        clock::{Clock as _, SystemClock, Timestamp},
        config::{Config, ServerSecret},
        crypto::{NotOpened, Sealer},
        db::Db,
        failure::Fault,
    },
};

const SECRET: &str = "server secret";
const KEY: &str = "signing key";
const DATA_KEYS: &str = "data keys";

/// What to do about a key that is sealed under an older secret.
const RESEALED: &str = "run `portcullis secret rotate` before you remove the older one: it seals all keys under the newest secret";

/// The state of the secret, as a start would find it.
pub(super) enum SecretState {
    Usable(ServerSecret),
    /// There is none: the first start makes one.
    NoneYet,
    /// There is one that no start would accept.
    Unusable,
}

/// The finding about the secret, and its state.
pub(super) fn secret(config: &Config) -> (Finding, SecretState) {
    let secret = match config.server_secret_so_far() {
        Ok(secret) => secret,
        Err(error) => {
            let advice =
                "if that cannot be fixed, restore the same secret from a backup: no other one opens the keys";
            return (
                Finding::error(SECRET, error.to_string(), advice),
                SecretState::Unusable,
            );
        }
    };
    let finding = match &secret {
        None => Finding::ok(SECRET, "none yet: the first start creates one in data_dir"),
        Some(secret) => match (secret.all().count(), &config.secret) {
            (1, Some(_)) => Finding::ok(SECRET, "set"),
            (1, None) => Finding::ok(SECRET, "secret.key in data_dir; include it in backups"),
            (count, Some(_)) => Finding::warning(
                SECRET,
                format!("set, with {} older", count - 1),
                "once every server has started with the first one, run `portcullis secret rotate` and remove the others",
            ),
            (count, None) => Finding::warning(
                SECRET,
                format!("secret.key in data_dir, with {} older", count - 1),
                "`portcullis secret rotate` was interrupted: run it again, with --leaked if that was given",
            ),
        },
    };
    (finding, secret.map_or(SecretState::NoneYet, SecretState::Usable))
}

/// Findings about the keys of a database that is up to date.
pub(super) async fn keys(config: &Config, db: &Db, secret: &SecretState) -> Vec<Finding> {
    if matches!(secret, SecretState::NoneYet) && was_used_with_one(db).await {
        return vec![Finding::error(
            SECRET,
            "secret.key is missing in data_dir, and this database was used with it",
            "restore that file from a backup, or set `secret` to its content",
        )];
    }
    let secret = match secret {
        SecretState::Usable(secret) => Some(secret),
        SecretState::NoneYet => None,
        SecretState::Unusable => {
            let seen = "not checked, because the server secret cannot be used";
            return vec![Finding::warning(
                KEY,
                seen,
                "fix the server secret, then run doctor again",
            )];
        }
    };
    let root = match root(secret) {
        Ok(root) => root,
        Err(fault) => return vec![of_error(DATA_KEYS, "data_keys", KeyError::Fault(fault))],
    };
    let data_keys = match data_key::inspect(db, &root).await {
        Ok((0, _)) => Finding::ok(DATA_KEYS, "none yet: the first start creates them"),
        Ok((count, true)) => Finding::warning(
            DATA_KEYS,
            format!("{count}, some sealed under an older secret"),
            RESEALED,
        ),
        Ok((count, false)) => Finding::ok(DATA_KEYS, count.to_string()),
        Err(error) => of_error(DATA_KEYS, "data_keys", error),
    };
    if config.jwt_algorithm.secret_bytes().is_some() {
        let seen = "jwt_secret, shared with the services that verify tokens";
        return vec![data_keys, Finding::ok(KEY, seen)];
    }
    let signing_key = match key::inspect(db, &root, config.jwt_algorithm, &SystemClock).await {
        Ok(None) => Finding::ok(KEY, "none yet: the first start creates one"),
        Ok(Some(keys)) => of_keys(&keys),
        Err(error) => of_error(KEY, "signing_keys", error),
    };
    vec![data_keys, signing_key]
}

/// What opens the keys in the database.
fn root(secret: Option<&ServerSecret>) -> Result<Sealer, Fault> {
    secret.map_or_else(|| Sealer::new(&[]), data_key::root_of)
}

fn of_error(about: &'static str, table: &str, error: KeyError) -> Finding {
    match error {
        KeyError::NotOpened(NotOpened::UnknownKey) => Finding::error(
            about,
            "sealed under another secret, which is not configured",
            "add that secret again, in a list after the new one",
        ),
        KeyError::NotOpened(_) => Finding::error(
            about,
            "altered in the database",
            format!("restore the table {table} from a backup"),
        ),
        KeyError::Db(failure) => Finding::error(
            about,
            failure.operator_message(),
            "fix the database, then run doctor again",
        ),
        KeyError::Fault(fault) => {
            Finding::error(about, fault.chain(), "report this as a fault of Portcullis")
        }
    }
}

/// If the database does not answer, other findings report it.
async fn was_used_with_one(db: &Db) -> bool {
    data_key::has_any(db).await.unwrap_or(false) || session::is_any(db).await.unwrap_or(false)
}

fn of_keys(keys: &KeysInspected) -> Finding {
    let kid = &keys.kid;
    if SystemClock.now().as_millisecond() < keys.made_at {
        let made =
            Timestamp::from_millisecond(keys.made_at).map_or_else(|_| String::new(), |it| it.to_string());
        return Finding::error(
            KEY,
            format!("{kid}, made at {made}, which is in the future"),
            "set the clock of this machine: tokens would expire before they become valid",
        );
    }
    if keys.has_older_seal {
        return Finding::warning(KEY, format!("{kid}, sealed under an older secret"), RESEALED);
    }
    Finding::ok(KEY, format!("{kid}, one of {}", keys.count))
}
