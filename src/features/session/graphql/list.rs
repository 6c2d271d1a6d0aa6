//! A user's sessions as GraphQL pages through them.

use entity::{SessionId, UserId};

use super::Session;
use crate::{
    features::session::list,
    platform::{
        failure::Failure,
        graphql::{
            connection::{Connection, ListTag, PageArguments},
            error::ApiError,
        },
        op_context::OpContext,
    },
};

/// Sessions, by their last use.
const LIST: ListTag = ListTag(*b"ses");

/// A page of a user's live sessions, of which `current` is the one in use.
pub async fn sessions_of(
    operation: &OpContext,
    user_id: UserId,
    current: SessionId,
    arguments: &PageArguments,
) -> Result<Connection<Session>, ApiError> {
    let request = arguments.request(LIST)?;
    let app = operation.app.clone();
    let page = list::page(&app, user_id, &request).await.map_err(Failure::from)?;
    let page = page.map(|(position, session)| (position, Session::own(session, current)));
    let count = async move { Ok(list::count(&app, user_id).await.map_err(Failure::from)?) };
    Ok(Connection::new(LIST, page, count))
}
