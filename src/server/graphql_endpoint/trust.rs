//! Checks that the trusted documents would run: a server that would refuse one does not start.

use std::sync::Arc;

use async_graphql::{ObjectType, Request, ServerError, SubscriptionType, Variables, parser};
use futures_util::FutureExt as _;

use super::{GraphqlEndpoint, validation::Progress};
use crate::platform::graphql::document_limits::check_credential_mutations;

/// Why the endpoint cannot be built.
#[derive(Debug)]
pub enum EndpointError {
    /// The schema cannot be parsed from its own SDL.
    Schema(parser::Error),
    /// A trusted document exceeds a limit, or does not fit the schema.
    Untrustworthy {
        /// Its id.
        id: String,
        /// What is wrong with it, in a sentence.
        problem: String,
    },
}

impl From<parser::Error> for EndpointError {
    fn from(error: parser::Error) -> Self {
        Self::Schema(error)
    }
}

impl<Q, M, S> GraphqlEndpoint<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    /// Checks every trusted document like a request, except for checks that depend on variables.
    pub(super) fn check_trusted_documents(&self) -> Result<(), EndpointError> {
        for (id, text) in self.settings.documents.trusted.iter() {
            self.check(text).map_err(|error| EndpointError::Untrustworthy {
                id: id.chars().take(80).collect(),
                problem: error.message,
            })?;
        }
        Ok(())
    }

    fn check(&self, text: &str) -> Result<(), ServerError> {
        let document = self.read(text)?;
        for (_, operation) in document.operations.iter() {
            check_credential_mutations(&document, &operation.node, self.settings.credential_mutations)?;
            let limits = &self.settings.document;
            limits.check_lists(
                &self.field_types,
                &document,
                &operation.node,
                &Variables::default(),
            )?;
        }
        self.input_types.check_variable_types(&document)?;
        let mut request = Request::new("").data(Arc::new(Progress::only_checking()));
        request.set_parsed_query(document);
        // It awaits nothing before the first resolver, and stops before that.
        match self.validating.execute(request).now_or_never() {
            Some(response) => response.errors.into_iter().next().map_or(Ok(()), Err),
            None => Err(ServerError::new("It does not stop where it should.", None)),
        }
    }
}
