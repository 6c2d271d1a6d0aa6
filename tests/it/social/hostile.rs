//! A provider that lies, and answers that do not belong together: refused each time, and nothing is written.

use std::sync::Arc;

use portcullis::platform::config::Preset;
use serde_json::{Value, json};
use url::Url;

use super::{Social, TRUSTED, come_back, get, who};
use crate::{
    page::location,
    support::{ManualClock, Misbehavior, Part, Signs, StubProvider, TestApp},
};

type Lie = fn(&StubProvider);

const LIES: [(&str, Lie); 12] = [
    ("the nonce of another flow", |it| {
        it.answers(|claims| claims["nonce"] = json!("x"));
    }),
    ("no nonce", |it| {
        it.answers(|claims| drop(claims.as_object_mut().unwrap().remove("nonce")));
    }),
    ("another issuer", |it| {
        it.answers(|claims| claims["iss"] = json!("https://evil.example"));
    }),
    ("another audience", |it| {
        it.answers(|claims| claims["aud"] = json!("other"));
    }),
    ("several audiences without azp", |it| {
        it.answers(|claims| claims["aud"] = json!([claims["aud"].clone(), "other"]));
    }),
    ("no subject", |it| {
        it.answers(|claims| claims["sub"] = json!(""));
    }),
    ("an old token", |it| {
        it.answers(|claims| claims["exp"] = json!(1));
    }),
    ("a token of the future", |it| {
        it.answers(|claims| claims["iat"] = json!(4_000_000_000_u64));
    }),
    ("no signature", |it| {
        it.signs(Signs::NotAtAll);
    }),
    ("another's key", |it| {
        it.signs(Signs::WithAnotherKey);
    }),
    ("the public key as a secret", |it| {
        it.signs(Signs::WithPublicKey);
    }),
    ("the secret of the client as a key", |it| {
        it.signs(Signs::WithClientSecret);
    }),
];

#[tokio::test]
async fn a_lie_in_the_token_is_refused_and_nothing_is_written() {
    for (name, lie) in LIES {
        let social = Social::start().await;
        lie(&social.provider);
        let browser = social.app.browser();
        let answer = social.sign_in(&browser).await;
        assert_eq!(answer.status, 400, "{name}");
        assert!(answer.text.contains("could not be verified"), "{name}");
        assert_eq!(who(&browser).await, Value::Null, "{name}");
        assert_eq!(social.counts().await, (0, 0, 0), "{name}");
    }
}

#[tokio::test]
async fn a_provider_that_fails_costs_a_sentence_and_no_more() {
    for (path, trouble) in [
        ("/token", Misbehavior::Status(500)),
        ("/token", Misbehavior::Huge),
        ("/token", Misbehavior::Text("<html>".to_owned())),
        ("/token", Misbehavior::Redirect("/inner".to_owned())),
        ("/keys", Misbehavior::Huge),
        ("/keys", Misbehavior::Redirect("/inner".to_owned())),
    ] {
        let social = Social::start().await;
        let browser = social.app.browser();
        let callback = social.consent(&browser, "/oauth/corp/start").await;
        social.provider.fails(path, trouble);
        let answer = come_back(&browser, &callback).await;
        assert!(
            [400, 502].contains(&answer.status.as_u16()),
            "{path}: {}",
            answer.status
        );
        assert_eq!(social.provider.hits("/inner"), 0, "it follows no redirect");
        assert_eq!(social.counts().await, (0, 0, 0), "{path}");
    }
    let social = Social::start().await;
    social
        .provider
        .fails(&social.provider.discovery_path(), Misbehavior::Status(500));
    let answer = get(&social.app.browser(), "/oauth/corp/start").await;
    assert_eq!(answer.status, 502);
    assert!(answer.text.contains("cannot be reached"));
}

