//! The challenge: sealed, and recorded when it is used.

use std::fmt;

use entity::one_time_token::Purpose;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::App,
    features::{
        one_time_token::NewToken,
        passkey::{self, AssertionState, CEREMONY_TTL},
    },
    platform::{
        clock::later,
        crypto::SealContext,
        db::{Invalidates, transaction},
        failure::{Fault, Outcome, Refusal},
    },
};

/// What a client gets.
pub struct Asked {
    /// To hand over with the answer.
    pub token: SecretString,
    /// What to ask the browser, as JSON.
    pub options: String,
}

/// Hidden: it can be a secret.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked").finish_non_exhaustive()
    }
}

/// Longest token of a challenge.
const MAX_TOKEN_BYTES: usize = 1_024;

/// A challenge that any discoverable passkey can answer.
pub fn ask(app: &App) -> Result<Asked, Fault> {
    let asked = passkey::begin_assertion(app, &[])?;
    let expires_at = later(app.clock.now(), CEREMONY_TTL).as_millisecond();
    let token = app
        .sealer
        .seal_until(&*app.rng, place(), &asked.state, expires_at)?;
    Ok(Asked {
        token: token.into(),
        options: asked.options_json,
    })
}

/// The challenge is unknown, was used, or has run out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Expired;

impl Refusal for Expired {}

/// Uses a challenge up. Of concurrent calls, one gets its state.
pub(super) async fn take(app: &App, token: &SecretString) -> Outcome<AssertionState, Expired> {
    let token = token.expose_secret().trim();
    let now = app.clock.now().as_millisecond();
    let opened = app.sealer.open_unexpired(place(), token, MAX_TOKEN_BYTES, now);
    let state: AssertionState = opened.ok_or(Expired)?;
    record(app, &state).await?;
    Ok(state)
}

/// Records that a challenge was used. Of concurrent calls, one succeeds.
async fn record(app: &App, state: &AssertionState) -> Outcome<(), Expired> {
    let used = NewToken::of_used(app, Purpose::PasskeyLogin, CEREMONY_TTL * 2, state.challenge());
    transaction!(app.db, Invalidates::Nothing, |tx| {
        if used.save_if_new(tx).await? {
            Ok(())
        } else {
            Err(Expired.into())
        }
    })
}

fn place() -> SealContext<'static> {
    SealContext {
        table: "one_time_tokens",
        id: "passkey_login",
        column: "challenge",
    }
}
