//! Trade after trade that is repeated: by a copy that follows its owner, and by owners in trouble.

use std::time::Duration;

use entity::session::RevocationReason;
use reqwest::Method;
use serde_json::Value;
use tokio::task::JoinSet;

use super::{INSTANT, almost, assert_dead, assert_invalid, row};
use crate::{
    page::Filled,
    support::{Answer, Browser, Client, TestApp, Tokens},
};

const REFRESH: &str = "portcullis-refresh";
const FORM: &str = "portcullis-form";
const AT_HOME: &str = "192.0.2.1";
const ELSEWHERE: &str = "198.51.100.7";

/// A server that believes a proxy on this machine, so that clients can be anywhere.
async fn start() -> TestApp {
    TestApp::with(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()]).await
}

/// Trades until the session ends, each trade followed by a copy after a while; which trade that was.
async fn caught_at(app: &TestApp, copy: &Client, after: Duration) -> Option<usize> {
    let owner = app.anonymous().at(AT_HOME);
    let ada = app.user("ada").await;
    let mut refresh = ada.refresh_token.clone();
    for trade in 1..=10 {
        let owners = owner.refresh(&refresh).await.tokens("refreshSession");
        app.pass(after);
        let copied = copy.refresh(&refresh).await;
        if row(app, &ada.session_id).await.revoked_at.is_some() {
            assert_invalid(&copied);
            let ended = row(app, &ada.session_id).await;
            assert_eq!(ended.revocation_reason, Some(RevocationReason::TokenReuse));
            assert_dead(app, &ada.session_id, &owners.access, &owners.refresh).await;
            assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 1);
            return Some(trade);
        }
        assert_eq!(copied.tokens("refreshSession").refresh, owners.refresh);
        refresh = owners.refresh;
        app.pass(Duration::from_mins(14));
    }
    None
}

#[tokio::test]
async fn a_copy_that_follows_a_second_and_a_half_behind_is_caught_at_the_third_trade() {
    let app = start().await;
    let copy = app.anonymous().at(AT_HOME);
    assert_eq!(
        caught_at(&app, &copy, Duration::from_millis(1_500)).await,
        Some(3)
    );
}

#[tokio::test]
async fn a_copy_in_another_network_is_caught_at_the_second_trade_however_fast_it_is() {
    for after in [Duration::ZERO, Duration::from_secs(20)] {
        let app = start().await;
        let copy = app.anonymous().at(ELSEWHERE);
        assert_eq!(caught_at(&app, &copy, after).await, Some(2), "{after:?}");
    }
}

#[tokio::test]
async fn a_copy_that_is_as_fast_as_a_second_tab_is_not_told_from_one() {
    let app = start().await;
    let copy = app.anonymous().at(AT_HOME);
    assert_eq!(caught_at(&app, &copy, Duration::from_secs(1)).await, None);
}

#[tokio::test]
async fn an_ipv6_client_may_change_its_address_within_its_network() {
    let app = start().await;
    let ada = app.user("ada").await;
    let mut refresh = ada.refresh_token;
    for _ in 0..5 {
        for address in ["2001:db8::1", "2001:db8::ffff:2"] {
            app.anonymous().at(address).refresh(&refresh).await;
        }
        let traded = app.anonymous().at("2001:db8::3").refresh(&refresh).await;
        refresh = traded.tokens("refreshSession").refresh;
        app.pass(Duration::from_mins(14));
    }
    assert_eq!(row(&app, &ada.session_id).await.revoked_at, None);
}

#[tokio::test]
async fn many_repeats_of_one_trade_weigh_as_its_heaviest() {
    let app = start().await;
    let ada = app.user("ada").await;
    let at_home = app.anonymous().at(AT_HOME);
    let traded = at_home.refresh(&ada.refresh_token).await.tokens("refreshSession");
    for address in [AT_HOME, ELSEWHERE, AT_HOME, ELSEWHERE, ELSEWHERE] {
        app.pass(Duration::from_secs(4));
        let client = app.anonymous().at(address);
        let again = client.refresh(&ada.refresh_token).await;
        assert_eq!(again.tokens("refreshSession").refresh, traded.refresh);
    }
    let session = row(&app, &ada.session_id).await;
    assert_eq!((session.repeat_count, session.repeat_weight), (0, 2));
}

#[tokio::test]
async fn answers_that_are_lost_now_and_then_end_nothing() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = app.anonymous().at(AT_HOME);
    let mut refresh = ada.refresh_token;
    for is_lost in [true, true, false, true, true, false, true, false, true, true] {
        let mut traded = client.refresh(&refresh).await;
        if is_lost {
            app.pass(Duration::from_secs(5));
            traded = client.refresh(&refresh).await;
        }
        refresh = traded.tokens("refreshSession").refresh;
        app.pass(Duration::from_mins(14));
    }
    assert_eq!(row(&app, &ada.session_id).await.revoked_at, None);
}

