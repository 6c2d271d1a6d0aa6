//! Events for those who may read them all: with everybody whom they name, and all their facts.

use std::collections::HashMap;

use entity::UserId;

use crate::{
    features::{
        activity::Activity,
        audit::{self, ActorKind, EventKind},
        authority::{Authority, ReadUsers},
        device::DeviceName,
        page::{event_text::sentence, next, page_context::PageContext, shown_time::ShownTime},
        user as users,
    },
    platform::{
        config::{Permission, Permissions},
        failure::{Failed, Failure},
    },
};

/// An event, as a line of the list.
pub(super) struct EventRow {
    pub(super) sentence: String,
    pub(super) time: ShownTime,
    pub(super) actor: String,
    pub(super) actor_person: Option<PersonLink>,
    pub(super) subject: Option<PersonLink>,
    pub(super) device: Option<String>,
    pub(super) address: Option<String>,
    /// Facts, each with its name.
    pub(super) facts: Vec<(String, String)>,
}

/// Somebody whom an event names.
#[derive(Clone)]
pub(super) struct PersonLink {
    /// The name, or the id of an account that is gone or that the caller may not read.
    pub(super) name: String,
    /// None if the caller may not read people.
    pub(super) to: Option<String>,
}

/// The lines for these events.
pub(super) async fn event_rows(
    page: &PageContext,
    permissions: &Permissions,
    events: Vec<Activity>,
) -> Result<Vec<EventRow>, Failed> {
    let names = if permissions.contains(&Permission::ReadUsers) {
        names(page, &events).await?
    } else {
        HashMap::new()
    };
    let person = |id: UserId| PersonLink {
        to: names.contains_key(&id).then(|| next::person(id)),
        name: names.get(&id).cloned().unwrap_or_else(|| id.to_string()),
    };
    let row = |it: Activity| EventRow {
        sentence: sentence(&page.t, &it),
        time: ShownTime::of(it.event.created_at),
        actor: page.t.text(actor_text(it.actor_kind)),
        // An owner who acts on their own account is named once.
        actor_person: it
            .event
            .actor_id
            .filter(|id| Some(*id) != it.event.subject_id)
            .map(person),
        subject: it.event.subject_id.map(person),
        device: it
            .event
            .user_agent
            .as_deref()
            .map(|agent| DeviceName::family(Some(agent))),
        address: it.event.ip_address,
        facts: it.event.details.into_iter().chain(it.event.personal).collect(),
    };
    Ok(events.into_iter().map(row).collect())
}

async fn names(page: &PageContext, events: &[Activity]) -> Result<HashMap<UserId, String>, Failed> {
    let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
    // Their names are a list of people, like that at `/admin`.
    audit::record_read(authority.app(), EventKind::UserViewed, authority.actor(), None).await?;
    let ids = events
        .iter()
        .flat_map(|it| it.event.actor_id.into_iter().chain(it.event.subject_id));
    let ids: std::collections::BTreeSet<_> = ids.collect();
    let found = users::find_all(&authority.app().db, ids.into_iter().collect()).await;
    let found = found.map_err(Failure::from)?.into_iter();
    Ok(found.map(|it| (it.user.id, it.user.name)).collect())
}

/// Name of the text for a kind of actor.
fn actor_text(kind: ActorKind) -> &'static str {
    match kind {
        ActorKind::Owner => "actor-owner",
        ActorKind::Administrator => "actor-administrator",
        ActorKind::Anonymous => "actor-anonymous",
        ActorKind::CommandLine => "actor-command-line",
        ActorKind::System => "actor-system",
    }
}
