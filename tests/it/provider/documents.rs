//! Documents and endpoints of hostile or broken providers.

use std::time::Duration;

use portcullis::platform::{
    config::Preset,
    oidc::{ProviderError, Step},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, time::Instant};

use super::{SHORT, Stage, unreachable};
use crate::support::{Part, Trouble};

const DISCOVERY: &str = "/.well-known/openid-configuration";

/// The paths of a sign-in, in the order of the requests.
const STEPS: [(&str, Step); 3] = [
    (DISCOVERY, Step::Discovery),
    ("/token", Step::Tokens),
    ("/keys", Step::Keys),
];

#[tokio::test]
async fn the_discovery_document_of_another_issuer_is_refused() {
    for issuer in ["https://evil.example", "", "HTTP://127.0.0.1"] {
        let stage = Stage::oidc().await;
        stage.stub.changes(Part::Discovery, move |document| {
            document["issuer"] = json!(issuer);
        });
        assert_eq!(
            stage.refusal().await,
            (Step::Discovery, "names another issuer".to_owned()),
            "{issuer}"
        );
    }
    let stage = Stage::oidc().await;
    let slash = format!("{}/", stage.stub.url);
    stage
        .stub
        .changes(Part::Discovery, move |document| document["issuer"] = json!(slash));
    assert_eq!(stage.refusal().await.0, Step::Discovery);
    let stage = Stage::of(Preset::Microsoft, "").await;
    let filled = format!("{}/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", stage.stub.url);
    stage.stub.changes(Part::Discovery, move |document| {
        document["issuer"] = json!(filled);
    });
    assert_eq!(stage.refusal().await.0, Step::Discovery);
}

#[tokio::test]
async fn endpoints_without_tls_on_other_machines_are_refused() {
    for member in [
        "authorization_endpoint",
        "token_endpoint",
        "jwks_uri",
        "userinfo_endpoint",
    ] {
        for url in [
            "http://id.example.com/x",
            "http://169.254.169.254/latest/meta-data",
            "http://10.0.0.1/",
            "http://localhost.evil.example/",
            "https://user:password@id.example.com/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "/token",
            "",
        ] {
            let stage = Stage::oidc().await;
            stage
                .stub
                .changes(Part::Discovery, move |document| document[member] = json!(url));
            assert_eq!(
                stage.refusal().await,
                (Step::Discovery, "names an address that is not https".to_owned()),
                "{member} {url}"
            );
        }
    }
}

#[tokio::test]
async fn a_discovery_document_that_lacks_something_is_refused() {
    for (member, value) in [
        ("issuer", Value::Null),
        ("token_endpoint", Value::Null),
        ("jwks_uri", json!(7)),
        ("authorization_endpoint", json!(["a"])),
        ("id_token_signing_alg_values_supported", json!("RS256")),
    ] {
        let stage = Stage::oidc().await;
        stage
            .stub
            .changes(Part::Discovery, move |document| document[member] = value.clone());
        let (step, problem) = stage.refusal().await;
        assert_eq!(step, Step::Discovery, "{member}");
        assert!(problem.contains("does not have"), "{problem}");
    }
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let inside = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/secret", inside.local_addr().unwrap());
    for (path, step) in STEPS {
        for to in [
            address.clone(),
            "/inside".to_owned(),
            "https://evil.example/".to_owned(),
        ] {
            let stage = Stage::oidc().await;
            stage.stub.fails(path, Trouble::Redirect(to.clone()));
            let (seen, problem) = unreachable(stage.sign_in().await.unwrap_err());
            assert_eq!(seen, step);
            assert!(problem.contains("status 302"), "{problem}");
            assert_eq!(stage.stub.hits("/inside"), 0, "{path} {to}");
        }
    }
    let knocked = tokio::time::timeout(Duration::from_millis(50), inside.accept()).await;
    assert!(knocked.is_err(), "somebody connected");
}

