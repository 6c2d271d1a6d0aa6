//! One visit of a page: who comes, in which language, and what goes along with the answer.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, RequestExt as _, RequestPartsExt as _,
    extract::{Form, FromRequest, FromRequestParts, Request},
    http::{HeaderValue, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};

use super::{Pages, form_token::BrowserSecret, look::Look, next, texts::Language};
use crate::{
    features::session,
    platform::{
        app::App,
        failure::{Failure, Fault, Never, UnauthenticatedReason},
        http::{
            arrival::Arrival,
            cookies::{AuthCookie, CookieScheme},
            request_id::RequestId,
        },
        identity::{Caller, Credential},
        op_context::{Browser, Client, OpContext},
    },
};

/// How long a browser keeps the text that its forms are bound to.
const KEEP_SECRET: Duration = Duration::from_hours(24 * 30);

/// A visit.
pub(super) struct Visit {
    /// For the use cases.
    pub(super) context: OpContext,
    /// Who comes, if signed in.
    pub(super) caller: Option<Caller>,
    /// Whether the visitor was signed in until now.
    pub(super) has_ended: bool,
    /// The visitor's language.
    pub(super) t: Arc<Language>,
    /// What the browser is to keep, or forget.
    pub(super) cookies: Vec<HeaderValue>,
    pages: Arc<Pages>,
    secret: BrowserSecret,
    form_token: String,
}

/// What every page is framed by.
pub(super) struct Frame<'a> {
    pub(super) t: &'a Language,
    pub(super) look: &'a Look,
    pub(super) nonce: &'a str,
    pub(super) form_token: &'a str,
    pub(super) notice: Option<String>,
}

impl Visit {
    /// Opens a visit, and goes on with the session where its access token has run out.
    async fn open(
        app: Arc<App>,
        pages: Arc<Pages>,
        client: Client,
        id: RequestId,
        arrival: Arrival,
        parts: &Parts,
    ) -> Result<Self, (Self, Failure<Never>)> {
        let scheme = CookieScheme::of(&app.config.public_url);
        let kept = scheme.and_then(|scheme| scheme.find(AuthCookie::Form, &parts.headers));
        let kept = kept.as_deref().and_then(BrowserSecret::read);
        let is_new = kept.is_none();
        let secret = kept.unwrap_or_else(|| BrowserSecret::new(&*app.rng));
        let mut visit = Self {
            t: pages.texts.choose(&parts.headers),
            context: OpContext::new(app, client, id, arrival),
            caller: None,
            has_ended: false,
            cookies: Vec::new(),
            pages,
            secret,
            form_token: String::new(),
        };
        if let (true, Some(scheme)) = (is_new, scheme) {
            match scheme.set(AuthCookie::Form, &visit.secret.as_str().into(), KEEP_SECRET) {
                Ok(cookie) => visit.cookies.push(cookie),
                Err(fault) => return Err((visit, fault.into())),
            }
        }
        if let Err(failure) = visit.identify().await {
            return Err((visit, failure));
        }
        match visit.token() {
            Ok(token) => visit.form_token = token,
            Err(fault) => return Err((visit, fault.into())),
        }
        Ok(visit)
    }

    async fn identify(&mut self) -> Result<(), Failure<Never>> {
        let reason = match self.context.identify().await? {
            Ok(caller) => {
                self.caller = Some(caller.clone());
                return Ok(());
            }
            Err(reason) => reason,
        };
        if reason == UnauthenticatedReason::TokenMissing {
            return Ok(());
        }
        match session::refresh(&self.context, None).await {
            Ok(output) => {
                self.cookies
                    .extend(session::set_cookies(&self.context, &output.tokens)?);
                self.go_on_with(&output.tokens).await
            }
            Err(Failure::Refused(_)) => {
                self.has_ended = true;
                self.cookies.extend(session::clear_cookies(&self.context)?);
                Ok(())
            }
            Err(Failure::Denied(denied)) => Err(denied.into()),
            Err(Failure::Fault(fault)) => Err(fault.into()),
        }
    }

    /// The same request, as if it had come with these tokens.
    async fn go_on_with(&mut self, tokens: &session::Tokens) -> Result<(), Failure<Never>> {
        let arrival = Arrival {
            credential: Credential::Token(tokens.access.clone()),
            browser: Browser {
                cookie_scheme: self.context.browser.cookie_scheme,
                page: self.context.browser.page,
                is_cross_site: false,
                is_credential: true,
                sent_cookies: true,
                refresh_token: Some(tokens.refresh.clone()),
            },
        };
        let id = self.context.request_id.clone();
        self.context = OpContext::new(self.context.app.clone(), self.context.client.clone(), id, arrival);
        self.caller = self.context.identify().await?.ok().cloned();
        Ok(())
    }

    fn token(&self) -> Result<String, Fault> {
        let session = self.caller.as_ref().map(|caller| caller.session.id);
        self.secret.token(&self.context.app.form_keys, session)
    }

    fn vouches_for(&self, token: &str) -> bool {
        let session = self.caller.as_ref().map(|caller| caller.session.id);
        self.secret
            .vouches_for(token, &self.context.app.form_keys, session)
    }

    /// A text that only this answer knows.
    pub(super) fn nonce(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.context.app.rng.bytes::<16>())
    }

    /// What frames a page.
    pub(super) fn frame<'a>(&'a self, nonce: &'a str, notice: Option<String>) -> Frame<'a> {
        Frame {
            t: &self.t,
            look: &self.pages.look,
            nonce,
            form_token: &self.form_token,
            notice,
        }
    }

    /// Sends a visitor who is not signed in to the login page, and from there back to the account.
    pub(super) fn to_login(&self) -> Response {
        let notice = if self.has_ended { "&notice=ended" } else { "" };
        self.see_other(&format!("/login{}{notice}", next::query(Some(next::ACCOUNT))))
    }
}

impl FromRequestParts<Arc<App>> for Visit {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let missing = |_| StatusCode::INTERNAL_SERVER_ERROR.into_response();
        let Extension(pages) = parts.extract::<Extension<Arc<Pages>>>().await.map_err(missing)?;
        let Extension(client) = parts.extract::<Extension<Client>>().await.map_err(missing)?;
        let Extension(id) = parts.extract::<Extension<RequestId>>().await.map_err(missing)?;
        let arrival = Arrival::at_page(&parts.method, &parts.headers, &app.config);
        let arrival = arrival.map_err(|error| error.respond(&id))?;
        Self::open(app.clone(), pages, client, id, arrival, parts)
            .await
            .map_err(|(visit, failure)| visit.failed(failure))
    }
}

/// A form that was sent.
pub(super) struct Sent<T> {
    pub(super) visit: Visit,
    pub(super) form: T,
    /// Whether this server wrote the form, for this browser and its session. Otherwise it must have no effect.
    pub(super) is_ours: bool,
}

#[derive(Deserialize)]
struct WithToken<T> {
    #[serde(default)]
    form_token: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Sent<T> {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let visit = request.extract_parts_with_state::<Visit, _>(app).await?;
        match Form::<WithToken<T>>::from_request(request, app).await {
            Ok(Form(sent)) => Ok(Self {
                is_ours: visit.vouches_for(&sent.form_token),
                form: sent.form,
                visit,
            }),
            Err(rejection) => Err(visit.message(rejection.status(), "foreign")),
        }
    }
}
