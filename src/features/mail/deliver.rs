//! Use case: send what is due.

use std::{panic::AssertUnwindSafe, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{
    MailId,
    mail::{Model, State},
};
use futures_util::{FutureExt as _, future::BoxFuture};

use super::{
    composed::Composed,
    letter::Letter,
    order::{Lookup, Order, open, seal, worth_sending_for},
    outbox::KeptMail,
    people::Recipient,
    render::Letters,
    schedule::next_try,
    store, suppression,
};
use crate::{
    context::App,
    features::audit::NewEvent,
    platform::{
        clock::{from_millis, later},
        config::PublicUrl,
        db::{Invalidates, transaction},
        failure::{Failed, Fault},
        mail::{Kind, OutgoingMail, SendError, Smtp, SmtpSession, Step},
    },
};

/// Maximum number of due mails that a server reads at once.
const BATCH: u64 = 20;

/// How long a server has a mail in hand: longer than sending can take.
const LEASE: Duration = Duration::from_secs(90);

/// Maximum length of a stored problem, in bytes.
const MAX_PROBLEM: usize = 255;

/// Finds out who gets which letter for a request. The server implements it with the features that know the accounts.
pub trait Compose: Send + Sync {
    /// The letter that answers the request; none if nobody gets one.
    fn compose<'a>(&'a self, app: &'a App, lookup: Lookup)
    -> BoxFuture<'a, Result<Option<Composed>, Failed>>;
}

/// What sending needs.
pub struct PostOffice {
    /// Writes the letters.
    pub letters: Letters,
    /// The mail server; none for the development outbox.
    pub smtp: Option<Smtp>,
    /// Answers requests.
    pub composer: Box<dyn Compose>,
}

impl std::fmt::Debug for PostOffice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostOffice")
            .field("smtp", &self.smtp)
            .finish_non_exhaustive()
    }
}

/// How a round went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Round {
    /// Nothing was due.
    Idle,
    /// There may be more.
    Busy,
    /// The mail server cannot be reached, or refuses this server: wait a while.
    Blocked,
}

impl PostOffice {
    /// Sends what is due, until nothing is left or `is_stopping`: then it finishes the mail in hand.
    pub async fn deliver(&self, app: &App, is_stopping: &(dyn Fn() -> bool + Sync)) -> Result<Round, Failed> {
        let now = app.clock.now().as_millisecond();
        let due = store::due(&app.db, now, BATCH).await?;
        let round = if due.is_empty() { Round::Idle } else { Round::Busy };
        let mut session = None;
        for id in due {
            if is_stopping() {
                break;
            }
            let mail = match take(app, id).await {
                Ok(Some(mail)) => mail,
                Ok(None) => continue,
                // A row that cannot be read must not keep the others waiting.
                Err(Failed::Fault(fault)) => {
                    tracing::error!(mail = %id, cause = %fault.chain(), "could not read a mail");
                    continue;
                }
                Err(failed) => return Err(failed),
            };
            let handling = AssertUnwindSafe(self.handle(app, mail.clone(), &mut session));
            let handled = handling.catch_unwind().await;
            let cause = match handled.unwrap_or_else(|_| Err(Fault::new("handle a mail", "a panic").into())) {
                Ok(Round::Blocked) => return Ok(Round::Blocked),
                Ok(Round::Idle | Round::Busy) => continue,
                Err(Failed::Fault(fault)) => fault.chain(),
                Err(failed) => return Err(failed),
            };
            // It concerns this mail only, such as content that was altered in the database.
            tracing::error!(mail = %mail.id, cause, "could not write a mail");
            session = None;
            put_off(app, &mail, "a fault of this server; its log has the cause").await?;
        }
        if let Some(session) = session {
            session.quit().await;
        }
        Ok(round)
    }

    /// Writes and sends a mail in hand, keeps it in the development outbox, or ends it.
    async fn handle(
        &self,
        app: &App,
        mail: Model,
        session: &mut Option<SmtpSession>,
    ) -> Result<Round, Failed> {
        let now = app.clock.now().as_millisecond();
        if mail.expires_at <= now {
            end(
                app,
                mail,
                State::Failed,
                None,
                Some("it expired before it could be sent"),
            )
            .await?;
            return Ok(Round::Busy);
        }
        let Some((mail, recipient, letter)) = self.addressed(app, mail).await? else {
            return Ok(Round::Busy);
        };
        let rendered = self.letters.render(&recipient, &letter)?;
        let Some(smtp) = &self.smtp else {
            let kept = KeptMail::new(recipient.address, rendered);
            let content = seal(app, mail.id, &kept)?;
            end(app, mail, State::Kept, Some(content), None).await?;
            return Ok(Round::Busy);
        };
        if suppression::is_suppressed(app, &recipient.address).await? {
            end(app, mail, State::Failed, None, Some("the address is suppressed")).await?;
            return Ok(Round::Busy);
        }
        let outgoing = OutgoingMail {
            message_id: message_id(mail.id, &app.config.public_url),
            to: recipient.address,
            subject: rendered.subject,
            text: rendered.text,
            html: rendered.html,
            sent_at: from_millis(mail.created_at),
        };
        match send(smtp, session, &outgoing).await {
            Ok(()) => {
                app.metrics.mails_sent.inc();
                // Record it first: if this fails, the mail is sent again.
                end(app, mail, State::Sent, None, None).await?;
                suppression::forget_refusals(app, &outgoing.to).await?;
                Ok(Round::Busy)
            }
            Err(error) => failed(app, mail, &outgoing.to, &error).await,
        }
    }

