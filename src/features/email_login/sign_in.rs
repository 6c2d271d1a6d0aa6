//! Use case: sign in with the mailed code or link.

use entity::{
    one_time_token::{self as token_row, Purpose},
    user,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::challenge::{Challenge, find_link, link_key};
use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{AccountCounts, AccountKey, OwnNetwork},
        audit::{self, EventKind, NewEvent, SignInRefusal},
        device::DeviceNameProblem,
        form_receipt,
        login::{Output, SignedIn},
        mailbox::{self, Proof, ProvenWith},
        mfa::{self, Factors, FirstFactor, Gate, NewChallenge},
        notice::ReportableNotice,
        one_time_token::{self, MailedCode, TokenProblem},
        session::{self, SessionRequest},
        user as users,
    },
    platform::{
        db::transaction,
        failure::{Failure, Fault, Outcome, Refusal},
    },
};

/// What came by mail.
#[derive(Debug)]
pub enum Answer {
    /// The code, as typed.
    Code(SecretString),
    /// The token of the link.
    Link(SecretString),
}

/// What the person has and entered.
#[derive(Debug)]
pub struct Input {
    /// The secret of the client that asked.
    pub challenge_token: SecretString,
    /// What came by mail.
    pub answer: Answer,
    /// The requested session.
    pub session: SessionRequest,
}

/// Why there is no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The device name is invalid.
    DeviceName(DeviceNameProblem),
    /// The code is empty.
    CodeRequired,
    /// The code is wrong.
    CodeInvalid,
    /// The challenge is unknown, used, has run out, or was tried too often.
    ChallengeExpired,
    /// The token of the link does not count.
    Link(TokenProblem),
    /// The account is disabled.
    AccountDisabled,
}

impl Refusal for Refused {}

/// Signs in. The same call again, within a minute, gets the same answer.
pub async fn sign_in(context: &OpContext, input: Input) -> Outcome<Output, Refused> {
    input.session.check_delivery(context)?;
    let repeat_key = repeat_key(context, &input)?;
    match try_once(context, &input, &repeat_key).await {
        Err(Failure::Refused(refused @ (Refused::ChallengeExpired | Refused::Link(_)))) => {
            let signed_in = SignedIn::repeated(context, &repeat_key).await?;
            Ok(Output::SignedIn(Box::new(signed_in.ok_or(refused)?)))
        }
        done => done,
    }
}

async fn try_once(context: &OpContext, input: &Input, repeat_key: &str) -> Outcome<Output, Refused> {
    let app = &context.app;
    let options = input.session.options(context).map_err(Refused::DeviceName)?;
    let proven = check(context, input).await?;
    let challenge: Challenge = one_time_token::payload(app, &proven.challenge)?;
    // The code of an unknown address was mailed to nobody, so it was guessed.
    let user = users::find_by_key(&app.db, &challenge.email_key).await?;
    let user = user.ok_or(proven.refused)?;
    if !users::is_open(&user) {
        audit::note_refused(context, Some(user.id), SignInRefusal::Disabled);
        return Err(Refused::AccountDisabled.into());
    }
    // The first proof of an address ends the factors of before.
    let gate = match user.email_verified_at {
        Some(_) => mfa::gate(context, &user).await?,
        None => Gate::NoFactor,
    };
    if let Gate::Outstanding(factors) = &gate {
        return wait(context, input, &proven, &user, factors).await;
    }
    let now = app.clock.now();
    let millis = now.as_millisecond();
    // Roles of an account whose address was never proven do not outlive the proof.
    let roles = match user.email_verified_at {
        Some(_) => users::roles(&app.db, user.id).await?,
        None => Vec::new(),
    };
    let user = user::Model {
        email_verified_at: user.email_verified_at.or(Some(millis)),
        last_login_at: Some(millis),
        ..user
    };
    let session = session::prepare(context, &user, &roles, options, &[proven.method]).await?;
    let is_familiar = session::is_familiar(context, &user).await?;
    let notice = ReportableNotice::of_sign_in(context, &user, &session.session, is_familiar)?;
    let counts = AccountCounts::of(app, user.id, &user.email_key)?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, &user.email_key)?)?;
    let address = mailbox::bound(app, &user.email_key)?;
    let links = link_key(app, proven.challenge.id)?;
    let verified =
        NewEvent::by_owner(context, EventKind::EmailVerified, user.id).in_session(session.session.id);
    let proof = Proof {
        with: ProvenWith::MailAlone,
        counts: &counts,
        address: &address,
        event: &verified,
        now,
    };
    let event = NewEvent::of_sign_in(context, &session.session);
    let user = transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let held = held.filter(|held| held.email_key == user.email_key);
        let held = held.ok_or(proven.refused)?;
        if !one_time_token::claim(tx, &proven.challenge, millis).await? {
            return Err(proven.refused.into());
        }
        let held = mailbox::prove(tx, held, &proof).await?;
        if !gate.still_holds(tx, held.id, millis).await? {
            return Err(proven.refused.into());
        }
        one_time_token::void_bound(tx, Purpose::LoginLink, &links, millis).await?;
        one_time_token::void_bound(tx, Purpose::LoginChallenge, &address, millis).await?;
        if !users::record_login_without_password(tx, held.id, &held.email_key, millis).await? {
            return Err(proven.refused.into());
        }
        session.save(tx).await?;
        event.save(tx).await?;
        network.save_keeping_failures(tx, now).await?;
        notice.save(tx, app).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        form_receipt::save_as(tx, context, repeat_key, session.session.id).await?;
        Ok(user::Model {
            last_login_at: Some(millis),
            ..held
        })
    })?;
    Ok(Output::SignedIn(Box::new(SignedIn { user, roles, session })))
}

