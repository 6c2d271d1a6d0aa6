//! A client over HTTP, that acts as someone or as nobody.

use reqwest::{RequestBuilder, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

/// What a sign-in answers with.
const SIGNED_IN: &str = "
    user { id name email isEmailVerified status roles lastLoginAt createdAt updatedAt }
    session { id isCurrent userAgent ipAddress createdAt lastUsedAt expiresAt }
    tokens { accessToken accessTokenExpiresAt }
    userErrors { code message field }";

#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
}

impl Client {
    pub(crate) fn new(url: String, token: Option<String>) -> Self {
        // One redirect is an answer to look at, not a way to go.
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        Self { http, url, token }
    }

    /// Runs a document.
    pub(crate) async fn query(&self, query: &str) -> Answer {
        self.run(query, json!({})).await
    }

    /// Runs a document with variables.
    pub(crate) async fn run(&self, query: &str, variables: Value) -> Answer {
        let request = self.request(reqwest::Method::POST, "/graphql");
        Answer::of(request.json(&json!({ "query": query, "variables": variables }))).await
    }

    pub(crate) async fn signup(&self, input: Value) -> Answer {
        let query = format!("mutation ($input: SignupInput!) {{ signup(input: $input) {{ {SIGNED_IN} }} }}");
        self.run(&query, json!({ "input": input })).await
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        let query = format!("mutation ($input: LoginInput!) {{ login(input: $input) {{ {SIGNED_IN} }} }}");
        self.run(
            &query,
            json!({ "input": { "email": email, "password": password } }),
        )
        .await
    }

    pub(crate) async fn logout(&self) -> Answer {
        self.query("mutation { logout { wasSignedIn userErrors { code } } }")
            .await
    }

    pub(crate) async fn me(&self) -> Answer {
        self.query("{ me { id name email isEmailVerified status roles lastLoginAt createdAt updatedAt } }")
            .await
    }

    /// A plain GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(reqwest::Method::GET, path)).await
    }

    /// A request to be shaped further.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

/// An answer of the server.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body, where it is JSON.
    pub(crate) body: Value,
}

impl Answer {
    /// Sends the request.
    pub(crate) async fn of(request: RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Self {
            status,
            headers,
            text,
            body,
        }
    }

    /// The data of a root field, in an answer without errors.
    pub(crate) fn data(&self, field: &str) -> &Value {
        assert!(
            self.body.get("errors").is_none(),
            "there are errors: {}",
            self.text
        );
        &self.body["data"][field]
    }

    /// Codes of the top-level errors.
    pub(crate) fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        errors
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or("(no code)"))
            .collect()
    }

    /// Code, message and field of the user errors of a root field.
    pub(crate) fn user_errors(&self, field: &str) -> Vec<(&str, &str, Value)> {
        let errors = self.data(field)["userErrors"].as_array().unwrap();
        errors
            .iter()
            .map(|error| {
                (
                    error["code"].as_str().unwrap(),
                    error["message"].as_str().unwrap(),
                    error["field"].clone(),
                )
            })
            .collect()
    }

    /// `extensions.reason` of the only error.
    pub(crate) fn reason(&self) -> &str {
        assert_eq!(self.codes(), ["UNAUTHENTICATED"], "{}", self.text);
        self.body["errors"][0]["extensions"]["reason"].as_str().unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}
