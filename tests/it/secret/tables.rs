//! What becomes of each table after a leak: no table is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use sea_orm::{ConnectionTrait as _, Statement};

use super::{command, held::Held, replace_leaked, server};
use crate::support::TestApp;

/// What becomes of the rows of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    /// They stay: no key protects them, or they say what happened.
    Stays,
    /// They are deleted: a former key made them, opens them, or is needed to find them.
    Deleted,
    /// They are ended in place, and say so.
    Ended,
    /// Others take their place.
    Replaced,
}

/// Every table, what becomes of it, and why.
const FATES: [(&str, Fate, &str); 22] = [
    (
        "address_reservations",
        Fate::Stays,
        "plain addresses; nobody else can take them",
    ),
    (
        "attempt_streaks",
        Fate::Deleted,
        "pseudonyms under a former key, which find nothing any more",
    ),
    (
        "audit_erasures",
        Fate::Stays,
        "ids of deleted accounts that still have to be erased",
    ),
    (
        "audit_events",
        Fate::Stays,
        "history; former keys verify old rows",
    ),
    (
        "audit_seals",
        Fate::Stays,
        "history; former keys verify old seals",
    ),
    (
        "data_keys",
        Fate::Replaced,
        "they are what leaked; those of the log stay, to verify it",
    ),
    ("form_receipts", Fate::Deleted, "tags under a former key"),
    (
        "identities",
        Fate::Stays,
        "ids of accounts at providers, under no key",
    ),
    ("leases", Fate::Stays, "which server does what"),
    ("mail_budgets", Fate::Deleted, "pseudonyms under a former key"),
    (
        "mail_suppressions",
        Fate::Replaced,
        "pseudonyms of addresses, made anew for those of accounts",
    ),
    (
        "mails",
        Fate::Ended,
        "contents sealed under a former key, with links that ended",
    ),
    (
        "one_time_tokens",
        Fate::Deleted,
        "payloads, codes and addresses under former keys",
    ),
    ("passkeys", Fate::Stays, "public keys"),
    ("recovery_codes", Fate::Deleted, "hashes under a former key"),
    ("sessions", Fate::Ended, "refresh tokens under a former key"),
    ("signing_keys", Fate::Replaced, "they are what leaked"),
    ("totp_factors", Fate::Deleted, "secrets sealed under a former key"),
    ("unlinked_identities", Fate::Stays, "hashes under no key"),
    ("user_roles", Fate::Stays, "who may do what"),
    (
        "users",
        Fate::Stays,
        "accounts; passwords are slow hashes under no key",
    ),
    ("seaql_migrations", Fate::Stays, "the state of the schema"),
];

pub(super) async fn count(app: &TestApp, sql: &str) -> i64 {
    let statement = Statement::from_string(app.app.db.backend(), sql.to_owned());
    let row = app.app.db.reader().query_one_raw(statement).await.unwrap();
    row.unwrap().try_get_by_index(0).unwrap()
}

#[tokio::test]
async fn every_table_has_a_fate_and_meets_it() {
    let made: BTreeSet<String> = migration::tables().into_iter().map(|table| table.name).collect();
    let decided: BTreeMap<_, _> = FATES.iter().map(|(name, fate, _)| (*name, *fate)).collect();
    for table in &made {
        assert!(
            decided.contains_key(table.as_str()),
            "what becomes of {table} after a leak of the keys? See `features/secret/leaked.rs`"
        );
    }
    for table in decided.keys() {
        let exists = made.contains(*table) || *table == "seaql_migrations";
        assert!(exists, "there is no table {table}");
    }

    let app = server().await;
    Held::new(&app, "held").await;
    portcullis::features::mail::suppress(&app.app, "ada-held@example.com")
        .await
        .unwrap();
    app.sql("UPDATE mails SET state = 'waiting' WHERE kind = 'confirm_address'")
        .await;
    let mut before = BTreeMap::new();
    for table in &made {
        let rows = count(&app, &format!("SELECT COUNT(*) FROM {table}")).await;
        assert!(
            rows > 0 || decided[table.as_str()] == Fate::Stays,
            "{table} must have rows, so that this proves something"
        );
        before.insert(table.clone(), rows);
    }
    let keys = |column: &str, table: &str| format!("SELECT COUNT(*) FROM {table} WHERE {column}");
    let former = command(&app).await;
    let former_key = former.refresh_keys.newest().unwrap().to_owned();
    let former_kid = former.tokens.keys().signing().kid().to_owned();
    replace_leaked(former).await.unwrap();
    for (table, rows) in before {
        let after = count(&app, &format!("SELECT COUNT(*) FROM {table}")).await;
        match decided[table.as_str()] {
            // The log grows.
            Fate::Stays => assert!(after >= rows, "{table}: {after} of {rows}"),
            Fate::Deleted => assert_eq!(after, 0, "{table}"),
            // One for each purpose, and the former one of the log.
            Fate::Replaced if table == "data_keys" => assert_eq!(after, rows + 1),
            Fate::Ended | Fate::Replaced => assert!(after > 0, "{table}"),
        }
    }
    for sql in [
        "SELECT COUNT(*) FROM sessions WHERE revoked_at IS NULL".to_owned(),
        "SELECT COUNT(*) FROM mails WHERE sealed_content IS NOT NULL OR state IN ('waiting', 'kept')"
            .to_owned(),
        keys(&format!("id = '{former_key}'"), "data_keys"),
        keys(&format!("kid = '{former_kid}'"), "signing_keys"),
    ] {
        assert_eq!(count(&app, &sql).await, 0, "{sql}");
    }
}
