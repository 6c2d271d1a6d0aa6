//! The account page.

use std::time::Duration;

use askama::Template;
use axum::{http::StatusCode, response::Response};
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    account_proof::{is_password_enough, with_errors},
    admin,
    fields::Fields,
    link::Link,
    page_context::PageContext,
    replay,
    response::{Frame, limited, to_retry},
    session_rows::{self, Row},
    submitted_form::SubmittedForm,
};
use crate::{
    context::{Caller, graphql::user_error::UserError},
    features::{
        account::{change_password, delete, update_profile},
        mail,
    },
    platform::failure::Failure,
};

#[derive(Deserialize)]
pub(super) struct ProfileForm {
    #[serde(default)]
    name: String,
    locale: Option<String>,
    /// Present if the form had the checkbox. Browsers do not send a checkbox that is not ticked.
    asks_sign_in_notices: Option<String>,
    sign_in_notices: Option<String>,
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

#[expect(
    clippy::struct_excessive_bools,
    reason = "the parts of a page that are there or not"
)]
#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage<'a> {
    frame: Frame<'a>,
    forms: Forms,
    welcome: String,
    email: &'a str,
    is_email_verified: bool,
    pending_email: Option<&'a str>,
    sends_mail: bool,
    languages: Vec<LanguageOption>,
    has_password: bool,
    /// Whether the password is proof enough for a change.
    asks_password: bool,
    delete_warning: String,
    password_hint: String,
    sessions: Vec<Row>,
    more_sessions: Option<String>,
    /// The page of administration that the caller may see first; none without a permission.
    administration: Option<&'static str>,
}

/// The forms of the page.
struct Forms {
    profile: Fields,
    email: Fields,
    password: Fields,
    sessions: Fields,
    delete: Fields,
}

