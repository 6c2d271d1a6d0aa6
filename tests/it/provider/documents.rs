//! Documents and endpoints of hostile or broken providers.

use std::time::Duration;

use futures_util::future::join_all;
use portcullis::platform::{
    config::Preset,
    oidc::{ProviderError, Step},
};
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::{SHORT, Setup, unreachable};
use crate::support::{Misbehavior, Part};

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
        let setup = Setup::oidc().await;
        setup.stub.changes(Part::Discovery, move |document| {
            document["issuer"] = json!(issuer);
        });
        let own = &setup.stub.url;
        let problem = format!("is \"{own}\", but the discovery document says \"{issuer}\"");
        assert_eq!(setup.refusal().await, (Step::Setting("issuer"), problem));
    }
    let setup = Setup::oidc().await;
    let slash = format!("{}/", setup.stub.url);
    setup
        .stub
        .changes(Part::Discovery, move |document| document["issuer"] = json!(slash));
    assert_eq!(setup.refusal().await.0, Step::Setting("issuer"));
    let setup = Setup::of(Preset::Microsoft, "").await;
    let filled = format!("{}/72f988bf-86f1-41af-91ab-2d7cd011db47/v2.0", setup.stub.url);
    setup.stub.changes(Part::Discovery, move |document| {
        document["issuer"] = json!(filled);
    });
    assert_eq!(setup.refusal().await.0, Step::Setting("url"));
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
            let setup = Setup::oidc().await;
            setup
                .stub
                .changes(Part::Discovery, move |document| document[member] = json!(url));
            assert_eq!(
                setup.refusal().await,
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
        let setup = Setup::oidc().await;
        setup
            .stub
            .changes(Part::Discovery, move |document| document[member] = value.clone());
        let (step, problem) = setup.refusal().await;
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
            let setup = Setup::oidc().await;
            setup.stub.fails(path, Misbehavior::Redirect(to.clone()));
            let (seen, problem) = unreachable(setup.sign_in().await.unwrap_err());
            assert_eq!(seen, step);
            assert!(problem.contains("status 302"), "{problem}");
            assert_eq!(setup.stub.hits("/inside"), 0, "{path} {to}");
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
        for (misbehavior, expected) in [
            (Misbehavior::Huge, "too large"),
            (Misbehavior::Text("<html>hunter2</html>".to_owned()), "not JSON"),
            (Misbehavior::Text(String::new()), "not JSON"),
            (Misbehavior::Text("\u{feff}{}".to_owned()), "not JSON"),
            (Misbehavior::Text("{} {}".to_owned()), "not JSON"),
            (Misbehavior::Text(nested.clone()), "not JSON"),
            (Misbehavior::Text(object.clone()), "not JSON"),
            (Misbehavior::Status(500), "status 500"),
            (Misbehavior::Status(503), "status 503"),
            (Misbehavior::Status(429), "status 429"),
            (Misbehavior::Status(204), "status 204"),
        ] {
            let setup = Setup::oidc().await;
            setup.stub.fails(path, misbehavior.clone());
            let error = setup.sign_in().await.unwrap_err();
            assert!(!error.operator_message().contains("hunter2"));
            let (seen, problem) = unreachable(error);
            assert_eq!(seen, step, "{misbehavior:?}");
            assert!(problem.contains(expected), "{path} {problem}");
        }
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_the_limit() {
    let cases = STEPS.into_iter().flat_map(|(path, step)| {
        [Misbehavior::Silence, Misbehavior::Trickle].map(|misbehavior| async move {
            let setup = Setup::with(Preset::Oidc, "", |config| config.time_limit = SHORT).await;
            setup.stub.fails(path, misbehavior);
            let (seen, problem) = unreachable(setup.sign_in().await.unwrap_err());
            assert_eq!((seen, problem.as_str()), (step, "no answer within 2s"));
        })
    });
    // At once: each takes as long as the limit.
    join_all(cases).await;
}

#[tokio::test]
async fn an_error_names_the_address_that_cannot_be_reached() {
    let setup = Setup::with(Preset::Oidc, "", |config| {
        config.url = "http://127.0.0.1:1".to_owned();
    })
    .await;
    let error = setup.provider().check(&*setup.clock).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the discovery document at http://127.0.0.1:1/.well-known/openid-configuration: cannot connect: the port \
         refuses connections"
    );
    assert!(error.advice().contains("without a proxy"), "{}", error.advice());
    let setup = Setup::oidc().await;
    setup.stub.fails(DISCOVERY, Misbehavior::Status(404));
    let error = setup.provider().check(&*setup.clock).await.unwrap_err();
    assert_eq!(
        error.advice(),
        "check the address of the provider in its settings"
    );
}

