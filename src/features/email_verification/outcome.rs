//! What a confirmation takes and gives.

use entity::user;
use secrecy::SecretString;

use crate::{
    features::{
        email_change,
        one_time_token::TokenProblem,
        password::NotChosen,
        session::{NewSession, SessionOptions},
    },
    platform::failure::Refusal,
};

/// What the person has and entered.
#[derive(Debug)]
pub struct Input {
    /// The token from the mail.
    pub token: SecretString,
    /// The secret of the client that signed up.
    pub client_secret: Option<SecretString>,
    /// The password of the account, or of the sign-up.
    pub password: Option<SecretString>,
    /// A new password instead.
    pub new_password: Option<SecretString>,
    /// The session to start where the sign-up began; none to start none.
    pub session: Option<SessionOptions>,
}

/// A confirmed address.
#[derive(Debug, Default)]
pub struct Output {
    /// The account, if the caller is signed in to it.
    pub user: Option<user::Model>,
    /// The session that was started.
    pub session: Option<Box<NewSession>>,
}

/// Why the address was not confirmed. Nothing was consumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// The token does not count.
    Token(TokenProblem),
    /// Neither a session of the account came along, nor its password or a new one.
    PasswordRequired,
    /// The password is wrong.
    InvalidCredentials,
    /// The new password is refused.
    NewPassword(NotChosen),
    /// Another account has the address.
    EmailTaken,
    /// Sign-up was closed meanwhile.
    SignupDisabled,
}

impl Refusal for Refused {}

impl From<email_change::NotConfirmed> for Refused {
    fn from(refused: email_change::NotConfirmed) -> Self {
        use email_change::NotConfirmed;
        match refused {
            NotConfirmed::Token(problem) => Self::Token(problem),
            NotConfirmed::PasswordRequired => Self::PasswordRequired,
            NotConfirmed::InvalidCredentials => Self::InvalidCredentials,
            NotConfirmed::EmailTaken => Self::EmailTaken,
        }
    }
}
