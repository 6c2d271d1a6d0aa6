//! What is to be mailed, before it is a letter.

use std::{fmt, time::Duration};

use entity::{
    MailId, UserId,
    mail::{Model, State},
};
use secrecy::ExposeSecret as _;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zeroize::Zeroizing;

use super::{
    letter::{Letter, Lifetime},
    people::{Asker, Recipient},
    secret::Secret,
    store,
};
use crate::{
    context::App,
    features::audit::Requester,
    platform::{
        clock::later,
        config::MailMode,
        crypto::SealContext,
        db::{DbResult, Tx},
        failure::Fault,
        id,
    },
};

/// How long it is worth sending a notice without a link.
const NOTICE_LIFETIME: Duration = Duration::from_hours(3 * 24);

/// What is to be mailed.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Order {
    /// Everything is known.
    Ready(Recipient, Letter),
    /// Who gets it is found out when it is sent: the request must cost the same whether or not somebody does.
    Lookup(Lookup),
}

/// A request by somebody who only named an address. Addresses are in their normalised form.
#[derive(Clone, Serialize, Deserialize)]
pub enum Lookup {
    /// A link that sets a new password.
    PasswordReset {
        /// The named address.
        email_key: String,
        /// Who asked.
        asker: Asker,
        /// The same for the audit log.
        requester: Requester,
    },
    /// A link that confirms the address of an account, or of a sign-up that waits for it.
    Verification {
        /// The named address.
        email_key: String,
    },
    /// The confirmation of a sign-up, or a notice to the owner of the address if it has an account.
    Registration {
        /// The address that signed up.
        email_key: String,
        /// The same as it is mailed to.
        address: String,
        /// The language of the sign-up.
        locale: String,
        /// The secret of its token.
        secret: Secret,
    },
    /// The confirmation of a new address, or a notice to the owner of the address if it has an account.
    NewAddress {
        /// The account that changes its address.
        user_id: String,
        /// The new address.
        email_key: String,
        /// The same as it is mailed to.
        address: String,
        /// The secret of its token.
        secret: Secret,
    },
    /// Code and link of a sign-in by mail.
    SignInCode {
        /// The named address.
        email_key: String,
        /// The code.
        code: Secret,
        /// The secret of the link.
        secret: Secret,
        /// Who asked.
        asker: Asker,
    },
    /// A code for somebody who signs in with another provider, or a notice to the owner of the address if it has an
    /// account.
    SocialAddress {
        /// The named address.
        email_key: String,
        /// The same as it is mailed to.
        address: String,
        /// The language of the visitor.
        locale: String,
        /// Name of the provider.
        provider: String,
        /// Whether the account of the provider was unlinked before, so that it links to no account by its address.
        was_unlinked: bool,
        /// The code.
        code: Secret,
        /// Who asked.
        asker: Asker,
    },
}

impl Lookup {
    /// Name of its kind, until its letter is known.
    const fn kind(&self) -> &'static str {
        match self {
            Self::PasswordReset { .. } => "reset_password",
            Self::Verification { .. } => "confirm_address",
            Self::Registration { .. } => "confirm_registration",
            Self::NewAddress { .. } => "confirm_new_address",
            Self::SignInCode { .. } => "sign_in_code",
            Self::SocialAddress { .. } => "address_code",
        }
    }
}

/// Shows the kind only: the rest is personal or secret.
impl fmt::Debug for Lookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A mail that is about to be put into the outbox.
#[derive(Debug)]
pub struct NewMail {
    /// None if this server sends no mail.
    row: Option<Model>,
}

impl NewMail {
    /// No mail.
    pub const fn none() -> Self {
        Self { row: None }
    }

    /// A letter to this recipient about the account of this user.
    pub fn letter(
        app: &App,
        user_id: Option<UserId>,
        recipient: Recipient,
        letter: Letter,
    ) -> Result<Self, Fault> {
        let row = Model {
            kind: letter.kind().to_owned(),
            user_id,
            to_address: Some(recipient.address.clone()),
            ..row(app, worth_sending_for(&letter))
        };
        Self::sealed(app, row, &Order::Ready(recipient, letter))
    }

    /// A request, whose letter is written when it is sent.
    pub fn request(app: &App, lookup: Lookup) -> Result<Self, Fault> {
        let row = Model {
            kind: lookup.kind().to_owned(),
            ..row(app, Lifetime::Link.duration())
        };
        Self::sealed(app, row, &Order::Lookup(lookup))
    }

    fn sealed(app: &App, mut row: Model, order: &Order) -> Result<Self, Fault> {
        if app.config.mail_mode() == MailMode::Off {
            return Ok(Self::none());
        }
        row.sealed_content = Some(seal(app, row.id, order)?);
        Ok(Self { row: Some(row) })
    }

    /// Puts it into the outbox, in the transaction of the change it reports: either both happen or neither.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        if let Some(row) = &self.row {
            store::insert(tx, row.clone()).await?;
            // The worker waits a moment, for the commit.
            app.mail_queued.notify_one();
        }
        Ok(())
    }
}

/// How long it is worth sending a letter: until its link or code is dead.
pub(super) fn worth_sending_for(letter: &Letter) -> Duration {
    letter.lifetime().map_or(NOTICE_LIFETIME, Lifetime::duration)
}

fn row(app: &App, lifetime: Duration) -> Model {
    let now = app.clock.now();
    Model {
        id: MailId(id::new(&*app.clock, &*app.rng)),
        kind: String::new(),
        state: State::Waiting,
        user_id: None,
        to_address: None,
        sealed_content: None,
        attempts: 0,
        due_at: now.as_millisecond(),
        leased_until: None,
        lease_token: None,
        expires_at: later(now, lifetime).as_millisecond(),
        last_problem: None,
        created_at: now.as_millisecond(),
        ended_at: None,
    }
}

/// Seals the content of a mail.
pub(super) fn seal(app: &App, id: MailId, content: &impl Serialize) -> Result<String, Fault> {
    let text = serde_json::to_vec(content).map_err(|error| Fault::new("seal a mail", error))?;
    app.sealer
        .seal(&*app.rng, place(&id.to_string()), &Zeroizing::new(text))
}

/// The content of a stored mail.
pub(super) fn open<T: DeserializeOwned>(app: &App, mail: &Model) -> Result<T, Fault> {
    const TASK: &str = "open a mail";
    let sealed = mail.sealed_content.as_deref();
    let sealed = sealed.ok_or_else(|| Fault::new(TASK, "it has no content"))?;
    let id = mail.id.to_string();
    let opened = app
        .sealer
        .open(place(&id), sealed)
        .map_err(|problem| Fault::new(TASK, format!("{problem:?}")))?;
    serde_json::from_slice(opened.expose_secret()).map_err(|_| Fault::new(TASK, "it has another form"))
}

fn place(id: &str) -> SealContext<'_> {
    SealContext {
        table: "mails",
        id,
        column: "sealed_content",
    }
}
