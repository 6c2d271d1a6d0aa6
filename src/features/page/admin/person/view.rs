//! The page of one person.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::{UserId, user};

use super::forms::Forms;
use crate::{
    features::{
        activity::Scope,
        admin::{self, Lookup},
        authority::{Authority, ReadUsers},
        identity,
        invitation::{self, PendingInvitation},
        mail,
        mfa::Factors,
        page::{
            admin::{
                address::address,
                event_rows::{EventRow, event_rows},
                nav::Nav,
                role_options::{RoleOption, role_options},
            },
            fields::Fields,
            next::{self, AUDIT},
            page_context::PageContext,
            response::Frame,
            session_rows::{self, Row},
            shown_time::ShownTime,
        },
        recovery_code,
        user::Listed,
    },
    platform::{
        config::{Permission, Permissions},
        failure::{Failed, Failure},
        keyset::{Direction, PageRequest},
    },
};

/// Number of events on the page.
const EVENTS: u16 = 10;

#[derive(Template)]
#[template(path = "admin_person.html")]
struct PersonPage<'a> {
    frame: Frame<'a>,
    nav: Nav,
    /// The path of the page, to which the forms add theirs.
    path: String,
    user: &'a user::Model,
    roles: &'a [String],
    created: ShownTime,
    last_login: Option<ShownTime>,
    deletes: Option<ShownTime>,
    language: String,
    is_self: bool,
    is_disabled: bool,
    sends_mail: bool,
    offers: Offers,
    problem: Option<String>,
    update: Fields,
    disable: Fields,
    delete: Fields,
    role_options: Vec<RoleOption>,
    more: More,
    more_sessions: Option<String>,
    /// Where all events of the person are.
    all_events: String,
}

/// What the caller may do here.
#[derive(Debug, Clone, Copy)]
struct Offers {
    change: bool,
    roles: bool,
    /// Whether the account has a permission that the caller lacks.
    is_above: bool,
}

/// What other tables have of the person.
struct More {
    factors: Factors,
    unused_codes: u64,
    identities: Vec<String>,
    invitation: Option<Invitation>,
    sessions: Vec<Row>,
    further_sessions: u64,
    /// None without the permission to read events.
    events: Option<Vec<EventRow>>,
}

/// An invitation that was not accepted.
struct Invitation {
    roles: Vec<String>,
    expires: ShownTime,
}

impl From<PendingInvitation> for Invitation {
    fn from(pending: PendingInvitation) -> Self {
        Self {
            roles: pending.roles,
            expires: ShownTime::of(pending.expires_at),
        }
    }
}

/// The page with its forms; the page of an unknown path if there is no such person.
pub(super) async fn render(
    page: &PageContext,
    permissions: &Permissions,
    id: UserId,
    status: StatusCode,
    mut forms: Forms,
    notice: Option<&str>,
) -> Result<Response, Response> {
    const NOTICES: [&str; 11] = [
        "person-saved",
        "roles-saved",
        "person-disabled",
        "person-enabled",
        "person-signed-out",
        "person-mailed",
        "person-invited",
        "factors-reset",
        "confirmed",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let Some((listed, more)) = page.done(load(page, permissions, id).await)? else {
        return Err(page.missing(true));
    };
    let Listed { user, roles } = &listed;
    let (t, nonce, path) = (&page.t, page.nonce(), next::person(id));
    let offers = offers(page, permissions, roles);
    let ticked = forms.roles.take();
    // Until an invitation is accepted, its roles are those that would be replaced.
    let carried = more.invitation.as_ref().map(|it| it.roles.clone());
    let ticked = ticked.or(carried).unwrap_or_else(|| roles.clone());
    let nav = Nav::of(page, permissions, &path);
    let template = PersonPage {
        frame: page.frame(&nonce, page.notice(notice, &NOTICES)),
        nav: if offers.change || offers.roles {
            nav.with_proof(page, &path)
        } else {
            nav
        },
        roles,
        created: ShownTime::of(user.created_at),
        last_login: user.last_login_at.map(ShownTime::of),
        deletes: user.deletes_at.map(ShownTime::of),
        language: page
            .pages
            .name_of_language(&page.context.app.languages.find(&user.locale).language()),
        is_self: page.caller.as_ref().is_some_and(|caller| caller.user.id == id),
        is_disabled: user.status == user::Status::Disabled,
        sends_mail: mail::is_enabled(&page.context.app),
        offers,
        update: forms.take_update(user),
        disable: forms.disable.take().unwrap_or_else(|| Fields::new("disable")),
        delete: forms.delete.take().unwrap_or_else(|| Fields::new("delete")),
        problem: forms.problem.take(),
        role_options: role_options(&page.context.app, permissions, &ticked),
        more_sessions: (more.further_sessions > 0)
            .then(|| t.with("more-sessions", &[("count", more.further_sessions.into())])),
        all_events: address(AUDIT, &[("person", &id.to_string())]),
        more,
        path,
        user,
    };
    Ok(page.page(status, &nonce, &template))
}

fn offers(page: &PageContext, permissions: &Permissions, roles: &[String]) -> Offers {
    let held = page.context.app.config.roles.permissions_of(roles);
    let is_above = !held.is_subset(permissions);
    let may = |permission| permissions.contains(&permission);
    Offers {
        change: may(Permission::ManageUsers) && !is_above,
        roles: may(Permission::ManageRoles) && !is_above,
        is_above: is_above && (may(Permission::ManageUsers) || may(Permission::ManageRoles)),
    }
}

async fn load(
    page: &PageContext,
    permissions: &Permissions,
    id: UserId,
) -> Result<Option<(Listed, More)>, Failed> {
    let app = &page.context.app;
    let authority = Authority::<ReadUsers>::to_read(&page.context).await?;
    let Some(listed) = admin::find(&authority, &Lookup::Id(id.to_string())).await? else {
        return Ok(None);
    };
    let factors = Factors::of(app, id).await.map_err(Failure::from)?;
    let unused_codes = recovery_code::count_unused(app.db.reader(), id).await;
    let identities = identity::of_user(app.db.reader(), id).await;
    let identities = identities.map_err(Failure::from)?.into_iter();
    let current = page.caller.as_ref().map(|caller| caller.session.id);
    let (sessions, further_sessions) = session_rows::rows_of(page, id, current).await?;
    let pending = invitation::pending(app, id).await?;
    let more = More {
        factors,
        unused_codes: unused_codes.map_err(Failure::from)?,
        identities: identities
            .map(|it| identity::provider_name(app, &it.provider).to_owned())
            .collect(),
        invitation: pending.map(Invitation::from),
        sessions,
        further_sessions,
        events: if permissions.contains(&Permission::ReadAudit) {
            Some(latest_events(page, permissions, id).await?)
        } else {
            None
        },
    };
    Ok(Some((listed, more)))
}

async fn latest_events(
    page: &PageContext,
    permissions: &Permissions,
    id: UserId,
) -> Result<Vec<EventRow>, Failed> {
    let request = PageRequest {
        direction: Direction::Forward,
        size: EVENTS,
        after: None,
        before: None,
    };
    let scope = Scope::of(&page.context, Some(&id.to_string())).await?;
    let list = scope.page(&page.context.app, &request).await?;
    let events = list.items.into_iter().map(|(_, activity)| activity).collect();
    event_rows(page, permissions, events).await
}
