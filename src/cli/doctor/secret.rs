//! The server secret, and the keys that it opens.

use super::finding::Finding;
use crate::{
    features::{
        key::{self, KeyError, KeysInspected},
        session,
    },
    platform::{
        clock::{Clock as _, SystemClock, Timestamp},
        config::{Config, ServerSecret},
        crypto::{MasterKey, NotOpened, Sealer},
        db::Db,
    },
};

const SECRET: &str = "server secret";
const KEY: &str = "signing key";

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
            (count, _) => Finding::warning(
                SECRET,
                format!("set, with {} older", count - 1),
                "once every server has started with the first one, remove the others",
            ),
        },
    };
    (finding, secret.map_or(SecretState::NoneYet, SecretState::Usable))
}

/// Findings about the signing keys of a database that is up to date.
pub(super) async fn keys(config: &Config, db: &Db, secret: &SecretState) -> Vec<Finding> {
    if matches!(secret, SecretState::NoneYet) && was_used_with_one(db).await {
        return vec![Finding::error(
            SECRET,
            "secret.key is missing in data_dir, and this database was used with it",
            "restore that file from a backup, or set `secret` to its content",
        )];
    }
    if config.jwt_algorithm.secret_bytes().is_some() {
        return vec![Finding::ok(
            KEY,
            "jwt_secret, shared with the services that verify tokens",
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
    vec![match inspected(db, secret).await {
        Ok(None) => Finding::ok(KEY, "none yet: the first start creates one"),
        Ok(Some(keys)) => of_keys(&keys),
        Err(KeyError::NotOpened(NotOpened::UnknownSecret)) => Finding::error(
            KEY,
            "sealed under another secret, which is not configured",
            "add that secret again, in a list after the new one",
        ),
        Err(KeyError::NotOpened(_)) => Finding::error(
            KEY,
            "altered in the database",
            "restore the table signing_keys from a backup",
        ),
        Err(KeyError::Db(failure)) => Finding::error(
            KEY,
            failure.operator_message(),
            "fix the database, then run doctor again",
        ),
        Err(KeyError::Fault(fault)) => {
            Finding::error(KEY, fault.chain(), "report this as a fault of Portcullis")
        }
    }]
}

/// If the database does not answer, other findings report it.
async fn was_used_with_one(db: &Db) -> bool {
    key::has_sealed(db).await.unwrap_or(false) || session::is_any(db).await.unwrap_or(false)
}

async fn inspected(db: &Db, secret: Option<&ServerSecret>) -> Result<Option<KeysInspected>, KeyError> {
    let secrets = secret.iter().flat_map(|secret| secret.all());
    let masters = secrets.map(MasterKey::new).collect::<Result<Vec<_>, _>>()?;
    key::inspect(db, &Sealer::new(&masters)?).await
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
        let advice =
            "the next start seals it under the newest secret; start once before you remove the older one";
        return Finding::warning(KEY, format!("{kid}, sealed under an older secret"), advice);
    }
    Finding::ok(KEY, format!("{kid}, one of {}", keys.count))
}
