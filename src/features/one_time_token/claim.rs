//! Use cases: find a token, claim it, void others.

use entity::{
    OneTimeTokenId, UserId,
    one_time_token::{Model, Purpose},
};
use secrecy::SecretString;

use super::{PresentedToken, store};
use crate::{
    context::App,
    platform::{
        db::{Db, DbResult, Tx},
        failure::{Outcome, Refusal},
    },
};

/// Why a token does not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenProblem {
    /// Unknown, used, for another purpose, or not a token at all.
    Invalid,
    /// It has run out.
    Expired,
}

impl Refusal for TokenProblem {}

/// The live token with this secret, for one of these purposes. Consumes nothing.
pub async fn find(app: &App, purposes: &[Purpose], secret: &SecretString) -> Outcome<Model, TokenProblem> {
    let token = PresentedToken::parse(secret).ok_or(TokenProblem::Invalid)?;
    let found = store::find(&app.db, purposes, token.as_str()).await?;
    check(app, found)
}

fn check(app: &App, found: Option<Model>) -> Outcome<Model, TokenProblem> {
    let found = found.filter(|token| token.used_at.is_none());
    let found = found.ok_or(TokenProblem::Invalid)?;
    if found.expires_at <= app.clock.now().as_millisecond() {
        return Err(TokenProblem::Expired.into());
    }
    Ok(found)
}

/// Claims a token: of all concurrent calls, one gets true. Call it first in the transaction of the effect.
pub async fn claim(tx: &Tx, token: &Model, now: i64) -> DbResult<bool> {
    store::claim(tx, token, now).await
}

/// Takes one attempt of a challenge. Call it before comparing anything. Fails with [`TokenProblem::Expired`] if none is
/// left, or if there is no such live challenge.
pub async fn take_attempt(
    app: &App,
    purpose: Purpose,
    secret: &SecretString,
) -> Outcome<Model, TokenProblem> {
    let token = PresentedToken::parse(secret).ok_or(TokenProblem::Expired)?;
    let now = app.clock.now().as_millisecond();
    if !store::take_attempt(&app.db, purpose, token.as_str(), now).await? {
        return Err(TokenProblem::Expired.into());
    }
    let found = store::find(&app.db, &[purpose], token.as_str()).await?;
    found.ok_or_else(|| TokenProblem::Expired.into())
}

/// The newest live token that is bound to this key.
pub async fn newest_bound(app: &App, purpose: Purpose, bound: &str) -> DbResult<Option<Model>> {
    store::newest_bound(&app.db, purpose, bound, app.clock.now().as_millisecond()).await
}

/// The newest token of a user for a purpose that was neither used nor voided; it may have expired.
pub async fn newest_unused_of(db: &Db, id: UserId, purpose: Purpose) -> DbResult<Option<Model>> {
    store::newest_unused_of(db.reader(), id, purpose).await
}

/// The same in a transaction.
pub async fn newest_unused_in(tx: &Tx, id: UserId, purpose: Purpose) -> DbResult<Option<Model>> {
    store::newest_unused_of(tx, id, purpose).await
}

/// The tokens of these users for a purpose that were neither used nor voided, the newest of each user last; they may
/// have expired.
pub async fn unused_of_each(db: &Db, ids: Vec<UserId>, purpose: Purpose) -> DbResult<Vec<Model>> {
    store::unused_of_each(db, ids, purpose).await
}

/// Locks the tokens for a purpose that are bound to this key. Call it before a claim that voids the others: two such
/// transactions would otherwise wait for each other.
pub async fn hold_bound(tx: &Tx, purpose: Purpose, bound: &str) -> DbResult<()> {
    store::hold_bound(tx, purpose, bound).await
}

/// Whether a token is neither used nor voided nor expired, in a transaction that has locked its user.
pub async fn is_live(tx: &Tx, id: OneTimeTokenId, now: i64) -> DbResult<bool> {
    store::is_live(tx, id, now).await
}

/// Voids the tokens of a user for these purposes.
pub async fn void_of(tx: &Tx, user_id: UserId, purposes: &[Purpose], now: i64) -> DbResult<()> {
    store::void_of(tx, user_id, purposes, now).await
}

/// Voids the tokens that this user had sent to others.
pub async fn void_sent_by(tx: &Tx, sender: UserId, now: i64) -> DbResult<()> {
    store::void_sent_by(tx, sender, now).await
}

/// Voids every token of a user and of their address, except those that take an address back: these end by use or age
/// only, because otherwise a thief could void them.
pub async fn void_all_of(tx: &Tx, user_id: UserId, address: &str, now: i64) -> DbResult<()> {
    store::void_all_but(tx, user_id, Purpose::Undo, now).await?;
    store::void_bound(tx, Purpose::LoginChallenge, address, now).await
}

/// Voids the tokens for a purpose that are bound to this key.
pub async fn void_bound(tx: &Tx, purpose: Purpose, bound: &str, now: i64) -> DbResult<()> {
    store::void_bound(tx, purpose, bound, now).await
}

/// Voids the undo tokens of a user that were made at `since` or later.
pub async fn void_undos_since(tx: &Tx, user_id: UserId, since: i64, now: i64) -> DbResult<()> {
    store::void_undos_since(tx, user_id, since, now).await
}
