//! From a well-formed request to a response: every check that can refuse a document, then execution.

use std::{
    panic::AssertUnwindSafe,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::{
    ObjectType, Request, Response, Schema, ServerError, SubscriptionType, Variables,
    parser::types::{DocumentOperations, ExecutableDocument, OperationDefinition, OperationType},
};
use futures_util::FutureExt;

use super::{
    GraphqlEndpoint,
    documents::DocumentText,
    large_documents::LargeTurn,
    mask::fault,
    outcome::{first_field, mark_unknown_outcomes, set_unknown},
    parsed_document_cache::ParsedDocumentCache,
    request::GraphqlRequest,
    validation::Progress,
};
use crate::platform::graphql::{
    arguments::check_arguments, document_limits::check_credential_mutations, error::RequestErrorCode,
    expose::expose, introspection::first_introspection, merge_fields::merge_fields,
    open_fragments::open_fragments, overlaps::check_overlaps, request_error::request_error,
    subscription_root::check_subscription_roots, syntax::parse_document,
};

/// The result of a well-formed request.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) response: Response,
    /// Whether it was refused before anything ran; then the response has no data, not even null.
    pub(super) refused: bool,
    /// Held until the response is written.
    pub(super) turn: LargeTurn,
}

impl Answer {
    pub(super) fn refused(errors: Vec<ServerError>) -> Self {
        Self {
            response: Response::from_errors(errors),
            refused: true,
            turn: None,
        }
    }
}

impl Answer {
    /// The response to a request that took too long.
    pub(super) fn too_slow(may_have_changed: bool) -> Self {
        let mut error = request_error(
            RequestErrorCode::ServiceUnavailable,
            if may_have_changed {
                "The request took too long, and the change may have been made. Check before you try again."
            } else {
                "The request took too long. Try again later."
            },
            None,
        );
        error
            .extensions
            .get_or_insert_default()
            .set("retryAfterSeconds", 2);
        if may_have_changed {
            set_unknown(&mut error);
        }
        Self {
            response: Response::from_errors(vec![error]),
            refused: false,
            turn: None,
        }
    }
}

/// Why nothing ran.
pub(super) enum Rejection {
    /// A mutation came by GET, which any link could make a browser send.
    MutationByGet,
    Errors(Vec<ServerError>),
}

impl From<ServerError> for Rejection {
    fn from(error: ServerError) -> Self {
        Self::Errors(vec![error])
    }
}

/// How a request came, which decides the kinds of operations that it may run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SentBy {
    Get,
    Post,
    Socket,
}

impl SentBy {
    fn check(self, operation: OperationType) -> Result<(), Rejection> {
        let refused = |message| Err(request_error(RequestErrorCode::BadRequest, message, None).into());
        match (self, operation) {
            (Self::Get, OperationType::Mutation) => Err(Rejection::MutationByGet),
            (Self::Get | Self::Post, OperationType::Subscription) => refused(
                "Subscriptions need a WebSocket with the sub-protocol `graphql-transport-ws`, at `/graphql`.",
            ),
            (Self::Socket, OperationType::Query | OperationType::Mutation) => {
                refused("A socket takes only subscriptions. Send queries and mutations by POST.")
            }
            _ => Ok(()),
        }
    }
}

/// A request that has passed every check before the library's validation.
pub(super) struct Prepared {
    pub(super) request: Request,
    /// Whether the library need not validate it.
    pub(super) is_valid: bool,
    is_mutation: bool,
    /// The response key of the first field of a mutation.
    first: Option<String>,
    pub(super) progress: Arc<Progress>,
    turn: LargeTurn,
    pub(super) document: ValidDocument,
}

/// A document to cache once the library has found it valid.
pub(super) struct ValidDocument {
    text: DocumentText,
    to_cache: Option<ExecutableDocument>,
    list_items: usize,
}

