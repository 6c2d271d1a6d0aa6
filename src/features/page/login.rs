//! The login page.

use askama::Template;
use axum::{extract::Query, http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    answer::Frame,
    fields::Fields,
    next::{self, ACCOUNT},
    visit::{Sent, Visit},
};
use crate::{
    features::{
        login::{self, Input},
        session::{self, SessionRequest},
    },
    platform::{failure::Failure, graphql::user_error::UserError},
};

/// What a link to the page may say.
#[derive(Deserialize)]
pub(super) struct Link {
    pub(super) next: Option<String>,
    pub(super) notice: Option<String>,
}

/// The form as it is sent.
#[derive(Deserialize)]
pub(super) struct LoginForm {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: SecretString,
    next: Option<String>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    frame: Frame<'a>,
    form: Fields,
    next: Option<&'a str>,
    next_query: String,
    is_signup_open: bool,
}

pub(super) async fn show(visit: Visit, Query(link): Query<Link>) -> Response {
    let next = next::allowed(&visit.context.app.config, link.next.as_deref());
    if visit.caller.is_some() {
        return visit.see_other(next.unwrap_or(ACCOUNT));
    }
    let asked = if visit.has_ended {
        Some("ended")
    } else {
        link.notice.as_deref()
    };
    let notice = asked.filter(|asked| matches!(*asked, "signed-out" | "account-deleted" | "ended"));
    let form = Fields::new("login").begin_at("email");
    page(&visit, StatusCode::OK, form, next, notice)
}

pub(super) async fn submit(sent: Sent<LoginForm>) -> Response {
    let Sent { visit, form, is_ours } = sent;
    let config = &visit.context.app.config;
    let next = next::allowed(config, form.next.as_deref());
    let fields = Fields::new("login").typed("email", form.email.as_str());
    if !is_ours {
        return page(&visit, StatusCode::FORBIDDEN, fields, next, Some("form-expired"));
    }
    let input = Input {
        email: form.email,
        password: form.password,
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    match login::sign_in(&visit.context, input).await {
        Ok(output) => {
            let next = next.map(str::to_owned);
            signed_in(visit, &output.session.tokens, next.as_deref())
        }
        Err(Failure::Refused(refused)) => {
            let fields = fields
                .begin_at("email")
                .refused(&visit.t, config, &[UserError::from(refused)]);
            page(&visit, StatusCode::UNPROCESSABLE_ENTITY, fields, next, None)
        }
        Err(Failure::Denied(denied)) => visit.failed(denied.into()),
        Err(Failure::Fault(fault)) => visit.failed(fault.into()),
    }
}

/// Sends the browser on with its new cookies.
pub(super) fn signed_in(mut visit: Visit, tokens: &session::Tokens, next: Option<&str>) -> Response {
    match session::set_cookies(&visit.context, tokens) {
        Ok(cookies) => visit.cookies.extend(cookies),
        Err(fault) => return visit.failed(fault.into()),
    }
    visit.see_other(next.unwrap_or(ACCOUNT))
}

fn page(
    visit: &Visit,
    status: StatusCode,
    form: Fields,
    next: Option<&str>,
    notice: Option<&str>,
) -> Response {
    let nonce = visit.nonce();
    let notice = notice.map(|notice| visit.t.text(&format!("notice-{notice}")));
    let page = LoginPage {
        frame: visit.frame(&nonce, notice),
        form,
        next,
        next_query: next::query(next),
        is_signup_open: visit.context.app.config.signup_enabled,
    };
    visit.page(status, &nonce, &page)
}
