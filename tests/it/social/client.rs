//! Clients of the API: single-page and native apps.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::{EMAIL, REDIRECT, Social, codes, come_back, get, left_to, stepped_up};
use crate::{
    audit::Watch,
    page::location,
    support::{Answer, Browser, Client},
};

pub(super) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

const SIGNED_IN: &str = "user { email } session { id authMethods } tokens { accessToken }
    mfaChallenge { challengeToken methods }";

/// Begins to link.
const START_LINK: &str = "mutation ($input: StartSocialLoginInput!) {
    startIdentityLink(input: $input) { authorizationUrl userErrors { code } }
}";

fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

pub(super) fn start_input(verifier: &str) -> Value {
    json!({ "provider": "corp", "redirectUrl": REDIRECT, "codeChallenge": challenge(verifier) })
}

/// Follows the address that a client got, through the pages and the provider, back to the client: the query.
async fn follow(
    social: &Social,
    browser: &Browser,
    answer: &Answer,
    field: &str,
) -> std::collections::HashMap<String, String> {
    let url = answer.data(field)["authorizationUrl"]
        .as_str()
        .unwrap_or_else(|| panic!("{}", answer.text));
    let path = url.strip_prefix("http://localhost:8000").unwrap();
    let callback = social.consent(browser, path).await;
    let left = come_back(browser, &callback).await;
    let (to, query) = left_to(&left);
    assert_eq!(to, REDIRECT);
    query
}

pub(super) async fn finish(client: &Client, code: &str, verifier: &str) -> Answer {
    let input = json!({ "code": code, "codeVerifier": verifier });
    client.call("finishSocialLogin", SIGNED_IN, input).await
}

pub(super) async fn code_of(social: &Social) -> String {
    let client = social.app.anonymous();
    let started = client
        .call("startSocialLogin", "authorizationUrl", start_input(VERIFIER))
        .await;
    let mut query = follow(social, &social.app.browser(), &started, "startSocialLogin").await;
    query.remove("code").unwrap_or_else(|| panic!("{query:?}"))
}

#[tokio::test]
async fn a_client_gets_a_code_at_its_own_address_and_a_session_for_it() {
    let social = Social::start().await;
    let client = social.app.anonymous();
    let providers = client
        .query("{ serverInfo { socialProviders { id name } } }")
        .await;
    assert_eq!(
        providers.data("serverInfo")["socialProviders"],
        json!([{ "id": "corp", "name": "Corp" }])
    );
    let code = code_of(&social).await;
    assert_eq!(
        social.counts().await,
        (0, 0, 0),
        "nothing is written before the client comes"
    );
    let answer = finish(&client, &code, VERIFIER).await;
    assert_eq!(codes(&answer), [""; 0]);
    let login = answer.data("finishSocialLogin");
    assert_eq!(login["user"]["email"], EMAIL);
    assert_eq!(login["session"]["authMethods"], json!(["SOCIAL"]));
    assert_eq!(social.counts().await, (1, 1, 1));
}

#[tokio::test]
async fn a_code_is_worth_nothing_without_its_verifier_and_after_a_minute() {
    let social = Social::start().await;
    let client = social.app.anonymous();
    let code = code_of(&social).await;
    for wrong in ["", "short", &VERIFIER.replace('d', "e"), &challenge(VERIFIER)] {
        assert_eq!(
            codes(&finish(&client, &code, wrong).await),
            ["TOKEN_INVALID"],
            "{wrong}"
        );
    }
    assert_eq!(
        codes(&finish(&client, "pct_nothing", VERIFIER).await),
        ["TOKEN_INVALID"]
    );
    social.app.pass(Duration::from_secs(59));
    assert_eq!(codes(&finish(&client, &code, VERIFIER).await), [""; 0]);
    let code = code_of(&social).await;
    social.app.pass(Duration::from_mins(1));
    assert_eq!(codes(&finish(&client, &code, VERIFIER).await), ["TOKEN_EXPIRED"]);
}

