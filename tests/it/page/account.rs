//! What the account page does goes through the same use cases as the schema.

use crate::{
    page::{get, location, send, sign_up},
    support::{PASSWORD, TestApp},
};

const NEW: &str = "a candle over loud sand";

#[tokio::test]
async fn the_password_is_changed_and_other_devices_are_signed_out() {
    let app = TestApp::start().await;
    let (here, there) = (app.browser(), app.browser());
    sign_up(&here, "ada").await;
    there.login("ada@example.com").await;
    let wrong = [("current_password", "another password"), ("new_password", NEW)];
    let answer = send(&here, "/account", "/account/password", &wrong).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("This is not your current password."),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains(NEW));
    let right = [("current_password", PASSWORD), ("new_password", NEW)];
    let answer = send(&here, "/account", "/account/password", &right).await;
    assert_eq!(location(&answer), "/account?notice=password-changed");
    assert!(get(&here, "/account").await.text.contains("Welcome, ada"));
    assert_eq!(there.me().await.reason(), "SESSION_REVOKED");
    let answer = app.anonymous().login("ada@example.com", NEW).await;
    assert_eq!(answer.user_errors("login"), []);
}

#[tokio::test]
async fn one_session_is_ended_by_its_button_and_nobody_elses() {
    let app = TestApp::start().await;
    let (here, there, eve) = (app.browser(), app.browser(), app.browser());
    sign_up(&here, "ada").await;
    let login = there.login("ada@example.com").await;
    let id = login.data("login")["session"]["id"].as_str().unwrap().to_owned();
    sign_up(&eve, "eve").await;
    let answer = send(&eve, "/account", "/account/sessions/end", &[("session", &id)]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert_eq!(there.me().await.data("me")["name"], "ada");
    let page = get(&here, "/account").await;
    assert!(
        page.text.contains("This device") && page.text.contains(&id),
        "{}",
        page.text
    );
    let answer = send(&here, "/account", "/account/sessions/end", &[("session", &id)]).await;
    assert_eq!(location(&answer), "/account?notice=session-ended");
    assert_eq!(there.me().await.reason(), "SESSION_REVOKED");
}

#[tokio::test]
async fn the_account_is_deleted_with_the_password_only() {
    let app = TestApp::start().await;
    let browser = app.browser();
    sign_up(&browser, "ada").await;
    for password in ["", "another password"] {
        let fields = [("current_password", password)];
        let answer = send(&browser, "/account", "/account/delete", &fields).await;
        assert_eq!(answer.status.as_u16(), 422);
    }
    assert!(app.row("ada@example.com").await.is_some());
    let fields = [("current_password", PASSWORD)];
    let answer = send(&browser, "/account", "/account/delete", &fields).await;
    assert_eq!(location(&answer), "/login?notice=account-deleted");
    assert!(app.row("ada@example.com").await.is_none());
}

#[tokio::test]
async fn a_name_is_text_wherever_it_stands() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let name = "\"><svg onload=alert(1)>";
    sign_up(&browser, "ada").await;
    send(&browser, "/account", "/account/profile", &[("name", name)]).await;
    let page = get(&browser, "/account").await;
    assert!(!page.text.contains("<svg"), "{}", page.text);
    assert!(
        page.text.contains("&lt;svg") || page.text.contains("&#60;svg"),
        "{}",
        page.text
    );
    let fields = [("name", name), ("email", name), ("password", name)];
    let answer = send(&app.browser(), "/signup", "/signup", &fields).await;
    assert!(!answer.text.contains("<svg"), "{}", answer.text);
    let path = "/login?next=%22%3E%3Csvg%3E&notice=%22%3E%3Csvg%3E";
    assert!(!get(&app.browser(), path).await.text.contains("<svg"));
}

/// The tag of the field called `name`, in the form for `action`.
fn field<'a>(page: &'a str, action: &str, name: &str) -> &'a str {
    let (_, form) = page.split_once(&format!("action=\"{action}\"")).unwrap();
    let (form, _) = form.split_once("</form>").unwrap();
    let tags = form.split('<').filter(|tag| tag.starts_with("input"));
    let mut named = tags.filter(|tag| tag.contains(&format!("name=\"{name}\"")));
    named.next().unwrap_or_else(|| panic!("{action} has no {name}"))
}

#[tokio::test]
async fn password_managers_are_told_what_each_field_wants() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut pages = vec![
        get(&browser, "/signup").await.text,
        get(&browser, "/login").await.text,
    ];
    sign_up(&browser, "ada").await;
    pages.push(get(&browser, "/account").await.text);
    for (page, action, name, kind, complete) in [
        (0, "/signup", "name", "text", "name"),
        (0, "/signup", "email", "email", "username"),
        (0, "/signup", "password", "password", "new-password"),
        (1, "/login", "email", "email", "username webauthn"),
        (1, "/login", "password", "password", "current-password"),
        (2, "/account/password", "username", "text", "username"),
        (
            2,
            "/account/password",
            "current_password",
            "password",
            "current-password",
        ),
        (2, "/account/password", "new_password", "password", "new-password"),
        (2, "/account/delete", "username", "text", "username"),
        (
            2,
            "/account/delete",
            "current_password",
            "password",
            "current-password",
        ),
    ] {
        let tag = field(&pages[page], action, name);
        assert!(tag.contains(&format!("type=\"{kind}\"")), "{tag}");
        assert!(tag.contains(&format!("autocomplete=\"{complete}\"")), "{tag}");
        assert!(!tag.contains("onpaste") && !tag.contains("maxlength"), "{tag}");
    }
}