/// A language that can be chosen.
struct LanguageOption {
    tag: String,
    /// What the language calls itself.
    name: String,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    const NOTICES: [&str; 15] = [
        "account-kept",
        "profile-saved",
        "password-changed",
        "session-ended",
        "other-sessions-ended",
        "already-signed-in",
        "link-sent",
        "email-confirmed",
        "email-change-requested",
        "email-change-cancelled",
        "email-changed",
        "password-set",
        "confirmed",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let Some(caller) = page.caller.clone() else {
        return page.to_login();
    };
    let notice = page.notice(link.notice.as_deref(), &NOTICES);
    let forms = Forms::of(&page, &caller);
    render(&page, &caller, StatusCode::OK, forms, notice).await
}

pub(super) async fn change_profile(sent: SubmittedForm<ProfileForm>) -> Result<Response, Response> {
    let (page, form) = sent.of_user()?;
    let input = update_profile::Input {
        name: Some(form.name),
        locale: form.locale,
        has_sign_in_notices: form
            .asks_sign_in_notices
            .is_some()
            .then_some(form.sign_in_notices.is_some()),
    };
    let outcome = update_profile::update_profile(&page.context, &input).await;
    Ok(match outcome {
        Ok(_) => page.see_other("/account?notice=profile-saved"),
        Err(Failure::Refused(problems)) => {
            let errors = problems.into_iter().map(UserError::from).collect();
            refused(&page, "profile", typed(input), errors).await
        }
        Err(Failure::Failed(failed)) => page.failed(failed),
    })
}

/// What was typed into the form of the profile.
fn typed(profile: update_profile::Input) -> Vec<(&'static str, String)> {
    let has_notices = profile.has_sign_in_notices == Some(true);
    vec![
        ("name", profile.name.unwrap_or_default()),
        ("locale", profile.locale.unwrap_or_default()),
        ("sign_in_notices", ticked(has_notices)),
    ]
}

/// The value of a checkbox.
fn ticked(is_ticked: bool) -> String {
    if is_ticked {
        "true".to_owned()
    } else {
        String::new()
    }
}

pub(super) async fn change_password(mut sent: SubmittedForm<PasswordForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return replay::password_changed(sent.page).await;
    }
    let (mut page, form) = sent.of_user()?;
    let input = change_password::Input {
        current: form.current_password,
        new: form.new_password,
        keep_other_sessions: form.keep_other_sessions.is_some(),
    };
    let outcome = change_password::change_password(&page.context, input).await;
    if page.receipt_after(&outcome).await.is_some() {
        return replay::password_changed(page).await;
    }
    if let Some(wait) = limited(&outcome) {
        return Ok(too_many(&page, "password", Vec::new(), wait).await);
    }
    match outcome {
        Ok(output) => {
            if let Some(tokens) = &output.cookies {
                page.cookies.extend(tokens.cookies.clone());
            }
            Ok(page.see_other("/account?notice=password-changed"))
        }
        Err(Failure::Refused(errors)) => {
            let errors = errors.into_iter().map(UserError::from).collect();
            Ok(refused(&page, "password", Vec::new(), errors).await)
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

pub(super) async fn delete(mut sent: SubmittedForm<DeleteForm>) -> Result<Response, Response> {
    if sent.receipt_of_user().await?.is_some() {
        return replay::account_deleted(sent.page);
    }
    let (page, form) = sent.of_user()?;
    let outcome = delete::delete_account(&page.context, form.current_password.as_ref()).await;
    if page.receipt_after(&outcome).await.is_some() {
        return replay::account_deleted(page);
    }
    if let Some(wait) = limited(&outcome) {
        return Ok(too_many(&page, "delete", Vec::new(), wait).await);
    }
    match outcome {
        Ok(_) => replay::account_deleted(page),
        Err(Failure::Refused(error)) => Ok(refused(&page, "delete", Vec::new(), vec![error.into()]).await),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

/// The page again, with the typed values of one form and its errors.
pub(super) async fn refused(
    page: &PageContext,
    form: &'static str,
    typed: Vec<(&'static str, String)>,
    errors: Vec<UserError>,
) -> Response {
    let Some(caller) = page.caller.clone() else {
        return page.to_login();
    };
    let is_enough = match page.done(is_password_enough(page, &caller).await) {
        Ok(is_enough) => is_enough,
        Err(response) => return response,
    };
    let fields = with_errors(fields(form, typed), page, is_enough, errors);
    let forms = Forms::of(page, &caller).with(fields);
    render(page, &caller, StatusCode::UNPROCESSABLE_ENTITY, forms, None).await
}

/// The page again; the form may be sent again after `wait`.
pub(super) async fn too_many(
    page: &PageContext,
    form: &'static str,
    typed: Vec<(&'static str, String)>,
    wait: Duration,
) -> Response {
    let Some(caller) = page.caller.clone() else {
        return page.to_login();
    };
    let fields = fields(form, typed).with_message(page.too_many(wait));
    let forms = Forms::of(page, &caller).with(fields);
    let response = render(page, &caller, StatusCode::TOO_MANY_REQUESTS, forms, None).await;
    to_retry(response, wait)
}

fn fields(form: &'static str, typed: Vec<(&'static str, String)>) -> Fields {
    let add = |fields: Fields, (name, value)| fields.typed(name, value);
    typed.into_iter().fold(Fields::new(form), add)
}

impl Forms {
    fn of(page: &PageContext, caller: &Caller) -> Self {
        let user = &caller.user;
        let language = page.context.app.languages.find(&user.locale);
        Self {
            profile: Fields::new("profile")
                .typed("name", user.name.as_str())
                .typed("locale", language.language())
                .typed("sign_in_notices", ticked(user.sign_in_notices_off_at.is_none())),
            email: Fields::new("email"),
            password: Fields::new("password"),
            sessions: Fields::new("sessions"),
            delete: Fields::new("delete"),
        }
    }

    /// Replaces one of the forms.
    fn with(mut self, fields: Fields) -> Self {
        match fields.id {
            "profile" => self.profile = fields,
            "email" => self.email = fields,
            "password" => self.password = fields,
            "sessions" => self.sessions = fields,
            _ => self.delete = fields,
        }
        self
    }
}

async fn render(
    page: &PageContext,
    caller: &Caller,
    status: StatusCode,
    forms: Forms,
    notice: Option<String>,
) -> Response {
    let (sessions, more) = match page.done(session_rows::rows(page, caller).await) {
        Ok(sessions) => sessions,
        Err(response) => return response,
    };
    let asks_password = match page.done(is_password_enough(page, caller).await) {
        Ok(asks) => asks,
        Err(response) => return response,
    };
    let administration = match page.done(admin::first(page, caller).await) {
        Ok(administration) => administration,
        Err(response) => return response,
    };
    let nonce = page.nonce();
    let t = &page.t;
    let user = &caller.user;
    let template = AccountPage {
        frame: page.frame(&nonce, notice),
        forms,
        welcome: t.with("welcome", &[("name", user.name.as_str().into())]),
        email: &user.email,
        is_email_verified: user.email_verified_at.is_some(),
        pending_email: user.pending_email.as_deref(),
        sends_mail: mail::is_enabled(&page.context.app),
        languages: languages(page),
        has_password: user.password_hash.is_some(),
        asks_password,
        delete_warning: delete_warning(page),
        password_hint: page.password_hint(),
        sessions,
        more_sessions: (more > 0).then(|| t.with("more-sessions", &[("count", more.into())])),
        administration,
    };
    page.page(status, &nonce, &template)
}

/// The languages of the server; none if there is no choice.
fn languages(page: &PageContext) -> Vec<LanguageOption> {
    let tags = page.context.app.languages.ids();
    if tags.len() < 2 {
        return Vec::new();
    }
    let option = |tag: String| {
        let name = page.pages.name_of_language(&tag);
        LanguageOption { tag, name }
    };
    tags.into_iter().map(option).collect()
}

/// What a deletion does, and how long it can be cancelled.
fn delete_warning(page: &PageContext) -> String {
    let days = page
        .context
        .app
        .config
        .deletion_grace
        .as_secs()
        .div_ceil(24 * 60 * 60);
    match days {
        0 => page.t.text("delete-warning"),
        days => page.t.with("delete-warning-grace", &[("days", days.into())]),
    }
}
