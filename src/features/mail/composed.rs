//! A letter that answers a request.

use entity::UserId;

use super::{letter::Letter, people::Recipient};
use crate::features::{
    audit::{Actor, EventKind, Requester},
    one_time_token::NewToken,
};

/// A letter, who gets it, and what must be saved with it.
#[derive(Debug)]
pub struct Composed {
    pub(super) user_id: Option<UserId>,
    pub(super) recipient: Recipient,
    pub(super) letter: Letter,
    /// The token in the letter, if it is not saved yet.
    pub(super) token: Option<NewToken>,
    /// The kind of the event about the user's account, and who caused it; none if there is no event.
    pub(super) event: Option<(EventKind, Actor)>,
}

impl Composed {
    /// A letter about the account of this user.
    pub fn new(user_id: Option<UserId>, recipient: Recipient, letter: Letter) -> Self {
        Self {
            user_id,
            recipient,
            letter,
            token: None,
            event: None,
        }
    }

    /// With an event about the account of its user, by the sender of the request.
    #[must_use]
    pub fn recording(mut self, kind: EventKind, requester: Requester) -> Self {
        self.event = Some((kind, Actor::requester(requester)));
        self
    }

    /// With the token that it mentions.
    #[must_use]
    pub fn with(mut self, token: NewToken) -> Self {
        self.token = Some(token);
        self
    }
}
