//! Use cases: read events.

use entity::{AuditEventId, UserId};

use crate::{
    context::{App, Caller, OpContext},
    features::{
        audit::{self, Actor, ActorKind, Event, EventFilter, EventKind},
        authority::{Authority, ReadAudit},
    },
    platform::{
        db::DbResult,
        failure::{Denied, Failed, Failure},
        graphql::connection::Total,
        keyset::{Direction, Page, PageRequest, Position},
    },
};

/// An event, without what its reader must not see.
#[derive(Debug, Clone)]
pub struct Activity {
    /// What happened.
    pub kind: EventKind,
    /// What kind of actor it was.
    pub actor_kind: ActorKind,
    /// The rest.
    pub event: Event,
}

/// Who reads.
#[derive(Debug, Clone, Copy)]
struct Reader {
    id: UserId,
    /// Whether they may read the events of everybody.
    sees_all: bool,
}

impl Reader {
    /// Whether an event concerns them.
    fn is_concerned(self, event: &Event) -> bool {
        event.subject_id == Some(self.id) || event.actor_id == Some(self.id)
    }

    /// What they may see of an event. None for one of a newer version, which has no name here.
    fn see(self, event: Event) -> Option<Activity> {
        let (kind, actor_kind) = (event.kind?, event.actor_kind?);
        let is_hidden = matches!(actor_kind, ActorKind::Administrator | ActorKind::CommandLine)
            && event.actor_id != Some(self.id)
            && !self.sees_all;
        // A former administrator still sees these events, without the personal facts about others.
        let is_about_another = event.subject_id.is_some_and(|id| id != self.id) && !self.sees_all;
        let event = Event {
            ip_address: event.ip_address.filter(|_| !is_hidden),
            user_agent: event.user_agent.filter(|_| !is_hidden),
            session_id: event.session_id.filter(|_| !is_hidden),
            request_id: event.request_id.filter(|_| !is_hidden),
            personal: if is_hidden || is_about_another {
                Vec::new()
            } else {
                event.personal
            },
            ..event
        };
        Some(Activity {
            kind,
            actor_kind,
            event,
        })
    }
}

/// The caller's authority to read the events of everybody; none without the permission.
async fn read_audit(context: &OpContext) -> Result<Option<Authority<'_, ReadAudit>>, Failed> {
    match Authority::to_read(context).await {
        Ok(authority) => Ok(Some(authority)),
        Err(Failed::Denied(Denied::Forbidden)) => Ok(None),
        Err(failed) => Err(failed),
    }
}

/// The events that a caller may read, of those they asked for.
#[derive(Debug)]
pub struct Scope {
    reader: Reader,
    /// None if there can be none.
    filter: Option<EventFilter>,
    /// The reader, if these are the events of others.
    recorded: Option<Actor>,
}

impl Scope {
    /// Those of this user, or those that the caller may read. Without permission `read_audit` these are their own, and to
    /// ask for those of somebody else is FORBIDDEN.
    pub async fn of(context: &OpContext, user_id: Option<&str>) -> Result<Self, Failed> {
        let own = context.caller().await?.user.id;
        let whose = user_id.map(str::parse::<UserId>);
        let authority = read_audit(context).await?;
        let filter = match (&whose, &authority) {
            (None, Some(_)) => Some(EventFilter::All),
            (None, None) => Some(EventFilter::Of(own)),
            (Some(Ok(id)), _) if *id == own => Some(EventFilter::Of(own)),
            (Some(_), None) => return Err(Denied::Forbidden.into()),
            (Some(Ok(id)), Some(_)) => Some(EventFilter::Of(*id)),
            // Nobody has such an id.
            (Some(Err(_)), Some(_)) => None,
        };
        let is_own = filter.is_none() || filter == Some(EventFilter::Of(own));
        Ok(Self {
            reader: Reader {
                id: own,
                sees_all: authority.is_some(),
            },
            filter,
            recorded: authority.filter(|_| !is_own).map(|authority| authority.actor()),
        })
    }

    /// A page of them, newest first. That others' events are read is recorded first.
    pub async fn page(&self, app: &App, request: &PageRequest) -> Result<Page<(Position, Activity)>, Failed> {
        let Some(filter) = self.filter else {
            return Ok(request.page(Vec::new()));
        };
        if let Some(actor) = &self.recorded {
            let subject = match filter {
                EventFilter::Of(id) => Some(id),
                EventFilter::All => None,
            };
            audit::record_read(app, EventKind::AuditRead, actor.clone(), subject).await?;
        }
        let page = read_page(app, filter, self.reader, request).await;
        Ok(page.map_err(Failure::from)?)
    }

    /// How many there are. It runs only after a page was read.
    pub(super) fn count(
        &self,
        app: std::sync::Arc<App>,
    ) -> impl Future<Output = Result<Total, Failed>> + use<> {
        let filter = self.filter;
        async move {
            let Some(filter) = filter else {
                return Ok(Total::exact(0));
            };
            let count = audit::count(&app.db, filter, Total::MAX + 1).await;
            Ok(Total::capped(count.map_err(Failure::from)?))
        }
    }
}

/// A page of the caller's own events, newest first.
pub async fn own(app: &App, caller: &Caller, request: &PageRequest) -> DbResult<Page<(Position, Activity)>> {
    let reader = Reader {
        id: caller.user.id,
        sees_all: false,
    };
    read_page(app, EventFilter::Of(reader.id), reader, request).await
}

async fn read_page(
    app: &App,
    filter: EventFilter,
    reader: Reader,
    request: &PageRequest,
) -> DbResult<Page<(Position, Activity)>> {
    let mut request = request.clone();
    loop {
        let page = audit::page(&app.db, filter, &request).await?;
        let ends = (
            page.items.first().map(|(at, _)| *at),
            page.items.last().map(|(at, _)| *at),
        );
        let seen = |(at, event)| Some((at, reader.see(event)?));
        let items: Vec<_> = page.items.into_iter().filter_map(seen).collect();
        let has_more = match request.direction {
            Direction::Forward => page.has_next,
            Direction::Backward => page.has_previous,
        };
        // A page of which nothing has a name here is not the end.
        if items.is_empty() && has_more {
            match request.direction {
                Direction::Forward => request.after = ends.1,
                Direction::Backward => request.before = ends.0,
            }
            continue;
        }
        return Ok(Page {
            items,
            has_next: page.has_next,
            has_previous: page.has_previous,
        });
    }
}

/// Those of the events with these ids that the caller may see, in any order: those that concern them, and with permission
/// `read_audit` all.
pub async fn find_visible(
    context: &OpContext,
    caller: &Caller,
    ids: Vec<AuditEventId>,
) -> Result<Vec<Activity>, Failed> {
    let found = audit::find_all(&context.app.db, ids).await;
    let found = found.map_err(Failure::from)?;
    if found.is_empty() {
        return Ok(Vec::new());
    }
    // As in the list: what they see of an event does not depend on which other events they ask for.
    let authority = read_audit(context).await?;
    let reader = Reader {
        id: caller.user.id,
        sees_all: authority.is_some(),
    };
    if let Some(authority) = authority {
        for event in found.iter().filter(|event| !reader.is_concerned(event)) {
            let (app, actor) = (&context.app, authority.actor());
            audit::record_read(app, EventKind::AuditRead, actor, event.subject_id).await?;
        }
    }
    let visible = found
        .into_iter()
        .filter(|event| reader.sees_all || reader.is_concerned(event));
    Ok(visible.filter_map(|event| reader.see(event)).collect())
}
