//! The pages of a user's sessions.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use entity::{SessionId, UserId};
use tokio::sync::OnceCell;

use super::Session;
use crate::{
    context::OpContext,
    features::session::list,
    platform::{
        failure::{Failed, Failure},
        graphql::connection::{Connection, ListTag, PageArguments, Total},
    },
};

/// The cursors of sessions, ordered by last use.
const LIST: ListTag = ListTag(*b"ses");

/// A page or its failure. Failures are cached too, so that a request waits only once for a database that is down.
type Loaded = Result<Arc<Connection<Session>>, Failed>;

/// The requested pages of one user's sessions: equal ones are loaded once, under any number of aliases.
#[derive(Debug, Default)]
pub struct SessionPages(Mutex<HashMap<PageArguments, Arc<OnceCell<Loaded>>>>);

impl SessionPages {
    /// A page of the live sessions of `user_id`, which must always be the same user. `current` is the session in use, if it can be among them.
    pub async fn load(
        &self,
        operation: &OpContext,
        user_id: UserId,
        current: Option<SessionId>,
        arguments: PageArguments,
    ) -> Loaded {
        let cell = {
            let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(pages.entry(arguments.clone()).or_default())
        };
        let page = cell.get_or_init(async || {
            let page = sessions_of(operation, user_id, current, &arguments).await;
            page.map(Arc::new)
        });
        page.await.clone()
    }
}

async fn sessions_of(
    operation: &OpContext,
    user_id: UserId,
    current: Option<SessionId>,
    arguments: &PageArguments,
) -> Result<Connection<Session>, Failed> {
    let request = arguments.request(LIST)?;
    let app = operation.app.clone();
    let page = list::page(&app, user_id, &request).await.map_err(Failure::from)?;
    let page = page.map(|(position, session)| (position, Session::own(session, current)));
    let count = async move {
        let count = list::count(&app, user_id).await.map_err(Failure::from)?;
        Ok(Total::exact(count))
    };
    Ok(Connection::new(LIST, page, count))
}
