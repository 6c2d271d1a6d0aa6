//! Runs subscriptions, which come over sockets.

use std::{panic::AssertUnwindSafe, pin::Pin, sync::Arc};

use async_graphql::{ObjectType, Response, ServerError, SubscriptionType, Value};
use futures_util::{FutureExt as _, Stream, StreamExt as _, future, stream};
use serde::Serialize;

use super::{
    GraphqlEndpoint,
    bounded_json::bounded_json,
    execute::{Prepared, Rejection, SentBy},
    mask::{fault, mask},
    request::GraphqlRequest,
};
use crate::platform::http::request_id::RequestId;

/// One part of the answer to a subscription, as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// An execution result.
    Next(String),
    /// The errors that end a subscription, or keep it from starting. Nothing follows.
    Errors(String),
}

/// The parameters of a subscription cannot be read; why, in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable(pub String);

/// The answer to a subscription, which ends with it.
pub type Payloads = Pin<Box<dyn Stream<Item = Payload> + Send>>;

impl<Q, M, S> GraphqlEndpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// Starts the subscription in `parameters`, which are those of a POST. Resolvers find `data` in their context. Of
    /// the operations only subscriptions run, and they pass the same checks as a POST.
    pub async fn subscribe<D>(
        self: &Arc<Self>,
        data: D,
        request_id: &RequestId,
        parameters: Value,
    ) -> Result<Payloads, Unreadable>
    where
        D: Send + Sync + 'static,
    {
        let Value::Object(parameters) = parameters else {
            return Err(Unreadable("`payload` must be an object.".to_owned()));
        };
        let request = match GraphqlRequest::from_parameters(parameters) {
            Ok(Some(request)) => request,
            Ok(None) => {
                let message = "`payload.query` must be a string with a GraphQL document.";
                return Err(Unreadable(message.to_owned()));
            }
            Err(error) => return Err(Unreadable(error.message().to_owned())),
        };
        let preparing = AssertUnwindSafe(self.prepare(data, request, SentBy::Socket)).catch_unwind();
        let failed = |cause| vec![fault("start a subscription", cause)];
        let Ok(prepared) = preparing.await else {
            return Ok(only(failed("it panicked"), request_id));
        };
        Ok(match prepared {
            Ok(prepared) => self.start(prepared, request_id),
            Err(Rejection::Errors(errors)) => only(errors, request_id),
            Err(Rejection::MutationByGet) => only(failed("it counts as sent by GET"), request_id),
        })
    }

    fn start(self: &Arc<Self>, prepared: Prepared, request_id: &RequestId) -> Payloads {
        let responses = self
            .schema_for(prepared.is_valid)
            .execute_stream(prepared.request);
        let (endpoint, id, for_panic) = (Arc::clone(self), request_id.clone(), request_id.clone());
        let mut document = Some(prepared.document);
        let payloads = responses.map(move |response| {
            let has_begun = prepared.is_valid || prepared.progress.has_begun();
            if has_begun && let Some(document) = document.take() {
                endpoint.cache_document(document);
            }
            endpoint.payload(response, has_begun, &id)
        });
        let payloads = AssertUnwindSafe(payloads).catch_unwind();
        Box::pin(payloads.map(move |payload| {
            payload
                .unwrap_or_else(|_| errors_only(vec![fault("run a subscription", "it panicked")], &for_panic))
        }))
    }

    fn payload(&self, mut response: Response, has_begun: bool, request_id: &RequestId) -> Payload {
        if !has_begun {
            return errors_only(response.errors, request_id);
        }
        response.errors = mask(std::mem::take(&mut response.errors), request_id);
        match json(&response, self.settings.document.response_bytes) {
            Some(json) => Payload::Next(json),
            None => errors_only(
                vec![fault("write an event", "it is too large, or no JSON")],
                request_id,
            ),
        }
    }
}

fn only(errors: Vec<ServerError>, request_id: &RequestId) -> Payloads {
    let payload = errors_only(errors, request_id);
    Box::pin(stream::once(future::ready(payload)))
}

fn errors_only(errors: Vec<ServerError>, request_id: &RequestId) -> Payload {
    let errors = json(&mask(errors, request_id), usize::MAX);
    Payload::Errors(errors.unwrap_or_else(|| "[]".to_owned()))
}

fn json(value: &impl Serialize, max_bytes: usize) -> Option<String> {
    let written = bounded_json(value, max_bytes).ok().flatten()?;
    String::from_utf8(written).ok()
}
