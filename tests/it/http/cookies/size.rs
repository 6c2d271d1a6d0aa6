//! Browsers drop cookies of more than 4,096 bytes without a word: no account may come to that.

use portcullis::{
    features::admin::Refused,
    platform::{
        config::{ClaimsPreset, PublicUrl, Roles},
        crypto::SigningAlgorithm,
        failure::Failure,
    },
};
use serde_json::json;

use crate::{
    support::{Browser, PASSWORD, TestApp},
    token::SECRET,
};

/// The longest host name that DNS has, with a port.
fn longest_address() -> String {
    let label = "h".repeat(63);
    let host = format!("{label}.{label}.{label}.{}", "h".repeat(61));
    assert_eq!(host.len(), 253);
    format!("https://{host}:65535")
}

fn longest_email() -> String {
    let label = "e".repeat(60);
    let email = format!("{}@{label}.{label}.{}.example", "e".repeat(64), "e".repeat(59));
    assert_eq!(email.len(), 254);
    email
}

/// As many role names as one may have, and as long.
fn most_roles() -> Vec<String> {
    let roles: Vec<_> = (0..50).map(|n| format!("{n:02}{}", "r".repeat(18))).collect();
    assert_eq!(roles.concat().len(), 1_000);
    roles
}

/// Signs up under this name, takes every role there can be, and signs in again.
async fn signed_in(app: &TestApp, name: &str) -> Browser {
    let browser = app.browser();
    let email = longest_email();
    let input = json!({ "name": name, "email": email, "password": PASSWORD });
    let signup = app.anonymous().signup(input).await;
    assert_eq!(signup.user_errors("signup"), [], "{name}");
    let roles = most_roles();
    let roles: Vec<_> = roles.iter().map(String::as_str).collect();
    app.put_roles(&email, &roles).await;
    let answer = browser.login(&email).await;
    assert_eq!(answer.user_errors("login"), [], "{name}");
    browser
}

#[tokio::test]
async fn the_longest_tokens_there_can_be_fit_into_cookies() {
    let names = ["🦓".repeat(100), "\"".repeat(100), "\\".repeat(100)];
    for (algorithm, preset) in [
        (SigningAlgorithm::Es256, ClaimsPreset::Plain),
        (SigningAlgorithm::Hs512, ClaimsPreset::Plain),
        (SigningAlgorithm::Rs256, ClaimsPreset::Plain),
        (SigningAlgorithm::Rs256, ClaimsPreset::Postgrest),
        (SigningAlgorithm::Rs256, ClaimsPreset::Router),
        // With RS256 it needs an audience of its own.
        (SigningAlgorithm::EdDsa, ClaimsPreset::Hasura),
    ] {
        for name in &names {
            let app = TestApp::with(|config| {
                config.public_url = PublicUrl::parse(&longest_address()).unwrap();
                config.jwt_algorithm = algorithm;
                config.claims_preset = preset;
                config.claims_default_role = "u".repeat(24);
                config.roles = Roles::parse(&most_roles().join(",")).unwrap();
                config.jwt_secret = (!algorithm.has_key_pairs()).then(|| SECRET.into());
            })
            .await;
            let browser = signed_in(&app, name).await;
            let cookies = browser.cookies();
            assert_eq!(cookies.len(), 2, "the browser took them: {algorithm:?} {name}");
            for (cookie, value) in &cookies {
                let length = cookie.len() + value.len();
                assert!(
                    length <= 4_096,
                    "{cookie} has {length} bytes: {algorithm:?} {preset:?} {name}"
                );
            }
            let answer = browser.me().await;
            assert_eq!(answer.data("me")["name"], name.as_str());
            assert_eq!(answer.data("me")["roles"], json!(most_roles()));
            assert_eq!(browser.refresh().await.user_errors("refreshSession"), []);
        }
    }
}

#[tokio::test]
async fn nobody_gets_more_roles_than_fit() {
    let many: Vec<_> = (0..51).map(|n| format!("r{n}")).collect();
    let long: Vec<_> = (0..16).map(|n| format!("{n:02}{}", "r".repeat(61))).collect();
    let all = [&many[..], &long].concat().join(",");
    let app = TestApp::with(|config| config.roles = Roles::parse(&all).unwrap()).await;
    let ada = app.admin("ada").await;
    for roles in [&many, &long] {
        let refused = app.try_set_roles(&ada.email, roles).await;
        assert!(
            matches!(refused, Err(Failure::Refused(Refused::TooManyRoles))),
            "{roles:?}"
        );
    }
    // One name given often counts once.
    let repeated = vec!["admin".to_owned(); 300];
    let set = app.try_set_roles(&ada.email, &repeated).await.unwrap();
    assert_eq!(set.roles, ["admin"]);
}
