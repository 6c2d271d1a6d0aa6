//! The account page.

use std::time::Duration;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    fields::Fields,
    link::Link,
    page_context::{PageContext, SubmittedForm},
    replay,
    response::{Frame, limited, to_retry},
};
use crate::{
    context::{Caller, graphql::user_error::UserError},
    features::{
        account::{change_password, delete, update_profile},
        session::{self, DeviceName},
    },
    platform::{
        clock::Timestamp,
        failure::{Failed, Failure},
        keyset::{Direction, PageRequest},
    },
};

/// Most sessions that are shown.
const MAX_SESSIONS_SHOWN: u16 = 50;

#[derive(Deserialize)]
pub(super) struct ProfileForm {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    current_password: Option<SecretString>,
    #[serde(default)]
    new_password: SecretString,
    keep_other_sessions: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct DeleteForm {
    current_password: Option<SecretString>,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    frame: Frame<'a>,
    forms: Forms,
    welcome: String,
    email: &'a str,
    is_email_verified: bool,
    has_password: bool,
    password_hint: String,
    sessions: Vec<Row>,
    more_sessions: Option<String>,
}

/// The forms of the page.
struct Forms {
    profile: Fields,
    password: Fields,
    sessions: Fields,
    delete: Fields,
}

/// A session, as a line of the list.
struct Row {
    id: String,
    device: String,
    is_current: bool,
    last_used: String,
    last_used_at: String,
    address: Option<String>,
    /// What the button does, for those who cannot see beside which line it stands.
    end: String,
}

pub(super) async fn show(visit: PageContext, link: Link) -> Response {
    const NOTICES: [&str; 7] = [
        "profile-saved",
        "password-changed",
        "session-ended",
        "other-sessions-ended",
        "already-signed-in",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let Some(caller) = visit.caller.clone() else {
        return visit.to_login();
    };
    let notice = visit.notice(link.notice.as_deref(), &NOTICES);
    let forms = Forms::of(&caller);
    page(&visit, &caller, StatusCode::OK, forms, notice).await
}

pub(super) async fn change_profile(sent: SubmittedForm<ProfileForm>) -> Result<Response, Response> {
    let (visit, form) = sent.of_user()?;
    let outcome = update_profile::update_profile(&visit.context, Some(&form.name)).await;
    Ok(match outcome {
        Ok(_) => visit.see_other("/account?notice=profile-saved"),
        Err(Failure::Refused(problem)) => {
            refused(&visit, "profile", vec![("name", form.name)], vec![problem.into()]).await
        }
        Err(Failure::Failed(failed)) => visit.failed(failed),
    })
}

pub(super) async fn change_password(mut sent: SubmittedForm<PasswordForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return replay::password_changed(sent.visit).await;
    }
    let (mut visit, form) = sent.of_user()?;
    let input = change_password::Input {
        current: form.current_password,
        new: form.new_password,
        keep_other_sessions: form.keep_other_sessions.is_some(),
    };
    let outcome = change_password::change_password(&visit.context, input).await;
    if visit.receipt_after(&outcome).await.is_some() {
        return replay::password_changed(visit).await;
    }
    if let Some(wait) = limited(&outcome) {
        return Ok(too_many(&visit, "password", wait).await);
    }
    match outcome {
        Ok(output) => {
            if let Some(tokens) = &output.cookies {
                visit.cookies.extend(tokens.cookies.clone());
            }
            Ok(visit.see_other("/account?notice=password-changed"))
        }
        Err(Failure::Refused(errors)) => {
            let errors = errors.into_iter().map(UserError::from).collect();
            Ok(refused(&visit, "password", Vec::new(), errors).await)
        }
        Err(Failure::Failed(failed)) => Err(visit.failed(failed)),
    }
}

pub(super) async fn delete(mut sent: SubmittedForm<DeleteForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return replay::account_deleted(sent.visit);
    }
    let (visit, form) = sent.of_user()?;
    let outcome = delete::delete_account(&visit.context, form.current_password.as_ref()).await;
    if visit.receipt_after(&outcome).await.is_some() {
        return replay::account_deleted(visit);
    }
    if let Some(wait) = limited(&outcome) {
        return Ok(too_many(&visit, "delete", wait).await);
    }
    match outcome {
        Ok(_) => replay::account_deleted(visit),
        Err(Failure::Refused(error)) => Ok(refused(&visit, "delete", Vec::new(), vec![error.into()]).await),
        Err(Failure::Failed(failed)) => Err(visit.failed(failed)),
    }
}