impl<Q, M, S> GraphqlEndpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// Executes `request`, or returns why it was refused. Sets `may_have_changed` when a mutation starts. A panic fails
    /// only this request.
    pub(super) async fn run<D>(
        &self,
        data: D,
        request: GraphqlRequest,
        sent_by: SentBy,
        may_have_changed: &AtomicBool,
    ) -> Result<Answer, Rejection>
    where
        D: Send + Sync + 'static,
    {
        let running = AssertUnwindSafe(self.check_and_execute(data, request, sent_by, may_have_changed));
        running.catch_unwind().await.unwrap_or_else(|_| {
            Ok(Answer {
                response: Response::from_errors(vec![fault("run the request", "it panicked")]),
                refused: false,
                turn: None,
            })
        })
    }

    async fn check_and_execute<D>(
        &self,
        data: D,
        request: GraphqlRequest,
        sent_by: SentBy,
        may_have_changed: &AtomicBool,
    ) -> Result<Answer, Rejection>
    where
        D: Send + Sync + 'static,
    {
        let prepared = self.prepare(data, request, sent_by).await?;
        let schema = self.schema_for(prepared.is_valid);
        may_have_changed.store(prepared.is_mutation, Ordering::Relaxed);
        let mut response = schema.execute(prepared.request).await;
        if prepared.is_mutation {
            mark_unknown_outcomes(&mut response.errors, prepared.first.as_deref());
        }
        let has_begun = prepared.is_valid || prepared.progress.has_begun();
        if has_begun {
            self.cache_document(prepared.document);
        }
        Ok(Answer {
            response,
            refused: !has_begun,
            turn: prepared.turn,
        })
    }

    /// Makes every check that can refuse a request before the library's validation.
    pub(super) async fn prepare<D>(
        &self,
        data: D,
        request: GraphqlRequest,
        sent_by: SentBy,
    ) -> Result<Prepared, Rejection>
    where
        D: Send + Sync + 'static,
    {
        let text = self.documents.find(request.document)?;
        let passed = self.parsed.find(&text);
        let mut document = match &passed {
            Some(passed) => passed.document.clone(),
            None => self.read(&text)?,
        };
        let operation = select(&document, request.operation_name.as_deref())?;
        let is_mutation = operation.ty == OperationType::Mutation;
        sent_by.check(operation.ty)?;
        let document_errors = match &passed {
            Some(_) => Vec::new(),
            None => self.check_operation(&document, operation)?,
        };
        // Report variables after the library's validation, so that a client first gets the errors of its document.
        let (variables, late_errors) = match self.input_types.coerce_variables(operation, request.variables) {
            Ok(variables) => (variables, document_errors),
            Err(late_errors) if document_errors.is_empty() => (Variables::default(), late_errors),
            Err(_) => (Variables::default(), document_errors),
        };
        // The library's validation depends on the variables too, if the document has any.
        let is_valid = passed.is_some() && operation.variable_definitions.is_empty();
        let list_items = match &passed {
            Some(passed) if is_valid => passed.list_items,
            _ if late_errors.is_empty() => {
                let limits = &self.settings.document;
                limits.check_lists(&self.field_types, &document, operation, &variables)?
            }
            // It will be refused.
            _ => 0,
        };
        let mut to_cache = None;
        if passed.is_none() {
            // Everything was counted as written; what runs is the merged document.
            open_fragments(&self.field_types, &mut document);
            merge_fields(&mut document);
            to_cache = ParsedDocumentCache::allows(&text, &document).then(|| document.clone());
        }
        // Of the document that runs, so that it is the same from the cache.
        let operation = select(&document, request.operation_name.as_deref())?;
        let first = is_mutation.then(|| first_field(operation)).flatten();
        let turn = self.large.turn(list_items, is_mutation).await;
        let progress = Arc::new(Progress::new(late_errors));
        let mut prepared = Request::new("")
            .variables(variables)
            .data(data)
            .data(Arc::clone(&progress));
        prepared.operation_name = request.operation_name;
        prepared.set_parsed_query(document);
        Ok(Prepared {
            request: prepared,
            is_valid,
            is_mutation,
            first,
            progress,
            turn,
            document: ValidDocument {
                text,
                to_cache,
                list_items,
            },
        })
    }

    /// The schema that runs a request.
    pub(super) fn schema_for(&self, is_valid: bool) -> &Schema<Q, M, S> {
        if is_valid {
            &self.executing
        } else {
            &self.validating
        }
    }

    /// Caches a document that the library found valid.
    pub(super) fn cache_document(&self, valid: ValidDocument) {
        self.documents.has_passed(&valid.text);
        if let Some(document) = valid.to_cache {
            self.parsed.insert(&valid.text, document, valid.list_items);
        }
    }

    /// The checks of a document without its variables. Fails if `operation`, the one to run, must not run; else returns
    /// the errors that the library does not find.
    fn check_operation(
        &self,
        document: &ExecutableDocument,
        operation: &OperationDefinition,
    ) -> Result<Vec<ServerError>, ServerError> {
        check_credential_mutations(document, operation, self.settings.credential_mutations)?;
        self.input_types.check_variable_types(document)?;
        // Check every operation, as validation does: what one server refuses must not run on another.
        let mut errors = Vec::new();
        for (_, operation) in document.operations.iter() {
            let (fields, inputs) = (&self.field_types, &self.input_types);
            errors.extend(check_arguments(fields, inputs, document, &operation.node));
            errors.extend(check_overlaps(fields, document, &operation.node));
        }
        Ok(errors)
    }

    /// Parses the document and checks its limits.
    pub(super) fn read(&self, text: &str) -> Result<ExecutableDocument, ServerError> {
        let limits = &self.settings.document;
        let mut document = parse_document(text, limits)?;
        if !self.settings.introspection
            && let Some(at) = first_introspection(&document)
        {
            return Err(request_error(
                RequestErrorCode::IntrospectionDisabled,
                "Introspection is switched off on this server.",
                Some(at),
            ));
        }
        limits.check(&document)?;
        check_subscription_roots(&document)?;
        expose(&self.field_types, &mut document)?;
        Ok(document)
    }
}

/// The operation to run (GraphQL specification, section 6.1, `GetOperation`).
fn select<'a>(
    document: &'a ExecutableDocument,
    name: Option<&str>,
) -> Result<&'a OperationDefinition, ServerError> {
    let found = match (&document.operations, name) {
        (DocumentOperations::Single(operation), None) => Some(operation),
        (DocumentOperations::Multiple(operations), Some(name)) => operations.get(name),
        (DocumentOperations::Multiple(operations), None) if operations.len() == 1 => {
            operations.values().next()
        }
        (DocumentOperations::Single(_), Some(_)) | (DocumentOperations::Multiple(_), None) => None,
    };
    found.map(|operation| &operation.node).ok_or_else(|| {
        let message = match name {
            Some(_) => "The document has no operation with the name in `operationName`.",
            None => "The document has several operations: name one in `operationName`.",
        };
        request_error(RequestErrorCode::OperationResolutionFailure, message, None)
    })
}
