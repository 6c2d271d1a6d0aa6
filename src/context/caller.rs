//! Who is calling.

use std::sync::Arc;

use entity::{UserId, session, user};
use tokio::sync::OnceCell;

use super::store;
use crate::platform::db::{Db, DbResult, Owner};

/// The signed-in caller: a live session and its user.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The user.
    pub user: user::Model,
    /// The session.
    pub session: session::Model,
    /// The user's role names. Loaded when first needed; shared by all clones.
    pub roles: Arc<OnceCell<Vec<String>>>,
}

impl Caller {
    /// A caller whose roles have not been loaded.
    pub fn new(user: user::Model, session: session::Model) -> Self {
        Self {
            user,
            session,
            roles: Arc::default(),
        }
    }

    /// The user's role names.
    pub async fn roles(&self, db: &Db) -> DbResult<&[String]> {
        let load = || Box::pin(store::roles(db, self.user.id));
        Ok(self.roles.get_or_try_init(load).await?)
    }
}

/// How fresh the caller must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// From the cache, unless this instance has made it stale: enough to show data.
    Cached,
    /// Read from the database now: needed to decide.
    Fresh,
}

impl From<UserId> for Owner {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}
