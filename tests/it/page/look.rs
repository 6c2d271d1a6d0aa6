//! Language, look and headers.

use std::fs;

use portcullis::server::{
    router::{RouterError, router},
    wiring::StartError,
};
use reqwest::Method;

use crate::{
    page::{get, sign_up},
    support::TestApp,
};

async fn login_in(app: &TestApp, languages: &str) -> String {
    let browser = app.browser();
    let request = browser.request(Method::GET, "/login");
    browser
        .send(request.header("accept-language", languages))
        .await
        .text
}

#[tokio::test]
async fn the_language_is_the_visitors() {
    let app = TestApp::start().await;
    for (languages, lang, text) in [
        ("de", "de", "Anmelden"),
        ("de-AT,de;q=0.9,en;q=0.8", "de", "Anmelden"),
        ("en-GB", "en", "Sign in"),
        ("fr", "en", "Sign in"),
        ("", "en", "Sign in"),
        ("*", "en", "Sign in"),
        ("en;q=0.1, de;q=0.9", "de", "Anmelden"),
        ("en ; q=0.1 , de ; q=0.9", "de", "Anmelden"),
        ("de;q=0, en", "en", "Sign in"),
        ("en;q=0, *", "de", "Anmelden"),
        ("fr;q=0.9, de;q=0.5", "de", "Anmelden"),
    ] {
        let page = login_in(&app, languages).await;
        assert!(
            page.contains(&format!("<html lang=\"{lang}\">")),
            "{languages}: {page}"
        );
        assert!(page.contains(text), "{languages}");
    }
    let long = format!("de,{}", "x".repeat(5_000));
    assert!(login_in(&app, &long).await.contains("<html lang=\"de\">"));
}

#[tokio::test]
async fn a_page_runs_nothing_but_its_own_and_is_kept_by_nobody() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    let mut nonces = Vec::new();
    for path in ["/account", "/account"] {
        let page = get(&browser, path).await;
        let policy = page.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; style-src 'nonce-"),
            "{policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        let nonce = policy
            .split("'nonce-")
            .nth(1)
            .unwrap()
            .split('\'')
            .next()
            .unwrap();
        assert_eq!(page.text.matches(&format!("nonce=\"{nonce}\"")).count(), 2);
        nonces.push(nonce.to_owned());
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(page.header("cross-origin-opener-policy"), Some("same-origin"));
        assert!(page.text.len() < 30_000, "{} bytes", page.text.len());
        assert!(
            !page.text.contains("http://") && !page.text.contains("https://"),
            "a third party is named"
        );
    }
    assert_ne!(nonces[0], nonces[1]);
}

#[tokio::test]
async fn name_logo_colour_and_texts_are_a_teams_own() {
    let folder = tempfile::tempdir().unwrap();
    let logo = folder.path().join("logo.svg");
    fs::write(&logo, "<svg xmlns=\"http://www.w3.org/2000/svg\"/>").unwrap();
    fs::write(folder.path().join("en.ftl"), "login-heading = Come in\n").unwrap();
    fs::write(folder.path().join("fr.ftl"), "sign-in = Se connecter\n").unwrap();
    let app = TestApp::with(|config| {
        "Lantern <3".clone_into(&mut config.brand_name);
        config.brand_logo = Some(logo);
        config.brand_texts = Some(folder.path().to_owned());
    })
    .await;
    let page = login_in(&app, "en").await;
    assert!(
        page.contains("Come in") && page.contains("Lantern &#60;3"),
        "{page}"
    );
    let page = login_in(&app, "fr").await;
    assert!(
        page.contains("Se connecter") && page.contains("lang=\"fr\""),
        "{page}"
    );
    let logo = get(&app.browser(), "/logo").await;
    assert_eq!(logo.header("content-type"), Some("image/svg+xml"));
}

#[tokio::test]
async fn the_name_leads_to_the_teams_own_application() {
    for (url, leads) in [
        (None, "<a class=\"brand\" href=\"/\">"),
        (
            Some("https://app.example.com/?from=accounts"),
            "<a class=\"brand\" href=\"https://app.example.com/?from=accounts\">",
        ),
    ] {
        let app = TestApp::with(|config| config.brand_url = url.map(str::to_owned)).await;
        let page = get(&app.browser(), "/login").await;
        assert!(page.text.contains(leads), "{}", page.text);
    }
}

#[tokio::test]
async fn files_that_cannot_be_used_stop_the_start_and_name_the_setting() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("en.ftl"), "login-heading Come in\n").unwrap();
    for (logo, texts, key) in [
        (Some("missing.svg"), None, "brand_logo"),
        (Some("logo.exe"), None, "brand_logo"),
        (None, Some(folder.path().to_owned()), "brand_texts"),
        (None, Some("/missing".into()), "brand_texts"),
    ] {
        let app = TestApp::start().await;
        let started = app
            .would_start(|config| {
                config.brand_logo = logo.map(Into::into);
                config.brand_texts = texts;
            })
            .await;
        let error = match started {
            // The texts tell which languages there are, before there are pages.
            Err(StartError::Config(error)) => error,
            Err(other) => panic!("{other:?}"),
            Ok(parts) => match router(&parts.into(), app.stopping.clone()) {
                Err(RouterError::Config(error)) => error,
                other => panic!("{other:?}"),
            },
        };
        assert!(error.to_string().contains(key), "{error}");
    }
}

#[tokio::test]
async fn without_pages_there_are_none() {
    let app = TestApp::with(|config| config.pages = false).await;
    for path in ["/login", "/signup", "/account", "/logo"] {
        assert_eq!(get(&app.browser(), path).await.status.as_u16(), 404, "{path}");
    }
}

#[tokio::test]
async fn where_nothing_is_a_person_reads_a_page_and_a_program_the_code() {
    for has_pages in [true, false] {
        let app = TestApp::with(|config| config.pages = has_pages).await;
        let browser = app.browser();
        let asks = |accept: &'static str| {
            let request = browser.request(Method::GET, "/nowhere").header("accept", accept);
            browser.send(request)
        };
        let page = asks("text/html,application/xhtml+xml,*/*;q=0.8").await;
        assert_eq!(page.status.as_u16(), 404);
        assert_eq!(
            page.text.contains("<h1>There is nothing here</h1>"),
            has_pages,
            "{}",
            page.text
        );
        let answer = asks("*/*").await;
        assert_eq!(answer.status.as_u16(), 404);
        assert_eq!(answer.codes(), ["NOT_FOUND"]);
        let sent = browser
            .request(Method::POST, "/nowhere")
            .header("accept", "text/html");
        assert_eq!(browser.send(sent).await.codes(), ["NOT_FOUND"]);
    }
}
