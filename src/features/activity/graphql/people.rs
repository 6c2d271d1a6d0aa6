//! The people of a page of events.

use std::collections::{BTreeSet, HashMap};

use entity::UserId;
use tokio::sync::OnceCell;

use crate::{
    context::OpContext,
    features::{
        authority::{Authority, ReadUsers},
        user::{self as users, Listed, User},
    },
    platform::failure::{Denied, Failed, Failure},
};

/// Everybody that a page of events names. They are read when first asked for, all at once.
#[derive(Debug)]
pub(super) struct People {
    ids: BTreeSet<UserId>,
    found: OnceCell<HashMap<UserId, Listed>>,
}

impl People {
    pub(super) fn new(ids: BTreeSet<UserId>) -> Self {
        Self {
            ids,
            found: OnceCell::new(),
        }
    }

    /// The user with this id, if the account still exists and the caller may read it.
    pub(super) async fn find(&self, context: &OpContext, id: UserId) -> Result<Option<User>, Failed> {
        let caller = context.caller().await?;
        if caller.user.id == id {
            return Ok(Some(User::from(caller)));
        }
        let found = self
            .found
            .get_or_try_init(|| Box::pin(self.load(context)))
            .await?;
        Ok(found.get(&id).cloned().map(User::from))
    }

    async fn load(&self, context: &OpContext) -> Result<HashMap<UserId, Listed>, Failed> {
        match Authority::<ReadUsers>::to_read(context).await {
            Ok(_) => {}
            Err(Failed::Denied(Denied::Forbidden)) => return Ok(HashMap::new()),
            Err(failed) => return Err(failed),
        }
        let ids = self.ids.iter().copied().collect();
        let found = users::find_all(&context.app.db, ids).await;
        let found = found.map_err(Failure::from)?;
        Ok(found.into_iter().map(|listed| (listed.user.id, listed)).collect())
    }
}
