//! Any object by its id (Relay's global object identification).

use std::collections::{BTreeSet, HashMap};

use async_graphql::{Context, ID, Interface, Object};
use entity::UserId;

use crate::{
    context::{OpContext, graphql::operation},
    features::{
        activity::{self, AuditEvent},
        admin, audit,
        identity::{self, Identity},
        passkey::{self, Passkey},
        session::{self, Session},
        user::User,
    },
    platform::failure::{Denied, Failed, Failure},
};

/// Maximum number of ids for `nodes`.
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
    /// A passkey.
    Passkey(Passkey),
    /// A connected account of another provider.
    Identity(Identity),
    /// An event of the audit log.
    AuditEvent(AuditEvent),
}

/// The queries `node` and `nodes`.
#[derive(Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// Any object by its id; null when it does not exist or the caller may not see it. Sessions, passkeys and
    /// identities are the caller's own. With permission `read_users` accounts of others are found, too, and the audit
    /// log records who reads them; with `read_audit` all events.
    async fn node(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Id taken from any object.")] id: ID,
    ) -> Option<Result<Node, Failed>> {
        match operation(context) {
            Ok(operation) => match Box::pin(find_all(operation, std::slice::from_ref(&id))).await {
                Ok(mut found) => found.pop().flatten().map(Ok),
                Err(error) => Some(Err(error)),
            },
            Err(error) => Some(Err(error)),
        }
    }

    /// Several objects by id as `node` finds them, in the given order; at most 100, each once. Null for each that does
    /// not exist or that the caller may not see. Codes: BAD_USER_INPUT.
    async fn nodes(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "Ids taken from any object.")] ids: Vec<ID>,
    ) -> Result<Vec<Option<Node>>, Failed> {
        if ids.len() > MAX_NODES {
            return Err(Denied::BadUserInput("Ask for at most 100 ids at a time.".into()).into());
        }
        // An id given a hundred times would be looked up a hundred times, with everything below it.
        if ids.iter().collect::<BTreeSet<_>>().len() < ids.len() {
            return Err(Denied::BadUserInput("Ask for each id once.".into()).into());
        }
        Box::pin(find_all(operation(context)?, &ids)).await
    }
}

/// The objects with these ids that the caller may see: the caller's own account, sessions, passkeys and identities,
/// events, and the accounts of others.
async fn find_all(operation: &OpContext, ids: &[ID]) -> Result<Vec<Option<Node>>, Failed> {
    let Some(caller) = operation.optional_caller().await? else {
        return Ok(ids.iter().map(|_| None).collect());
    };
    let user_id = caller.user.id.to_string();
    let sessions = ids.iter().filter_map(|id| id.parse().ok()).collect();
    let sessions = Box::pin(session::find_own(operation, sessions)).await?;
    let is_other = |id: &ID| **id != user_id && id.parse().is_ok_and(|id| !sessions.contains_key(&id));
    let others: Vec<_> = ids.iter().filter(|id| is_other(id)).collect();
    // Most calls ask for none: then this costs no query.
    let (passkeys, identities, events) = if others.is_empty() {
        (Vec::new(), Vec::new(), Vec::new())
    } else {
        let db = &operation.app.db;
        let passkeys = passkey::of_user(db, caller.user.id).await;
        let identities = identity::of_user(db.reader(), caller.user.id).await;
        let ids = others.iter().filter_map(|id| id.parse().ok()).collect();
        let events = Box::pin(activity::find_visible(operation, caller, ids)).await?;
        (
            passkeys.map_err(Failure::from)?,
            identities.map_err(Failure::from)?,
            AuditEvent::of(events),
        )
    };
    let is_found = |id: &str| {
        passkeys.iter().any(|passkey| passkey.id.to_string() == id)
            || identities.iter().any(|identity| identity.id.to_string() == id)
            || events.iter().any(|event| event.key() == id)
    };
    let unknown = others.iter().filter(|id| !is_found(id));
    let users = users_of_others(operation, unknown.filter_map(|id| id.parse().ok()).collect()).await?;
    let node = |id: &ID| {
        if **id == user_id {
            return Some(Node::User(User::from(caller)));
        }
        if let Some(passkey) = passkeys.iter().find(|passkey| passkey.id.to_string() == **id) {
            return Some(Node::Passkey(Passkey::from(passkey.clone())));
        }
        if let Some(identity) = identities.iter().find(|identity| identity.id.to_string() == **id) {
            return Some(Node::Identity(Identity::from(identity.clone())));
        }
        if let Some(event) = events.iter().find(|event| event.key() == **id) {
            return Some(Node::AuditEvent(event.clone()));
        }
        if let Some(user) = id.parse().ok().and_then(|id| users.get(&id)) {
            return Some(Node::User(user.clone()));
        }
        let session = sessions.get(&id.parse().ok()?)?;
        Some(Node::Session(Session::own(
            session.clone(),
            Some(caller.session.id),
        )))
    };
    Ok(ids.iter().map(node).collect())
}

/// The accounts with these ids, if the caller may read users. That they are read is recorded.
async fn users_of_others(operation: &OpContext, ids: Vec<UserId>) -> Result<HashMap<UserId, User>, Failed> {
    let mut users = HashMap::new();
    if ids.is_empty() {
        return Ok(users);
    }
    for listed in Box::pin(admin::find_readable(operation, ids)).await? {
        audit::record_view(operation, listed.user.id).await?;
        users.insert(listed.user.id, User::from(listed));
    }
    Ok(users)
}
