//! Answers that browsers bring back, and whose they are.

use portcullis::platform::{
    config::Preset,
    oidc::{Answer, Step},
};
use serde_json::{Value, json};

use super::{Setup, flow};
use crate::support::{Part, TENANT};

#[tokio::test]
async fn the_answer_of_another_issuer_is_refused_before_its_code_goes_anywhere() {
    for preset in [
        Preset::Oidc,
        Preset::Google,
        Preset::GitLab,
        Preset::Apple,
        Preset::Microsoft,
    ] {
        for iss in ["https://evil.example", "", "https://id.example.com"] {
            let setup = Setup::of(preset, "").await;
            setup
                .stub
                .changes(Part::Answer, move |answer| answer["iss"] = json!(iss));
            let (step, problem) = setup.refusal().await;
            assert_eq!(
                (step, problem.as_str()),
                (Step::Answer, "is of another issuer (iss)")
            );
            assert_eq!(setup.stub.hits("/token"), 0, "{preset:?} {iss}");
        }
    }
    for (preset, path) in [
        (Preset::GitHub, "/login/oauth/access_token"),
        (Preset::Discord, "/api/oauth2/token"),
    ] {
        let setup = Setup::of(preset, "").await;
        setup.stub.changes(Part::Answer, |answer| {
            answer["iss"] = json!("https://evil.example");
        });
        assert_eq!(setup.refusal().await.0, Step::Answer);
        assert_eq!(setup.stub.hits(path), 0);
    }
}

#[tokio::test]
async fn an_answer_without_issuer_is_refused_where_the_provider_announces_one() {
    let setup = Setup::oidc().await;
    setup
        .stub
        .changes(Part::Answer, |answer| answer["iss"] = Value::Null);
    let (step, problem) = setup.refusal().await;
    assert_eq!(step, Step::Answer);
    assert!(problem.contains("does not name its issuer"), "{problem}");
    assert_eq!(setup.stub.hits("/token"), 0);
    let setup = Setup::of(Preset::Google, "").await;
    setup
        .stub
        .changes(Part::Answer, |answer| answer["iss"] = Value::Null);
    assert!(setup.sign_in().await.is_ok(), "not announced");
}

#[tokio::test]
async fn the_answer_of_one_tenant_does_not_bring_the_token_of_another() {
    let setup = Setup::of(Preset::Microsoft, "").await;
    let other = "11111111-2222-3333-4444-555555555555";
    let iss = format!("{}/{other}/v2.0", setup.stub.url);
    setup
        .stub
        .changes(Part::Answer, move |answer| answer["iss"] = json!(iss));
    let (step, problem) = setup.refusal().await;
    assert_eq!(step, Step::Answer);
    assert!(problem.contains("than the token"), "{problem}");
    let iss = format!("{}/{TENANT}/v2.0", setup.stub.url);
    setup
        .stub
        .changes(Part::Answer, move |answer| answer["iss"] = json!(iss));
    assert!(setup.sign_in().await.is_ok());
}

#[tokio::test]
async fn what_cannot_be_a_code_is_not_sent() {
    let setup = Setup::oidc().await;
    for code in [
        String::new(),
        "a".repeat(2_049),
        "a\r\nb".to_owned(),
        "a\u{0}".to_owned(),
        "\u{e4}".to_owned(),
        "a\u{7f}".to_owned(),
    ] {
        let answer = Answer {
            code: code.clone().into(),
            iss: Some(setup.stub.url.clone()),
        };
        let error = setup
            .provider()
            .claims(&*setup.clock, &answer, &flow())
            .await
            .unwrap_err();
        assert_eq!(
            error.what_happened(),
            "corp: the answer that the browser brought has a code that cannot be one"
        );
    }
    assert_eq!(setup.stub.hits("/token"), 0);
    let answer = Answer {
        code: "a&client_secret=b".repeat(100).into(),
        iss: Some(setup.stub.url.clone()),
    };
    let error = setup
        .provider()
        .claims(&*setup.clock, &answer, &flow())
        .await
        .unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the token endpoint refused: invalid_grant"
    );
}

#[tokio::test]
async fn a_code_is_good_once() {
    let setup = Setup::oidc().await;
    let flow = flow();
    let callback = setup.authorize(&flow).await.unwrap();
    assert_eq!(callback.get("state"), Some("state-of-this-flow"));
    assert!(setup.finish(&callback, &flow).await.is_ok());
    let error = setup.finish(&callback, &flow).await.unwrap_err();
    assert_eq!(
        error.what_happened(),
        "corp: the token endpoint refused: invalid_grant"
    );
}

/// Requests are handled on any thread, so the futures must be able to move.
#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_runs_on_any_thread() {
    let setup = Setup::oidc().await;
    let sign_in = tokio::spawn(async move { setup.sign_in().await.map(drop) });
    assert_eq!(sign_in.await.unwrap(), Ok(()));
}
