//! The GraphQL request in an HTTP request ("GraphQL over HTTP", sections 5.2 to 5.4).

use std::{collections::HashMap, fmt};

use async_graphql::{Name, Value, Variables, indexmap::IndexMap};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
};
use url::form_urlencoded;

use super::{documents::DocumentRef, media_type::is_json, strict_json::StrictJson};
use crate::platform::{
    graphql::error::RequestErrorCode,
    http::{
        body::{self, BodyLimits},
        error::HttpError,
        field_value::members,
    },
};

/// A well-formed GraphQL request. Document and variables can contain passwords.
pub(super) struct GraphqlRequest {
    /// Which document to run.
    pub(super) document: DocumentRef,
    /// Which of the document's operations to run.
    pub(super) operation_name: Option<String>,
    /// Values of its variables, as sent.
    pub(super) variables: Variables,
}

impl fmt::Debug for GraphqlRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GraphqlRequest").finish_non_exhaustive()
    }
}

impl GraphqlRequest {
    /// Reads the body of a POST.
    pub(super) async fn from_post(
        headers: &HeaderMap,
        body: Body,
        limits: BodyLimits,
    ) -> Result<Self, HttpError> {
        let unsupported = |message: &'static str| {
            HttpError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                RequestErrorCode::UnsupportedMediaType,
                message,
            )
        };
        if !is_json(headers) {
            return Err(unsupported("Send the body as application/json in UTF-8."));
        }
        if is_compressed(headers) {
            let identity = HeaderValue::from_static("identity");
            return Err(
                unsupported("Send the body without compression.").header(header::ACCEPT_ENCODING, identity)
            );
        }
        let body = body::read(body, limits).await?;
        let Ok(StrictJson(Value::Object(parameters))) = serde_json::from_slice(&body) else {
            return Err(HttpError::bad_request(
                "The body must be one JSON object with each key at most once.",
            ));
        };
        Self::from_parameters(parameters)?
            .ok_or_else(|| HttpError::bad_request("`query` must be a string with a GraphQL document."))
    }

    /// Reads the query string of a GET; none if it names no document.
    pub(super) fn from_get(uri: &Uri) -> Result<Option<Self>, HttpError> {
        let mut given = HashMap::new();
        for (name, value) in form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()) {
            if given.insert(name, value).is_some() {
                return Err(HttpError::bad_request("Send each parameter at most once."));
            }
        }
        let mut parameters = IndexMap::new();
        for name in ["query", "documentId", "operationName"] {
            if let Some(value) = given.remove(name) {
                parameters.insert(Name::new(name), Value::String(value.into_owned()));
            }
        }
        for name in ["variables", "extensions"] {
            if let Some(value) = given.remove(name) {
                let Ok(StrictJson(value)) = serde_json::from_str(&value) else {
                    return Err(HttpError::bad_request(format!(
                        "The parameter `{name}` must be a JSON object with each key at most once."
                    )));
                };
                parameters.insert(Name::new(name), value);
            }
        }
        Self::from_parameters(parameters)
    }

    /// Reads the parameters; none if they name no document.
    pub(super) fn from_parameters(mut parameters: IndexMap<Name, Value>) -> Result<Option<Self>, HttpError> {
        let mut take = |name| parameters.swap_remove(name).unwrap_or_default();
        let extensions = take("extensions");
        if !matches!(extensions, Value::Null | Value::Object(_)) {
            return Err(HttpError::bad_request("`extensions` must be an object or null."));
        }
        let Some(document) = DocumentRef::read(take("query"), take("documentId"), &extensions)? else {
            return Ok(None);
        };
        let operation_name = match take("operationName") {
            Value::Null => None,
            Value::String(name) => Some(name),
            _ => {
                return Err(HttpError::bad_request(
                    "`operationName` must be a string or null.",
                ));
            }
        };
        let variables = match take("variables") {
            Value::Null => Variables::default(),
            variables @ Value::Object(_) => Variables::from_value(variables),
            _ => return Err(HttpError::bad_request("`variables` must be an object or null.")),
        };
        Ok(Some(Self {
            document,
            operation_name,
            variables,
        }))
    }
}