#[tokio::test]
async fn an_answer_that_says_it_is_of_another_issuer_is_refused() {
    let social = Social::start().await;
    for iss in [Some("https://evil.example"), None] {
        let browser = social.app.browser();
        let mut callback = social.consent(&browser, "/oauth/corp/start").await;
        match iss {
            Some(iss) => callback.parameters.insert("iss".to_owned(), iss.to_owned()),
            // This provider has announced that it says so.
            None => callback.parameters.remove("iss"),
        };
        assert_eq!(come_back(&browser, &callback).await.status, 400, "{iss:?}");
        assert_eq!(social.provider.hits("/token"), 0, "the code goes nowhere");
    }
}

/// Two providers, of which one is in the attacker's hands: the answer of the honest one must not go to him.
#[tokio::test]
async fn the_callbacks_of_two_providers_are_not_mixed_up() {
    let clock = Arc::new(ManualClock::default());
    let honest = StubProvider::oidc(clock.clone()).await;
    let evil = StubProvider::start(Preset::GitHub, clock.clone()).await;
    let app = TestApp::builder()
        .clock(clock)
        .config(|config| config.providers = vec![honest.config(TRUSTED), evil.config("")])
        .start()
        .await;
    let browser = app.browser();
    let started = get(&browser, "/oauth/corp/start").await;
    let to_honest = Url::parse(location(&started)).unwrap();
    // The second one, so that the codes of both differ.
    honest.sign_in(&to_honest);
    let callback = honest.sign_in(&to_honest);
    let query = callback.url().query().unwrap().to_owned();
    let mixed_up = get(&browser, &format!("/oauth/github/callback?{query}")).await;
    assert_eq!(mixed_up.status, 410);
    assert_eq!(
        evil.hits("/login/oauth/access_token"),
        0,
        "the code goes to nobody else"
    );
    // With its own state, at the other provider.
    let other = get(&browser, "/oauth/github/start").await;
    let mut answer = evil.sign_in(&Url::parse(location(&other)).unwrap());
    answer
        .parameters
        .insert("code".to_owned(), callback.get("code").unwrap().to_owned());
    assert_eq!(come_back(&browser, &answer).await.status, 400);
    assert_eq!(who(&browser).await, Value::Null);
}

#[tokio::test]
async fn a_code_of_another_flow_is_worth_nothing() {
    let social = Social::start().await;
    let (ada, mallory) = (social.app.browser(), social.app.browser());
    let of_mallory = social.consent(&mallory, "/oauth/corp/start").await;
    let mut of_ada = social.consent(&ada, "/oauth/corp/start").await;
    // Mallory's code with Ada's state: the provider knows whose verifier it needs.
    of_ada
        .parameters
        .insert("code".to_owned(), of_mallory.get("code").unwrap().to_owned());
    assert_eq!(come_back(&ada, &of_ada).await.status, 400);
    assert_eq!(social.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn parameters_that_come_twice_or_not_at_all_count_as_missing() {
    let social = Social::start().await;
    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let query = callback.url().query().unwrap().to_owned();
    let foreign = browser.on(&[("sec-fetch-site", "cross-site")]);
    for (bad, status) in [
        (format!("{query}&state=x"), 410),
        (String::new(), 410),
        (format!("state={}", callback.get("state").unwrap()), 400),
    ] {
        let copy = foreign.copy();
        let answer = get(&copy, &format!("/oauth/corp/callback?{bad}")).await;
        assert_eq!(answer.status, status, "{bad}");
    }
    assert_eq!(social.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn github_and_discord_addresses_are_trusted_by_their_own_rules() {
    for (preset, id) in [(Preset::GitHub, "github"), (Preset::Discord, "discord")] {
        let social = Social::of(preset).await;
        let browser = social.app.browser();
        let callback = social.consent(&browser, &format!("/oauth/{id}/start")).await;
        let answer = come_back(&browser, &callback).await;
        // GitHub is trusted for a primary and verified address, Discord for none.
        let expected = if preset == Preset::GitHub {
            "/account"
        } else {
            "/oauth/address"
        };
        assert_eq!(location(&answer), expected, "{id}");
    }
    let github = Social::of(Preset::GitHub).await;
    github
        .provider
        .changes(Part::Emails, |emails| emails[1]["verified"] = json!(false));
    let browser = github.app.browser();
    let callback = github.consent(&browser, "/oauth/github/start").await;
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
}
