//! What `portcullis secret` prints.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::{
    features::secret::{Ended, Rotated, Scope, SecretSource},
    platform::{
        crypto::{NotOpened, SigningAlgorithm},
        telemetry::printable,
    },
};

pub(super) const NO_SECOND: &str = "secret: it is a setting with one secret, which no command can change. Give every server a \
    new one as the second of the list (`secret = old,new`) and restart it; then put the new one first (`new,old`) and restart \
    each again; then run this command";

pub(super) const NO_SECOND_LEAKED: &str = "secret: it is a setting with one secret, which no command can change. Make a new \
    one with `openssl rand -base64 48`, put it in front of the leaked one (`secret = new,leaked`) in the settings of every \
    server and of this command, and run this command again; remove the leaked one afterwards";

pub(super) const SERVER_RUNS: &str = "a server runs on this database: stop all of them, run this command, and start them again. \
    If none runs, one ended without stopping properly: wait 3 minutes";

pub(super) fn not_opened(problem: NotOpened) -> String {
    match problem {
        NotOpened::UnknownKey => {
            "secret: a key in the database was sealed under another secret; add that one again, at the end of the list"
        }
        NotOpened::Malformed | NotOpened::Altered => {
            "a key in the database was altered; restore it from a backup"
        }
    }
    .to_owned()
}

pub(super) fn broken_log(findings: u64) -> String {
    let findings = count(findings, "finding", "findings");
    format!(
        "the audit log does not verify ({findings}): look at `portcullis audit verify`, copy the database, which is \
         evidence, and give --accept-broken-audit-log to go on"
    )
}

/// What it ends.
pub(super) fn question(scope: Scope) -> String {
    format!(
        "This replaces the secret and all keys. It ends {}. It refuses all access tokens. People sign in again with their \
         passwords or passkeys, and set their authenticator apps up anew.",
        in_numbers(scope)
    )
}

fn in_numbers(scope: Scope) -> String {
    let Scope {
        sessions,
        tokens,
        authenticators,
        recovery_codes,
        mails,
    } = scope;
    [
        count(sessions, "session", "sessions"),
        count(
            tokens,
            "link, code, challenge or remembered browser",
            "links, codes, challenges and remembered browsers",
        ),
        count(authenticators, "authenticator app", "authenticator apps"),
        count(recovery_codes, "recovery code", "recovery codes"),
        count(mails, "unsent mail", "unsent mails"),
    ]
    .join(", ")
}

fn count(number: u64, one: &str, more: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { more })
}

pub(super) fn rotated(rotated: &Rotated, source: SecretSource) -> String {
    let keys = match rotated.resealed {
        0 => "all keys were sealed under the newest secret already".to_owned(),
        1 => "sealed 1 key under the newest secret".to_owned(),
        more => format!("sealed {more} keys under the newest secret"),
    };
    format!("{keys}\n{}", afterwards(source, &rotated.former))
}

pub(super) fn rotated_json(rotated: &Rotated) -> Value {
    json!({ "resealedKeys": rotated.resealed, "formerSecrets": paths(&rotated.former) })
}

pub(super) fn ended(ended: &Ended, source: SecretSource, algorithm: SigningAlgorithm) -> String {
    let mut lines = vec![
        "replaced the secret and all keys".to_owned(),
        format!("ended: {}", in_numbers(ended.scope)),
        afterwards(source, &ended.former),
    ];
    if let Some(seal) = &ended.seal {
        lines.push(format!(
            "The audit log is authenticated with a new key from seal {}:{} on. Keep that for `audit verify --last-seal`.",
            seal.seq, seal.mac
        ));
    }
    if !algorithm.has_key_pairs() {
        lines.push(format!(
            "Tokens are signed with jwt_secret ({}): if it leaked, too, replace it here and in every service.",
            algorithm.name()
        ));
    }
    lines.push(
        "Now start the servers, and restart services that read the key set only at start. Passwords stay, as slow hashes: \
         tell people what happened, and those with weak passwords to change them."
            .to_owned(),
    );
    lines.join("\n")
}

pub(super) fn ended_json(ended: &Ended) -> Value {
    let Scope {
        sessions,
        tokens,
        authenticators,
        recovery_codes,
        mails,
    } = ended.scope;
    json!({
        "sessions": sessions,
        "tokens": tokens,
        "authenticators": authenticators,
        "recoveryCodes": recovery_codes,
        "mails": mails,
        "usersWithoutFactors": ended.users,
        "lastSeal": ended.seal.as_ref().map(|seal| format!("{}:{}", seal.seq, seal.mac)),
        "formerSecrets": paths(&ended.former),
    })
}

/// What to do with the secrets now.
fn afterwards(source: SecretSource, former: &[PathBuf]) -> String {
    match source {
        SecretSource::Setting => {
            "Nothing in the database needs the older secrets now: remove them from `secret` once every \
             server has started with the first one. Keep them as long as you keep backups from before."
                .to_owned()
        }
        SecretSource::File => format!(
            "Copy the new secret.key to where you keep the secret. Backups from before need the former one, which is now \
             {}: move it to these backups, and delete it with the last of them.",
            paths(former).join(" and ")
        ),
    }
}

fn paths(files: &[PathBuf]) -> Vec<String> {
    let files = files.iter();
    files.map(|file| printable(&file.display().to_string())).collect()
}
