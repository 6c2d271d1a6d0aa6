//! `/admin/import`: takes over a few people from another system. A check comes first, which writes nothing.
//!
//! Between check and import, the text is in the form alone: nothing of it is stored.

use askama::Template;
use axum::{http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    import_report::{ImportReport, Line, RecordResult, import, read},
    nav::{Nav, to_proof},
    permitted::{Permitted, PermittedForm},
};
use crate::{
    features::{
        authority::{Authority, ImportUsers, StepUpRequired},
        page::{
            fields::Fields,
            link::Link,
            next::IMPORT,
            page_context::PageContext,
            response::{Frame, to_retry},
        },
        user_import::{MAX_USERS_OF_CALL, Mode, Refused},
    },
    platform::{
        config::Permissions,
        failure::{Denied, Failed, Failure, Outcome},
    },
};

/// The form.
#[derive(Deserialize)]
pub(super) struct ImportForm {
    #[serde(default)]
    users: String,
}

#[derive(Template)]
#[template(path = "admin_import.html")]
struct ImportPage<'a> {
    frame: Frame<'a>,
    nav: Nav,
    form: Fields,
    text: String,
    /// Where a missing proof of identity is given.
    proof: Option<String>,
    report: Option<Report>,
}

/// What became of the people.
struct Report {
    is_check: bool,
    /// Whether something can be imported after the check.
    can_import: bool,
    summary: String,
    lines: Vec<Row>,
}

/// A line of the report.
struct Row {
    number: u64,
    email: String,
    outcome: String,
    is_problem: bool,
    reasons: String,
}

pub(super) async fn show(
    Permitted {
        page, permissions, ..
    }: Permitted<ImportUsers>,
    link: Link,
) -> Response {
    let form = Fields::new("import");
    render(
        &page,
        &permissions,
        StatusCode::OK,
        form,
        None,
        link.notice.as_deref(),
    )
}

/// Redirects to the page: the browser shows the address of a form when its answer was a page.
pub(super) async fn to_page(Permitted { page, .. }: Permitted<ImportUsers>) -> Response {
    page.see_other(IMPORT)
}

pub(super) async fn check(form: PermittedForm<ImportUsers, ImportForm>) -> Result<Response, Response> {
    run_as(form, Mode::DryRun).await
}

pub(super) async fn run(form: PermittedForm<ImportUsers, ImportForm>) -> Result<Response, Response> {
    run_as(form, Mode::Create).await
}

async fn run_as(form: PermittedForm<ImportUsers, ImportForm>, mode: Mode) -> Result<Response, Response> {
    const DONE: &str = "/admin/import?notice=import-done-before";
    let PermittedForm {
        mut sent,
        permissions,
        ..
    } = form;
    if sent.receipt_of_user().await?.is_some() {
        return Ok(sent.page.see_other(DONE));
    }
    let (page, form) = sent.of_user_at(IMPORT)?;
    let fields = Fields::new("import").typed("users", form.users.as_str());
    let records = match read(&form.users) {
        Ok(records) => records,
        Err(problem) => {
            let fields = fields.with_error("users", problem.message(&page.t));
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(render(&page, &permissions, status, fields, None, None));
        }
    };
    let outcome: Outcome<ImportReport, Refused> = async {
        let authority = Authority::to_change(&page.context).await;
        let authority = authority.map_err(|failure: Failure<StepUpRequired>| failure.map(Refused::from))?;
        import(&authority, records, mode, &page.t).await
    }
    .await;
    if page.receipt_after(&outcome).await.is_some() {
        return Ok(page.see_other(DONE));
    }
    let problem = |fields: Fields, status| Ok(render(&page, &permissions, status, fields, None, None));
    match outcome {
        Ok(found) => {
            let report = Report::of(&page, &found, mode);
            let fields = if mode == Mode::Create {
                Fields::new("import")
            } else {
                fields
            };
            Ok(render(
                &page,
                &permissions,
                StatusCode::OK,
                fields,
                Some(report),
                None,
            ))
        }
        Err(Failure::Refused(Refused::StepUpRequired)) => {
            problem(fields.unproven(&page.t), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Refused(Refused::TooMany)) => {
            let values = [("most", MAX_USERS_OF_CALL.into())];
            let text = page.t.with("import-too-many", &values);
            problem(fields.with_error("users", text), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(Failure::Failed(Failed::Denied(Denied::RateLimited { retry_after }))) => {
            let fields = fields.with_message(page.too_many(retry_after));
            let response = problem(fields, StatusCode::TOO_MANY_REQUESTS)?;
            Ok(to_retry(response, retry_after))
        }
        // The caller may import: it is the roles and confirmed addresses that need more.
        Err(Failure::Failed(Failed::Denied(Denied::Forbidden))) => {
            let text = page.t.text("import-above");
            problem(fields.with_message(text), StatusCode::FORBIDDEN)
        }
        Err(Failure::Failed(failed)) => Err(page.failed(failed)),
    }
}

impl Report {
    fn of(page: &PageContext, found: &ImportReport, mode: Mode) -> Self {
        let lines = &found.lines;
        let is_check = mode == Mode::DryRun;
        let count = |result| lines.iter().filter(|line| line.result == result).count();
        let values = [
            ("created", count(RecordResult::Created).into()),
            ("skipped", count(RecordResult::Skipped).into()),
            ("refused", count(RecordResult::Refused).into()),
        ];
        let text = |result| match result {
            RecordResult::Created if is_check => "import-would-create",
            RecordResult::Created => "import-created",
            RecordResult::Skipped => "import-skipped",
            RecordResult::Refused => "import-refused",
        };
        let row = |line: &Line| Row {
            number: line.number,
            email: line.email.clone().unwrap_or_default(),
            outcome: page.t.text(text(line.result)),
            is_problem: line.result == RecordResult::Refused,
            reasons: line.reasons.join(" "),
        };
        let mut summary = vec![page.t.with("import-summary", &values)];
        if found.without_password > 0 {
            let values = [("count", found.without_password.into())];
            summary.push(page.t.with("import-without-password", &values));
        }
        let names = found.unread.names();
        if !names.is_empty() {
            let values = [("names", names.join(", ").into())];
            summary.push(page.t.with("import-not-read", &values));
        }
        Self {
            can_import: is_check && count(RecordResult::Created) > 0,
            summary: summary.join(" "),
            lines: lines.iter().map(row).collect(),
            is_check,
        }
    }
}

fn render(
    page: &PageContext,
    permissions: &Permissions,
    status: StatusCode,
    form: Fields,
    report: Option<Report>,
    notice: Option<&str>,
) -> Response {
    const NOTICES: [&str; 4] = [
        "import-done-before",
        "confirmed",
        "form-out-of-date",
        "form-without-cookie",
    ];
    let nonce = page.nonce();
    let template = ImportPage {
        frame: page.frame(&nonce, page.notice(notice, &NOTICES)),
        nav: Nav::of(page, permissions, IMPORT).with_proof(page, IMPORT),
        proof: form.proof_link.as_ref().map(|_| to_proof(IMPORT, "")),
        text: page.t.with("import-text", &[("most", MAX_USERS_OF_CALL.into())]),
        form,
        report,
    };
    page.page(status, &nonce, &template)
}