#[tokio::test]
async fn a_phone_that_changes_networks_while_an_answer_is_under_way_stays_signed_in() {
    let app = start().await;
    let ada = app.user("ada").await;
    let (wifi, mobile) = (app.anonymous().at(AT_HOME), app.anonymous().at(ELSEWHERE));
    wifi.refresh(&ada.refresh_token).await;
    app.pass(Duration::from_secs(8));
    let mut refresh = mobile
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession")
        .refresh;
    // Each trade from another network than the one before: that is no repeat.
    for client in [&mobile, &wifi, &mobile, &wifi] {
        app.pass(Duration::from_mins(14));
        refresh = client.refresh(&refresh).await.tokens("refreshSession").refresh;
    }
    let session = row(&app, &ada.session_id).await;
    assert_eq!((session.repeat_count, session.revoked_at), (0, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_tabs_that_hold_a_token_each_live_on() {
    let app = start().await;
    let ada = app.user("ada").await;
    let mut refresh = ada.refresh_token;
    for round in 0..5 {
        let mut tabs = JoinSet::new();
        for _ in 0..10 {
            let (client, refresh) = (app.anonymous().at(AT_HOME), refresh.clone());
            tabs.spawn(async move { client.refresh(&refresh).await.tokens("refreshSession") });
        }
        let tokens: Vec<Tokens> = tabs.join_all().await;
        assert!(
            tokens.iter().all(|other| other.refresh == tokens[0].refresh),
            "{round}"
        );
        refresh.clone_from(&tokens[0].refresh);
        app.pass(Duration::from_mins(14));
    }
    let session = row(&app, &ada.session_id).await;
    assert_eq!((session.repeat_count, session.revoked_at), (0, None));
}

/// A browser that signed up on the page.
async fn signed_up(app: &TestApp) -> Browser {
    let browser = app.browser();
    Filled::sign_up(&browser, "ada").await.send(&browser).await;
    browser
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_tabs_that_share_the_cookies_live_on() {
    let app = TestApp::start().await;
    for browser in [signed_up(&app).await, begun_by_the_api(&app).await] {
        for round in 0..5 {
            let mut tabs = JoinSet::new();
            for _ in 0..10 {
                let tab = browser.clone();
                tabs.spawn(async move { tab.refresh().await });
            }
            for answer in tabs.join_all().await {
                assert_eq!(answer.user_errors("refreshSession"), [], "{round}");
            }
            // Tabs that wake up later hold the new token already.
            for _ in 0..3 {
                app.pass(Duration::from_secs(9));
                assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
            }
            app.pass(Duration::from_mins(14));
        }
        assert!(!browser.me().await.data("me")["id"].is_null());
    }
}

/// A browser that signed in by GraphQL, and got a form cookie on a page later.
async fn begun_by_the_api(app: &TestApp) -> Browser {
    let browser = app.browser();
    browser.signup("eve").await;
    crate::page::get(&browser, "/account").await;
    browser
}

#[tokio::test]
async fn a_session_begun_on_a_page_repeats_its_answers_to_the_same_form_cookie_only() {
    for another in [None, Some("AAAAAAAAAAAAAAAAAAAAAA"), Some("")] {
        let app = TestApp::start().await;
        let browser = signed_up(&app).await;
        let before = browser.cookie(REFRESH);
        let thief = app.browser();
        thief.put(REFRESH, &before);
        if let Some(text) = another {
            thief.put(FORM, text);
        }
        let late_tab = browser.copy();
        assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
        assert_eq!(late_tab.refresh().await.user_errors("refreshSession"), []);
        assert_eq!(late_tab.cookie(REFRESH), browser.cookie(REFRESH));
        assert_invalid_in(&thief.refresh().await);
        // It ended for everybody.
        assert_invalid_in(&browser.refresh().await);
        assert_eq!(app.app.metrics.refresh_tokens_reused.get(), 1);
    }
}

#[track_caller]
fn assert_invalid_in(answer: &Answer) {
    let codes: Vec<_> = answer
        .user_errors("refreshSession")
        .into_iter()
        .map(|(code, ..)| code.to_owned())
        .collect();
    assert_eq!(codes, ["REFRESH_TOKEN_INVALID"]);
}

#[tokio::test]
async fn a_session_begun_by_the_api_asks_for_no_form_cookie() {
    let app = TestApp::start().await;
    let browser = begun_by_the_api(&app).await;
    let without = app.browser();
    without.put(REFRESH, &browser.cookie(REFRESH));
    assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
    assert_eq!(without.refresh().await.user_errors("refreshSession"), []);
    assert_eq!(without.cookie(REFRESH), browser.cookie(REFRESH));
}

#[tokio::test]
async fn a_browser_whose_form_cookie_came_to_its_end_goes_on() {
    let app = TestApp::start().await;
    let browser = signed_up(&app).await;
    let tabs = app.browser();
    tabs.put(REFRESH, &browser.cookie(REFRESH));
    for _ in 0..3 {
        let late = tabs.copy();
        assert_eq!(tabs.refresh().await.user_errors("refreshSession"), []);
        assert_eq!(late.refresh().await.user_errors("refreshSession"), []);
        app.pass(Duration::from_mins(14));
    }
    // The next page gives it a new one.
    assert!(
        crate::page::get(&tabs, "/account")
            .await
            .text
            .contains("Welcome, ada")
    );
    app.pass(Duration::from_mins(14));
    let late = tabs.copy();
    assert_eq!(tabs.refresh().await.user_errors("refreshSession"), []);
    assert_eq!(late.refresh().await.user_errors("refreshSession"), []);
}

#[tokio::test]
async fn neither_network_nor_form_cookie_can_be_read_from_the_row() {
    let app = TestApp::start().await;
    let browser = signed_up(&app).await;
    browser.refresh().await.data("refreshSession");
    let id = browser
        .query("{ viewer { session { id } } }")
        .await
        .data("viewer")["session"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let session = row(&app, &id).await;
    let (network, cookie) = (session.rotated_from.unwrap(), session.form_cookie.unwrap());
    assert_eq!((network.len(), cookie.len()), (43, 43));
    assert!(!network.contains("127") && !cookie.contains(&browser.cookie(FORM)));
}

#[tokio::test]
async fn a_trade_of_an_older_server_is_repeated_as_from_the_same_network() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let traded = app.anonymous().refresh(&ada.refresh_token).await;
    app.sql("UPDATE sessions SET rotated_from = NULL").await;
    let again = app.anonymous().refresh(&ada.refresh_token).await;
    assert_eq!(
        again.tokens("refreshSession").refresh,
        traded.tokens("refreshSession").refresh
    );
    assert_eq!(row(&app, &ada.session_id).await.repeat_weight, 0);
}

const LIST: &str = "{ me { sessions(first: 5) { nodes { lastUsedAt expiresAt } edges { cursor } } } }";

/// What the holder of an access token reads about all sessions.
async fn list(client: &Client) -> Value {
    client.query(LIST).await.data("me")["sessions"].clone()
}

#[tokio::test]
async fn nobody_can_read_when_within_a_minute_a_session_was_refreshed() {
    let app = TestApp::start().await;
    app.pass(Duration::from_millis(61_234));
    let ada = app.user("ada").await;
    let before = list(&ada.client).await;
    assert_eq!(before["nodes"][0]["lastUsedAt"], "2026-11-22T12:01:00.000Z");
    assert_eq!(before["nodes"][0]["expiresAt"], "2026-12-06T12:01:00.000Z");
    app.pass(Duration::from_secs(31));
    let tokens = app
        .anonymous()
        .refresh(&ada.refresh_token)
        .await
        .tokens("refreshSession");
    assert_eq!(list(&ada.client).await, before);
    // Recorded by the first use of the session after the minute, and a part of the next one.
    app.pass(almost(Duration::from_millis(27_766)));
    assert_eq!(list(&ada.client).await, before);
    app.pass(INSTANT + Duration::from_mins(1));
    let after = list(&ada.client).await;
    assert_eq!(after["nodes"][0]["lastUsedAt"], "2026-11-22T12:03:00.000Z");
    assert_ne!(after["edges"], before["edges"]);
    let session = row(&app, &ada.session_id).await;
    assert_eq!(
        (session.last_used_at % 60_000, session.expires_at % 60_000),
        (0, 0)
    );
    app.pass(Duration::from_secs(31));
    app.anonymous()
        .refresh(&tokens.refresh)
        .await
        .tokens("refreshSession");
    assert_eq!(list(&ada.client).await, after);
    // The page shows no more.
    let page = app.browser();
    page.put("portcullis-access", &ada.token);
    let text = page.send(page.request(Method::GET, "/account")).await.text;
    assert!(
        text.contains("2026-11-22T12:03:00.000Z") && !text.contains("12:03:31"),
        "{text}"
    );
}
