//! The limits of one network, for all accounts together.

use std::time::Duration;

use serde_json::json;

use super::{Tried, WRONG, fail, login, rows};
use crate::support::{Answer, Client, PASSWORD, TestApp};

/// Fails once at an account of its own.
async fn fail_at(client: &Client, number: usize) -> Tried {
    login(client, &format!("nobody{number}@example.com"), WRONG).await
}

async fn signup(client: &Client, number: usize) -> Answer {
    let email = format!("new{number}@example.com");
    client
        .signup(json!({ "name": "New", "email": email, "password": PASSWORD }))
        .await
}

#[tokio::test]
async fn a_network_may_try_ten_passwords_at_once_and_then_one_every_three_seconds() {
    let app = TestApp::behind_proxy().await;
    let ada = app.user("ada").await;
    let client = app.anonymous().at("203.0.113.7");
    for number in 0..5 {
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
        // Right ones count too: otherwise somebody with one account could try all others from there.
        assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::Right);
    }
    assert_eq!(login(&client, &ada.email, PASSWORD).await, Tried::TooMany(3));
    assert_eq!(app.app.metrics.attempts_refused_by_network.get(), 1);
    assert_eq!(
        fail_at(&app.anonymous().at("203.0.113.8"), 11).await,
        Tried::Wrong
    );
    for number in 20..30 {
        app.pass(Duration::from_millis(2_999));
        assert_eq!(fail_at(&client, number).await, Tried::TooMany(1));
        app.pass(Duration::from_millis(1));
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
    }
}

#[tokio::test]
async fn what_a_network_was_refused_counts_at_no_account() {
    let app = TestApp::behind_proxy().await;
    let client = app.anonymous().at("203.0.113.7");
    for number in 0..10 {
        fail_at(&client, number).await;
    }
    let before = rows(&app).await.len();
    for _ in 0..10 {
        assert!(fail_at(&client, 99).await.is_too_many());
    }
    assert_eq!(rows(&app).await.len(), before);
}

#[tokio::test]
async fn an_ipv6_network_is_one_however_its_addresses_are_written() {
    let app = TestApp::behind_proxy().await;
    let inside = [
        "2001:db8:1:2::1",
        "2001:DB8:1:2::2",
        "2001:0db8:0001:0002:0000:0000:0000:0003",
        "2001:db8:1:2:ffff:ffff:ffff:ffff",
        "2001:db8:1:2:a:b:192.0.2.1",
    ];
    for number in 0..10 {
        let client = app.anonymous().at(inside[number % inside.len()]);
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
    }
    for address in inside {
        assert!(
            fail_at(&app.anonymous().at(address), 10).await.is_too_many(),
            "{address}"
        );
    }
    let neighbour = app.anonymous().at("2001:db8:1:3::1");
    assert_eq!(fail_at(&neighbour, 10).await, Tried::Wrong);
}

#[tokio::test]
async fn one_host_with_a_large_ipv6_network_is_held_to_what_that_network_may_try() {
    let app = TestApp::behind_proxy().await;
    let mut looked_at = 0;
    for number in 0..200_u16 {
        // A network of 64 bits of its own each time, all over 2001:db8:1::/48.
        let address = format!("2001:db8:1:{:x}::1", number.wrapping_mul(257));
        match fail_at(&app.anonymous().at(&address), number.into()).await {
            Tried::Wrong => looked_at += 1,
            tried => assert!(tried.is_too_many()),
        }
    }
    assert_eq!(looked_at, 80);
    // Callers from elsewhere, in IPv6 or in IPv4, are not affected.
    for address in ["2001:db8:2::1", "2001:db9:1::1", "192.0.2.1"] {
        let tried = fail_at(&app.anonymous().at(address), 0).await;
        assert_eq!(tried, Tried::Wrong, "{address}");
    }
}

#[tokio::test]
async fn one_large_network_empties_nobody_elses_buckets() {
    let app = TestApp::behind_proxy().await;
    let logins = app.app.limits.logins.as_ref().unwrap();
    for number in 0..20_000_u16 {
        let address = format!("2001:db8:1:{number:x}::1");
        let _ = logins.take(Some(address.parse().unwrap()));
    }
    for number in 0..4_000_u32 {
        let address = std::net::Ipv4Addr::from_bits(0x0100_0000 + number * 1_009);
        assert_eq!(logins.take(Some(address.into())), Ok(()), "{address}");
    }
    // And over HTTP: this network is limited, and a new one is not.
    assert!(
        fail_at(&app.anonymous().at("2001:db8:1::1"), 0)
            .await
            .is_too_many()
    );
    assert_eq!(
        fail_at(&app.anonymous().at("198.51.100.1"), 0).await,
        Tried::Wrong
    );
}

