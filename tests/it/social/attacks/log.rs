//! The log of a sign-in.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{Form, Json, http::HeaderMap};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use portcullis::platform::clock::{Clock, SystemClock};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use url::Url;

use super::super::{TRUSTED, come_back, get, who};
use crate::{
    page::location,
    support::{Browser, Part, Program, StubProvider, http_client},
};

/// What goes between the server and the token endpoint of the provider.
struct TokenEndpoint {
    /// Its own address, to which the server is sent.
    url: String,
    seen: Arc<Mutex<Vec<String>>>,
}

impl TokenEndpoint {
    /// Stands in front of that of the provider, whose codes are long then.
    async fn before(provider: &StubProvider) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let (behind, kept) = (format!("{}/token", provider.url), seen.clone());
        let serve = move |headers: HeaderMap, Form(mut form): Form<HashMap<String, String>>| {
            let (behind, kept) = (behind.clone(), kept.clone());
            async move {
                let authorization = headers["authorization"].to_str().unwrap().to_owned();
                let basic = authorization.strip_prefix("Basic ").unwrap().to_owned();
                kept.lock()
                    .unwrap()
                    .extend([form["code_verifier"].clone(), basic]);
                if let Some(code) = form["code"].strip_prefix(LONG) {
                    form.insert("code".to_owned(), code.to_owned());
                }
                let request = http_client().post(behind).form(&form);
                let request = request
                    .header("authorization", authorization)
                    .header("user-agent", headers["user-agent"].clone());
                let answer = request.send().await.unwrap();
                let status = answer.status();
                let tokens: Value = answer.json().await.unwrap();
                let names = ["access_token", "id_token"];
                let values = names.iter().filter_map(|name| tokens[name].as_str());
                kept.lock().unwrap().extend(values.map(str::to_owned));
                (status, Json(tokens))
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/token", listener.local_addr().unwrap());
        let app = axum::Router::new().route("/token", axum::routing::post(serve));
        tokio::spawn(async { axum::serve(listener, app).await.unwrap() });
        let address = url.clone();
        provider.changes(Part::Discovery, move |document| {
            document["token_endpoint"] = json!(address);
        });
        provider.changes(Part::Answer, |answer| {
            answer["code"] = json!(format!("{LONG}{}", answer["code"].as_str().unwrap()));
        });
        Self { url, seen }
    }

    /// The verifiers, client credentials and tokens so far.
    fn seen(&self) -> Vec<String> {
        self.seen.lock().unwrap().clone()
    }
}

/// Before a code of the provider: its own are too short to look for.
const LONG: &str = "honest-code-of-the-provider-";

/// The values of these parameters of an address.
fn parameters(url: &str, names: &[&str]) -> Vec<String> {
    let query: HashMap<String, String> = Url::parse(url).unwrap().query_pairs().into_owned().collect();
    names.iter().map(|name| query[*name].clone()).collect()
}

/// A log that tells everything, of a whole sign-in, tells no secret and no person.
#[tokio::test]
async fn the_log_has_no_code_state_token_or_person() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let provider = StubProvider::oidc(clock).await;
    provider.answers(|claims| {
        claims["email"] = json!("zebra@example.com");
        claims["name"] = json!("Zebra Canary");
        claims["sub"] = json!("zebra-subject");
    });
    let endpoint = TokenEndpoint::before(&provider).await;
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,hyper=trace,reqwest=trace")
        .with("LOGIN_REDIRECT_URLS", super::super::REDIRECT);
    let file = program.database.folder().join("providers.toml");
    std::fs::write(&file, provider.table(TRUSTED)).unwrap();
    let program = program.with("PROVIDERS", file.to_str().unwrap());
    let server = program.serve().await;
    let mut secrets = vec![
        "zebra".to_owned(),
        "Zebra".to_owned(),
        "s%c+r".to_owned(),
        "s%25c%2Br".to_owned(),
        super::super::client::VERIFIER.to_owned(),
    ];
    // A client of the API begins the last one.
    let started = server
        .client()
        .call(
            "startSocialLogin",
            "authorizationUrl",
            super::super::client::start_input(super::super::client::VERIFIER),
        )
        .await;
    let of_client = started.data("startSocialLogin")["authorizationUrl"]
        .as_str()
        .unwrap();
    secrets.extend(parameters(of_client, &["request"]));
    let of_client = of_client.strip_prefix("http://localhost:8000").unwrap();
    let mut left = None;
    for (path, is_honest) in [
        ("/oauth/corp/start", true),
        ("/oauth/corp/start", false),
        (of_client, true),
    ] {
        let browser = Browser::new(server.url(), "http://localhost:8000");
        let started = get(&browser, path).await;
        let url = location(&started);
        secrets.extend(parameters(url, &["state", "nonce", "code_challenge"]));
        secrets.push(browser.cookie("portcullis-social"));
        let mut callback = provider.sign_in(&Url::parse(url).unwrap());
        if !is_honest {
            callback
                .parameters
                .insert("code".to_owned(), "forged-code-of-the-browser".to_owned());
        }
        secrets.push(callback.get("code").unwrap().to_owned());
        let answer = come_back(&browser, &callback).await;
        if path == of_client {
            left = Some(super::super::left_to(&answer).1);
            continue;
        }
        assert_eq!(answer.status == 303, is_honest, "{}", answer.text);
        if is_honest {
            assert_eq!(who(&browser).await["email"], "zebra@example.com");
            secrets.extend(["access", "refresh"].map(|kind| browser.cookie(&format!("portcullis-{kind}"))));
        }
    }
    let code = left.unwrap().remove("code").unwrap();
    assert!(code.starts_with("pct_"), "{code}");
    let input = json!({ "code": code, "codeVerifier": super::super::client::VERIFIER });
    let fields = "user { email } tokens { accessToken refreshToken }";
    let finished = server.client().call("finishSocialLogin", fields, input).await;
    let finished = finished.data("finishSocialLogin");
    assert_eq!(finished["user"]["email"], "zebra@example.com");
    let tokens = ["accessToken", "refreshToken"].map(|kind| finished["tokens"][kind].as_str().unwrap());
    secrets.extend(tokens.map(str::to_owned));
    secrets.push(code);
    let seen = endpoint.seen();
    // Verifier and credentials three times, and the two tokens of an honest code twice.
    assert_eq!(seen.len(), 3 * 2 + 2 * 2, "{seen:?}");
    let credentials = STANDARD.encode("portcullis%2Bclient:s%25c%2Br%2Fe+%3Dt%3A%26");
    assert!(seen.contains(&credentials), "{seen:?}");
    secrets.extend(seen);
    let log = server.log();
    assert!(log.contains("answered"));
    // Requests to the provider are in the log, too.
    assert!(
        log.contains(
            endpoint
                .url
                .trim_start_matches("http://")
                .trim_end_matches("/token")
        )
    );
    for secret in secrets {
        assert!(secret.len() > 4, "{secret:?} could be anywhere");
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}
