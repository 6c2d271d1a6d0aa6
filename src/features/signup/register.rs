//! Use case: sign up.

use std::fmt;

use entity::user;
use secrecy::SecretString;

use crate::{
    context::{AuthMethod, OpContext},
    features::{
        attempt::{self, AccountKey, OwnNetwork},
        audit::{EventKind, NewEvent},
        device::DeviceNameProblem,
        email_verification::{self, NewRegistration, Registered},
        form_receipt, locale,
        mail::{self, MailPurpose},
        password::{NotChosen, Password, Problem, choose},
        session::{self, NewSession, SessionOptions, SessionRequest},
        user::{DisplayName, EmailAddress, EmailProblem, EmailTaken, NameProblem, NewUser},
    },
    platform::{
        config::EmailVerification,
        crypto::Asker,
        db::{Invalidates, transaction},
        failure::{Outcome, Refusal},
    },
};

/// What the person entered.
pub struct Input {
    /// Display name.
    pub name: String,
    /// Address.
    pub email: String,
    /// Password.
    pub password: SecretString,
    /// The requested session.
    pub session: SessionRequest,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

/// What became of a sign-up.
#[derive(Debug)]
pub enum Output {
    /// There is a new account, and it is signed in.
    SignedIn(Box<SignedIn>),
    /// The sign-up waits for its address to be confirmed. Also if the address has an account: only its owner gets a mail.
    Waiting(Registered),
}

/// The new account with its first session.
#[derive(Debug)]
pub struct SignedIn {
    /// The account.
    pub user: user::Model,
    /// The session.
    pub session: NewSession,
}

/// One reason why the account was not created.
#[derive(Debug, PartialEq, Eq)]
pub enum Refused {
    /// Sign-up is closed.
    SignupDisabled,
    /// The name is invalid.
    Name(NameProblem),
    /// The address is invalid.
    Email(EmailProblem),
    /// The password is empty.
    PasswordRequired,
    /// The password breaks a rule.
    Password(Problem),
    /// The device name is invalid.
    DeviceName(DeviceNameProblem),
    /// Another account has the address.
    EmailTaken,
}

impl Refusal for Refused {}

/// Creates the account, or makes the sign-up wait for its address to be confirmed. Reports all problems of the input at
/// once.
pub async fn register(context: &OpContext, input: Input) -> Outcome<Output, Vec<Refused>> {
    let app = &context.app;
    if !app.config.signup_enabled {
        return Err(vec![Refused::SignupDisabled].into());
    }
    input.session.check_delivery(context)?;
    let checked = check(context, &input)?;
    attempt::limit_signup(context)?;
    match app.config.email_verification {
        EmailVerification::Optional => sign_in(context, checked).await,
        EmailVerification::Required => wait(context, checked).await,
    }
}

/// Creates the account, starts its first session, and mails the link that confirms its address.
async fn sign_in(context: &OpContext, checked: Checked) -> Outcome<Output, Vec<Refused>> {
    let app = &context.app;
    let Checked {
        name,
        email,
        password,
        options,
    } = checked;
    let hash = app.hasher.hash(Asker::Stranger, password.secret()).await?;
    let new = NewUser::new(app, name, &email, Some(hash.as_str()))
        .speaking(locale::preferred(context))
        .signed_in_at_once();
    let session = session::prepare(context, &new.user, &[], options, &[AuthMethod::Password]).await?;
    // Nobody can flood a stranger with mail by signing up and deleting the account again and again.
    let may_mail =
        mail::is_enabled(app) && mail::try_take(context, MailPurpose::Registration, email.key()).await?;
    let link = may_mail
        .then(|| email_verification::link_to(app, &new.user))
        .transpose()?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, email.key())?)?;
    let event = NewEvent::by_owner(context, EventKind::Signup, new.user.id).in_session(session.session.id);
    transaction!(app.db, session.invalidates(), |tx| {
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| vec![Refused::EmailTaken]))?;
        session.save(tx).await?;
        if let Some(link) = &link {
            link.save(tx, app).await?;
        }
        network.save(tx, app.clock.now()).await?;
        event.save(tx).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        Ok(())
    })?;
    Ok(Output::SignedIn(Box::new(SignedIn {
        user: new.user,
        session,
    })))
}

/// Seals the sign-up in the row of a mailed token. It does the same work for every address, and looks nothing up.
async fn wait(context: &OpContext, checked: Checked) -> Outcome<Output, Vec<Refused>> {
    let app = &context.app;
    let Checked {
        name,
        email,
        password,
        options: _,
    } = checked;
    mail::take(context, MailPurpose::Registration, email.key()).await?;
    let hash = app.hasher.hash(Asker::Stranger, password.secret()).await?;
    let registration = NewRegistration::new(app, name, &email, &hash, locale::preferred(context))?;
    transaction!(app.db, Invalidates::Nothing, |tx| {
        registration.save(tx, app).await?;
        form_receipt::save_without_session(tx, context).await?;
        Ok(())
    })?;
    Ok(Output::Waiting(registration.registered()))
}

/// The input, parsed.
struct Checked {
    name: DisplayName,
    email: EmailAddress,
    password: Password,
    options: SessionOptions,
}

fn check(context: &OpContext, input: &Input) -> Result<Checked, Vec<Refused>> {
    let name = DisplayName::parse(&input.name).map_err(Refused::Name);
    let email = EmailAddress::parse(&input.email).map_err(Refused::Email);
    let password = check_password(context, input);
    let options = input.session.options(context).map_err(Refused::DeviceName);
    match (name, email, password, options) {
        (Ok(name), Ok(email), Ok(password), Ok(options)) => Ok(Checked {
            name,
            email,
            password,
            options,
        }),
        (name, email, password, options) => Err([name.err(), email.err(), password.err(), options.err()]
            .into_iter()
            .flatten()
            .collect()),
    }
}

fn check_password(context: &OpContext, input: &Input) -> Result<Password, Refused> {
    choose(&context.app.config, &input.password, &input.email, &input.name).map_err(|problem| match problem {
        NotChosen::Required => Refused::PasswordRequired,
        NotChosen::Problem(problem) => Refused::Password(problem),
    })
}