#[tokio::test]
async fn a_code_that_comes_back_ends_the_session_that_it_started() {
    let social = Social::start().await;
    let code = code_of(&social).await;
    let answer = finish(&social.app.anonymous(), &code, VERIFIER).await;
    let token = answer.data("finishSocialLogin")["tokens"]["accessToken"]
        .as_str()
        .unwrap()
        .to_owned();
    let ada = social.app.bearer(&token);
    assert_eq!(ada.query("{ me { email } }").await.data("me")["email"], EMAIL);
    let mut watch = Watch::new(&social.app).await;
    // Whoever has the code, with or without its verifier.
    assert_eq!(
        codes(&finish(&social.app.anonymous(), &code, "x").await),
        ["TOKEN_INVALID"]
    );
    let me = ada.query("{ me { email } }").await;
    assert_eq!(me.body["errors"][0]["extensions"]["reason"], "SESSION_REVOKED");
    let kinds: Vec<_> = watch.take().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["token_reuse_detected"]);
}

#[tokio::test]
async fn a_client_is_led_to_its_own_address_only() {
    let social = Social::start().await;
    let client = social.app.anonymous();
    for evil in [
        "https://evil.example/callback",
        "https://app.example.com/callback/",
        "https://app.example.com/callback?x",
        "https://app.example.com@evil.example/callback",
        "//app.example.com/callback",
        "https://app.example.com/callback#x",
        "javascript:alert(1)",
        " https://app.example.com/callback",
        "",
    ] {
        let mut input = start_input(VERIFIER);
        input["redirectUrl"] = json!(evil);
        let answer = client.call("startSocialLogin", "authorizationUrl", input).await;
        assert_eq!(codes(&answer), ["REDIRECT_NOT_ALLOWED"], "{evil:?}");
    }
    let mut input = start_input(VERIFIER);
    input["provider"] = json!("google");
    let unknown = client.call("startSocialLogin", "authorizationUrl", input).await;
    assert_eq!(codes(&unknown), ["PROVIDER_UNKNOWN"]);
    let mut input = start_input(VERIFIER);
    input["codeChallenge"] = json!(VERIFIER.replace('-', "+"));
    let malformed = client.call("startSocialLogin", "authorizationUrl", input).await;
    assert_eq!(
        malformed.body["errors"][0]["extensions"]["code"],
        "BAD_USER_INPUT"
    );

    let without = crate::support::TestApp::start().await;
    let off = without
        .anonymous()
        .call("startSocialLogin", "authorizationUrl", start_input(VERIFIER))
        .await;
    assert_eq!(codes(&off), ["FEATURE_DISABLED"]);
}

#[tokio::test]
async fn what_the_provider_refuses_comes_back_as_an_error() {
    let social = Social::start().await;
    for (error, code) in [
        ("access_denied", "ACCESS_DENIED"),
        ("server_error", "PROVIDER_REJECTED"),
    ] {
        let started = social
            .app
            .anonymous()
            .call("startSocialLogin", "authorizationUrl", start_input(VERIFIER))
            .await;
        let url = started.data("startSocialLogin")["authorizationUrl"]
            .as_str()
            .unwrap();
        let path = url.strip_prefix("http://localhost:8000").unwrap().to_owned();
        let browser = social.app.browser();
        let mut callback = social.consent(&browser, &path).await;
        callback.parameters.remove("code");
        callback.parameters.insert("error".to_owned(), error.to_owned());
        let (to, query) = left_to(&come_back(&browser, &callback).await);
        assert_eq!((to.as_str(), query["error"].as_str()), (REDIRECT, code));
        assert!(!query["error_description"].is_empty() && !query.contains_key("code"));
    }
}