/// Whether the body must be decoded before it can be read (RFC 9110, section 8.4).
fn is_compressed(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::CONTENT_ENCODING).iter();
    let mut codings = values.flat_map(|value| members(value.as_bytes()));
    codings.any(|coding| !coding.eq_ignore_ascii_case("identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(request: &GraphqlRequest) -> &str {
        match &request.document {
            DocumentRef::Text(text) => text,
            _ => panic!("another kind of document"),
        }
    }

    async fn post(body: impl Into<Body>) -> Result<GraphqlRequest, HttpError> {
        let json = HeaderValue::from_static("application/json");
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, json)]);
        GraphqlRequest::from_post(&headers, body.into(), BodyLimits::default()).await
    }

    #[tokio::test]
    async fn a_full_request_is_read() {
        let body =
            r#"{"query":"{ a }","operationName":"A","variables":{"b":[1,null]},"extensions":{},"x":1}"#;
        let request = post(body).await.unwrap();
        assert_eq!(text(&request), "{ a }");
        assert_eq!(request.operation_name.as_deref(), Some("A"));
        assert_eq!(
            serde_json::to_string(&request.variables).unwrap(),
            r#"{"b":[1,null]}"#
        );
        assert!(
            post(r#"{"query":"","operationName":null,"variables":null,"extensions":null}"#)
                .await
                .is_ok()
        );
    }

    #[tokio::test]
    async fn odd_bodies_are_refused() {
        let nested = format!(
            r#"{{"query":"{{ a }}","variables":{{"a":{}{}}}}}"#,
            "[".repeat(200),
            "]".repeat(200)
        );
        for body in [
            "",
            " ",
            "null",
            "42",
            "[]",
            "{}",
            "\"{ a }\"",
            "{",
            "{\"query\":\"{ a }\"}}",
            "[{\"query\":\"{ a }\"}]",
            "\u{feff}{\"query\":\"{ a }\"}",
            r#"{"query":null}"#,
            r#"{"query":["{ a }"]}"#,
            r#"{"query":"{ a }","query":"{ a }"}"#,
            r#"{"query":"{ a }","x":1,"x":1}"#,
            r#"{"query":"{ a }","variables":{"a":{"b":1,"b":1}}}"#,
            r#"{"query":"{ a }","variables":{"a":1e400}}"#,
            r#"{"query":"{ a }","variables":{"a":"\ud800"}}"#,
            r#"{"query":"{ a }","variables":[]}"#,
            r#"{"query":"{ a }","variables":"{}"}"#,
            r#"{"query":"{ a }","operationName":1}"#,
            r#"{"query":"{ a }","extensions":1}"#,
            "{'query':'{ a }'}",
            r#"{"query":"{ a }",}"#,
            r#"{"query":"{ a }","variables":{"a":NaN}}"#,
            &nested,
        ] {
            assert!(post(body.to_owned()).await.is_err(), "{body}");
        }
        assert!(post(b"{\"query\":\"\xff\"}".to_vec()).await.is_err());
    }

    #[test]
    fn parameters_of_a_get_are_read() {
        let get = |query: &str| GraphqlRequest::from_get(&format!("/graphql?{query}").parse().unwrap());
        let request = get("query=%7B+a+%7D&operationName=A&variables=%7B%22b%22:1%7D&other=1")
            .unwrap()
            .unwrap();
        assert_eq!(text(&request), "{ a }");
        assert_eq!(serde_json::to_string(&request.variables).unwrap(), r#"{"b":1}"#);
        assert!(get("").unwrap().is_none());
        assert!(get("operation_name=A").unwrap().is_none());
        for query in [
            "query=a&query=b",
            "query=a&variables=1",
            "query=a&variables=[]",
            "query=a&variables=%7B",
            "query=a&variables=",
            "query=a&extensions=%22%22",
            "query=a&variables=%7B%22b%22:1,%22b%22:1%7D",
        ] {
            assert!(get(query).is_err(), "{query}");
        }
    }
}
