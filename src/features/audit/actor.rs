//! Who acts, and from where.

use std::fmt;

use entity::{SessionId, UserId};
use serde::{Deserialize, Serialize};

use super::facts::Facts;
use crate::context::{Caller, OpContext};

/// What kind of actor it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ActorKind {
    /// The owner of the account.
    Owner,
    /// Somebody with a permission.
    Administrator,
    /// Somebody unknown.
    Anonymous,
    /// The command line.
    CommandLine,
    /// The server itself.
    System,
}

impl ActorKind {
    /// All kinds.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Administrator,
        Self::Anonymous,
        Self::CommandLine,
        Self::System,
    ];

    /// The word in the database.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Administrator => "administrator",
            Self::Anonymous => "anonymous",
            Self::CommandLine => "command_line",
            Self::System => "system",
        }
    }

    /// The kind with this word; none for anything else.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// Who acts: kind, id, and for a request its session, id and client.
#[derive(Clone)]
pub struct Actor {
    pub(super) kind: ActorKind,
    pub(super) id: Option<UserId>,
    pub(super) session_id: Option<SessionId>,
    pub(super) request_id: Option<String>,
    pub(super) ip_address: Option<String>,
    pub(super) user_agent: Option<String>,
    pub(super) facts: Facts,
}

/// Shows nothing about people.
impl fmt::Debug for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

impl Actor {
    /// The owner of an account, without a session: one that signs in, or follows a mailed link. Name the session that
    /// starts with [`NewEvent::in_session`](super::NewEvent::in_session).
    pub fn owner(context: &OpContext, id: UserId) -> Self {
        Self::requesting(context, ActorKind::Owner, Some(id), None)
    }

    /// The signed-in owner of an account.
    pub fn caller(context: &OpContext, caller: &Caller) -> Self {
        let (id, session_id) = (caller.user.id, caller.session.id);
        Self::requesting(context, ActorKind::Owner, Some(id), Some(session_id))
    }

    /// An administrator, with their own id and session.
    pub fn administrator(context: &OpContext, id: UserId, session_id: SessionId) -> Self {
        Self::requesting(context, ActorKind::Administrator, Some(id), Some(session_id))
    }

    /// Somebody unknown.
    pub fn anonymous(context: &OpContext) -> Self {
        Self::requesting(context, ActorKind::Anonymous, None, None)
    }

    /// Somebody unknown, whose request takes effect only now.
    pub fn requester(requester: Requester) -> Self {
        let Requester {
            request_id,
            ip_address,
            user_agent,
        } = requester;
        Self {
            request_id: Some(request_id),
            ..Self::unknown(ip_address, user_agent)
        }
    }

    /// Somebody unknown, of whom at most the client is known.
    pub(super) fn unknown(ip_address: Option<String>, user_agent: Option<String>) -> Self {
        Self {
            ip_address,
            user_agent,
            ..Self::without_request(ActorKind::Anonymous)
        }
    }

    /// The command line, run by this user of the operating system.
    pub fn command_line(os_user: &str) -> Self {
        let mut actor = Self::without_request(ActorKind::CommandLine);
        actor.facts.set("os_user", os_user);
        actor
    }

    /// The server itself.
    pub fn system() -> Self {
        Self::without_request(ActorKind::System)
    }

    fn requesting(
        context: &OpContext,
        kind: ActorKind,
        id: Option<UserId>,
        session_id: Option<SessionId>,
    ) -> Self {
        Self {
            id,
            session_id,
            request_id: Some(context.request_id.as_str().to_owned()),
            ip_address: context.client.address_text(),
            user_agent: context.client.short_agent(),
            ..Self::without_request(kind)
        }
    }

    fn without_request(kind: ActorKind) -> Self {
        Self {
            kind,
            id: None,
            session_id: None,
            request_id: None,
            ip_address: None,
            user_agent: None,
            facts: Facts::default(),
        }
    }
}

/// A request that takes effect after its response, such as one for mail: what the event of that effect says about it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requester {
    request_id: String,
    ip_address: Option<String>,
    user_agent: Option<String>,
}

impl Requester {
    /// The sender of this request.
    pub fn of(context: &OpContext) -> Self {
        Self {
            request_id: context.request_id.as_str().to_owned(),
            ip_address: context.client.address_text(),
            user_agent: context.client.short_agent(),
        }
    }
}

/// Hidden: an IP address is personal.
impl fmt::Debug for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Requester")
            .field("request_id", &self.request_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_stands_for_one_kind_of_actor() {
        for kind in ActorKind::ALL {
            assert!(kind.word().len() <= 16);
            assert_eq!(ActorKind::from_word(kind.word()), Some(kind));
        }
        assert_eq!(ActorKind::from_word("OWNER"), None);
    }
}
