//! Proxies, which look at the status and pass on the fields.

use reqwest::Method;

use super::{GATEWAY, VERIFY, check_of_proxy, inactive, server, service_token, with_services};
use crate::support::{Answer, ROLES, TestApp};

#[tokio::test]
async fn a_proxy_gets_who_the_person_is_in_fields_to_pass_on() {
    let app = server().await;
    let ada = app.user("ada").await;
    app.set_roles(&ada, &["editor", "staff"]).await;
    let answer = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("portcullis-user"), Some(&*ada.id));
    assert_eq!(answer.header("portcullis-session"), Some(&*ada.session_id));
    assert_eq!(answer.header("portcullis-roles"), Some("editor,staff"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn a_token_that_is_not_live_is_a_401_with_the_challenge_of_bearer_tokens() {
    let app = server().await;
    let ada = app.user("ada").await;
    let invalid = Some("Bearer error=\"invalid_token\"");
    for (token, challenge) in [
        (&*ada.token, invalid),
        ("a.b.c", invalid),
        // No token was sent, so none is wrong.
        ("", Some("Bearer")),
    ] {
        let answer = Answer::of(check_of_proxy(&app.anonymous(), token)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body),
            (401, &inactive()),
            "{token}"
        );
        assert_eq!(answer.header("www-authenticate"), challenge, "{token}");
        assert_eq!(answer.header("portcullis-user"), None);
    }
    let twice = check_of_proxy(&app.anonymous(), service_token(&ada)).bearer_auth(service_token(&ada));
    let twice = Answer::of(twice).await;
    assert_eq!(
        (twice.status.as_u16(), twice.header("www-authenticate")),
        (401, invalid)
    );
}

#[tokio::test]
async fn what_a_client_says_of_itself_is_not_repeated() {
    let app = server().await;
    let ada = app.user("ada").await;
    let forged = [
        ("portcullis-user", "eve"),
        ("portcullis-roles", "admin"),
        ("portcullis-session", "1"),
    ];
    let with = |mut request: reqwest::RequestBuilder| {
        for (name, value) in forged {
            request = request.header(name, value);
        }
        request
    };
    let answer = Answer::of(with(check_of_proxy(&app.anonymous(), service_token(&ada)))).await;
    assert_eq!(answer.header("portcullis-user"), Some(&*ada.id));
    assert_eq!(answer.header("portcullis-roles"), Some(""));
    let refused = Answer::of(with(check_of_proxy(&app.anonymous(), "a.b.c"))).await;
    assert_eq!(refused.status, 401);
    assert!(forged.iter().all(|(name, _)| refused.header(name).is_none()));
}

#[tokio::test]
async fn a_role_with_another_name_than_settings_allow_cannot_add_roles_or_fields() {
    let app = server().await;
    let ada = app.user("ada").await;
    let roles = [
        "staff,admin",
        "staff\r\nportcullis-user: eve",
        "st aff",
        "stäff",
        "editor",
    ];
    app.set_roles(&ada, &roles).await;
    let answer = Answer::of(check_of_proxy(&app.anonymous(), service_token(&ada))).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("portcullis-roles"), Some("editor"));
    assert_eq!(answer.header("portcullis-user"), Some(&*ada.id));
    assert!(ROLES.contains("editor"));
}

#[tokio::test]
async fn head_says_the_same_without_a_body() {
    let app = TestApp::with(with_services).await;
    let ada = app.user("ada").await;
    for (token, status) in [(service_token(&ada), 200), ("a.b.c", 401)] {
        let request = app.anonymous().request(Method::HEAD, VERIFY).bearer_auth(token);
        let request = request.header("portcullis-caller", format!("gateway:{GATEWAY}"));
        let answer = Answer::of(request).await;
        assert_eq!((answer.status.as_u16(), &*answer.text), (status, ""));
        assert_eq!(answer.header("portcullis-user").is_some(), status == 200);
    }
}