#[tokio::test]
async fn many_sign_ups_from_one_large_ipv6_network_are_held_up() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.signup_burst = 1;
        })
        .start()
        .await;
    let mut signed_up = 0;
    for number in 0..12_u16 {
        let address = format!("2001:db8:1:{number:x}00::1");
        let answer = signup(&app.anonymous().at(&address), number.into()).await;
        signed_up += usize::from(answer.codes().is_empty());
    }
    assert_eq!(signed_up, 8);
}

#[tokio::test]
async fn an_ipv4_address_within_ipv6_is_the_same_network() {
    let app = TestApp::behind_proxy().await;
    let forms = ["192.0.2.1", "::ffff:192.0.2.1", "::FFFF:C000:0201"];
    for number in 0..10 {
        let client = app.anonymous().at(forms[number % forms.len()]);
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
    }
    for form in forms {
        assert!(
            fail_at(&app.anonymous().at(form), 10).await.is_too_many(),
            "{form}"
        );
    }
}

#[tokio::test]
async fn the_address_that_counts_is_the_one_that_the_proxy_has_seen() {
    let app = TestApp::behind_proxy().await;
    for number in 0..12 {
        // What stands on the left was written by the client.
        let hops = format!("198.51.100.{number}, 203.0.113.7");
        let tried = fail_at(&app.anonymous().at(&hops), number).await;
        assert_eq!(tried.is_too_many(), number >= 10);
    }
    let app = app.another(|config| config.trusted_proxies.clear()).await;
    let answer = signup(&app.anonymous().at("203.0.113.9"), 1).await;
    answer.tokens("signup");
    let seen = app.row("new1@example.com").await.unwrap();
    let session = entity_session(&app, seen.id).await;
    assert_eq!(session.as_deref(), Some("127.0.0.1"));
}

async fn entity_session(app: &TestApp, user: entity::UserId) -> Option<String> {
    use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _};
    let session = entity::session::Entity::find()
        .filter(entity::session::Column::UserId.eq(user))
        .one(app.app.db.writer())
        .await
        .unwrap();
    session.unwrap().ip_address
}

#[tokio::test]
async fn this_machine_is_no_network() {
    let app = TestApp::start().await;
    for client in [app.anonymous(), app.anonymous().at("203.0.113.7")] {
        for number in 0..15 {
            login(&client, &format!("nobody{number}@example.com"), PASSWORD).await;
        }
    }
    assert_eq!(app.app.metrics.attempts_refused_by_network.get(), 0);
}

#[tokio::test]
async fn a_network_may_sign_up_ten_times_at_once_and_then_every_three_minutes() {
    let app = TestApp::behind_proxy().await;
    let client = app.anonymous().at("203.0.113.7");
    for number in 0..10 {
        signup(&client, number).await.tokens("signup");
        // What is refused for its form costs no hash, and nothing of this.
        let bad = client
            .signup(json!({ "name": "", "email": "no", "password": "short" }))
            .await;
        assert!(bad.codes().is_empty());
    }
    assert_eq!(Tried::of(&signup(&client, 10).await), Tried::TooMany(180));
    // Whether an address is taken costs a sign-up, too.
    assert_eq!(Tried::of(&signup(&client, 1).await), Tried::TooMany(180));
    // A login is another thing.
    assert_eq!(login(&client, "new1@example.com", PASSWORD).await, Tried::Right);
    signup(&app.anonymous().at("203.0.113.8"), 11)
        .await
        .tokens("signup");
    app.pass(Duration::from_mins(3));
    signup(&client, 12).await.tokens("signup");
    assert_eq!(Tried::of(&signup(&client, 13).await), Tried::TooMany(180));
}

#[tokio::test]
async fn limits_of_zero_are_none() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.logins_per_network = 0;
            config.signups_per_network = 0;
        })
        .start()
        .await;
    let client = app.anonymous().at("203.0.113.7");
    for number in 0..15 {
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
        signup(&client, number).await.tokens("signup");
    }
    // The other limit is still there.
    fail(&client, "nobody0@example.com", 4).await;
    assert!(fail_at(&client, 0).await.is_too_many());
}

#[tokio::test]
async fn other_rates_and_bursts_can_be_set() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.logins_per_network = 60;
            config.login_burst = 2;
        })
        .start()
        .await;
    let client = app.anonymous().at("203.0.113.7");
    for number in [0, 1] {
        assert_eq!(fail_at(&client, number).await, Tried::Wrong);
    }
    assert_eq!(fail_at(&client, 2).await, Tried::TooMany(1));
    app.pass(Duration::from_secs(1));
    assert_eq!(fail_at(&client, 2).await, Tried::Wrong);
}
