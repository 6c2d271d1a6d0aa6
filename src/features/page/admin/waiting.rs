//! Who has not accepted an invitation.

use entity::user::{self, Status};

use crate::{
    features::{
        admin,
        authority::{Authority, ReadUsers},
        invitation::{self, PendingInvitation},
        page::{next, page_context::PageContext, shown_time::ShownTime},
        user::{Filter, Listing, SortKey},
    },
    platform::{
        failure::Failed,
        keyset::{Direction, PageRequest, Position},
    },
};

/// How long ago an account that waits was made at most. Invitations work for three days, and can be sent again.
const MAX_AGE_MILLIS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// Accounts that one step reads, and steps of one page. No index has the invitations.
const STEP: u16 = 50;
const MAX_STEPS: usize = 4;

/// How many are shown.
const MAX_SHOWN: usize = 20;

/// Somebody who was invited.
pub(super) struct Waiting {
    pub(super) id: String,
    pub(super) to: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: Vec<String>,
    pub(super) expires: ShownTime,
    pub(super) is_expired: bool,
    /// Label of the button for screen readers: it names the person.
    pub(super) again: String,
}

/// Those who wait, and whether there may be more.
pub(super) struct WaitingList {
    pub(super) people: Vec<Waiting>,
    pub(super) is_cut: bool,
}

/// The last who were invited, newest first. It reads the accounts of the last 30 days, 200 at most.
pub(super) async fn waiting(page: &PageContext) -> Result<WaitingList, Failed> {
    let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
    let now = page.context.app.clock.now().as_millisecond();
    let filter = Filter {
        created_from: Some(now.saturating_sub(MAX_AGE_MILLIS).max(0)),
        ..Filter::default()
    };
    let listing = Listing::of(filter, None)?;
    let mut people = Vec::new();
    let mut after: Option<Position<SortKey>> = None;
    for _ in 0..MAX_STEPS {
        let request = PageRequest {
            direction: Direction::Forward,
            size: STEP,
            after: after.clone(),
            before: None,
        };
        let list = admin::list(&authority, &listing, &request).await?;
        after = list.items.last().map(|(at, _)| at.clone());
        let users = list.items.into_iter().map(|(_, listed)| listed.user);
        let users: Vec<_> = users.filter(may_wait).collect();
        let ids = users.iter().map(|user| user.id).collect();
        let mut pending = invitation::pending_of_each(&page.context.app, ids).await?;
        for user in users {
            if let Some(invitation) = pending.remove(&user.id) {
                people.push(Waiting::of(page, user, invitation, now));
            }
            if people.len() == MAX_SHOWN {
                return Ok(WaitingList { people, is_cut: true });
            }
        }
        if !list.has_next {
            return Ok(WaitingList {
                people,
                is_cut: false,
            });
        }
    }
    Ok(WaitingList { people, is_cut: true })
}

fn may_wait(user: &user::Model) -> bool {
    user.password_hash.is_none() && user.email_verified_at.is_none() && user.status == Status::Active
}

impl Waiting {
    fn of(page: &PageContext, user: user::Model, invitation: PendingInvitation, now: i64) -> Self {
        Self {
            again: page
                .t
                .with("invite-again-to", &[("name", user.name.as_str().into())]),
            id: user.id.to_string(),
            to: next::person(user.id),
            name: user.name,
            email: user.email,
            roles: invitation.roles,
            expires: ShownTime::of(invitation.expires_at),
            is_expired: invitation.expires_at <= now,
        }
    }
}
