//! GraphQL over HTTP, around [`async_graphql::Schema::execute`].
//!
//! A request passes these checks, in this order: method, accepted media type, media type and size of the body, form of
//! the JSON, the choice of the document; then a scan of the query's text, the parser, the document's limits, the choice
//! of the operation, validation, the types of arguments and variables. Only a request that passes all of them runs, and
//! a document that has run need not be validated again. The library's own handler makes few of these checks; a small
//! text can crash its parser, which reads an older version of the language: see `docs/decisions`.

mod bounded_json;
mod documents;
mod execute;
mod large_documents;
mod mask;
mod media_type;
mod outcome;
mod parsed_document_cache;
mod request;
mod respond;
mod status;
mod strict_json;
mod subscribe;
#[cfg(test)]
mod tests;
mod trust;
mod validation;

use std::{
    fmt,
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_graphql::{EmptySubscription, ObjectType, Schema, SchemaBuilder, SubscriptionType, ValidationMode};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header},
    response::Response,
};

use tokio::time::timeout;

#[cfg(any(test, fuzzing))]
pub use self::media_type::properties as media_type_properties;
pub(super) use self::strict_json::StrictJson;
use self::{
    documents::KnownDocuments,
    execute::{Answer, Rejection, SentBy},
    large_documents::LargeDocuments,
    media_type::AnswerType,
    parsed_document_cache::ParsedDocumentCache,
    request::GraphqlRequest,
    validation::CodedValidation,
};
pub use self::{
    documents::{DocumentSettings, TrustedDocuments},
    subscribe::{Payload, Payloads, Unreadable},
    trust::EndpointError,
};
use crate::platform::{
    graphql::{
        document_limits::DocumentLimits, error::RequestErrorCode, field_types::FieldTypes,
        input_types::InputTypes,
    },
    http::{accept::prefers_html, body::BodyLimits, error::HttpError, request_id::RequestId},
};

/// The settings of the endpoint.
#[derive(Debug, Clone)]
pub struct EndpointSettings {
    /// Limits of documents.
    pub document: DocumentLimits,
    /// Documents that can be requested by name.
    pub documents: DocumentSettings,
    /// Limits of request bodies.
    pub body: BodyLimits,
    /// Names of the mutations that check a secret, and therefore must be alone in their document.
    pub credential_mutations: &'static [&'static str],
    /// Whether introspection is allowed.
    pub introspection: bool,
    /// Where to redirect a browser that opens the endpoint as a page.
    pub page: Option<&'static str>,
    /// How long a request may run. Every step has its own limit; this one is for their sum.
    pub timeout: Duration,
}

impl Default for EndpointSettings {
    fn default() -> Self {
        Self {
            document: DocumentLimits::default(),
            documents: DocumentSettings::default(),
            body: BodyLimits::default(),
            credential_mutations: &[],
            introspection: false,
            page: None,
            timeout: Duration::from_secs(15),
        }
    }
}

/// The endpoint at `/graphql`.
pub struct GraphqlEndpoint<Q, M, S = EmptySubscription> {
    /// Validates a document before it executes it.
    validating: Schema<Q, M, S>,
    /// The same schema for documents that are known to be valid: it executes without validating, which costs less for
    /// each field of a response.
    executing: Schema<Q, M, S>,
    input_types: InputTypes,
    field_types: FieldTypes,
    documents: KnownDocuments,
    parsed: ParsedDocumentCache,
    large: LargeDocuments,
    settings: EndpointSettings,
}

