//! Any object by its id (Relay's global object identification).

use async_graphql::{Context, ID, Interface, Object};

use crate::{
    features::{
        session::{self, Session},
        user::User,
    },
    platform::{
        failure::Denied,
        graphql::{context::operation, error::ApiError},
        op_context::OpContext,
    },
};

/// Most ids that `nodes` takes.
const MAX_NODES: usize = 100;

/// An object with an id that is unique across all types.
#[derive(Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "Opaque and unique across all types (a UUIDv7 in this version; do not parse it)."
))]
pub(super) enum Node {
    /// An account.
    User(User),
    /// A session.
    Session(Session),
}

/// What reads objects by id.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any object by its id; null when it does not exist or the caller may not see it.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Id taken from any object.")] id: ID,
    ) -> Option<Result<Node, ApiError>> {
        match operation(context) {
            Ok(operation) => find(operation, &id).await.transpose(),
            Err(error) => Some(Err(error)),
        }
    }

    /// Several objects by id, in the order asked; at most 100. Null stands for each that does not exist or that the
    /// caller may not see. Codes: BAD_USER_INPUT.
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Ids taken from any object.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, ApiError> {
        if ids.len() > MAX_NODES {
            return Err(Denied::BadUserInput("Ask for at most 100 ids at a time.".into()).into());
        }
        let operation = operation(context)?;
        let mut nodes = Vec::with_capacity(ids.len());
        for id in &ids {
            nodes.push(find(operation, id).await?);
        }
        Ok(nodes)
    }
}

/// The object with this id, if the caller may see it: one's own account and one's own sessions.
async fn find(operation: &OpContext, id: &ID) -> Result<Option<Node>, ApiError> {
    let Ok(caller) = operation.identify().await? else {
        return Ok(None);
    };
    if caller.user.id.to_string() == id.as_str() {
        return Ok(Some(Node::User(caller.user.clone().into())));
    }
    let Ok(session_id) = id.parse() else {
        return Ok(None);
    };
    let found = session::find_own(operation, session_id).await?;
    Ok(found.map(|session| Node::Session(Session::own(session, caller.session.id))))
}
