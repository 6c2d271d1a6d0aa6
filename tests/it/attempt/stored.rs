//! What the database knows of attempts.

use portcullis::features::attempt::purge_beyond;

use super::{Tried, WRONG, fail, login, rows};
use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn neither_addresses_nor_networks_stand_there() {
    let app = TestApp::behind_proxy().await;
    let (ada, eve) = (
        app.user_at("ada", "198.51.100.7").await,
        app.user_at("eve", "198.51.100.8").await,
    );
    let foe = app.anonymous().at("203.0.113.7");
    for email in [&*ada.email, &*eve.email, "nobody@example.com", "no address"] {
        fail(&foe, email, 1).await;
    }
    let rows = rows(&app).await;
    // For each, one of the network and one of all that are unknown; and where Ada and Eve signed up.
    assert_eq!(rows.len(), 4 * 2 + 2);
    let mut networks = Vec::new();
    for row in &rows {
        assert_eq!(row.account_key.len(), 43);
        let shown = format!("{row:?} {} {}", row.account_key, row.network_key);
        for plain in ["ada", "eve", "nobody", "example", "203.0.113", "198.51.100"] {
            assert!(!shown.contains(plain), "{shown}");
        }
        assert!(!format!("{row:?}").contains(&row.account_key));
        if !row.network_key.is_empty() {
            assert_eq!(row.network_key.len(), 43);
            networks.push(&row.network_key);
        }
    }
    // Nobody sees which accounts were tried from one place.
    networks.sort();
    networks.dedup();
    assert_eq!(networks.len(), 6);
}

#[tokio::test]
async fn only_failures_and_new_networks_are_written() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let before = rows(&app).await;
    app.pass(std::time::Duration::from_hours(1));
    for _ in 0..5 {
        assert_eq!(login(&app.anonymous(), &ada.email, PASSWORD).await, Tried::Right);
    }
    assert_eq!(rows(&app).await, before);
    fail(&app.anonymous(), &ada.email, 5).await;
    let failed = rows(&app).await;
    assert_ne!(failed, before);
    for _ in 0..5 {
        assert!(login(&app.anonymous(), &ada.email, WRONG).await.is_too_many());
    }
    assert_eq!(rows(&app).await, failed, "what is refused is not written");
}

#[tokio::test]
async fn an_account_that_is_deleted_leaves_nothing() {
    let app = TestApp::behind_proxy().await;
    let ada = app.user_at("ada", "198.51.100.7").await;
    fail(&app.anonymous().at("203.0.113.7"), &ada.email, 1).await;
    fail(&ada.client, &ada.email, 1).await;
    assert_eq!(rows(&app).await.len(), 3);
    let query =
        "mutation ($p: String!) { deleteAccount(input: { currentPassword: $p }) { userErrors { code } } }";
    let answer = ada.client.run(query, serde_json::json!({ "p": PASSWORD })).await;
    assert_eq!(Tried::of(&answer), Tried::Right);
    assert_eq!(rows(&app).await, []);
}

#[tokio::test]
async fn what_can_be_no_password_is_counted_at_the_network_and_written_nowhere() {
    let app = TestApp::behind_proxy().await;
    let foe = app.anonymous().at("203.0.113.7");
    for time in 0..30 {
        let tried = login(&foe, &format!("nobody{time}@example.com"), "\u{1}aaaaaaaa").await;
        assert_eq!(tried.is_too_many(), time >= 10, "time {time}: {tried:?}");
    }
    assert_eq!(rows(&app).await, []);
}

#[tokio::test]
async fn what_can_be_no_password_keeps_nobody_out() {
    let app = TestApp::behind_proxy().await;
    for last in 1..=9 {
        let foe = app.anonymous().at(&format!("203.0.113.{last}"));
        assert_eq!(
            login(&foe, "nobody@example.com", "\u{1}aaaaaaaa").await,
            Tried::Wrong
        );
    }
    // Five are still free to fail.
    fail(&app.anonymous().at("203.0.113.10"), "nobody@example.com", 5).await;
}

#[tokio::test]
async fn an_account_that_many_networks_guess_at_has_a_bounded_number_of_rows() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            config.attempts_in_a_row = 4;
        })
        .start()
        .await;
    for number in 1..20 {
        let foe = app.anonymous().at(&format!("203.0.113.{number}"));
        fail(&foe, "nobody@example.com", 1).await;
        app.pass(std::time::Duration::from_mins(15));
    }
    // The one that they share, and those of the first three.
    assert_eq!(rows(&app).await.len(), 4);
}

#[tokio::test]
async fn all_accounts_have_a_bounded_number_of_rows_and_networks_that_are_known_keep_theirs() {
    let app = TestApp::behind_proxy().await;
    app.user("ada").await;
    let known = rows(&app).await;
    for number in 0..20 {
        let foe = app.anonymous().at(&format!("203.0.{number}.1"));
        fail(&foe, &format!("nobody{number}@example.com"), 1).await;
        app.pass(std::time::Duration::from_secs(1));
    }
    assert_eq!(rows(&app).await.len(), known.len() + 40);
    assert_eq!(purge_beyond(&app.app, 41).await.unwrap(), 0);
    assert_eq!(purge_beyond(&app.app, 10).await.unwrap(), 30);
    let left = rows(&app).await;
    assert!(known.iter().all(|row| left.contains(row)));
    let newest = left.iter().map(|row| row.failed_at).max().unwrap();
    let oldest = left
        .iter()
        .filter(|row| row.succeeded_at.is_none())
        .map(|row| row.failed_at)
        .min();
    assert_eq!(newest - oldest.unwrap(), 4_000, "the oldest are gone");
}
