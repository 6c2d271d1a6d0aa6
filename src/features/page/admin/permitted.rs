//! Pages and forms for callers with a permission.

use std::{marker::PhantomData, sync::Arc};

use axum::{
    extract::{FromRequest, FromRequestParts, Request},
    http::request::Parts,
    response::Response,
};
use serde::de::DeserializeOwned;

use crate::{
    context::App,
    features::{
        authority::{self, Right},
        page::{next, not_found::is_for_people, page_context::PageContext, submitted_form::SubmittedForm},
    },
    platform::config::Permissions,
};

/// The context of a request for a page, by a caller who has the right `R`.
pub(super) struct Permitted<R> {
    pub(super) page: PageContext,
    /// Everything that the caller may do.
    pub(super) permissions: Permissions,
    right: PhantomData<R>,
}

impl<R: Right> FromRequestParts<Arc<App>> for Permitted<R> {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Response> {
        let page = PageContext::from_request_parts(parts, app).await?;
        let is_for_people = is_for_people(&parts.method, &parts.headers);
        let permissions = check::<R>(&page, parts.uri.path(), is_for_people).await?;
        Ok(Self {
            page,
            permissions,
            right: PhantomData,
        })
    }
}

/// A submitted form of a caller who has the right `R`.
pub(super) struct PermittedForm<R, T> {
    pub(super) sent: SubmittedForm<T>,
    /// Everything that the caller may do.
    pub(super) permissions: Permissions,
    right: PhantomData<R>,
}

impl<R: Right, T: DeserializeOwned + Send> FromRequest<Arc<App>> for PermittedForm<R, T> {
    type Rejection = Response;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let path = request.uri().path().to_owned();
        let sent = SubmittedForm::<T>::from_request(request, app).await?;
        let permissions = check::<R>(&sent.page, &path, false).await?;
        Ok(Self {
            sent,
            permissions,
            right: PhantomData,
        })
    }
}

/// What the caller may do, if that includes `R`; else the response for a path that does not exist.
async fn check<R: Right>(
    page: &PageContext,
    path: &str,
    is_for_people: bool,
) -> Result<Permissions, Response> {
    if page.caller.is_none() {
        return Err(page.to_login_for(&next::admin(path)));
    }
    let permissions = page.done(authority::permissions(&page.context).await)?;
    if permissions.contains(&R::PERMISSION) {
        Ok(permissions)
    } else {
        Err(page.missing(is_for_people))
    }
}
