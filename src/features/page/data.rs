//! `/account/data`: downloads everything that is held on a person.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Redirect, Response},
};

use super::{
    link::Link,
    logout::Button,
    next::DATA,
    page_context::{Frame, PageContext},
    submitted_form::SubmittedForm,
};
use crate::{
    features::data_export::{ReauthenticationRequired, attachment, download as download_data},
    platform::failure::Failure,
};

#[derive(Template)]
#[template(path = "data.html")]
struct DataPage<'a> {
    frame: Frame<'a>,
}

pub(super) async fn show(page: PageContext, link: Link) -> Response {
    const NOTICES: [&str; 3] = ["confirmed", "form-out-of-date", "form-without-cookie"];
    if page.caller.is_none() {
        return page.to_login_for(DATA);
    }
    let nonce = page.nonce();
    let notice = page.notice(link.notice.as_deref(), &NOTICES);
    let template = DataPage {
        frame: page.frame(&nonce, notice),
    };
    page.page(StatusCode::OK, &nonce, &template)
}

/// Redirects to the page: the browser shows the address of the form when its answer was a page.
pub(super) async fn to_page() -> Redirect {
    Redirect::to(DATA)
}

/// The file. A form that is sent again downloads it again.
pub(super) async fn download(sent: SubmittedForm<Button>) -> Result<Response, Response> {
    let (page, _) = sent.of_user_at(DATA)?;
    match download_data(&page.context).await {
        Ok(document) => Ok(page.finish(attachment(document))),
        Err(Failure::Refused(ReauthenticationRequired)) => {
            Ok(page.see_other("/reauthenticate?next=%2Faccount%2Fdata&notice=confirm-first"))
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}