    /// The mail with its recipient and letter. None if it was a request that nobody gets an answer to.
    async fn addressed(&self, app: &App, mail: Model) -> Result<Option<(Model, Recipient, Letter)>, Failed> {
        let lookup = match open(app, &mail)? {
            Order::Ready(recipient, letter) => return Ok(Some((mail, recipient, letter))),
            Order::Lookup(lookup) => lookup,
        };
        let Some(composed) = self.composer.compose(app, lookup).await? else {
            store::remove(&app.db, &mail).await?;
            return Ok(None);
        };
        let event = composed.user_id.zip(composed.event);
        let event = event.map(|(id, (kind, actor))| NewEvent::new(app, kind, actor).about(id));
        let (recipient, letter) = (composed.recipient, composed.letter);
        let order = Order::Ready(recipient.clone(), letter.clone());
        let mail = Model {
            kind: letter.kind().to_owned(),
            user_id: composed.user_id,
            to_address: Some(recipient.address.clone()),
            sealed_content: Some(seal(app, mail.id, &order)?),
            expires_at: later(app.clock.now(), worth_sending_for(&letter)).as_millisecond(),
            ..mail
        };
        // Letter and token together: a letter that is sent again must hold the same link.
        let is_ours = transaction!(app.db, Invalidates::Nothing, |tx| {
            if !store::address(tx, &mail).await? {
                return Ok(false);
            }
            if let Some(token) = &composed.token {
                token.save(tx).await?;
            }
            if let Some(event) = &event {
                event.save(tx).await?;
            }
            Ok(true)
        })?;
        Ok(is_ours.then_some((mail, recipient, letter)))
    }
}

/// The id of a mail for mail servers. It cannot contain the brackets and colons of an IPv6 address.
fn message_id(id: MailId, public_url: &PublicUrl) -> String {
    let host = public_url.host().filter(|host| !host.starts_with('['));
    format!("{id}@{}", host.unwrap_or("localhost"))
}

/// Takes a mail in hand; none if another server was faster.
async fn take(app: &App, id: MailId) -> Result<Option<Model>, Failed> {
    let now = app.clock.now();
    let lease = URL_SAFE_NO_PAD.encode(app.rng.bytes::<16>());
    let until = later(now, LEASE).as_millisecond();
    if !store::take(&app.db, id, &lease, now.as_millisecond(), until).await? {
        return Ok(None);
    }
    let found = store::find(&app.db, id).await?;
    Ok(found.filter(|mail| mail.lease_token.as_deref() == Some(&*lease)))
}

/// Sends on the connection of this round, which is opened when first needed.
async fn send(smtp: &Smtp, session: &mut Option<SmtpSession>, mail: &OutgoingMail) -> Result<(), SendError> {
    if session.is_none() {
        *session = Some(smtp.connect().await?);
    }
    match session {
        Some(session) => session.send(mail).await,
        None => smtp.send(mail).await,
    }
}

/// What becomes of a mail that was not sent.
async fn failed(app: &App, mail: Model, to: &str, error: &SendError) -> Result<Round, Failed> {
    let problem = shortened(&error.operator_message());
    let is_about_this_mail = matches!(error.step, Step::Recipient | Step::Content);
    if is_about_this_mail && error.kind == Kind::Permanent {
        if error.step == Step::Recipient && suppression::count_refusal(app, to, &problem).await? {
            tracing::warn!(mail = %mail.id, "an address refused mail several times, and gets none from now on");
        }
        tracing::warn!(mail = %mail.id, kind = mail.kind, problem, "gave up a mail");
        end(app, mail, State::Failed, None, Some(&problem)).await?;
        return Ok(Round::Busy);
    }
    if app.limits.mail_trouble.allow(app.clock.now()) {
        tracing::warn!(problem, "a mail could not be sent, and will be tried again");
    }
    put_off(app, &mail, &problem).await?;
    Ok(if is_about_this_mail {
        Round::Busy
    } else {
        Round::Blocked
    })
}

/// Puts a mail off until its next try, or gives it up if it expires before that.
async fn put_off(app: &App, mail: &Model, problem: &str) -> Result<(), Failed> {
    let due_at = next_try(mail, app.clock.now(), &*app.rng);
    if due_at >= mail.expires_at {
        return end(app, mail.clone(), State::Failed, None, Some(problem)).await;
    }
    app.metrics.mails_put_off.inc();
    store::put_off(&app.db, mail, due_at, problem).await?;
    Ok(())
}

async fn end(
    app: &App,
    mail: Model,
    state: State,
    content: Option<String>,
    problem: Option<&str>,
) -> Result<(), Failed> {
    if state == State::Failed {
        app.metrics.mails_failed.inc();
    }
    let ended = Model {
        state,
        sealed_content: content,
        last_problem: problem.map(str::to_owned),
        ..mail
    };
    store::end(&app.db, &ended, app.clock.now().as_millisecond()).await?;
    Ok(())
}

fn shortened(problem: &str) -> String {
    problem[..problem.floor_char_boundary(MAX_PROBLEM)].to_owned()
}

/// Measures how long the oldest mail has waited.
pub async fn measure(app: &App) {
    if let Ok(oldest) = store::oldest_waiting(&app.db).await {
        let age = oldest.map_or(0, |at| (app.clock.now().as_millisecond() - at).max(0) / 1_000);
        app.metrics.oldest_mail_seconds.set(age);
    }
}
