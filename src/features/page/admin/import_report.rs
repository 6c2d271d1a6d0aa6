//! A small import: reads the text, runs the use case, and reports each record.

use crate::{
    context::{App, graphql::user_error::UserErrorCode},
    features::{
        authority::{Authority, ImportUsers},
        page::admin::problems::translated,
        user_import::{
            FileFormat, Import, Imported, InputError, LineProblem, MAX_USERS_OF_CALL, Mode, Problem, Record,
            Refused, UnreadNames,
        },
    },
    platform::{crypto::ForeignHashOptions, failure::Outcome, i18n::Language},
};

/// Why a text is not imported as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It has no record.
    Empty,
    /// More users than one call takes.
    TooMany,
    /// The first line of CSV has no column for the address.
    NoEmailColumn,
    /// The first line of CSV cannot be read.
    Header(LineProblem),
}

impl Unreadable {
    /// What is wrong, for people.
    pub(super) fn message(&self, t: &Language) -> String {
        match self {
            Self::Empty => t.text("required"),
            Self::TooMany => t.with("import-too-many", &[("most", MAX_USERS_OF_CALL.into())]),
            Self::NoEmailColumn => t.text("import-no-header"),
            Self::Header(problem) => unreadable(t, problem),
        }
    }
}

/// Whether a record is imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RecordResult {
    /// There is a new account; in a dry run, there would be one.
    Created,
    /// The address exists.
    Skipped,
    /// Something is wrong with it.
    Refused,
}

/// A record, as a line of the report.
#[derive(Debug)]
pub(super) struct Line {
    pub(super) number: u64,
    /// None if it could not be read.
    pub(super) email: Option<String>,
    pub(super) result: RecordResult,
    pub(super) reasons: Vec<String>,
}

/// What became of a text.
#[derive(Debug)]
pub(super) struct ImportReport {
    pub(super) lines: Vec<Line>,
    /// How many have no password, of those with a new account.
    pub(super) without_password: usize,
    /// Names of values that were not read.
    pub(super) unread: UnreadNames,
}

/// The records of a text: JSON if it begins like it, else CSV.
pub(super) fn read(text: &str) -> Result<Vec<Record>, Unreadable> {
    let format = match text.trim_start().chars().next() {
        None => return Err(Unreadable::Empty),
        Some('{') => FileFormat::Jsonl,
        Some('[') => FileFormat::Json,
        Some(_) => FileFormat::Csv(None),
    };
    let mut records = Vec::new();
    let read = format.read(&mut text.as_bytes(), &mut |record| {
        records.push(record);
        records.len() <= MAX_USERS_OF_CALL
    });
    match read {
        // A text in memory can always be read.
        Ok(()) | Err(InputError::Io(_)) if records.len() > MAX_USERS_OF_CALL => Err(Unreadable::TooMany),
        Ok(()) | Err(InputError::Io(_)) => Ok(records),
        Err(InputError::Empty) => Err(Unreadable::Empty),
        Err(InputError::NoEmailColumn(..)) => Err(Unreadable::NoEmailColumn),
        Err(InputError::Header(problem)) => Err(Unreadable::Header(problem)),
    }
}

/// Imports the records that are users, or only checks them. Returns what became of each, in their order.
pub(super) async fn import(
    authority: &Authority<'_, ImportUsers>,
    records: Vec<Record>,
    mode: Mode,
    t: &Language,
) -> Outcome<ImportReport, Refused> {
    let app: &App = authority.app();
    let now = app.clock.now();
    let (mut users, mut lines) = (Vec::new(), Vec::new());
    let mut unread = UnreadNames::default();
    for Record { line, content } in records {
        let read = content.and_then(|fields| {
            unread.add(&fields);
            fields.user(now)
        });
        match read {
            Ok(user) => {
                lines.push(Line {
                    number: line,
                    email: Some(user.email.clone()),
                    result: RecordResult::Created,
                    reasons: Vec::new(),
                });
                users.push(user);
            }
            Err(problem) => lines.push(Line {
                number: line,
                email: None,
                result: RecordResult::Refused,
                reasons: vec![unreadable(t, &problem)],
            }),
        }
    }
    let import = Import {
        hashes: ForeignHashOptions::new(app.hasher.cost()),
        mode,
    };
    let imported = import.run(authority, &users).await?;
    let known = lines.iter_mut().filter(|line| line.email.is_some());
    let mut without_password = 0;
    for (line, Imported { result, hash_format }) in known.zip(imported) {
        without_password += usize::from(result.is_ok() && hash_format.is_none());
        if let Err(problems) = result {
            line.result = if problems == [Problem::EmailTaken] {
                RecordResult::Skipped
            } else {
                RecordResult::Refused
            };
            line.reasons = problems.into_iter().map(|problem| reason(t, problem)).collect();
        }
    }
    Ok(ImportReport {
        lines,
        without_password,
        unread,
    })
}

fn reason(t: &Language, problem: Problem) -> String {
    let code = UserErrorCode::as_str(problem.code());
    t.find(&format!("error-{code}-import"), &[])
        .or_else(|| translated(t, problem.code()))
        .unwrap_or_else(|| problem.message().into_owned())
}

fn unreadable(t: &Language, problem: &LineProblem) -> String {
    let key = match problem {
        LineProblem::Status(..) => "error-INVALID_STATUS-import".to_owned(),
        problem => format!("error-{}-import", problem.code()),
    };
    let values: Vec<_> = problem
        .values()
        .into_iter()
        .map(|(name, value)| (name, value.into()))
        .collect();
    t.find(&key, &values).unwrap_or_else(|| problem.message())
}
