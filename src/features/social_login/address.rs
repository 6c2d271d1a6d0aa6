//! Use cases: ask for an address, and prove it by a mailed code.
//!
//! Nothing is written to an account before the code. Taken and free addresses get the same answers; only the mails
//! differ.

use std::{fmt, time::Duration};

use entity::one_time_token::Purpose;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::{
    callback::{Authenticated, used_state},
    flow::Target,
    sealed::{Kind, open, seal},
    social_profile::SocialProfile,
};
use crate::{
    context::{App, OpContext},
    features::{
        form_receipt,
        identity::{self, provider_name},
        locale,
        mail::{self, Lifetime, Lookup, MailPurpose, NewMail, asker},
        one_time_token::{self, MailedCode, NewToken, SingleUse, TokenProblem, bound_to, code_tag, is_code},
        user::EmailAddress,
    },
    platform::{
        clock::later,
        db::{Invalidates, transaction},
        failure::{Fault, Outcome, Refusal},
    },
};

/// How long a person has to prove an address, in all.
pub const WAITING_TTL: Duration = Duration::from_mins(20);

/// How often a code may be tried.
const MAX_ATTEMPTS: u32 = 5;

/// A person who must still prove an address. The browser keeps it, sealed.
#[derive(Clone, Serialize, Deserialize)]
pub struct WaitingForAddress {
    /// Who.
    pub profile: SocialProfile,
    /// Where the sign-in leads.
    pub target: Target,
    /// The state of the flow, which counts once.
    state: String,
    /// When it runs out, however many codes are asked for; milliseconds since 1970.
    expires_at: i64,
    /// The secret of the code's challenge, once a code was asked for.
    challenge: Option<String>,
    /// The address that it was mailed to.
    email: String,
}

impl WaitingForAddress {
    /// Somebody who was not asked for an address yet.
    pub fn new(app: &App, authenticated: Authenticated, target: Target) -> Self {
        Self {
            profile: authenticated.profile,
            target,
            state: authenticated.state,
            expires_at: later(app.clock.now(), WAITING_TTL).as_millisecond(),
            challenge: None,
            email: String::new(),
        }
    }

    /// The same, with a code on its way.
    #[must_use]
    pub fn challenged(mut self, challenge: &SecretString, email: &str) -> Self {
        email.trim().clone_into(&mut self.email);
        self.challenge = Some(challenge.expose_secret().to_owned());
        self
    }

    /// The secret of the challenge, once a code was asked for.
    pub fn challenge(&self) -> Option<SecretString> {
        self.challenge.as_deref().map(SecretString::from)
    }

    /// The address that a code was mailed to; empty before.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// Seals it for a cookie.
    pub fn seal(&self, app: &App) -> Result<SecretString, Fault> {
        seal(app, Kind::Waiting, self, self.expires_at)
    }

    /// Reads the cookie; none if it is not ours, or has run out.
    pub fn open(app: &App, cookie: &SecretString) -> Option<Self> {
        open(app, Kind::Waiting, cookie)
    }
}

/// Hidden: it holds a secret.
impl fmt::Debug for WaitingForAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WaitingForAddress").finish_non_exhaustive()
    }
}

/// Why no code is mailed. Whether the address has an account is no reason.
pub type NotAsked = mail::NotRequested;

/// What the row of a code carries.
#[derive(Serialize, Deserialize)]
struct Pending {
    email: String,
    code_tag: String,
    /// Whose code it is: the key of the account at the provider.
    subject_key: String,
}

/// Mails a code to this address, or a notice to its owner if it has an account. Returns the secret of the challenge.
pub async fn ask(
    context: &OpContext,
    waiting: &WaitingForAddress,
    email: &str,
) -> Outcome<SecretString, NotAsked> {
    let app = &context.app;
    mail::check_enabled(app)?;
    let email = EmailAddress::parse(email).map_err(NotAsked::Email)?;
    mail::take(context, MailPurpose::SocialAddress, email.key()).await?;
    let account = &waiting.profile.account;
    let was_unlinked = identity::was_unlinked(app.db.reader(), account).await?;
    let token = NewToken::new(app, Purpose::SocialAddress, Lifetime::Code.duration())
        .bound(bound_to(app, &["social address", email.key()])?)
        .with_attempts(MAX_ATTEMPTS);
    let code = MailedCode::new(&*app.rng);
    let token_id = token.row.id;
    let token = token.carrying(
        app,
        &Pending {
            email: email.display().to_owned(),
            code_tag: code_tag(app, token_id, &code)?,
            subject_key: account.key(),
        },
    )?;
    let lookup = Lookup::SocialAddress {
        email_key: email.key().to_owned(),
        address: email.for_mail(),
        locale: locale::preferred(context),
        provider: provider_name(app, &account.provider).to_owned(),
        was_unlinked,
        code: SecretString::from(code.text()).into(),
        asker: asker(context),
    };
    let mail = NewMail::request(app, lookup)?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        token.save(tx).await?;
        mail.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(token.secret.text().clone())
}

/// Why the address is not proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotConfirmed {
    /// The code is empty.
    CodeRequired,
    /// The code is wrong.
    CodeInvalid,
    /// The challenge is unknown, used, has run out, or was tried too often.
    Expired,
}

impl Refusal for NotConfirmed {}

/// The person with the address that this code proves, and the record that the code was used.
pub async fn confirm(
    context: &OpContext,
    waiting: &WaitingForAddress,
    token: &SecretString,
    code: &SecretString,
) -> Outcome<(SocialProfile, SingleUse), NotConfirmed> {
    let app = &context.app;
    if code.expose_secret().trim().is_empty() {
        return Err(NotConfirmed::CodeRequired.into());
    }
    let token = one_time_token::take_attempt(app, Purpose::SocialAddress, token)
        .await
        .map_err(|failure| failure.map(|_: TokenProblem| NotConfirmed::Expired))?;
    let pending: Pending = one_time_token::payload(app, &token)?;
    if pending.subject_key != waiting.profile.account.key() {
        return Err(NotConfirmed::Expired.into());
    }
    let code = MailedCode::parse(code).ok_or(NotConfirmed::CodeInvalid)?;
    if !is_code(app, token.id, &code, &pending.code_tag) {
        return Err(NotConfirmed::CodeInvalid.into());
    }
    let email = EmailAddress::parse(&pending.email).map_err(|_| NotConfirmed::Expired)?;
    Ok((
        waiting.profile.with_proven(&email),
        SingleUse::Code(token, used_state(app, &waiting.state)),
    ))
}