#[tokio::test]
async fn keys_that_are_none_are_refused() {
    for keys in [
        json!([]),
        json!([{ "kty": "oct", "kid": "key-1", "k": "aHVudGVyMg" }]),
        json!([1, 2, null]),
    ] {
        let setup = Setup::oidc().await;
        setup
            .stub
            .changes(Part::Keys, move |document| document["keys"] = keys.clone());
        assert_eq!(
            setup.refusal().await,
            (Step::Keys, "have none that can verify a token".to_owned())
        );
    }
    let setup = Setup::oidc().await;
    setup
        .stub
        .changes(Part::Keys, |document| document["keys"] = json!({}));
    assert_eq!(setup.refusal().await.0, Step::Keys);
}

#[tokio::test]
async fn thousands_of_keys_are_too_many() {
    let setup = Setup::oidc().await;
    setup.stub.changes(Part::Keys, |document| {
        let key = document["keys"][0].clone();
        document["keys"] = json!(vec![key; 5_000]);
    });
    let (step, problem) = unreachable(setup.sign_in().await.unwrap_err());
    assert_eq!((step, problem.as_str()), (Step::Keys, "the answer is too large"));
}

#[tokio::test]
async fn a_refusal_shows_the_code_of_the_provider_without_odd_characters() {
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
        let setup = Setup::oidc().await;
        setup.stub.fails("/token", Misbehavior::Json(status, body));
        let error = setup.sign_in().await.unwrap_err();
        let expected = ProviderError::Refused {
            provider: "corp".to_owned(),
            step: Step::Tokens,
            code: code.to_owned(),
        };
        assert_eq!(error, expected);
    }
    let setup = Setup::oidc().await;
    setup.stub.fails(
        "/token",
        Misbehavior::Json(400, json!({ "error": "x".repeat(5_000) })),
    );
    let ProviderError::Refused { code, .. } = setup.sign_in().await.unwrap_err() else {
        panic!("not refused");
    };
    assert_eq!(code, "x".repeat(100));
}

#[tokio::test]
async fn an_access_token_that_would_break_a_header_is_not_sent() {
    let setup = Setup::of(Preset::GitHub, "").await;
    for token in ["a\r\nx-evil: 1", "a\u{0}b"] {
        setup
            .stub
            .changes(Part::Tokens, move |tokens| tokens["access_token"] = json!(token));
        assert_eq!(setup.refusal().await.0, Step::Profile);
    }
    for (member, value) in [
        ("access_token", json!("")),
        ("access_token", json!(null)),
        ("token_type", json!("mac")),
    ] {
        setup
            .stub
            .changes(Part::Tokens, move |tokens| tokens[member] = value.clone());
        assert_eq!(
            setup.refusal().await,
            (Step::Tokens, "gave no access token".to_owned())
        );
    }
    assert_eq!(setup.stub.hits("/api/v3/user"), 0);
}

#[tokio::test]
async fn doctor_takes_any_answer_of_a_provider_without_documents() {
    for (preset, path) in [
        (Preset::GitHub, "/login/oauth/access_token"),
        (Preset::Discord, "/api/oauth2/token"),
    ] {
        let setup = Setup::of(preset, "").await;
        assert_eq!(setup.provider().check(&*setup.clock).await, Ok(()));
        setup.stub.fails(path, Misbehavior::Status(500));
        assert_eq!(setup.provider().check(&*setup.clock).await, Ok(()));
        assert_eq!(setup.stub.hits(path), 2);
    }
    let setup = Setup::oidc().await;
    assert_eq!(setup.provider().check(&*setup.clock).await, Ok(()));
    assert_eq!((setup.stub.hits(DISCOVERY), setup.stub.hits("/keys")), (1, 1));
}
