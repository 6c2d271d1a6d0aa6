//! The library's validation, with error codes, without quotes of the input, and with arguments and variables as its
//! last step.

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

/// The progress of one request; part of its data.
#[derive(Debug)]
pub(super) struct Progress {
    begun: AtomicBool,
    /// Whether it ends once the document is valid.
    only_checks: bool,
    /// Errors of arguments or variables, reported once the document is valid.
    late_errors: Vec<ServerError>,
}

impl Progress {
    pub(super) fn new(late_errors: Vec<ServerError>) -> Self {
        Self {
            begun: AtomicBool::new(false),
            only_checks: false,
            late_errors,
        }
    }

    /// For a document that must only be checked, not run. The response has no errors if it would run.
    pub(super) fn only_checking() -> Self {
        Self {
            only_checks: true,
            ..Self::new(Vec::new())
        }
    }

    /// Whether execution has begun.
    pub(super) fn has_begun(&self) -> bool {
        self.begun.load(Ordering::Acquire)
    }
}

/// Gives validation errors their code.
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
            Some(progress) if progress.only_checks || !progress.late_errors.is_empty() => {
                Err(progress.late_errors.clone())
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
    // The only message that quotes a literal, which may be a secret in the place of an enum value.
    let message = match error.message.split_once(" does not contain the value ") {
        Some((before, _)) => format!("{before} does not contain the value given"),
        None => error.message,
    };
    let mut coded = request_error(RequestErrorCode::GraphqlValidationFailed, message, None);
    coded.locations = error.locations;
    coded
}
