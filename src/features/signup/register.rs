//! Use case: create an account and start its first session.

use std::fmt;

use entity::user;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{
    context::OpContext,
    features::{
        attempt::{self, AccountKey, OwnNetwork},
        form_receipt,
        password::{Password, PasswordPolicy, Problem},
        session::{self, DeviceNameProblem, NewSession, SessionOptions, SessionRequest},
        user::{DisplayName, EmailAddress, EmailProblem, EmailTaken, NameProblem, NewUser},
    },
    platform::{
        crypto::Asker,
        db::transaction,
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

/// The new account with its first session.
#[derive(Debug)]
pub struct Output {
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

/// Creates the account. Reports all problems of the input at once.
pub async fn register(context: &OpContext, input: Input) -> Outcome<Output, Vec<Refused>> {
    let app = &context.app;
    if !app.config.signup_enabled {
        return Err(vec![Refused::SignupDisabled].into());
    }
    input.session.check_delivery(context)?;
    let (name, email, password, options) = check(context, &input)?;
    attempt::limit_signup(context)?;
    let hash = app.hasher.hash(Asker::Stranger, password.secret()).await?;
    let new = NewUser::new(app, name, &email, &hash).signed_in_at_once();
    let session = session::prepare(context, &new.user, &[], options).await?;
    let network = OwnNetwork::of(context, &AccountKey::of_address(app, email.key())?)?;
    transaction!(app.db, session.invalidates(), |tx| {
        new.save(tx)
            .await
            .map_err(|error| error.map(|EmailTaken| vec![Refused::EmailTaken]))?;
        session.save(tx).await?;
        network.save(tx, app.clock.now()).await?;
        form_receipt::save(tx, context, session.session.id).await?;
        Ok(())
    })?;
    Ok(Output {
        user: new.user,
        session,
    })
}

fn check(
    context: &OpContext,
    input: &Input,
) -> Result<(DisplayName, EmailAddress, Password, SessionOptions), Vec<Refused>> {
    let name = DisplayName::parse(&input.name).map_err(Refused::Name);
    let email = EmailAddress::parse(&input.email).map_err(Refused::Email);
    let password = check_password(context, input);
    let options = input.session.options(context).map_err(Refused::DeviceName);
    match (name, email, password, options) {
        (Ok(name), Ok(email), Ok(password), Ok(options)) => Ok((name, email, password, options)),
        (name, email, password, options) => Err([name.err(), email.err(), password.err(), options.err()]
            .into_iter()
            .flatten()
            .collect()),
    }
}

fn check_password(context: &OpContext, input: &Input) -> Result<Password, Refused> {
    let raw = input.password.expose_secret();
    if raw.is_empty() {
        return Err(Refused::PasswordRequired);
    }
    let password = Password::prepare(raw).map_err(Refused::Password)?;
    PasswordPolicy::of(&context.app.config)
        .check(&password, &input.email, &input.name)
        .map_err(Refused::Password)?;
    Ok(password)
}
