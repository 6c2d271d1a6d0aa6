//! The server secret, and the keys that it opens.

use super::finding::Finding;
use crate::{
    features::key::{self, KeyTrouble, KeysInspected},
    platform::{
        clock::{Clock as _, SystemClock, Timestamp},
        config::{Config, ServerSecret},
        crypto::{MasterKey, NotOpened, Sealer},
        db::Db,
    },
};

const SECRET: &str = "server secret";
const KEY: &str = "signing key";

/// The secret as a start would find it.
pub(super) fn secret(config: &Config) -> (Finding, Option<ServerSecret>) {
    let secret = match config.server_secret_so_far() {
        Ok(secret) => secret,
        Err(error) => {
            let advice = "put back the one that sealed the keys, from where the backups are";
            return (Finding::wrong(SECRET, error.to_string(), advice), None);
        }
    };
    let finding = match &secret {
        None => Finding::ok(SECRET, "none yet: the first start makes one in data_dir"),
        Some(secret) => match (secret.all().count(), &config.secret) {
            (1, Some(_)) => Finding::ok(SECRET, "given"),
            (1, None) => Finding::ok(SECRET, "secret.key in data_dir; it belongs to the backups"),
            (count, _) => Finding::mind(
                SECRET,
                format!("given, with {} older", count - 1),
                "once every server has started with the first one, take the others out",
            ),
        },
    };
    (finding, secret)
}

/// The signing keys of a database that is up to date.
pub(super) async fn keys(config: &Config, db: &Db, secret: Option<&ServerSecret>) -> Vec<Finding> {
    if config.jwt_algorithm.secret_bytes().is_some() {
        return vec![Finding::ok(
            KEY,
            "jwt_secret, shared with the services that check tokens",
        )];
    }
    vec![match inspected(db, secret).await {
        Ok(None) => Finding::ok(KEY, "none yet: the first start makes one"),
        Ok(Some(keys)) => told(&keys),
        Err(KeyTrouble::NotOpened(NotOpened::UnknownSecret)) => Finding::wrong(
            KEY,
            "sealed under another secret than the one that is here",
            "put that secret back, in a list behind the new one",
        ),
        Err(KeyTrouble::NotOpened(_)) => Finding::wrong(
            KEY,
            "altered in the database",
            "restore the table signing_keys from a backup",
        ),
        Err(KeyTrouble::Db(failure)) => Finding::wrong(
            KEY,
            failure.told_to_operator(),
            "mend the database, then ask again",
        ),
        Err(KeyTrouble::Fault(fault)) => {
            Finding::wrong(KEY, fault.chain(), "report this as a fault of Portcullis")
        }
    }]
}

async fn inspected(db: &Db, secret: Option<&ServerSecret>) -> Result<Option<KeysInspected>, KeyTrouble> {
    let secrets = secret.iter().flat_map(|secret| secret.all());
    let masters = secrets.map(MasterKey::new).collect::<Result<Vec<_>, _>>()?;
    key::inspect(db, &Sealer::new(&masters)?).await
}

fn told(keys: &KeysInspected) -> Finding {
    let kid = &keys.kid;
    if SystemClock.now().as_millisecond() < keys.made_at {
        let made =
            Timestamp::from_millisecond(keys.made_at).map_or_else(|_| String::new(), |it| it.to_string());
        return Finding::wrong(
            KEY,
            format!("{kid}, made at {made}, which is still to come"),
            "set the clock of this machine: tokens would run out before they begin",
        );
    }
    if keys.has_older_seal {
        let advice =
            "the next start seals it under the newest secret; do that before the older one is taken out";
        return Finding::mind(KEY, format!("{kid}, sealed under an older secret"), advice);
    }
    Finding::ok(KEY, format!("{kid}, one of {}", keys.count))
}
