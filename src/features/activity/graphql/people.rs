//! The people of a page of events.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use entity::UserId;
use tokio::sync::OnceCell;

use crate::{
    context::OpContext,
    features::{
        activity::read::Activity,
        admin, audit,
        user::{Listed, User},
    },
    platform::failure::Failed,
};

/// Everybody that a page of events names. They are read when first asked for, all at once.
#[derive(Debug)]
pub(super) struct People {
    ids: BTreeSet<UserId>,
    found: OnceCell<HashMap<UserId, Listed>>,
}

impl People {
    /// The people of these events.
    pub(super) fn of<'a>(activities: impl IntoIterator<Item = &'a Activity>) -> Arc<Self> {
        let named = |activity: &'a Activity| {
            let event = &activity.event;
            event.actor_id.into_iter().chain(event.subject_id)
        };
        Arc::new(Self {
            ids: activities.into_iter().flat_map(named).collect(),
            found: OnceCell::new(),
        })
    }

    /// The user with this id, if the account still exists and the caller may read it. That they see
    /// somebody else is recorded.
    pub(super) async fn find(&self, context: &OpContext, id: UserId) -> Result<Option<User>, Failed> {
        let caller = context.caller().await?;
        if caller.user.id == id {
            return Ok(Some(User::from(caller)));
        }
        let found = self
            .found
            .get_or_try_init(|| Box::pin(self.load(context)))
            .await?;
        let Some(listed) = found.get(&id) else {
            return Ok(None);
        };
        audit::record_view(context, id).await?;
        Ok(Some(User::from(listed.clone())))
    }

    async fn load(&self, context: &OpContext) -> Result<HashMap<UserId, Listed>, Failed> {
        let ids = self.ids.iter().copied().collect();
        let found = admin::find_readable(context, ids).await?;
        Ok(found.into_iter().map(|listed| (listed.user.id, listed)).collect())
    }
}
