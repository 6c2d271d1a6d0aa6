//! The one-time code of a client: handed out at its own address, and worth nothing without its verifier.

use std::time::Duration;

use entity::one_time_token::{self as token_row, Purpose};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{flow::Linking, social_profile::SocialProfile};
use crate::{
    context::{App, OpContext},
    features::{
        form_receipt,
        one_time_token::{self, NewToken, SingleUse, TokenProblem},
        session,
    },
    platform::{
        crypto::{Sha256, is_same_secret},
        db::{Invalidates, transaction},
        failure::{Failed, Failure, Fault, Outcome, Refusal},
    },
};

/// How long a code works.
const CODE_TTL: Duration = Duration::from_mins(1);

/// Length of a verifier (RFC 7636, section 4.1).
const VERIFIER_LENGTH: std::ops::RangeInclusive<usize> = 43..=128;

/// What the row of a code carries.
#[derive(Serialize, Deserialize)]
struct Pending {
    profile: SocialProfile,
    code_challenge: String,
    linking: Option<Linking>,
}

/// The answer of the provider was used already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Used;

impl Refusal for Used {}

/// Issues a code for a client.
pub async fn issue_code(
    context: &OpContext,
    profile: SocialProfile,
    code_challenge: String,
    linking: Option<Linking>,
    used: &SingleUse,
) -> Outcome<SecretString, Used> {
    let app = &context.app;
    let pending = Pending {
        profile,
        code_challenge,
        linking,
    };
    let token = NewToken::new(app, Purpose::SocialCode, CODE_TTL).carrying(app, &pending)?;
    let now = app.clock.now().as_millisecond();
    transaction!(app.db, Invalidates::Nothing, |tx| {
        if !used.consume(tx, now).await? {
            return Err(Used.into());
        }
        token.save(tx).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(token.secret.text().clone())
}

/// What a valid code was issued for.
pub(super) struct Redeemed {
    pub(super) profile: SocialProfile,
    pub(super) linking: Option<Linking>,
    row: token_row::Model,
}

impl Redeemed {
    /// The record that the code was used.
    pub(super) fn used(&self) -> SingleUse {
        SingleUse::Token(self.row.clone())
    }
}

/// What a code with its verifier was issued for. Consumes nothing. A code that comes back after its use ends the session that
/// it started (RFC 6749, section 4.1.2).
pub(super) async fn redeem(
    context: &OpContext,
    code: &SecretString,
    verifier: &SecretString,
) -> Outcome<Redeemed, TokenProblem> {
    let app = &context.app;
    let row = match one_time_token::find(app, &[Purpose::SocialCode], code).await {
        Ok(row) => row,
        Err(Failure::Refused(problem)) => {
            end_session_of(context, code).await?;
            return Err(problem.into());
        }
        Err(Failure::Failed(failed)) => return Err(failed.into()),
    };
    let pending: Pending = one_time_token::payload(app, &row)?;
    if !is_verifier_of(verifier, &pending.code_challenge) {
        return Err(TokenProblem::Invalid.into());
    }
    Ok(Redeemed {
        profile: pending.profile,
        linking: pending.linking,
        row,
    })
}

/// The key of the receipt that a code leaves when it starts a session.
pub(super) fn receipt_key(app: &App, code: &SecretString) -> Result<String, Fault> {
    form_receipt::repeat_key(app, "code of a sign-in with another provider", &[code])
}

/// Ends the session that this code started, if it did so lately.
pub(super) async fn end_session_of(context: &OpContext, code: &SecretString) -> Result<(), Failed> {
    let key = receipt_key(&context.app, code)?;
    let Some(receipt) = form_receipt::look_up(context, &key).await? else {
        return Ok(());
    };
    if session::end_after_reuse(context, receipt.session_id).await? {
        tracing::warn!(
            session = %receipt.session_id,
            "a one-time code was reused: ended the session that it had started"
        );
    }
    Ok(())
}

fn is_verifier_of(verifier: &SecretString, challenge: &str) -> bool {
    let verifier = verifier.expose_secret();
    VERIFIER_LENGTH.contains(&verifier.len())
        && is_same_secret(&Sha256::of(verifier).to_base64url(), challenge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_is_the_one_of_its_challenge() {
        // RFC 7636, appendix B.
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(is_verifier_of(&verifier.into(), challenge));
        for other in ["", "short", challenge, &verifier.repeat(4)] {
            assert!(!is_verifier_of(&other.into(), challenge), "{other}");
        }
    }
}
