//! The context of one request for a page: caller, language, and cookies for the response.

use std::{sync::Arc, time::Duration};

use axum::{
    Extension, RequestPartsExt as _,
    extract::FromRequestParts,
    http::{HeaderValue, StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{Pages, form_token::BrowserSecret, form_validity::FormValidity, kept::Kept, next, theme::Theme};
use crate::{
    context::{App, Caller, OpContext},
    features::session,
    platform::{
        failure::{Failed, Failure, Fault, UnauthenticatedReason},
        http::{
            accept_language::accepted_languages,
            client::Client,
            cookies::AuthCookie,
            credential::Credential,
            page_origin::{PageOrigin, is_own_form},
            request_auth::{Browser, RequestAuth},
            request_id::RequestId,
        },
        i18n::Language,
        limit::Turn,
    },
};

/// Lifetime of the cookie that a browser's forms are bound to.
const FORM_COOKIE_TTL: Duration = Duration::from_hours(24 * 30);

/// The context of one request for a page.
pub(super) struct PageContext {
    /// For the use cases.
    pub(super) context: OpContext,
    /// The caller, if signed in.
    pub(super) caller: Option<Caller>,
    /// Whether the visitor's session has just ended.
    pub(super) has_ended: bool,
    /// Whether a role of the caller needs a second factor that their session has not given.
    pub(super) lacks_factor: bool,
    /// When the visitor's account will be deleted unless they keep it; milliseconds since 1970.
    pub(super) leaves_at: Option<i64>,
    /// The visitor's language.
    pub(super) t: Arc<Language>,
    /// Cookies to set or to clear with the response.
    pub(super) cookies: Vec<HeaderValue>,
    pub(super) pages: Arc<Pages>,
    /// The secrets of mails that the browser sent.
    pub(super) kept: Kept,
    /// Held by the first of several identical forms until its request ends.
    pub(super) turn: Option<Turn>,
    secret: BrowserSecret,
    /// Whether the browser sent no secret. Then none of its forms can be ours.
    is_secret_new: bool,
    form_token: String,
}

/// The parts that all pages have.
pub(super) struct Frame<'a> {
    pub(super) t: &'a Language,
    pub(super) theme: &'a Theme,
    pub(super) nonce: &'a str,
    pub(super) form_token: &'a str,
    pub(super) notice: Option<String>,
}

impl PageContext {
    /// The context of a request, before it is known who sent it.
    async fn of_request(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let absent = |_| StatusCode::INTERNAL_SERVER_ERROR.into_response();
        let Extension(pages) = parts.extract::<Extension<Arc<Pages>>>().await.map_err(absent)?;
        let Extension(client) = parts.extract::<Extension<Client>>().await.map_err(absent)?;
        let Extension(id) = parts.extract::<Extension<RequestId>>().await.map_err(absent)?;
        let auth = RequestAuth::at_page(&parts.method, &parts.headers, &app.config);
        Ok(Self::new(app.clone(), pages, client, id, auth, parts))
    }

    fn new(
        app: Arc<App>,
        pages: Arc<Pages>,
        client: Client,
        id: RequestId,
        auth: RequestAuth,
        parts: &Parts,
    ) -> Self {
        let scheme = auth.browser.cookie_scheme;
        let cookie = scheme.and_then(|scheme| scheme.find(AuthCookie::Form, &parts.headers));
        let cookie = cookie.as_deref().and_then(BrowserSecret::read);
        let is_new = cookie.is_none();
        let secret = cookie.unwrap_or_else(|| BrowserSecret::new(&*app.rng));
        Self {
            kept: Kept::read(&parts.headers, scheme),
            t: pages.translations.choose(&accepted_languages(&parts.headers)),
            context: OpContext::new(app, client, id, auth),
            caller: None,
            has_ended: false,
            lacks_factor: false,
            leaves_at: None,
            cookies: Vec::new(),
            pages,
            turn: None,
            secret,
            is_secret_new: is_new,
            form_token: String::new(),
        }
    }

    /// Whether the request came from a page of this server, or by a link.
    fn is_from_here(&self) -> bool {
        self.context.browser.page == PageOrigin::Trusted
    }

    /// Finds out who sent the request. Refreshes the session if its access token has expired.
    async fn open(mut self, path: &str) -> Result<Self, Response> {
        if self.is_secret_new {
            self.keep(self.form_cookie())?;
        }
        let identified = self.identify().await;
        self.done(identified)?;
        if let Some(caller) = &self.caller {
            self.t = self.pages.translations.find(&caller.user.locale);
        }
        self.form_token = self.done(self.token().map_err(Failed::from))?;
        self.pass_the_deletion_gate(path)?;
        self.pass_the_gate(path).await?;
        Ok(self)
    }

    /// Sets or clears cookies with the response.
    pub(super) fn keep(
        &mut self,
        cookies: Result<impl IntoIterator<Item = HeaderValue>, Fault>,
    ) -> Result<(), Response> {
        let cookies = self.done(cookies.map_err(Failed::from))?;
        self.cookies.extend(cookies);
        Ok(())
    }

    /// The output of a use case, or the error page.
    pub(super) fn done<T>(&self, outcome: Result<T, Failed>) -> Result<T, Response> {
        outcome.map_err(|failed| self.failed(failed))
    }

    /// Sets the cookie that the browser's forms are bound to, with its whole lifetime.
    fn form_cookie(&self) -> Result<Option<HeaderValue>, Fault> {
        let scheme = self.context.browser.cookie_scheme;
        let cookie =
            scheme.map(|scheme| scheme.set(AuthCookie::Form, &self.secret.as_str().into(), FORM_COOKIE_TTL));
        cookie.transpose()
    }

    async fn identify(&mut self) -> Result<(), Failed> {
        match self.context.identify().await {
            Ok(caller) => {
                self.caller = Some(caller.clone());
                return Ok(());
            }
            Err(Failure::Refused(UnauthenticatedReason::TokenMissing)) => return Ok(()),
            Err(Failure::Refused(_)) => {}
            Err(Failure::Failed(failed)) => return Err(failed),
        }
        match session::refresh(&self.context, None).await {
            Ok(output) => {
                self.cookies.extend(output.tokens.cookies.clone());
                // Sessions that began in a form are bound to its cookie, which must not expire before them.
                self.cookies.extend(self.form_cookie()?);
                self.continue_with(&output.tokens).await
            }
            Err(Failure::Refused(_)) => {
                self.has_ended = true;
                self.cookies.extend(session::clear_cookies(&self.context)?);
                Ok(())
            }
            Err(Failure::Failed(failed)) => Err(failed),
        }
    }

    /// Continues as if the request had come with these tokens.
    async fn continue_with(&mut self, tokens: &session::Tokens) -> Result<(), Failed> {
        let auth = RequestAuth {
            credential: Credential::Token(tokens.access.clone()),
            browser: Browser {
                cookie_scheme: self.context.browser.cookie_scheme,
                page: self.context.browser.page,
                is_cross_site: false,
                is_credential: true,
                sent_cookies: true,
                refresh_token: Some(tokens.refresh.clone()),
                form_cookie: self.context.browser.form_cookie.clone(),
                remembered: self.context.browser.remembered.clone(),
            },
        };
        let id = self.context.request_id.clone();
        self.context = OpContext::new(self.context.app.clone(), self.context.client.clone(), id, auth);
        self.caller = match self.context.identify().await {
            Ok(caller) => Some(caller.clone()),
            Err(Failure::Refused(_)) => None,
            Err(Failure::Failed(failed)) => return Err(failed),
        };
        Ok(())
    }

    fn token(&self) -> Result<String, Fault> {
        let session = self.caller.as_ref().map(|caller| caller.session.id);
        let app = &self.context.app;
        self.secret.token(&app.form_keys, session, &*app.rng)
    }

    /// Sets the key of the submitted form, which identifies the form when it is sent again.
    pub(super) fn set_form_key(&mut self, token: &str, path: &str, body: &[u8]) -> Result<(), Response> {
        if !self.is_secret_new {
            let keys = &self.context.app.form_keys;
            let form_key = self.secret.form_key(keys, token, path, body);
            self.context.form_key = self.done(form_key.map_err(Failed::from))?;
        }
        Ok(())
    }

    pub(super) fn validity(&self, token: &str) -> FormValidity {
        let session = self.caller.as_ref().map(|caller| caller.session.id);
        let keys = &self.context.app.form_keys;
        if self.is_secret_new {
            FormValidity::WithoutCookie
        } else if self.secret.vouches_for(token, keys, session) {
            FormValidity::Ours
        } else {
            FormValidity::OutOfDate
        }
    }

    /// A random text that only this response contains.
    pub(super) fn nonce(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.context.app.rng.bytes::<16>())
    }

    /// The parts that this page shares with all others.
    pub(super) fn frame<'a>(&'a self, nonce: &'a str, notice: Option<String>) -> Frame<'a> {
        Frame {
            t: &self.t,
            theme: &self.pages.theme,
            nonce,
            form_token: &self.form_token,
            notice,
        }
    }

    /// The text of the notice that a link names, in the visitor's language. Only known ones: anybody can make a link.
    pub(super) fn notice(&self, asked: Option<&str>, known: &[&str]) -> Option<String> {
        let notice = asked.filter(|asked| known.contains(asked))?;
        Some(self.t.text(&format!("notice-{notice}")))
    }

    /// The rule for new passwords.
    pub(super) fn password_hint(&self) -> String {
        let min = self.context.app.config.password_min_length;
        self.t.with("password-hint", &[("min", min.into())])
    }

    /// Redirects to the sign-in page, which leads back to the account page.
    pub(super) fn to_login(&self) -> Response {
        self.to_login_for(next::ACCOUNT)
    }

    /// Redirects to the sign-in page, which leads to this page.
    pub(super) fn to_login_for(&self, next: &str) -> Response {
        let notice = if self.has_ended { "&notice=ended" } else { "" };
        self.see_other(&format!("/login{}{notice}", next::query(Some(next))))
    }
}

impl FromRequestParts<Arc<App>> for PageContext {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let page = Self::of_request(parts, app).await?;
        if !page.is_from_here() {
            return Err(page.message(StatusCode::FORBIDDEN, "foreign"));
        }
        page.open(parts.uri.path()).await
    }
}

/// The context of a form that other sites may send, too.
pub(super) enum AnyPage {
    /// It came from a page of this server.
    Own(Box<PageContext>),
    /// Another site sent it: no cookie counts, and none is set.
    Foreign(Box<PageContext>),
}

impl FromRequestParts<Arc<App>> for AnyPage {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let mut page = PageContext::of_request(parts, app).await?;
        if is_own_form(&parts.headers, &app.config) {
            return Ok(Self::Own(Box::new(page.open(parts.uri.path()).await?)));
        }
        page.kept = Kept::default();
        Ok(Self::Foreign(Box::new(page)))
    }
}
