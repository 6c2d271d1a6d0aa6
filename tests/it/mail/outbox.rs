//! The pages of the development outbox.

use serde_json::json;

use super::{ask_for_reset, key, load};
use crate::support::{PASSWORD, TestApp};

/// The ids of the mails on the list, from the top.
async fn ids(app: &TestApp) -> Vec<String> {
    let list = load(app, "").await;
    assert_eq!(list.status.as_u16(), 200, "{}", list.text);
    let links = list.text.split("href=\"/dev/outbox/").skip(1);
    links
        .map(|rest| rest.split_once('?').unwrap().0.to_owned())
        .collect()
}

#[tokio::test]
async fn the_list_shows_each_mail_with_its_link_and_the_newest_first() {
    let app = TestApp::start().await;
    assert!(load(&app, "").await.text.contains("No mail yet"));
    app.user("ada").await;
    ask_for_reset(&app, "ada@example.com").await;
    let letter = app.mail("ada@example.com", "reset_password").await;
    let list = load(&app, "").await;
    assert!(list.text.contains(&letter.subject) && list.text.contains(&letter.to));
    let link = format!(
        "<a class=\"go\" href=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">",
        letter.link.as_deref().unwrap()
    );
    assert!(list.text.contains(&link), "{}", list.text);
    let before = ids(&app).await;
    ask_for_reset(&app, "ada@example.com").await;
    app.mails().await;
    let after = ids(&app).await;
    assert_eq!(after[1..], before);
    assert!(after[0] > after[1], "ids grow with time");
}

#[tokio::test]
async fn a_mail_shows_its_text_with_a_link_and_its_html_in_a_sandbox() {
    let app = TestApp::start().await;
    app.user("ada").await;
    ask_for_reset(&app, "ada@example.com").await;
    let letter = app.mail("ada@example.com", "reset_password").await;
    let id = ids(&app).await.remove(0);
    let page = load(&app, &format!("/{id}")).await;
    let link = letter.link.unwrap();
    let anchor = format!("<a href=\"{link}\" target=\"_blank\" rel=\"noopener noreferrer\">{link}</a>");
    assert!(page.text.contains(&anchor), "{}", page.text);
    let frame = format!("src=\"/dev/outbox/{id}/html?key={}\"", key(&app));
    assert!(page.text.contains("<iframe sandbox title=") && page.text.contains(&frame));
    let html = load(&app, &format!("/{id}/html")).await;
    assert_eq!(html.text, letter.html);
    for unknown in [
        "019aab6e-0d3c-7c11-b3d4-0242ac120002",
        "x",
        &format!("{id}/text"),
        &format!("{id}/html/x"),
    ] {
        assert_eq!(
            load(&app, &format!("/{unknown}")).await.status.as_u16(),
            404,
            "{unknown}"
        );
    }
}

#[tokio::test]
async fn the_pages_run_no_script_are_not_cached_and_tell_nobody_their_address() {
    let app = TestApp::start().await;
    app.user("ada").await;
    ask_for_reset(&app, "ada@example.com").await;
    app.mails().await;
    let id = ids(&app).await.remove(0);
    for path in [String::new(), format!("/{id}"), format!("/{id}/html")] {
        let page = load(&app, &path).await;
        assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert!(page.header("set-cookie").is_none());
        let policy = page.header("content-security-policy").unwrap();
        if path.ends_with("/html") {
            let wanted = "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'";
            assert_eq!(policy, wanted);
        } else {
            assert!(
                policy.starts_with("default-src 'none'; style-src 'nonce-"),
                "{policy}"
            );
            assert!(
                policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"),
                "{policy}"
            );
        }
        assert!(!page.text.contains("<script") && !page.text.contains("http-equiv"));
    }
}

#[tokio::test]
async fn a_script_in_a_name_is_only_text() {
    let app = TestApp::start().await;
    let name = "<script>alert(1)</script>";
    let input = json!({ "name": name, "email": "eve@example.com", "password": PASSWORD });
    let id = app.anonymous().signup(input).await.data("signup")["user"]["id"].clone();
    // Names are in mails to confirmed addresses only.
    app.sql("UPDATE users SET email_verified_at = 1").await;
    ask_for_reset(&app, "eve@example.com").await;
    let letter = app.mail("eve@example.com", "reset_password").await;
    assert!(letter.text.contains(name), "{id}: {}", letter.text);
    let id = ids(&app).await.remove(0);
    for path in [String::new(), format!("/{id}"), format!("/{id}/html")] {
        let page = load(&app, &path).await;
        assert!(!page.text.contains("<script"), "{}", page.text);
        let is_shown = page.text.contains("script&#62;") || page.text.contains("script&gt;");
        assert_eq!(is_shown, !path.is_empty(), "{path}: {}", page.text);
    }
}
