//! A form on the page of one person, from the request to the response.

use std::sync::Arc;

use axum::{
    RequestExt as _,
    extract::{FromRequest, Path, Request},
    http::StatusCode,
    response::Response,
};
use entity::UserId;
use serde::de::DeserializeOwned;

use super::{forms::Forms, view::render};
use crate::{
    context::{App, graphql::user_error::UserError},
    features::{
        admin::Refused,
        authority::{Authority, ChangeRight, StepUpRequired},
        page::{
            admin::{
                nav::to_proof,
                permitted::PermittedForm,
                problems::{is_unproven, with_problems},
            },
            fields::Fields,
            next,
            page_context::PageContext,
            response::to_retry,
        },
    },
    platform::{
        config::{Permission, Permissions},
        failure::{Denied, Failed, Failure, Outcome},
    },
};

/// A form about a person, of a caller who has the right `R` and may see that person.
pub(super) struct PersonForm<R, T> {
    sent: PermittedForm<R, T>,
    id: UserId,
}

impl<R: ChangeRight, T: DeserializeOwned + Send> FromRequest<Arc<App>> for PersonForm<R, T> {
    type Rejection = Response;

    async fn from_request(mut request: Request, app: &Arc<App>) -> Result<Self, Response> {
        let id = request.extract_parts::<Path<String>>().await;
        let sent = PermittedForm::<R, T>::from_request(request, app).await?;
        let id = id.ok().and_then(|Path(id)| id.parse::<UserId>().ok());
        match id {
            // The form stands on a page that needs this permission.
            Some(id) if sent.permissions.contains(&Permission::ReadUsers) => Ok(Self { sent, id }),
            _ => Err(sent.sent.page.missing(false)),
        }
    }
}

/// The form, once it is known to be ours and new.
pub(super) struct Opened {
    pub(super) page: PageContext,
    pub(super) id: UserId,
    permissions: Permissions,
    /// Where a success leads.
    done: String,
}

impl<R: ChangeRight, T> PersonForm<R, T> {
    /// The form, or the response to one that has taken effect already or is not ours. `notice` reports the success.
    pub(super) async fn open(self, notice: &str) -> Result<(Opened, T), Response> {
        let done = format!("{}?notice={notice}", next::person(self.id));
        self.open_to(done).await
    }

    /// The same where a success leads to another page.
    pub(super) async fn open_to(self, done: String) -> Result<(Opened, T), Response> {
        let PermittedForm {
            mut sent,
            permissions,
            ..
        } = self.sent;
        if sent.receipt_of_user().await?.is_some() {
            return Err(sent.page.see_other(&done));
        }
        let (page, form) = sent.of_user_at(&next::person(self.id))?;
        let opened = Opened {
            page,
            id: self.id,
            permissions,
            done,
        };
        Ok((opened, form))
    }
}

impl Opened {
    /// The caller's authority to change something.
    pub(super) async fn authority<R: ChangeRight>(&self) -> Outcome<Authority<'_, R>, Refused> {
        let authority = Authority::to_change(&self.page.context).await;
        authority.map_err(|failure: Failure<StepUpRequired>| failure.map(Refused::from))
    }

    /// The response to what the use case did. A refusal shows the page again, with what was typed.
    pub(super) async fn finish<O, E: IntoIterator<Item = Refused>>(
        self,
        outcome: Outcome<O, E>,
        fields: Fields,
        names: &[&str],
    ) -> Result<Response, Response> {
        Box::pin(self.finish_with(outcome, Forms::default(), fields, names)).await
    }

    /// The same with values that are no fields.
    pub(super) async fn finish_with<O, E: IntoIterator<Item = Refused>>(
        self,
        outcome: Outcome<O, E>,
        forms: Forms,
        fields: Fields,
        names: &[&str],
    ) -> Result<Response, Response> {
        let page = &self.page;
        if page.receipt_after(&outcome).await.is_some() {
            return Ok(page.see_other(&self.done));
        }
        let (status, wait, fields) = match outcome {
            Ok(_) => return Ok(page.see_other(&self.done)),
            Err(Failure::Refused(refused)) => {
                let errors: Vec<_> = refused.into_iter().map(UserError::from).collect();
                if is_unproven(&errors) {
                    let here = next::person(self.id);
                    return Ok(page.see_other(&to_proof(&here, "&notice=confirm-first")));
                }
                let fields = with_problems(fields, &page.t, &errors, names);
                (StatusCode::UNPROCESSABLE_ENTITY, None, fields)
            }
            Err(Failure::Failed(Failed::Denied(Denied::RateLimited { retry_after }))) => {
                let fields = fields.with_message(page.too_many(retry_after));
                (StatusCode::TOO_MANY_REQUESTS, Some(retry_after), fields)
            }
            // The caller has the permission: it is the other account, or a role, that has more.
            Err(Failure::Failed(Failed::Denied(Denied::Forbidden))) => {
                let fields = fields.with_message(page.t.text("person-above"));
                (StatusCode::FORBIDDEN, None, fields)
            }
            Err(Failure::Failed(failed)) => return Err(page.failed(failed)),
        };
        let forms = forms.with(fields);
        let response = Box::pin(render(page, &self.permissions, self.id, status, forms, None)).await?;
        Ok(match wait {
            Some(wait) => to_retry(response, wait),
            None => response,
        })
    }

    /// The page again: something was typed wrongly.
    pub(super) async fn again(self, fields: Fields) -> Result<Response, Response> {
        let forms = Forms::default().with(fields);
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        Box::pin(render(
            &self.page,
            &self.permissions,
            self.id,
            status,
            forms,
            None,
        ))
        .await
    }
}

/// The only refusal, as the list that a form shows.
pub(super) fn one<O>(outcome: Outcome<O, Refused>) -> Outcome<O, Vec<Refused>> {
    outcome.map_err(|failure| failure.map(|refused| vec![refused]))
}