#[tokio::test]
async fn what_cannot_be_read_counts_as_no_answer() {
    let nested = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let object = "{\"a\":".repeat(50_000);
    for (path, step) in STEPS {
        for (trouble, expected) in [
            (Trouble::Huge, "too large"),
            (Trouble::Text("<html>hunter2</html>".to_owned()), "not JSON"),
            (Trouble::Text(String::new()), "not JSON"),
            (Trouble::Text("\u{feff}{}".to_owned()), "not JSON"),
            (Trouble::Text("{} {}".to_owned()), "not JSON"),
            (Trouble::Text(nested.clone()), "not JSON"),
            (Trouble::Text(object.clone()), "not JSON"),
            (Trouble::Status(500), "status 500"),
            (Trouble::Status(503), "status 503"),
            (Trouble::Status(429), "status 429"),
            (Trouble::Status(204), "status 204"),
        ] {
            let stage = Stage::oidc().await;
            stage.stub.fails(path, trouble.clone());
            let error = stage.sign_in().await.unwrap_err();
            assert!(!error.operator_message().contains("hunter2"));
            let (seen, problem) = unreachable(error);
            assert_eq!(seen, step, "{trouble:?}");
            assert!(problem.contains(expected), "{path} {problem}");
        }
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_the_limit() {
    for (path, step) in STEPS {
        for trouble in [Trouble::Silence, Trouble::Trickle] {
            let stage = Stage::with(Preset::Oidc, "", |config| config.time_limit = SHORT).await;
            stage.stub.fails(path, trouble);
            let begin = Instant::now();
            let (seen, problem) = unreachable(stage.sign_in().await.unwrap_err());
            assert!(begin.elapsed() < SHORT * 5);
            assert_eq!((seen, problem.as_str()), (step, "no answer within 700ms"));
        }
    }
}

#[tokio::test]
async fn a_provider_that_is_not_there_is_told_with_its_host() {
    let stage = Stage::with(Preset::Oidc, "", |config| {
        config.url = "http://127.0.0.1:1".to_owned();
    })
    .await;
    let error = stage.provider().check(&*stage.clock).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the discovery document at 127.0.0.1: cannot connect"
    );
}

#[tokio::test]
async fn keys_that_are_none_are_refused() {
    for keys in [
        json!([]),
        json!([{ "kty": "oct", "kid": "key-1", "k": "aHVudGVyMg" }]),
        json!([1, 2, null]),
    ] {
        let stage = Stage::oidc().await;
        stage
            .stub
            .changes(Part::Keys, move |document| document["keys"] = keys.clone());
        assert_eq!(
            stage.refusal().await,
            (Step::Keys, "have none that can verify a token".to_owned())
        );
    }
    let stage = Stage::oidc().await;
    stage
        .stub
        .changes(Part::Keys, |document| document["keys"] = json!({}));
    assert_eq!(stage.refusal().await.0, Step::Keys);
}

#[tokio::test]
async fn thousands_of_keys_are_too_many() {
    let stage = Stage::oidc().await;
    stage.stub.changes(Part::Keys, |document| {
        let key = document["keys"][0].clone();
        document["keys"] = json!(vec![key; 5_000]);
    });
    let (step, problem) = unreachable(stage.sign_in().await.unwrap_err());
    assert_eq!((step, problem.as_str()), (Step::Keys, "the answer is too large"));
}

#[tokio::test]
async fn a_refusal_tells_the_code_of_the_provider_and_nothing_odd_in_it() {
    for (status, body, code) in [
        (
            400,
            json!({ "error": "invalid_grant", "error_description": "hunter2" }),
            "invalid_grant",
        ),
        (401, json!({ "error": "invalid_client" }), "invalid_client"),
        (
            200,
            json!({ "error": "bad_verification_code" }),
            "bad_verification_code",
        ),
        (400, json!({ "error": "a\r\nb\u{1b}[31m\u{e4}c" }), "ab[31mc"),
        (400, json!({ "error": 7 }), "HTTP 400"),
        (400, json!({ "error": { "message": "hunter2" } }), "HTTP 400"),
        (403, json!({}), "HTTP 403"),
    ] {
        let stage = Stage::oidc().await;
        stage.stub.fails("/token", Trouble::Json(status, body));
        let error = stage.sign_in().await.unwrap_err();
        let expected = ProviderError::Refused {
            provider: "corp".to_owned(),
            step: Step::Tokens,
            code: code.to_owned(),
        };
        assert_eq!(error, expected);
    }
    let stage = Stage::oidc().await;
    stage.stub.fails(
        "/token",
        Trouble::Json(400, json!({ "error": "x".repeat(5_000) })),
    );
    let ProviderError::Refused { code, .. } = stage.sign_in().await.unwrap_err() else {
        panic!("not refused");
    };
    assert_eq!(code, "x".repeat(100));
}

#[tokio::test]
async fn an_access_token_that_would_break_a_header_is_not_sent() {
    let stage = Stage::of(Preset::GitHub, "").await;
    for token in ["a\r\nx-evil: 1", "a\u{0}b"] {
        stage
            .stub
            .changes(Part::Tokens, move |tokens| tokens["access_token"] = json!(token));
        assert_eq!(stage.refusal().await.0, Step::Profile);
    }
    for (member, value) in [
        ("access_token", json!("")),
        ("access_token", json!(null)),
        ("token_type", json!("mac")),
    ] {
        stage
            .stub
            .changes(Part::Tokens, move |tokens| tokens[member] = value.clone());
        assert_eq!(
            stage.refusal().await,
            (Step::Tokens, "gave no access token".to_owned())
        );
    }
    assert_eq!(stage.stub.hits("/api/v3/user"), 0);
}

#[tokio::test]
async fn doctor_takes_any_answer_of_a_provider_without_documents() {
    for (preset, path) in [
        (Preset::GitHub, "/login/oauth/access_token"),
        (Preset::Discord, "/api/oauth2/token"),
    ] {
        let stage = Stage::of(preset, "").await;
        assert_eq!(stage.provider().check(&*stage.clock).await, Ok(()));
        stage.stub.fails(path, Trouble::Status(500));
        assert_eq!(stage.provider().check(&*stage.clock).await, Ok(()));
        assert_eq!(stage.stub.hits(path), 2);
    }
    let stage = Stage::oidc().await;
    assert_eq!(stage.provider().check(&*stage.clock).await, Ok(()));
    assert_eq!((stage.stub.hits(DISCOVERY), stage.stub.hits("/keys")), (1, 1));
}