impl<Q, M, S> GraphqlEndpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// Builds the endpoint from `schema`.
    ///
    /// Fails if the schema cannot be parsed from its own SDL, which is a fault in the schema, or if a trusted document
    /// would be refused.
    pub fn new(
        schema: impl Fn() -> SchemaBuilder<Q, M, S>,
        settings: EndpointSettings,
    ) -> Result<Self, EndpointError> {
        // The library's depth check would refuse fragments early, and without a code; our own check has run before.
        let schema = || schema().limit_recursive_depth(1_000).data(settings.document);
        let mut validating = schema().extension(CodedValidation);
        if !settings.introspection {
            validating = validating.disable_suggestions();
        }
        let validating = validating.finish();
        let executing = schema().validation_mode(ValidationMode::Fast).finish();
        let sdl = validating.sdl();
        let endpoint = Self {
            input_types: InputTypes::from_sdl(&sdl)?,
            field_types: FieldTypes::from_sdl(&sdl)?,
            validating,
            executing,
            documents: KnownDocuments::new(settings.documents.clone()),
            parsed: ParsedDocumentCache::default(),
            large: LargeDocuments::default(),
            settings,
        };
        endpoint.check_trusted_documents()?;
        Ok(endpoint)
    }

    /// Answers `request`. Resolvers find `data` in their context.
    pub async fn handle<D>(&self, data: D, request_id: &RequestId, request: Request<Body>) -> Response
    where
        D: Send + Sync + 'static,
    {
        let response = self.answer(data, request_id, request).await;
        response.unwrap_or_else(|error| error.respond(request_id))
    }

    async fn answer<D>(
        &self,
        data: D,
        request_id: &RequestId,
        request: Request<Body>,
    ) -> Result<Response, HttpError>
    where
        D: Send + Sync + 'static,
    {
        let (head, body) = request.into_parts();
        // A HEAD is a GET whose answer comes without its body (RFC 9110, section 9.3.2).
        let by_get = matches!(head.method, Method::GET | Method::HEAD);
        if !by_get && head.method != Method::POST {
            return Err(HttpError::allows_only("GET, HEAD, POST"));
        }
        let asked = if by_get {
            self.read_get(&head.uri, &head.headers)?
        } else {
            Asked::InBody
        };
        if let Asked::ForPage(page) = asked {
            return Ok(see_other(page));
        }
        let answer_type = AnswerType::negotiate(&head.headers).ok_or_else(|| {
            HttpError::new(
                StatusCode::NOT_ACCEPTABLE,
                RequestErrorCode::NotAcceptable,
                "Responses are available as application/graphql-response+json or application/json.",
            )
        })?;
        let graphql = match asked {
            Asked::InUri(graphql) => graphql,
            _ => GraphqlRequest::from_post(&head.headers, body, self.settings.body).await?,
        };
        let may_have_changed = AtomicBool::new(false);
        let method = if by_get { SentBy::Get } else { SentBy::Post };
        let running = self.run(data, graphql, method, &may_have_changed);
        let answer = timeout(self.settings.timeout, running).await.unwrap_or_else(|_| {
            tracing::warn!(%request_id, "a request was aborted: it took longer than request_timeout");
            // What was not committed by then is rolled back; whether something was committed is not known here.
            Ok(Answer::too_slow(may_have_changed.load(Ordering::Relaxed)))
        });
        let answer = match answer {
            Ok(answer) => answer,
            Err(Rejection::MutationByGet) => return Err(HttpError::allows_only("POST")),
            Err(Rejection::Errors(errors)) => Answer::refused(errors),
        };
        let max_bytes = self.settings.document.response_bytes;
        Ok(answer.respond(answer_type, request_id, max_bytes, may_have_changed.into_inner()))
    }

    fn read_get(&self, uri: &Uri, headers: &HeaderMap) -> Result<Asked, HttpError> {
        match (GraphqlRequest::from_get(uri)?, self.settings.page) {
            (Some(request), _) => Ok(Asked::InUri(request)),
            (None, Some(page)) if prefers_html(headers) => Ok(Asked::ForPage(page)),
            (None, _) => Err(HttpError::bad_request(
                "Send a GraphQL document: by POST as JSON, or in the parameter `query`.",
            )),
        }
    }
}

/// Where the GraphQL request is.
enum Asked {
    InUri(GraphqlRequest),
    InBody,
    /// There is none: a browser opens the endpoint as a page.
    ForPage(&'static str),
}

fn see_other(page: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    response
        .headers_mut()
        .insert(header::LOCATION, HeaderValue::from_static(page));
    response
}

impl<Q, M, S> fmt::Debug for GraphqlEndpoint<Q, M, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphqlEndpoint")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}
