//! An HTTP client, signed in or anonymous.

use reqwest::{
    RequestBuilder, StatusCode,
    header::{HeaderMap, HeaderValue, USER_AGENT},
};
use serde_json::{Value, json};

use super::{app::TestApp, http::http_client};

/// The fields requested from a sign-in.
const SIGNED_IN: &str = "
    user { id name email isEmailVerified status roles lastLoginAt createdAt updatedAt }
    session { id isCurrent deviceName userAgent ipAddress authMethods createdAt lastUsedAt expiresAt }
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt serviceToken serviceTokenExpiresAt }
    userErrors { code message field }";

#[derive(Debug, Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    url: String,
    token: Option<String>,
    agent: Option<HeaderValue>,
    address: Option<(&'static str, HeaderValue)>,
}

/// The tokens in a response.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tokens {
    pub(crate) access: String,
    pub(crate) refresh: String,
}

impl Client {
    pub(crate) fn new(url: String, token: Option<String>) -> Self {
        Self {
            http: http_client(),
            url,
            token,
            agent: None,
            address: None,
        }
    }

    /// The same client with this User-Agent. By default it sends none.
    pub(crate) fn agent(&self, name: &str) -> Self {
        Self {
            agent: Some(HeaderValue::from_bytes(name.as_bytes()).unwrap()),
            ..self.clone()
        }
    }

    /// The same client at another address. Needs a trusted proxy on this machine.
    pub(crate) fn at(&self, address: &str) -> Self {
        Self {
            address: Some(("x-forwarded-for", HeaderValue::from_str(address).unwrap())),
            ..self.clone()
        }
    }

    /// The same client behind a proxy that uses another header.
    pub(crate) fn behind(&self, header: &'static str, text: &str) -> Self {
        Self {
            address: Some((header, HeaderValue::from_str(text).unwrap())),
            ..self.clone()
        }
    }

    /// The token that it sends.
    pub(crate) fn token(&self) -> Option<String> {
        self.token.clone()
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
        self.login_with(json!({ "email": email, "password": password }))
            .await
    }

    /// A login with any input.
    pub(crate) async fn login_with(&self, input: Value) -> Answer {
        let query = format!("mutation ($input: LoginInput!) {{ login(input: $input) {{ {SIGNED_IN} }} }}");
        self.run(&query, json!({ "input": input })).await
    }

    /// Trades a refresh token.
    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.refresh_with(json!({ "refreshToken": token })).await
    }

    /// A trade with any input, including `null`.
    pub(crate) async fn refresh_with(&self, input: Value) -> Answer {
        let query = format!(
            "mutation ($input: RefreshSessionInput) {{ refreshSession(input: $input) {{ {SIGNED_IN} }} }}"
        );
        self.run(&query, json!({ "input": input })).await
    }

    pub(crate) async fn logout(&self) -> Answer {
        self.logout_with(Value::Null).await
    }

    /// A sign-out with any input, including `null`.
    pub(crate) async fn logout_with(&self, input: Value) -> Answer {
        let query =
            "mutation ($input: LogoutInput) { logout(input: $input) { wasSignedIn userErrors { code } } }";
        self.run(query, json!({ "input": input })).await
    }

    pub(crate) async fn revoke_session(&self, id: &str) -> Answer {
        let query = "mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) {
            revokedSessionId userErrors { code message field } } }";
        self.run(query, json!({ "id": id })).await
    }

    pub(crate) async fn revoke_other_sessions(&self) -> Answer {
        self.query("mutation { revokeOtherSessions { revokedSessionIds userErrors { code } } }")
            .await
    }

    /// Calls a mutation `field` with `input` of type `<Field>Input`, and selects `fields` and the errors.
    pub(crate) async fn call(&self, field: &str, fields: &str, input: Value) -> Answer {
        let (first, rest) = field.split_at(1);
        let kind = format!("{}{rest}Input", first.to_uppercase());
        let query = format!(
            "mutation ($input: {kind}!) {{ {field}(input: $input) {{ {fields} userErrors {{ code message field }} }} }}"
        );
        self.run(&query, json!({ "input": input })).await
    }

    pub(crate) async fn me(&self) -> Answer {
        self.query("{ me { id name email isEmailVerified status roles lastLoginAt createdAt updatedAt } }")
            .await
    }

    /// The same client at another server of the same address.
    pub(crate) fn on(&self, server: &TestApp) -> Self {
        Self {
            url: server.url.clone(),
            ..self.clone()
        }
    }

    /// A plain GET.
    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.request(reqwest::Method::GET, path)).await
    }

    /// A request to be extended.
    pub(crate) fn request(&self, method: reqwest::Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        if let Some(agent) = &self.agent {
            request = request.header(USER_AGENT, agent);
        }
        if let Some((header, address)) = &self.address {
            request = request.header(*header, address);
        }
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }
}

/// A response of the server.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    /// The body, if it is JSON.
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

    /// The data of a root field; the response must have no errors.
    pub(crate) fn data(&self, field: &str) -> &Value {
        assert!(
            self.body.get("errors").is_none(),
            "there are errors: {}",
            self.text
        );
        &self.body["data"][field]
    }

    /// The tokens in a root field, which must have no user errors.
    pub(crate) fn tokens(&self, field: &str) -> Tokens {
        let payload = self.data(field);
        assert_eq!(payload["userErrors"], json!([]));
        let text = |token: &str| payload["tokens"][token].as_str().unwrap().to_owned();
        Tokens {
            access: text("accessToken"),
            refresh: text("refreshToken"),
        }
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
