//! `/admin/invite`: invites somebody, and lists who has not accepted yet.

use std::{collections::BTreeMap, time::Duration};

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::UserId;
use serde::Deserialize;

use super::{
    nav::{Nav, to_proof},
    permitted::{Permitted, PermittedForm},
    problems::{is_unproven, with_problems},
    role_options::{RoleOption, chosen, role_options},
    waiting::{WaitingList, waiting},
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        admin::{self, Invitee, Refused},
        authority::{Authority, ManageUsers, StepUpRequired},
        mail,
        page::{
            fields::Fields,
            link::Link,
            next::INVITE,
            page_context::PageContext,
            response::{Frame, to_retry},
            submitted_form::SubmittedForm,
        },
    },
    platform::{
        config::{Permission, Permissions},
        failure::{Denied, Failed, Failure, Outcome},
    },
};

const INVITED: &str = "/admin/invite?notice=person-invited";

/// The form.
#[derive(Deserialize)]
pub(super) struct InviteForm {
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    /// The roles that are ticked.
    #[serde(flatten)]
    fields: BTreeMap<String, String>,
}

/// The button next to somebody who waits.
#[derive(Deserialize)]
pub(super) struct AgainForm {
    #[serde(default)]
    user: String,
}

#[derive(Template)]
#[template(path = "admin_invite.html")]
struct InvitePage<'a> {
    frame: Frame<'a>,
    nav: Nav,
    form: Fields,
    sends_mail: bool,
    role_options: Vec<RoleOption>,
    /// None for those who may not read people.
    waiting: Option<WaitingList>,
}

/// What is shown in the form.
struct Shown {
    status: StatusCode,
    form: Fields,
    roles: Vec<String>,
}

pub(super) async fn show(
    Permitted {
        page, permissions, ..
    }: Permitted<ManageUsers>,
    link: Link,
) -> Result<Response, Response> {
    let shown = Shown {
        status: StatusCode::OK,
        form: Fields::new("invite"),
        roles: Vec::new(),
    };
    render(&page, &permissions, shown, link.notice.as_deref()).await
}

/// Redirects to the page: the browser shows the address of a form when its answer was a page.
pub(super) async fn to_page(Permitted { page, .. }: Permitted<ManageUsers>) -> Response {
    page.see_other(INVITE)
}

pub(super) async fn submit(form: PermittedForm<ManageUsers, InviteForm>) -> Result<Response, Response> {
    let (page, permissions, form) = opened(form.sent, form.permissions).await?;
    let fields = Fields::new("invite")
        .typed("name", form.name.as_str())
        .typed("email", form.email.as_str());
    let invitee = Invitee {
        name: form.name,
        email: form.email,
        roles: chosen(&form.fields),
    };
    let outcome = async {
        let authority = authority(&page).await;
        let authority = authority.map_err(|failure| failure.map(|refused| vec![refused]))?;
        admin::invite(&authority, &invitee).await
    };
    let outcome = outcome.await;
    finish(&page, &permissions, outcome, fields, invitee.roles).await
}

pub(super) async fn send_again(form: PermittedForm<ManageUsers, AgainForm>) -> Result<Response, Response> {
    let (page, permissions, form) = opened(form.sent, form.permissions).await?;
    let outcome: Outcome<(), Refused> = async {
        let authority = authority(&page).await?;
        let id: UserId = form.user.parse().map_err(|_| Refused::NotFound)?;
        admin::send_reset(&authority, id).await
    }
    .await;
    let outcome = outcome.map_err(|failure| failure.map(|refused| vec![refused]));
    finish(&page, &permissions, outcome, Fields::new("invite"), Vec::new()).await
}

/// The form, or the response to one that has taken effect already or is not ours.
async fn opened<T>(
    mut sent: SubmittedForm<T>,
    permissions: Permissions,
) -> Result<(PageContext, Permissions, T), Response> {
    if sent.receipt_of_user().await?.is_some() {
        return Err(sent.page.see_other(INVITED));
    }
    let (page, form) = sent.of_user_at(INVITE)?;
    Ok((page, permissions, form))
}

async fn authority(page: &PageContext) -> Outcome<Authority<'_, ManageUsers>, Refused> {
    let authority = Authority::to_change(&page.context).await;
    authority.map_err(|failure: Failure<StepUpRequired>| failure.map(Refused::from))
}

/// The response to what a use case did. A refusal shows the page again, with what was typed.
async fn finish<O>(
    page: &PageContext,
    permissions: &Permissions,
    outcome: Outcome<O, Vec<Refused>>,
    fields: Fields,
    roles: Vec<String>,
) -> Result<Response, Response> {
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(page.see_other(INVITED));
    }
    let mut wait: Option<Duration> = None;
    let (status, form) = match outcome {
        Ok(_) => return Ok(page.see_other(INVITED)),
        Err(Failure::Refused(refused)) => {
            let errors: Vec<_> = refused.into_iter().map(UserError::from).collect();
            if is_unproven(&errors) {
                return Ok(page.see_other(&to_proof(INVITE, "&notice=confirm-first")));
            }
            let form = with_problems(fields, &page.t, &errors, &["name", "email"]);
            (StatusCode::UNPROCESSABLE_ENTITY, form)
        }
        Err(Failure::Failed(Failed::Denied(Denied::RateLimited { retry_after }))) => {
            wait = Some(retry_after);
            let form = fields.with_message(page.too_many(retry_after));
            (StatusCode::TOO_MANY_REQUESTS, form)
        }
        // The caller may invite: it is the roles that permit more.
        Err(Failure::Failed(Failed::Denied(Denied::Forbidden))) => {
            let form = fields.with_message(page.t.text("roles-above"));
            (StatusCode::FORBIDDEN, form)
        }
        Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
    };
    let shown = Shown { status, form, roles };
    let response = render(page, permissions, shown, None).await?;
    Ok(match wait {
        Some(wait) => to_retry(response, wait),
        None => response,
    })
}

async fn render(
    page: &PageContext,
    permissions: &Permissions,
    shown: Shown,
    notice: Option<&str>,
) -> Result<Response, Response> {
    const NOTICES: [&str; 4] = [
        "person-invited",
        "confirmed",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let waiting = if permissions.contains(&Permission::ReadUsers) {
        Some(page.done(waiting(page).await)?)
    } else {
        None
    };
    let app = &page.context.app;
    let nonce = page.nonce();
    let template = InvitePage {
        frame: page.frame(&nonce, page.notice(notice, &NOTICES)),
        nav: Nav::of(page, permissions, INVITE).with_proof(page, INVITE),
        form: shown.form,
        sends_mail: mail::is_enabled(app),
        // To give roles also takes the permission to manage roles.
        role_options: if permissions.contains(&Permission::ManageRoles) {
            role_options(app, permissions, &shown.roles)
        } else {
            Vec::new()
        },
        waiting,
    };
    Ok(page.page(shown.status, &nonce, &template))
}
