//! Use case: end what only the former keys can read or find, because they became known.

use std::collections::HashMap;

use entity::{mail::State, mail_suppression::Model};

use super::{store, suppression::key_under};
use crate::{
    context::App,
    features::user,
    platform::{
        crypto::TagKeys,
        db::{DbResult, Tx},
        failure::Failed,
    },
};

/// Maximum number of rows that one statement reads or changes.
const BATCH: u64 = 500;

/// Why a mail was not sent.
const PROBLEM: &str =
    "`portcullis secret rotate --leaked` ended it: its links and codes do not work any more";

/// What is known of addresses that refused mail or get none, under another key.
#[derive(Debug)]
pub struct Suppressions(Vec<Model>);

impl Suppressions {
    /// Those of the addresses of all accounts, under the newest of `keys`. The rows do not tell their addresses, so those of
    /// other addresses are lost.
    pub async fn under(keys: &TagKeys, app: &App) -> Result<Self, Failed> {
        let rows = store::suppressions(&app.db).await?.into_iter();
        let mut present: HashMap<_, _> = rows.map(|row| (row.address_key.clone(), row)).collect();
        let (mut found, mut last) = (Vec::new(), None);
        while !present.is_empty() {
            let users = user::all_after(&app.db, last, BATCH).await?;
            let Some(newest) = users.last() else { break };
            last = Some(newest.id);
            for address in users.iter().flat_map(user::mail_addresses) {
                if let Some(row) = present.remove(&key_under(&app.mail_keys, &address)?) {
                    let address_key = key_under(keys, &address)?;
                    found.push(Model { address_key, ..row });
                }
            }
        }
        Ok(Self(found))
    }

    /// Puts them in place of all others.
    pub async fn save(&self, tx: &Tx) -> DbResult<()> {
        store::replace_suppressions(tx, self.0.clone()).await
    }
}

/// How many mails are to be sent.
pub async fn count_waiting(app: &App) -> DbResult<u64> {
    store::count_waiting(&app.db).await
}

/// Gives all waiting mails up, and deletes those of the development outbox and the budgets, in batches. Returns how many
/// were given up.
pub async fn forget_secrets(app: &App) -> DbResult<u64> {
    let now = app.clock.now().as_millisecond();
    let mut ended = 0;
    loop {
        match store::give_up_waiting(&app.db, PROBLEM, now, BATCH).await? {
            0 => break,
            batch => ended += batch,
        }
    }
    while store::purge(&app.db, State::Kept, i64::MAX, BATCH).await? > 0 {}
    while store::purge_budgets(&app.db, i64::MAX, BATCH).await? > 0 {}
    Ok(ended)
}
