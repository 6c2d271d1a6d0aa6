//! A form that was sent to a page.

use std::{sync::Arc, time::Duration};

use axum::{
    RequestExt as _,
    body::Body,
    extract::{Form, FromRequest, Request},
    response::Response,
};
use serde::{Deserialize, de::DeserializeOwned};

use super::{form_validity::FormValidity, next, page_context::PageContext};
use crate::{
    context::App,
    platform::http::body::{self, BodyLimits},
};

/// Limits of a form: enough for every field at its maximum length, percent-encoded.
const FORM_LIMITS: BodyLimits = BodyLimits {
    bytes: 32 * 1024,
    timeout: Duration::from_secs(10),
};

/// The same for the form that imports people: a hundred of them with their hashes.
const IMPORT_LIMITS: BodyLimits = BodyLimits {
    bytes: 128 * 1024,
    ..FORM_LIMITS
};

/// A submitted form.
pub(super) struct SubmittedForm<T> {
    pub(super) page: PageContext,
    pub(super) form: T,
    pub(super) validity: FormValidity,
}

impl<T> SubmittedForm<T> {
    /// The form, if the visitor is signed in and the form is ours; else a redirect.
    pub(super) fn of_user(self) -> Result<(PageContext, T), Response> {
        self.of_user_at(next::ACCOUNT)
    }

    /// The same for a form of this page.
    pub(super) fn of_user_at(self, path: &str) -> Result<(PageContext, T), Response> {
        if self.page.caller.is_none() {
            return Err(self.page.to_login_for(path));
        }
        if let Some(notice) = self.validity.notice() {
            return Err(self.page.see_other(&format!("{path}?notice={notice}")));
        }
        Ok((self.page, self.form))
    }
}

#[derive(Deserialize)]
struct WithToken<T> {
    #[serde(default)]
    form_token: String,
    #[serde(flatten)]
    form: T,
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for SubmittedForm<T> {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let mut page = request.extract_parts_with_state::<PageContext, _>(app).await?;
        let (head, body) = request.into_parts();
        let path = head.uri.path().to_owned();
        let limits = match path.strip_prefix(next::IMPORT) {
            Some("" | "/run") if page.caller.is_some() => IMPORT_LIMITS,
            _ => FORM_LIMITS,
        };
        let body = body::read(body, limits)
            .await
            .map_err(|error| page.message(error.status(), "foreign"))?;
        let request = Request::from_parts(head, Body::from(body.clone()));
        match Form::<WithToken<T>>::from_request(request, app).await {
            Ok(Form(sent)) => {
                page.set_form_key(&sent.form_token, &path, &body)?;
                Ok(Self {
                    validity: page.validity(&sent.form_token),
                    form: sent.form,
                    page,
                })
            }
            Err(rejection) => Err(page.message(rejection.status(), "foreign")),
        }
    }
}
