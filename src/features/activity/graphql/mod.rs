//! Events in GraphQL.

mod event_type;
mod people;

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::UserId;

use self::{
    event_type::{AuditActorKind, AuditEventType},
    people::People,
};
use super::read::{Activity, Scope};
use crate::{
    context::graphql::operation,
    features::user::User,
    platform::{
        failure::Failed,
        graphql::{
            connection::{Connection, ListTag, PageArguments},
            scalars::DateTime,
        },
    },
};

/// The cursors of events.
const LIST: ListTag = ListTag(*b"evt");

/// An event of the audit log.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    activity: Activity,
    people: Arc<People>,
}

impl AuditEvent {
    /// These events, whose people are read together.
    pub fn of(activities: Vec<Activity>) -> Vec<Self> {
        let people = People::of(&activities);
        let event = |activity| Self::new(activity, &people);
        activities.into_iter().map(event).collect()
    }

    fn new(activity: Activity, people: &Arc<People>) -> Self {
        Self {
            activity,
            people: Arc::clone(people),
        }
    }

    /// Its id, as text.
    pub fn key(&self) -> String {
        self.activity.event.id.to_string()
    }

    async fn person(&self, context: &Context<'_>, id: Option<UserId>) -> Result<Option<User>, Failed> {
        match id {
            Some(id) => self.people.find(operation(context)?, id).await,
            None => Ok(None),
        }
    }
}

/// A security-relevant event.
#[Object]
impl AuditEvent {
    /// Opaque and unique across all types.
    pub async fn id(&self) -> ID {
        self.key().into()
    }

    /// What happened.
    #[graphql(name = "type")]
    async fn kind(&self) -> AuditEventType {
        self.activity.kind.into()
    }

    /// When.
    async fn created_at(&self) -> DateTime {
        DateTime::from_millis(self.activity.event.created_at)
    }

    /// Kind of who caused it.
    async fn actor_kind(&self) -> AuditActorKind {
        self.activity.actor_kind.into()
    }

    /// Id of who caused it, which outlives the account; null where nobody is known.
    async fn actor_id(&self) -> Option<ID> {
        self.activity.event.actor_id.map(|id| id.to_string().into())
    }

    /// Who caused it, for themselves and for those who may read users; null if the account is gone.
    async fn actor(&self, context: &Context<'_>) -> Result<Option<User>, Failed> {
        self.person(context, self.activity.event.actor_id).await
    }

    /// Id of whose account it was, which outlives the account.
    async fn subject_id(&self) -> Option<ID> {
        self.activity.event.subject_id.map(|id| id.to_string().into())
    }

    /// Whose account it was, for themselves and for those who may read users; null if the account is gone.
    async fn subject(&self, context: &Context<'_>) -> Result<Option<User>, Failed> {
        self.person(context, self.activity.event.subject_id).await
    }

    /// Client IP address; null to owners where an administrator acted.
    async fn ip_address(&self) -> Option<&str> {
        self.activity.event.ip_address.as_deref()
    }

    /// Raw User-Agent header; null to owners where an administrator acted.
    async fn user_agent(&self) -> Option<&str> {
        self.activity.event.user_agent.as_deref()
    }

    /// Id of the request, as in the log; null to owners where an administrator acted.
    async fn request_id(&self) -> Option<&str> {
        self.activity.event.request_id.as_deref()
    }

    /// What else is known, by name: the provider of a sign-in, the roles before and after.
    async fn details(&self) -> Vec<AuditDetail<'_>> {
        let event = &self.activity.event;
        let facts = event.details.iter().chain(&event.personal);
        facts.map(|(name, value)| AuditDetail { name, value }).collect()
    }
}

/// One more fact of an audit event.
#[derive(SimpleObject)]
struct AuditDetail<'a> {
    /// What it is.
    name: &'a str,
    /// Its value as text.
    value: &'a str,
}

/// The query `auditEvents`.
#[derive(Default)]
pub struct ActivityQuery;

#[Object]
impl ActivityQuery {
    /// Security events, newest first. Needs sign-in, without which the error is UNAUTHENTICATED. Gives the events about
    /// the caller and those that the caller caused; with permission `read_audit` those of everybody, or of `userId`.
    /// Without it, `userId` of somebody else is FORBIDDEN. The log records who reads the events of others, and whose
    /// account is read by `actor` and `subject`. Page size 1 to
    /// 100, default 20. Codes: BAD_USER_INPUT.
    async fn audit_events(
        &self,
        context: &Context<'_>,
        #[graphql(desc = "How many, starting with the newest.")] first: Option<i32>,
        #[graphql(desc = "Only those after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many, starting with the oldest.")] last: Option<i32>,
        #[graphql(desc = "Only those before this cursor.")] before: Option<String>,
        #[graphql(desc = "Only those about this user, or caused by them.")] user_id: Option<ID>,
    ) -> Option<Result<Connection<AuditEvent>, Failed>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            let operation = operation(context)?;
            let scope = Scope::of(operation, user_id.as_deref().map(String::as_str)).await?;
            let page = scope.page(&operation.app, &arguments.request(LIST)?).await?;
            let people = People::of(page.items.iter().map(|(_, activity)| activity));
            let page = page.map(|(at, activity)| (at, AuditEvent::new(activity, &people)));
            Ok(Connection::new(LIST, page, scope.count(operation.app.clone())))
        };
        Some(Box::pin(page).await)
    }
}
