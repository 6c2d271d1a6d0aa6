//! HTTP: the pages of the development outbox.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::Response,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use entity::{MailId, mail::Model};
use secrecy::{ExposeSecret as _, SecretString};
use url::form_urlencoded;

use super::{
    kept, kept_one,
    outbox::{KeptMail, may_read},
};
use crate::{
    context::App,
    platform::{
        clock::from_millis,
        failure::{Failed, Fault},
        graphql::error::RequestErrorCode,
        http::{client::Client, error::HttpError, request_id::RequestId},
    },
};

/// Where the list of the mails is.
pub const OUTBOX_PATH: &str = "/dev/outbox";

/// Mails on the list.
const MAX_MAILS: u64 = 100;

const STYLE: &str = include_str!("templates/outbox.css");

/// Policy of the HTML part of a mail: it shows text and its own styles, and can do nothing. The page that frames it is
/// on the same server.
const PART_POLICY: HeaderValue = HeaderValue::from_static(
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
);

/// Answers requests for the outbox, and lets all others pass. Those that may not read it pass too: the answer is then
/// that of an unknown path, and does not reveal that there is an outbox.
pub async fn outbox(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(asked) = Asked::read(&app, &request) else {
        return next.run(request).await;
    };
    let id = request.extensions().get::<RequestId>().cloned();
    match asked.answer(&app).await {
        Ok(Some(response)) => response,
        Ok(None) => next.run(request).await,
        Err(failed) => failure(failed).respond(&id.unwrap_or_else(|| RequestId::new(&*app.clock, &*app.rng))),
    }
}

/// What is asked for, with the right key.
struct Asked {
    page: Page,
    key: SecretString,
}

enum Page {
    /// All mails.
    List,
    /// One mail.
    Mail(MailId),
    /// The HTML part of one mail, for a frame.
    Html(MailId),
}

impl Page {
    fn at(path: &str) -> Option<Self> {
        let rest = path.strip_prefix(OUTBOX_PATH)?;
        if rest.is_empty() {
            return Some(Self::List);
        }
        let rest = rest.strip_prefix('/')?;
        match rest.split_once('/') {
            None => rest.parse().ok().map(Self::Mail),
            Some((id, "html")) => id.parse().ok().map(Self::Html),
            Some(_) => None,
        }
    }
}

impl Asked {
    /// None if the request is for another page, or may not read the outbox.
    fn read(app: &App, request: &Request) -> Option<Self> {
        if request.method() != Method::GET {
            return None;
        }
        let page = Page::at(request.uri().path())?;
        let query = request.uri().query().unwrap_or_default();
        let mut values = form_urlencoded::parse(query.as_bytes());
        let key = values.find_map(|(name, value)| (name == "key").then(|| SecretString::from(&*value)))?;
        let client = request.extensions().get::<Client>()?;
        may_read(app, client, Some(&key)).then_some(Self { page, key })
    }

    /// None if there is no such mail.
    async fn answer(&self, app: &App) -> Result<Option<Response>, Failed> {
        let key = self.key.expose_secret();
        let nonce = URL_SAFE_NO_PAD.encode(app.rng.bytes::<16>());
        let frame = Frame { key, nonce: &nonce };
        Ok(match &self.page {
            Page::List => {
                let mails = kept(app, MAX_MAILS).await?;
                Some(page(&nonce, &List { frame, mails: &mails })?)
            }
            Page::Mail(id) => match kept_one(app, *id).await? {
                Some((row, mail)) => Some(page(&nonce, &OneMail::new(frame, &row, &mail))?),
                None => None,
            },
            Page::Html(id) => {
                let found = kept_one(app, *id).await?;
                found.map(|(_, mail)| html(mail.html, PART_POLICY))
            }
        })
    }
}

/// What every page has.
struct Frame<'a> {
    key: &'a str,
    nonce: &'a str,
}

impl Frame<'_> {
    /// When a mail was written, for people.
    #[expect(clippy::unused_self, reason = "templates call methods")]
    fn written_at(&self, row: &Model) -> String {
        let at = from_millis(row.created_at);
        at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
    }
}

#[derive(Template)]
#[template(path = "outbox_list.html")]
struct List<'a> {
    frame: Frame<'a>,
    mails: &'a [(Model, KeptMail)],
}

#[derive(Template)]
#[template(path = "outbox_mail.html")]
struct OneMail<'a> {
    frame: Frame<'a>,
    row: &'a Model,
    mail: &'a KeptMail,
    /// The text before the link.
    before: &'a str,
    /// The text after it.
    after: &'a str,
}

impl<'a> OneMail<'a> {
    fn new(frame: Frame<'a>, row: &'a Model, mail: &'a KeptMail) -> Self {
        let parts = mail.link.as_deref().and_then(|link| mail.text.split_once(link));
        let (before, after) = parts.unwrap_or((&mail.text, ""));
        Self {
            frame,
            row,
            mail,
            before,
            after,
        }
    }

    /// The link, if the text has it.
    fn link(&self) -> Option<&str> {
        let link = self.mail.link.as_deref()?;
        self.mail.text.contains(link).then_some(link)
    }
}

fn page(nonce: &str, page: &impl Template) -> Result<Response, Fault> {
    let text = page
        .render()
        .map_err(|error| Fault::new("render a page of the outbox", error))?;
    let policy = format!(
        "default-src 'none'; style-src 'nonce-{nonce}'; img-src data:; frame-src 'self'; base-uri 'none'; \
         form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).map_err(|error| Fault::new("write a policy", error))?;
    Ok(html(text, policy))
}

fn html(text: String, policy: HeaderValue) -> Response {
    let mut response = Response::new(Body::from(text));
    let headers = response.headers_mut();
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    headers.insert(header::CONTENT_TYPE, media_type);
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    // The address contains the key.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(
        "cross-origin-opener-policy",
        HeaderValue::from_static("same-origin"),
    );
    response
}

fn failure(failed: Failed) -> HttpError {
    match failed {
        Failed::Denied(_) => HttpError::new(
            StatusCode::SERVICE_UNAVAILABLE,
            RequestErrorCode::ServiceUnavailable,
            "The service is busy or not available. Try again later.",
        ),
        Failed::Fault(fault) => {
            tracing::error!(cause = %fault.chain(), "a page of the development outbox failed");
            HttpError::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                RequestErrorCode::InternalServerError,
                "Something went wrong on our side.",
            )
        }
    }
}