#[tokio::test]
async fn an_account_that_exists_is_not_opened() {
    let social = Social::start().await;
    social.app.admin("ada").await;
    super::confirm_all(&social.app).await;
    let code = code_of(&social).await;
    assert_eq!(
        codes(&finish(&social.app.anonymous(), &code, VERIFIER).await),
        ["ACCOUNT_EXISTS"]
    );
    assert_eq!(social.counts().await.1, 0);
}

#[tokio::test]
async fn a_client_links_in_the_session_that_began_and_after_a_proof() {
    let social = Social::start().await;
    let (app, eve) = (&social.app, social.app.user("eve").await);
    let ada = app.user("ada").await;
    let input = start_input(VERIFIER);
    let variables = json!({ "input": input });
    let unproven = ada.client.run(START_LINK, variables.clone()).await;
    assert_eq!(codes(&unproven), ["REAUTHENTICATION_REQUIRED"]);
    let client = stepped_up(app, &ada.client).await;
    let started = client.run(START_LINK, variables).await;
    let query = follow(&social, &app.browser(), &started, "startIdentityLink").await;
    let input = json!({ "code": query["code"], "codeVerifier": VERIFIER });
    let fields = "identity { id provider { id } email } user { identities { id } }";
    // It signs nobody in, and counts in no other session.
    assert_eq!(
        codes(&finish(&app.anonymous(), &query["code"], VERIFIER).await),
        ["TOKEN_INVALID"]
    );
    for other in [&eve.client, &app.sign_in(EMAIL).await.client] {
        let answer = other.call("finishIdentityLink", fields, input.clone()).await;
        assert_eq!(codes(&answer), ["TOKEN_INVALID"]);
    }
    let answer = client.call("finishIdentityLink", fields, input.clone()).await;
    assert_eq!(codes(&answer), [""; 0]);
    let linked = answer.data("finishIdentityLink");
    assert_eq!(linked["identity"]["provider"]["id"], "corp");
    assert_eq!(
        linked["user"]["identities"],
        json!([{ "id": linked["identity"]["id"] }])
    );
    let node = client
        .run(
            "query ($id: ID!) { node(id: $id) { __typename id } }",
            json!({ "id": linked["identity"]["id"] }),
        )
        .await;
    assert_eq!(node.data("node")["__typename"], "Identity");
    assert_eq!(
        codes(&client.call("finishIdentityLink", fields, input).await),
        ["TOKEN_INVALID"],
        "once"
    );
    let sign_in = finish(&app.anonymous(), &code_of(&social).await, VERIFIER).await;
    assert_eq!(sign_in.data("finishSocialLogin")["user"]["email"], EMAIL);
}

#[tokio::test]
async fn a_client_of_somebody_without_a_trusted_address_is_led_through_our_page() {
    let social = Social::with("", |_| {}).await;
    let client = social.app.anonymous();
    let started = client
        .call("startSocialLogin", "authorizationUrl", start_input(VERIFIER))
        .await;
    let url = started.data("startSocialLogin")["authorizationUrl"]
        .as_str()
        .unwrap();
    let browser = social.app.browser();
    let callback = social
        .consent(&browser, url.strip_prefix("http://localhost:8000").unwrap())
        .await;
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
    let page = get(&browser, "/oauth/address").await;
    assert!(
        page.text.contains(EMAIL),
        "the address of the provider is suggested"
    );
    super::submit(&browser, "/oauth/address", &[("email", "lovelace@example.com")]).await;
    let mail = social.app.mail("lovelace@example.com", "address_code").await;
    let left = super::submit(&browser, "/oauth/code", &[("code", &mail.code())]).await;
    let (to, query) = left_to(&left);
    assert_eq!(to, REDIRECT);
    assert_eq!(social.counts().await, (0, 0, 0));
    let answer = finish(&client, &query["code"], VERIFIER).await;
    assert_eq!(
        answer.data("finishSocialLogin")["user"]["email"],
        "lovelace@example.com"
    );
}
