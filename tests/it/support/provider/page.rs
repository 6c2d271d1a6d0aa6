//! The pages and documents of the provider.

use std::{collections::HashMap, sync::Arc};

use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::header::{AUTHORIZATION, CONTENT_TYPE, LOCATION, USER_AGENT},
    response::Response,
};
use portcullis::platform::{config::Preset, oidc::Answer};
use serde_json::{Value, json};
use url::{Url, form_urlencoded};

use super::{
    Shared, TENANT,
    script::{Grant, Part},
};

/// What the browser brings back to the server.
#[derive(Debug, Clone)]
pub(crate) struct Callback {
    /// Where it comes back to.
    pub(crate) redirect_uri: String,
    /// The parameters, in the address or in a form.
    pub(crate) parameters: HashMap<String, String>,
    /// Whether the provider's page posts them, from its own site.
    pub(crate) is_posted: bool,
}

impl Callback {
    /// One parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }

    /// The address with the parameters.
    pub(crate) fn url(&self) -> Url {
        Url::parse_with_params(&self.redirect_uri, &self.parameters).unwrap()
    }

    /// What the server reads from it.
    pub(crate) fn answer(&self) -> Answer {
        Answer {
            code: self.get("code").unwrap().into(),
            iss: self.get("iss").map(str::to_owned),
        }
    }
}

/// Signs in the person who follows an authorization URL with this query.
pub(super) fn consent(shared: &Shared, query: &HashMap<String, String>) -> Callback {
    let parameter = |name: &str| {
        query
            .get(name)
            .unwrap_or_else(|| panic!("no {name} in {query:?}"))
    };
    assert_eq!(parameter("response_type"), "code");
    assert_eq!(parameter("client_id"), super::CLIENT_ID);
    assert_eq!(parameter("code_challenge_method"), "S256");
    assert_eq!(query.contains_key("nonce"), shared.preset.is_openid());
    let is_posted = query.get("response_mode").is_some_and(|mode| mode == "form_post");
    let mut state = shared.state.lock().unwrap();
    let code = state.unique("code");
    let grant = Grant {
        redirect_uri: parameter("redirect_uri").clone(),
        challenge: parameter("code_challenge").clone(),
        nonce: query.get("nonce").cloned(),
    };
    state.grants.insert(code.clone(), grant);
    let answer = json!({ "code": code, "state": parameter("state"), "iss": shared.iss_of_answers() });
    let answer = state.changed(Part::Answer, answer);
    let members = answer.as_object().unwrap().iter();
    Callback {
        redirect_uri: parameter("redirect_uri").clone(),
        parameters: members
            .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())))
            .collect(),
        is_posted,
    }
}

/// Answers every request.
pub(super) async fn serve(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let path = parts.uri.path().to_owned();
    let misbehavior = {
        let mut state = shared.state.lock().unwrap();
        *state.hits.entry(path.clone()).or_default() += 1;
        state.misbehaviors.get(&path).cloned()
    };
    if let Some(misbehavior) = misbehavior {
        return misbehavior.response().await;
    }
    let body = to_bytes(body, 100_000).await.unwrap();
    let query = parts.uri.query().unwrap_or_default();
    let header = |name| {
        parts
            .headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    };
    let authorization = header(AUTHORIZATION);
    match path.as_str() {
        "/authorize" | "/login/oauth/authorize" | "/oauth2/authorize" => {
            page(&consent(&shared, &pairs(query)))
        }
        "/token" | "/login/oauth/access_token" | "/api/oauth2/token" => {
            assert!(header(USER_AGENT).starts_with("portcullis/"));
            if header(CONTENT_TYPE) != "application/x-www-form-urlencoded" {
                return answer(400, &json!({ "error": "invalid_request" }));
            }
            let form = pairs(std::str::from_utf8(&body).unwrap());
            let (status, tokens) = shared.trade(authorization, &form);
            answer(status, &tokens)
        }
        "/keys" => shared.document(Part::Keys, shared.keys()),
        "/userinfo" | "/api/v3/user" | "/api/users/@me" | "/api/v3/user/emails" => {
            let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
            if !shared.state.lock().unwrap().access_tokens.contains(token) {
                return answer(401, &json!({ "message": "Bad credentials" }));
            }
            if path.ends_with("/emails") {
                shared.document(Part::Emails, emails())
            } else {
                shared.document(Part::Profile, shared.profile())
            }
        }
        path if path == shared.discovery_path() => shared.document(Part::Discovery, shared.discovery()),
        _ => answer(404, &json!({})),
    }
}