/// The page replay, with what was typed into one of its forms and what is wrong with it.
pub(super) async fn refused(
    visit: &PageContext,
    form: &'static str,
    typed: Vec<(&'static str, String)>,
    errors: Vec<UserError>,
) -> Response {
    let Some(caller) = visit.caller.clone() else {
        return visit.to_login();
    };
    let mut fields = Fields::new(form).refused(&visit.t, &visit.context.app.config, &errors);
    for (name, value) in typed {
        fields = fields.typed(name, value);
    }
    let forms = Forms::of(&caller).with(fields);
    page(visit, &caller, StatusCode::UNPROCESSABLE_ENTITY, forms, None).await
}

/// The page replay, whose form may be sent again after a while.
async fn too_many(visit: &PageContext, form: &'static str, wait: Duration) -> Response {
    let Some(caller) = visit.caller.clone() else {
        return visit.to_login();
    };
    let fields = Fields::new(form).told(visit.too_many(wait));
    let forms = Forms::of(&caller).with(fields);
    let answer = page(visit, &caller, StatusCode::TOO_MANY_REQUESTS, forms, None).await;
    to_retry(answer, wait)
}

impl Forms {
    fn of(caller: &Caller) -> Self {
        Self {
            profile: Fields::new("profile").typed("name", caller.user.name.as_str()),
            password: Fields::new("password"),
            sessions: Fields::new("sessions"),
            delete: Fields::new("delete"),
        }
    }

    /// With one of them as it came back.
    fn with(mut self, fields: Fields) -> Self {
        match fields.id {
            "profile" => self.profile = fields,
            "password" => self.password = fields,
            "sessions" => self.sessions = fields,
            _ => self.delete = fields,
        }
        self
    }
}

async fn page(
    visit: &PageContext,
    caller: &Caller,
    status: StatusCode,
    forms: Forms,
    notice: Option<String>,
) -> Response {
    let (sessions, more) = match visit.done(sessions(visit, caller).await) {
        Ok(sessions) => sessions,
        Err(answer) => return answer,
    };
    let nonce = visit.nonce();
    let t = &visit.t;
    let user = &caller.user;
    let page = AccountPage {
        frame: visit.frame(&nonce, notice),
        forms,
        welcome: t.with("welcome", &[("name", user.name.as_str().into())]),
        email: &user.email,
        is_email_verified: user.email_verified_at.is_some(),
        has_password: user.password_hash.is_some(),
        password_hint: visit.password_hint(),
        sessions,
        more_sessions: (more > 0).then(|| t.with("more-sessions", &[("count", more.into())])),
    };
    visit.page(status, &nonce, &page)
}

/// The lines of the list, and how many more there would be.
async fn sessions(visit: &PageContext, caller: &Caller) -> Result<(Vec<Row>, u64), Failed> {
    let request = PageRequest {
        direction: Direction::Forward,
        size: MAX_SESSIONS_SHOWN,
        after: None,
        before: None,
    };
    let app = &visit.context.app;
    let page = session::page(app, caller.user.id, &request).await?;
    let more = if page.has_next {
        session::count(app, caller.user.id)
            .await?
            .saturating_sub(u64::from(MAX_SESSIONS_SHOWN))
    } else {
        0
    };
    let rows = page.items.into_iter().map(|(_, session)| {
        let used = Timestamp::from_millisecond(session.last_used_at).unwrap_or_default();
        let device = DeviceName::of(&session);
        Row {
            id: session.id.to_string(),
            is_current: session.id == caller.session.id,
            last_used: used.strftime("%Y-%m-%d %H:%M UTC").to_string(),
            last_used_at: format!("{used:.3}"),
            address: session.ip_address,
            end: visit
                .t
                .with("end-session-on", &[("device", device.as_str().into())]),
            device,
        }
    });
    let mut rows: Vec<Row> = rows.collect();
    rows.sort_by_key(|row| !row.is_current);
    Ok((rows, more))
}
