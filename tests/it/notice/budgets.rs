//! D8: how many mails may be requested.

use std::time::Duration;

use serde_json::json;

use crate::{
    email_change::proven,
    support::{Client, PASSWORD, TestApp, with_unsent_mail},
};

async fn request(client: &Client, field: &str, email: &str) -> Vec<String> {
    let answer = client.call(field, "email", json!({ "email": email })).await;
    answer.codes().into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn three_at_once_and_one_an_hour_whether_or_not_the_address_is_known() {
    let app = TestApp::start().await;
    app.user("ada").await;
    app.sql("DELETE FROM attempt_streaks").await;
    for email in ["ada@example.com", "nobody@example.com"] {
        for field in ["requestPasswordReset", "resendVerificationEmail"] {
            for _ in 0..3 {
                assert_eq!(
                    request(&app.anonymous(), field, email).await,
                    [""; 0],
                    "{field} {email}"
                );
            }
            let answer = app
                .anonymous()
                .call(field, "email", json!({ "email": email }))
                .await;
            assert_eq!(answer.codes(), ["RATE_LIMITED"], "{field} {email}");
            assert_eq!(answer.body["errors"][0]["extensions"]["retryAfterSeconds"], 3_600);
        }
    }
    app.pass(Duration::from_hours(1));
    for email in ["ada@example.com", "nobody@example.com"] {
        assert_eq!(
            request(&app.anonymous(), "requestPasswordReset", email).await,
            [""; 0]
        );
        assert_eq!(
            request(&app.anonymous(), "requestPasswordReset", email).await,
            ["RATE_LIMITED"]
        );
    }
}

#[tokio::test]
async fn a_stranger_cannot_use_up_the_mails_of_an_owner_at_home_nor_kill_her_link() {
    let app = TestApp::with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        with_unsent_mail(config);
    })
    .await;
    let ada = app.user_at("ada", "203.0.113.5").await;
    let home = app.anonymous().at("203.0.113.5");
    assert_eq!(request(&home, "requestPasswordReset", &ada.email).await, [""; 0]);
    let stranger = app.anonymous().at("198.51.100.9");
    for _ in 0..3 {
        assert_eq!(
            request(&stranger, "requestPasswordReset", &ada.email).await,
            [""; 0]
        );
    }
    let elsewhere = app.anonymous().at("192.0.2.44");
    for client in [&stranger, &elsewhere] {
        assert_eq!(
            request(client, "requestPasswordReset", &ada.email).await,
            ["RATE_LIMITED"]
        );
    }
    for _ in 0..2 {
        assert_eq!(request(&home, "requestPasswordReset", &ada.email).await, [""; 0]);
    }
}

#[tokio::test]
async fn asking_kills_no_link_and_using_one_kills_all() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let mut links = Vec::new();
    for _ in 0..3 {
        request(&app.anonymous(), "requestPasswordReset", &ada.email).await;
        links.push(app.mail(&ada.email, "reset_password").await.token());
    }
    let reset = async |token: &str| {
        let input = json!({ "token": token, "newPassword": "a kettle on a rainy stove" });
        let answer = app.anonymous().call("resetPassword", "isReset", input).await;
        answer.data("resetPassword")["isReset"] == true
    };
    assert!(reset(&links[0]).await);
    assert!(!reset(&links[1]).await && !reset(&links[2]).await);
}

#[tokio::test]
async fn used_up_budgets_silence_no_notice() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    for field in ["requestPasswordReset", "resendVerificationEmail"] {
        for _ in 0..5 {
            request(&app.anonymous(), field, &ada.email).await;
        }
    }
    let input = json!({ "currentPassword": PASSWORD, "newPassword": "a kettle on a rainy stove" });
    ada.client.call("changePassword", "user { id }", input).await;
    app.mail(&ada.email, "password_changed").await;
}

#[tokio::test]
async fn budgets_survive_a_restart_and_count_for_all_servers() {
    let app = TestApp::start().await;
    let other = app.another(|_| {}).await;
    for server in [&app, &other, &app] {
        assert_eq!(
            request(&server.anonymous(), "requestPasswordReset", "a@example.com").await,
            [""; 0]
        );
    }
    assert_eq!(
        request(&other.anonymous(), "requestPasswordReset", "A@example.com").await,
        ["RATE_LIMITED"]
    );
}

#[tokio::test]
async fn a_network_requests_so_many_and_no_more() {
    let app = TestApp::with(|config| {
        config.trusted_proxies = vec!["127.0.0.1/32".parse().unwrap()];
        with_unsent_mail(config);
        config.mail_burst = 2;
    })
    .await;
    let client = app.anonymous().at("198.51.100.9");
    for nth in 0..2 {
        assert_eq!(
            request(&client, "requestPasswordReset", &format!("a{nth}@example.com")).await,
            [""; 0]
        );
    }
    assert_eq!(
        request(&client, "requestPasswordReset", "a9@example.com").await,
        ["RATE_LIMITED"]
    );
}

/// BF-8: what a recovery forgives.
#[tokio::test]
async fn a_reset_lets_the_owner_in_who_had_failed_too_often() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    for _ in 0..6 {
        app.anonymous().login(&ada.email, "not the password").await;
    }
    assert_eq!(
        app.anonymous().login(&ada.email, PASSWORD).await.codes(),
        ["RATE_LIMITED"]
    );
    request(&app.anonymous(), "requestPasswordReset", &ada.email).await;
    let token = app.mail(&ada.email, "reset_password").await.token();
    let input = json!({ "token": token, "newPassword": "a kettle on a rainy stove" });
    app.anonymous().call("resetPassword", "isReset", input).await;
    app.anonymous()
        .login(&ada.email, "a kettle on a rainy stove")
        .await
        .tokens("login");
}
