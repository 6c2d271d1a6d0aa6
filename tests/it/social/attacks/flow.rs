//! Attacks on the flow itself: its cookie, its codes, and what it makes the server ask.

use std::time::Duration;

use futures_util::future::join_all;

use super::super::{Social, come_back, get};
use crate::{
    page::location,
    support::{Misbehavior, with_unsent_mail},
};

/// Cookies of one kind do not open as another, and neither is a link.
#[tokio::test]
async fn sealed_texts_do_not_change_their_kind() {
    let social = Social::with("", |_| {}).await;
    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let flow = browser.cookie("portcullis-social");
    assert_eq!(get(&browser, "/oauth/address").await.status, 410);
    assert_eq!(get(&browser, "/oauth/code").await.status, 410);
    let as_request = get(&browser, &format!("/oauth/corp/start?request={flow}")).await;
    assert_eq!(as_request.status, 410);
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
    assert_eq!(
        come_back(&browser, &callback).await.status,
        410,
        "a waiting browser has no flow"
    );
    let waiting = browser.cookie("portcullis-social");
    let as_request = get(&browser, &format!("/oauth/corp/start?request={waiting}")).await;
    assert_eq!(as_request.status, 410);
}

/// A second use of a code, from many places at once, leaves no session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_many_redeem_at_once_starts_at_most_one_session() {
    let social = Social::start().await;
    let code = super::super::client::code_of(&social).await;
    let client = social.app.anonymous();
    let all = join_all(
        (0..16).map(|_| super::super::client::finish(&client, &code, super::super::client::VERIFIER)),
    )
    .await;
    let tokens: Vec<_> = all
        .iter()
        .filter_map(|it| it.data("finishSocialLogin")["tokens"]["accessToken"].as_str())
        .collect();
    assert_eq!(tokens.len(), 1);
    let me = social.app.bearer(tokens[0]).query("{ me { email } }").await;
    assert_eq!(me.body["errors"][0]["extensions"]["reason"], "SESSION_REVOKED");
    assert_eq!(social.counts().await.1, 1);
}

/// Login CSRF.
#[tokio::test]
async fn an_answer_in_one_browser_is_nothing_in_another() {
    let social = Social::start().await;
    let (ada, mallory) = (social.app.browser(), social.app.browser());
    let of_mallory = social.consent(&mallory, "/oauth/corp/start").await;
    social.consent(&ada, "/oauth/corp/start").await;
    assert_eq!(come_back(&ada, &of_mallory).await.status, 410, "login CSRF");
    assert_eq!(come_back(&social.app.browser(), &of_mallory).await.status, 410);
    assert_eq!(social.counts().await, (0, 0, 0));
}

/// A stranger has one flow, and comes back with it again and again.
#[tokio::test]
async fn a_stranger_makes_the_server_ask_a_provider_as_often_as_a_network_can_sign_in() {
    let social = Social::with("", |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.logins_per_network = 10;
        with_unsent_mail(config);
    })
    .await;
    let browser = social.app.browser().on(&[
        ("sec-fetch-site", "same-origin"),
        ("x-forwarded-for", "203.0.113.9"),
    ]);
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let state = callback.get("state").unwrap().to_owned();
    let iss = social.provider.url.clone();
    for number in 0..60 {
        let path = format!("/oauth/corp/callback?state={state}&code=x{number}&iss={iss}");
        get(&browser.copy(), &path).await;
    }
    assert_eq!(social.provider.hits("/token"), 10);
    // And where the provider fails, one start in ten seconds asks it.
    let other = social.app.browser();
    social.app.pass(Duration::from_hours(48));
    let path = social.provider.discovery_path();
    social.provider.fails(&path, Misbehavior::Status(500));
    let before = social.provider.hits(&path);
    for _ in 0..20 {
        get(&other, "/oauth/corp/start").await;
    }
    assert_eq!(social.provider.hits(&path) - before, 1);
}
