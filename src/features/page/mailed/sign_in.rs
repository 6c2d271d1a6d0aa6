//! `/login/email/link`: sign-in by mail with the link instead of the code.
//!
//! The browser that asked gets a button. Any other browser gets the code, to be typed where the sign-in began: so a
//! link that somebody was talked into opening signs nobody in.
//!
//! The page has a path of its own: `/login/email` must show its form also to a browser that has opened a link.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use entity::session::TokenDelivery;
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use super::{
    AboutLink, MailedPage,
    view::{Asks, Form, View},
};
use crate::{
    context::graphql::user_error::UserError,
    features::{
        email_login::{Answer, Input, LinkShown, Refused, look_at_link, sign_in},
        mail::Lifetime,
        page::{
            by_mail::{INSTEAD, again, is_offered, signed_in},
            fields::Fields,
            kept::Waiting,
            link::{Link, MailedToken},
            next,
            page_context::PageContext,
            response::Frame,
            submitted_form::SubmittedForm,
        },
        session::SessionRequest,
    },
    platform::{failure::Failure, http::cookies::AuthCookie},
};

/// The page.
pub(in super::super) const LINK: MailedPage = MailedPage {
    path: "/login/email/link",
    cookie: AuthCookie::LoginLink,
    keep_for: Lifetime::Code.duration(),
    instead: INSTEAD,
};

/// The button.
#[derive(Deserialize)]
pub(in super::super) struct LinkForm {}

#[derive(Template)]
#[template(path = "code_shown.html")]
struct CodeShown<'a> {
    frame: Frame<'a>,
    code: &'a str,
}

pub(in super::super) async fn show(
    mut page: PageContext,
    link: Link,
    token: MailedToken,
) -> Result<Response, Response> {
    if !is_offered(&page.context.app) {
        return Ok(page.message(StatusCode::NOT_FOUND, "missing"));
    }
    let token = LINK.opened(&mut page, &token)?;
    render(
        page,
        &token,
        StatusCode::OK,
        Fields::new("link"),
        link.notice.as_deref(),
    )
    .await
}

pub(in super::super) async fn submit(
    mut sent: SubmittedForm<AboutLink<LinkForm>>,
) -> Result<Response, Response> {
    let receipt = sent.receipt().await?;
    let waiting = sent.page.kept(AuthCookie::Challenge).map(Waiting::read);
    let next = waiting.as_ref().and_then(|waiting| waiting.next.as_deref());
    let next = next::allowed(&sent.page.context.app.config, next).map(str::to_owned);
    let next = next.as_deref();
    if let Some(receipt) = receipt {
        return again(sent.page, receipt, next).await;
    }
    let (page, _, token) = LINK.sent(sent)?;
    let Some(waiting) = waiting else {
        // Without the challenge, the page shows the code.
        return Ok(page.see_other(LINK.path));
    };
    let input = Input {
        challenge_token: waiting.secret,
        answer: Answer::Link(token.clone()),
        session: SessionRequest {
            device_name: None,
            delivery: TokenDelivery::Cookie,
        },
    };
    let outcome = sign_in(&page.context, input).await;
    if let Some(receipt) = page.receipt_after(&outcome).await {
        return again(page, receipt, next).await;
    }
    match outcome {
        Ok(output) => signed_in(page, output, next),
        Err(Failure::Refused(Refused::Link(problem))) => LINK.dead(page, problem),
        Err(Failure::Refused(refused)) => {
            let errors = [UserError::from(refused)];
            let fields = Fields::new("link").refused(&page.t, &page.context.app.config, &errors);
            render(page, &token, StatusCode::UNPROCESSABLE_ENTITY, fields, None).await
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

async fn render(
    page: PageContext,
    token: &SecretString,
    status: StatusCode,
    fields: Fields,
    notice: Option<&str>,
) -> Result<Response, Response> {
    let waiting = page
        .kept(AuthCookie::Challenge)
        .map(|kept| Waiting::read(kept).secret);
    let t = &page.t;
    match look_at_link(&page.context, token, waiting.as_ref()).await {
        Ok(LinkShown::Here) => {
            let mut view = View::new(t.text("by-mail-heading"));
            view.lines.push(t.text("by-mail-here-text"));
            let view = view.with(Form {
                fields,
                asks: Asks::Nothing,
                button: t.text("sign-in"),
                is_danger: false,
                instead: None,
            });
            Ok(view.render(&page, LINK, token, status, notice))
        }
        Ok(LinkShown::Elsewhere(code)) => {
            let nonce = page.nonce();
            let template = CodeShown {
                frame: page.frame(&nonce, None),
                code: code.expose_secret(),
            };
            Ok(page.page(status, &nonce, &template))
        }
        Err(Failure::Refused(problem)) => LINK.dead(page, problem),
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
