//! What a sign-in gives.

use entity::user;

use crate::features::{mfa::Challenge, session::NewSession};

/// A signed-in user with the new session.
#[derive(Debug)]
pub struct SignedIn {
    /// The user.
    pub user: user::Model,
    /// Role names, sorted.
    pub roles: Vec<String>,
    /// The session.
    pub session: NewSession,
}

/// What a right password, or the right code of a mail, gives.
#[derive(Debug)]
pub enum Output {
    /// A session.
    SignedIn(Box<SignedIn>),
    /// A challenge: a second factor is outstanding.
    Challenge(Challenge),
}
