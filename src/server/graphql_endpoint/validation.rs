//! The library's validation, with codes, without echoes, and with arguments and variables as its last step.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_graphql::{
    Response, ServerError, ValidationResult,
    async_trait::async_trait,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextExecute, NextValidation},
};

use crate::platform::graphql::{error::RequestErrorCode, request_error::request_error};

/// How far one request has come; travels with its data.
#[derive(Debug)]
pub(super) struct Progress {
    begun: AtomicBool,
    /// Whether it ends once the document has passed.
    only_checks: bool,
    /// What is wrong with arguments or variables, told once the document has passed.
    misfits: Vec<ServerError>,
}

impl Progress {
    pub(super) fn new(misfits: Vec<ServerError>) -> Self {
        Self {
            begun: AtomicBool::new(false),
            only_checks: false,
            misfits,
        }
    }

    /// For a document that must not run, only be looked at. Its answer has no errors when it would pass.
    pub(super) fn only_checking() -> Self {
        Self {
            only_checks: true,
            ..Self::new(Vec::new())
        }
    }

    /// Whether anything has been run.
    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }
}

/// Gives errors of validation their code.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodedValidation;

impl ExtensionFactory for CodedValidation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_trait]
impl Extension for CodedValidation {
    async fn validation(
        &self,
        context: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        let result = next
            .run(context)
            .await
            .map_err(|errors| errors.into_iter().map(coded).collect::<Vec<_>>())?;
        match context.data_opt::<Arc<Progress>>() {
            Some(progress) if progress.only_checks || !progress.misfits.is_empty() => {
                Err(progress.misfits.clone())
            }
            _ => Ok(result),
        }
    }

    async fn execute(
        &self,
        context: &ExtensionContext<'_>,
        operation_name: Option<&str>,
        next: NextExecute<'_>,
    ) -> Response {
        if let Some(progress) = context.data_opt::<Arc<Progress>>() {
            progress.begun.store(true, Ordering::Release);
        }
        next.run(context, operation_name).await
    }
}

fn coded(error: ServerError) -> ServerError {
    // The one message that quotes a literal, which may be a secret put where an enum value belongs.
    let message = match error.message.split_once(" does not contain the value ") {
        Some((before, _)) => format!("{before} does not contain the value given"),
        None => error.message,
    };
    let mut coded = request_error(RequestErrorCode::GraphqlValidationFailed, message, None);
    coded.locations = error.locations;
    coded
}
