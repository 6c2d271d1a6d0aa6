//! A client that keeps cookies like a browser, and says which page sends a request.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use cookie::Cookie;
use portcullis::platform::clock::{Clock as _, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use super::{Answer, TestApp, app::PASSWORD, clock::ManualClock, http::http_client};

/// The fields requested from sign-ins and refreshes.
const SESSION: &str = "
    user { id name email }
    session { id isCurrent createdAt expiresAt }
    tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt serviceToken serviceTokenExpiresAt }
    userErrors { code message field }";

/// A page in a browser. Pages of one browser share its cookies.
///
/// It sends them from every page, as if there were no `SameSite`: the server must be safe without it.
#[derive(Debug, Clone)]
pub(crate) struct Browser {
    http: reqwest::Client,
    /// The URL that requests go to.
    url: String,
    /// The origin in the address bar.
    address: String,
    /// The headers that identify the page of a request.
    page: Vec<(String, String)>,
    clock: Arc<ManualClock>,
    jar: Arc<Mutex<BTreeMap<String, Kept>>>,
}

#[derive(Debug, Clone)]
struct Kept {
    value: String,
    /// None: until the browser is closed.
    until: Option<Timestamp>,
}

impl TestApp {
    /// A browser that shows a page of this server, and uses the same clock.
    pub(crate) fn browser(&self) -> Browser {
        Browser {
            clock: self.clock.clone(),
            ..Browser::new(&self.url, self.app.config.public_url.as_str())
        }
    }
}

fn page(headers: &[(&str, &str)]) -> Vec<(String, String)> {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    headers.iter().map(owned).collect()
}

impl Browser {
    /// A browser that shows a page of the server at `address`; requests go to `url`.
    pub(crate) fn new(url: &str, address: &str) -> Self {
        Self {
            http: http_client(),
            url: url.to_owned(),
            address: address.to_owned(),
            page: page(&[("origin", address), ("sec-fetch-site", "same-origin")]),
            clock: Arc::default(),
            jar: Arc::default(),
        }
    }

    /// Another page of the same browser, identified by exactly these headers.
    pub(crate) fn on(&self, headers: &[(&str, &str)]) -> Self {
        Self {
            page: page(headers),
            ..self.clone()
        }
    }

    /// A copy of the browser with everything in it, as a thief would take.
    pub(crate) fn copy(&self) -> Self {
        let jar = self.jar.lock().unwrap().clone();
        Self {
            jar: Arc::new(Mutex::new(jar)),
            ..self.clone()
        }
    }

    /// The same browser at another server of the same address.
    pub(crate) fn at(&self, server: &TestApp) -> Self {
        Self {
            url: server.url.clone(),
            ..self.copy()
        }
    }

    /// A request with the page's headers and the browser's cookies, to be extended.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.url));
        for (name, value) in &self.page {
            request = request.header(name, value);
        }
        let cookies = self.cookies();
        if cookies.is_empty() {
            return request;
        }
        let pairs: Vec<_> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        request.header("cookie", pairs.join("; "))
    }

    /// Sends a request, and keeps the cookies of the response.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let answer = Answer::of(request).await;
        for text in answer.set_cookies() {
            self.keep(text);
        }
        answer
    }

    /// Runs a document with variables.
    pub(crate) async fn run(&self, query: &str, variables: Value) -> Answer {
        let request = self.request(Method::POST, "/graphql");
        self.send(request.json(&json!({ "query": query, "variables": variables })))
            .await
    }

    /// Runs a document.
    pub(crate) async fn query(&self, query: &str) -> Answer {
        self.run(query, json!({})).await
    }

    /// Creates the account `<name>@example.com`, with the session in cookies.
    pub(crate) async fn signup(&self, name: &str) -> Answer {
        let email = format!("{name}@example.com");
        let input = json!({ "name": name, "email": email, "password": PASSWORD, "tokenDelivery": "COOKIE" });
        let query = format!("mutation ($input: SignupInput!) {{ signup(input: $input) {{ {SESSION} }} }}");
        self.run(&query, json!({ "input": input })).await
    }

    /// Signs in, with the session in cookies.
    pub(crate) async fn login(&self, email: &str) -> Answer {
        self.login_with(json!({ "email": email, "password": PASSWORD, "tokenDelivery": "COOKIE" }))
            .await
    }

    /// Signs in with another input.
    pub(crate) async fn login_with(&self, input: Value) -> Answer {
        let query = format!("mutation ($input: LoginInput!) {{ login(input: $input) {{ {SESSION} }} }}");
        self.run(&query, json!({ "input": input })).await
    }

    /// Trades the refresh cookie.
    pub(crate) async fn refresh(&self) -> Answer {
        self.query(&format!("mutation {{ refreshSession {{ {SESSION} }} }}"))
            .await
    }

    /// Trades a refresh token given in the input.
    pub(crate) async fn refresh_with(&self, token: &str) -> Answer {
        let query = format!(
            "mutation ($t: String) {{ refreshSession(input: {{ refreshToken: $t }}) {{ {SESSION} }} }}"
        );
        self.run(&query, json!({ "t": token })).await
    }

    pub(crate) async fn logout(&self) -> Answer {
        self.query("mutation { logout { wasSignedIn userErrors { code } } }")
            .await
    }

    pub(crate) async fn me(&self) -> Answer {
        self.query("{ me { id name email roles } }").await
    }

    /// The cookies that a request would send now.
    pub(crate) fn cookies(&self) -> BTreeMap<String, String> {
        let now = self.clock.now();
        let jar = self.jar.lock().unwrap();
        let live = jar
            .iter()
            .filter(|(_, kept)| kept.until.is_none_or(|until| now < until));
        live.map(|(name, kept)| (name.clone(), kept.value.clone()))
            .collect()
    }

    /// The value of a cookie that must exist.
    pub(crate) fn cookie(&self, name: &str) -> String {
        self.cookies()
            .remove(name)
            .unwrap_or_else(|| panic!("no cookie is called {name}"))
    }

    /// Inserts a cookie, as only someone at the machine can.
    pub(crate) fn put(&self, name: &str, value: &str) {
        let kept = Kept {
            value: value.to_owned(),
            until: None,
        };
        self.jar.lock().unwrap().insert(name.to_owned(), kept);
    }

    /// Keeps a cookie, or refuses it, by the rules of RFC 6265bis, section 5.7.
    fn keep(&self, text: &str) {
        let cookie = Cookie::parse(text.to_owned()).unwrap();
        let is_secure = cookie.secure() == Some(true);
        let is_host_only = is_secure && cookie.path() == Some("/") && cookie.domain().is_none();
        let is_refused = cookie.name().len() + cookie.value().len() > 4096
            || (cookie.name().starts_with("__Host-") && !is_host_only)
            || (is_secure && !self.address.starts_with("https://"));
        if is_refused {
            return;
        }
        let age = cookie.max_age().map(cookie::time::Duration::whole_seconds);
        let until = age
            .map(|age| Timestamp::from_millisecond(self.clock.now().as_millisecond() + age * 1_000).unwrap());
        let value = cookie.value().to_owned();
        self.jar
            .lock()
            .unwrap()
            .insert(cookie.name().to_owned(), Kept { value, until });
    }
}

impl Answer {
    /// The `Set-Cookie` headers.
    pub(crate) fn set_cookies(&self) -> Vec<&str> {
        let values = self.headers.get_all("set-cookie").iter();
        values.map(|value| value.to_str().unwrap()).collect()
    }
}