impl Shared {
    pub(super) fn discovery_path(&self) -> String {
        let tenant = if self.preset == Preset::Microsoft {
            "/common/v2.0"
        } else {
            ""
        };
        format!("{tenant}/.well-known/openid-configuration")
    }

    /// The issuer of its ID tokens.
    pub(super) fn issuer(&self) -> String {
        match self.preset {
            Preset::Microsoft => format!("{}/{TENANT}/v2.0", self.url),
            _ => self.url.clone(),
        }
    }

    /// What its answers name as issuer.
    fn iss_of_answers(&self) -> Option<String> {
        match self.preset {
            Preset::Oidc | Preset::Google | Preset::Microsoft => Some(self.issuer()),
            Preset::GitHub => Some(format!("{}/login/oauth", self.url)),
            Preset::Apple | Preset::GitLab | Preset::Discord => None,
        }
    }

    fn discovery(&self) -> Value {
        let url = &self.url;
        let issuer = match self.preset {
            Preset::Microsoft => format!("{url}/{{tenantid}}/v2.0"),
            _ => self.issuer(),
        };
        let methods = match self.preset {
            Preset::Apple => json!(["client_secret_post"]),
            _ => json!(["client_secret_post", "client_secret_basic"]),
        };
        let alg = self.key.lock().unwrap().method;
        json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "userinfo_endpoint": format!("{url}/userinfo"),
            "jwks_uri": format!("{url}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": [alg],
            "token_endpoint_auth_methods_supported": methods,
            "authorization_response_iss_parameter_supported": self.preset == Preset::Oidc,
        })
    }

    fn keys(&self) -> Value {
        let mut jwk = self.key.lock().unwrap().jwk();
        if self.preset == Preset::Microsoft {
            jwk["issuer"] = json!(format!("{}/{{tenantid}}/v2.0", self.url));
        }
        json!({ "keys": [jwk] })
    }

    fn profile(&self) -> Value {
        match self.preset {
            Preset::GitHub => {
                json!({ "id": 583_231, "login": "ada", "name": "Ada Lovelace", "email": "public@example.com" })
            }
            Preset::Discord => json!({
                "id": "80351110224678912",
                "username": "ada",
                "global_name": "Ada Lovelace",
                "email": "ada@example.com",
                "verified": true,
            }),
            _ => json!({
                "sub": "248289761001",
                "email": "ada@example.com",
                "email_verified": true,
                "name": "Ada Lovelace",
            }),
        }
    }

    fn document(&self, part: Part, value: Value) -> Response {
        answer(200, &self.state.lock().unwrap().changed(part, value))
    }
}

fn emails() -> Value {
    json!([
        { "email": "old@example.com", "primary": false, "verified": true, "visibility": null },
        { "email": "ada@example.com", "primary": true, "verified": true, "visibility": "private" },
        { "email": "1+ada@users.noreply.github.com", "primary": false, "verified": true, "visibility": null },
    ])
}

/// What the browser shows after the sign-in: a redirect, or a form that posts itself.
fn page(callback: &Callback) -> Response {
    let builder = Response::builder();
    if !callback.is_posted {
        let builder = builder.status(302).header(LOCATION, callback.url().as_str());
        return builder.body(Body::empty()).unwrap();
    }
    let parameters = callback.parameters.iter();
    let fields: Vec<_> = parameters
        .map(|(name, value)| format!("<input type=hidden name=\"{name}\" value=\"{value}\">"))
        .collect();
    let fields = fields.concat();
    let form = format!(
        "<form method=post action=\"{}\">{fields}</form>",
        callback.redirect_uri
    );
    let builder = builder.status(200).header(CONTENT_TYPE, "text/html");
    builder.body(Body::from(form)).unwrap()
}

fn answer(status: u16, value: &Value) -> Response {
    let builder = Response::builder().status(status);
    let builder = builder.header(CONTENT_TYPE, "application/json");
    builder.body(Body::from(value.to_string())).unwrap()
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}