/// The challenge of a person who must still give a second factor. Code and link are used up; nothing else of a sign-in
/// happens.
async fn wait(
    context: &OpContext,
    input: &Input,
    proven: &Proven,
    user: &user::Model,
    factors: &Factors,
) -> Outcome<Output, Refused> {
    let app = &context.app;
    let challenge = NewChallenge::new(
        context,
        user,
        factors,
        FirstFactor::Method(proven.method),
        &input.session,
    )
    .await?;
    let address = mailbox::bound(app, &user.email_key)?;
    let links = link_key(app, proven.challenge.id)?;
    let millis = app.clock.now().as_millisecond();
    transaction!(app.db, |tx| {
        let held = users::hold(tx, user.id).await?.filter(users::is_open);
        let held = held.filter(|held| held.email_key == user.email_key);
        held.ok_or(proven.refused)?;
        if !one_time_token::claim(tx, &proven.challenge, millis).await? {
            return Err(proven.refused.into());
        }
        one_time_token::void_bound(tx, Purpose::LoginLink, &links, millis).await?;
        one_time_token::void_bound(tx, Purpose::LoginChallenge, &address, millis).await?;
        challenge.save(tx).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(Output::Challenge(challenge.into_challenge()))
}

/// A right answer to a challenge.
struct Proven {
    challenge: token_row::Model,
    method: AuthMethod,
    /// The refusal if the answer proves worthless after all.
    refused: Refused,
}

async fn check(context: &OpContext, input: &Input) -> Outcome<Proven, Refused> {
    match &input.answer {
        Answer::Code(code) => check_code(context, &input.challenge_token, code).await,
        Answer::Link(token) => check_link(context, &input.challenge_token, token).await,
    }
}

/// An attempt is taken before the code is compared, so that concurrent tries count, too.
async fn check_code(
    context: &OpContext,
    challenge_token: &SecretString,
    code: &SecretString,
) -> Outcome<Proven, Refused> {
    let app = &context.app;
    if code.expose_secret().trim().is_empty() {
        return Err(Refused::CodeRequired.into());
    }
    let challenge = one_time_token::take_attempt(app, Purpose::LoginChallenge, challenge_token)
        .await
        .map_err(|failure| failure.map(|_| Refused::ChallengeExpired))?;
    let kept: Challenge = one_time_token::payload(app, &challenge)?;
    let code = MailedCode::parse(code)
        .filter(|code| one_time_token::is_code(app, challenge.id, code, &kept.code_tag));
    if code.is_none() {
        // Whose address it is was not looked up.
        audit::note_refused(context, None, SignInRefusal::Credentials);
        return Err(Refused::CodeInvalid.into());
    }
    Ok(Proven {
        challenge,
        method: AuthMethod::EmailCode,
        refused: Refused::CodeInvalid,
    })
}

async fn check_link(
    context: &OpContext,
    challenge_token: &SecretString,
    token: &SecretString,
) -> Outcome<Proven, Refused> {
    let (_, link) = find_link(context, token)
        .await
        .map_err(|failure| failure.map(Refused::Link))?;
    let invalid = Refused::Link(TokenProblem::Invalid);
    let challenge = one_time_token::find(&context.app, &[Purpose::LoginChallenge], challenge_token)
        .await
        .map_err(|failure| failure.map(Refused::Link))?;
    if !link.is_of(challenge.id) {
        return Err(invalid.into());
    }
    Ok(Proven {
        challenge,
        method: AuthMethod::EmailLink,
        refused: invalid,
    })
}

/// Identifies this call when it is repeated.
fn repeat_key(context: &OpContext, input: &Input) -> Result<String, Fault> {
    let (call, answer) = match &input.answer {
        Answer::Code(code) => ("code of a sign-in by mail", code),
        Answer::Link(token) => ("link of a sign-in by mail", token),
    };
    form_receipt::repeat_key(&context.app, call, &[&input.challenge_token, answer])
}
