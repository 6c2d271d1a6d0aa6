//! The challenge: sealed, and recorded when it is used.

use std::fmt;

use entity::one_time_token::Purpose;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

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

#[derive(Serialize, Deserialize)]
struct Sealed {
    state: AssertionState,
    /// Milliseconds since 1970.
    expires_at: i64,
}

/// A challenge that any discoverable passkey can answer.
pub fn ask(app: &App) -> Result<Asked, Fault> {
    let asked = passkey::begin_assertion(app, &[])?;
    let sealed = Sealed {
        state: asked.state,
        expires_at: later(app.clock.now(), CEREMONY_TTL).as_millisecond(),
    };
    let text = serde_json::to_vec(&sealed).map_err(|error| Fault::new("seal a challenge", error))?;
    let token = app.sealer.seal(&*app.rng, place(), &Zeroizing::new(text))?;
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
    // Check before opening, so that a long text costs nothing.
    if token.len() > 1_024 {
        return Err(Expired.into());
    }
    let opened = app.sealer.open(place(), token).map_err(|_| Expired)?;
    let sealed: Sealed = serde_json::from_slice(opened.expose_secret()).map_err(|_| Expired)?;
    if sealed.expires_at <= app.clock.now().as_millisecond() {
        return Err(Expired.into());
    }
    record(app, &sealed.state).await?;
    Ok(sealed.state)
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
