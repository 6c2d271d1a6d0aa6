//! Sign-ups that wait until their address is confirmed.
//!
//! The row of the mailed token holds the sign-up, sealed. Several may wait for one address; the first that is confirmed
//! wins. Its password counts only with the secret of the client that signed up, or when it is typed again: the person
//! who opens the link may not be the one who chose it.

use std::fmt;

use entity::one_time_token::{Model, Purpose};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};

use crate::{
    context::App,
    features::{
        mail::{Composed, Letter, Lifetime, Lookup, NewMail, Recipient, Secret, recipient},
        one_time_token::{self, NewToken, PresentedToken, TokenSecret},
        password_reset,
        user::{self as users, DisplayName, EmailAddress},
    },
    platform::{
        crypto::PasswordHash,
        db::{DbResult, Tx},
        failure::{Failed, Fault},
    },
};

/// What somebody signed up with.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registration {
    /// The name.
    pub name: String,
    /// The address as typed.
    pub email: String,
    /// The hash of the password.
    pub password_hash: String,
    /// The language.
    pub locale: String,
    /// SHA-256 of the secret of the client that signed up.
    client_key: String,
}

/// Shows nothing: all of it is personal or secret.
impl fmt::Debug for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registration").finish_non_exhaustive()
    }
}

impl Registration {
    /// Whether this is the secret of the client that signed up.
    pub fn is_of_client(&self, secret: &SecretString) -> bool {
        PresentedToken::parse(secret).is_some_and(|token| token.as_str() == self.client_key)
    }
}

/// A sign-up that is about to wait.
#[derive(Debug)]
pub struct NewRegistration {
    token: NewToken,
    mail: NewMail,
    client_secret: TokenSecret,
}

/// A sign-up that waits.
#[derive(Debug)]
pub struct Registered {
    /// The secret of the client that signed up.
    pub client_secret: SecretString,
}

impl NewRegistration {
    /// Seals the sign-up. It costs the same whether or not the address has an account.
    pub fn new(
        app: &App,
        name: DisplayName,
        email: &EmailAddress,
        hash: &PasswordHash,
        locale: String,
    ) -> Result<Self, Fault> {
        let client_secret = TokenSecret::new(&*app.rng);
        let registration = Registration {
            name: name.into_string(),
            email: email.display().to_owned(),
            password_hash: hash.as_str().to_owned(),
            locale: locale.clone(),
            client_key: client_secret.key().as_str().to_owned(),
        };
        let token = NewToken::new(app, Purpose::Registration, Lifetime::Link.duration())
            .bound(bound(app, email.key())?)
            .carrying(app, &registration)?;
        let mail = NewMail::request(
            app,
            Lookup::Registration {
                email_key: email.key().to_owned(),
                address: email.for_mail(),
                locale,
                secret: token.secret.text().clone().into(),
            },
        )?;
        Ok(Self {
            token,
            mail,
            client_secret,
        })
    }

    /// Saves the sign-up and its mail.
    pub async fn save(&self, tx: &Tx, app: &App) -> DbResult<()> {
        self.token.save(tx).await?;
        self.mail.save(tx, app).await
    }

    /// What the client gets.
    pub fn registered(&self) -> Registered {
        Registered {
            client_secret: self.client_secret.text().clone(),
        }
    }
}

/// What sign-ups for an address are bound to.
pub(super) fn bound(app: &App, email_key: &str) -> Result<String, Fault> {
    one_time_token::bound_to(app, &["registration", email_key])
}

/// The letter to an address that signed up: the link, or a notice to the owner of the account that it has already.
pub async fn compose_registration(
    app: &App,
    email_key: &str,
    to: Recipient,
    secret: Secret,
) -> Result<Option<Composed>, Failed> {
    match users::find_by_key(&app.db, email_key).await? {
        Some(user) if users::is_open(&user) => {
            let token = password_reset::new_token(app, &user)?;
            let letter = Letter::AlreadyRegistered {
                token: token.secret.text().clone().into(),
            };
            Ok(Some(
                Composed::new(Some(user.id), recipient(&user), letter).with(token),
            ))
        }
        Some(_) => Ok(None),
        None => Ok(Some(Composed::new(
            None,
            to,
            Letter::ConfirmRegistration { token: secret },
        ))),
    }
}

/// The letter with another link for the newest sign-up that waits for this address.
pub(super) async fn newest_registration(app: &App, email_key: &str) -> Result<Option<Composed>, Failed> {
    let bound = bound(app, email_key)?;
    let Some(row) = one_time_token::newest_bound(app, Purpose::Registration, &bound).await? else {
        return Ok(None);
    };
    let registration = find_registration(app, &row)?;
    let to = Recipient {
        address: EmailAddress::parse(&registration.email)
            .map_or_else(|_| email_key.to_owned(), |email| email.for_mail()),
        locale: registration.locale.clone(),
        name: None,
    };
    let token = NewToken::new(app, Purpose::Registration, Lifetime::Link.duration())
        .bound(bound)
        .carrying(app, &registration)?;
    let letter = Letter::ConfirmRegistration {
        token: token.secret.text().clone().into(),
    };
    Ok(Some(Composed::new(None, to, letter).with(token)))
}

/// The sign-up in the row of a token.
pub fn find_registration(app: &App, token: &Model) -> Result<Registration, Fault> {
    one_time_token::payload(app, token)
}
