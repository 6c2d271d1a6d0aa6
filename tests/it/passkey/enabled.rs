//! Where passkeys work, and for which domain.

use portcullis::{features::passkey, platform::config::PublicUrl, server::wiring::StartError};
use reqwest::StatusCode;
use serde_json::json;

use super::{Place, phone};
use crate::support::TestApp;

const RELATED: &str = "/.well-known/webauthn";

async fn server(public_url: &str, rp_id: Option<&str>) -> TestApp {
    TestApp::with(|config| {
        config.public_url = PublicUrl::parse(public_url).unwrap();
        config.passkey_rp_id = rp_id.map(str::to_owned);
        config.passkey_origins = vec![
            "https://app.example".to_owned(),
            format!("android:apk-key-hash:{}", "A".repeat(43)),
        ];
        config.pages = false;
    })
    .await
}

#[tokio::test]
async fn passkeys_work_over_tls_and_on_localhost_and_only_by_a_name() {
    for (public_url, rp_id, is_enabled) in [
        ("https://accounts.example.com", Some("example.com"), true),
        (
            "https://accounts.example.com:8443",
            Some("accounts.example.com"),
            true,
        ),
        ("http://localhost:8000", Some("localhost"), true),
        ("http://accounts.example.com", Some("accounts.example.com"), false),
        ("https://192.0.2.1", None, false),
        ("http://127.0.0.1:8000", None, false),
    ] {
        let app = server(public_url, rp_id).await;
        assert_eq!(passkey::is_enabled(&app.app), is_enabled, "{public_url}");
        let info = app.anonymous().query("{ serverInfo { isPasskeyEnabled } }").await;
        assert_eq!(
            info.data("serverInfo")["isPasskeyEnabled"],
            is_enabled,
            "{public_url}"
        );
        let answer = app.anonymous().get(RELATED).await;
        if is_enabled {
            assert_eq!(
                answer.body,
                json!({ "origins": [public_url, "https://app.example"] })
            );
            assert_eq!(answer.header("content-type"), Some("application/json"));
        } else {
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{public_url}");
            let begun = passkey::begin_assertion(&app.app, &[]);
            assert!(begun.is_err(), "{public_url}");
        }
    }
}

#[tokio::test]
async fn a_server_for_another_domain_does_not_start_on_these_passkeys() {
    let place = Place::new().await;
    let elsewhere = |rp_id: Option<&str>| {
        let rp_id = rp_id.map(str::to_owned);
        place.app.would_start(move |config| {
            config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
            config.passkey_rp_id = rp_id;
        })
    };
    // No passkey was made yet.
    assert!(elsewhere(Some("example.com")).await.is_ok());
    place.saved(&mut phone("mine")).await;
    for rp_id in [Some("example.com"), None] {
        let refused = elsewhere(rp_id).await;
        assert!(matches!(refused, Err(StartError::PasskeysElsewhere(id)) if id == "localhost"));
    }
    assert!(place.app.would_start(|_| {}).await.is_ok());
}
