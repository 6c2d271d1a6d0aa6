//! The page of one person.

use super::*;

#[tokio::test]
async fn it_shows_the_account_and_each_form_does_what_it_says() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let admin = proven(&app, "root", &["admin"]).await;
    let path = path_of(&app, "ada").await;
    let page = get(&admin, &path).await.text;
    for part in [
        "ada@example.com",
        "not confirmed yet",
        "Authenticator app",
        "The account was created.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    for (form, fields, notice) in [
        (
            "update",
            vec![("name", "Ada Byron"), ("email", "ada.byron@example.com")],
            "person-saved",
        ),
        ("roles", vec![("role.staff", "true")], "roles-saved"),
        ("reset", vec![], "person-mailed"),
        ("sessions", vec![], "person-signed-out"),
        ("factors", vec![], "factors-reset"),
        ("disable", vec![("reason", "a test")], "person-disabled"),
        ("enable", vec![], "person-enabled"),
    ] {
        let answer = post(&admin, &path, &format!("{path}/{form}"), &fields).await;
        assert_eq!(location(&answer), format!("{path}?notice={notice}"));
    }
    let page = get(&admin, &path).await.text;
    for part in [
        "Ada Byron",
        "ada.byron@example.com",
        "staff",
        "reason: <bdi>a test</bdi>",
        "No device is signed in.",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let wrong = post(
        &admin,
        &path,
        &format!("{path}/delete"),
        &[("email", "eve@example.com")],
    )
    .await;
    assert_eq!(wrong.status.as_u16(), 422);
    assert!(wrong.text.contains("This is not the address of the account."));
    let fields = [("email", "Ada.Byron@Example.com")];
    let answer = post(&admin, &path, &format!("{path}/delete"), &fields).await;
    assert_eq!(location(&answer), "/admin?notice=person-deleted");
    assert_eq!(open(&admin, &path).await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_is_refused_is_said_in_the_visitors_language() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let admin = proven(&app, "root", &["admin"]).await;
    let path = path_of(&app, "ada").await;
    let own = path_of(&app, "root").await;
    let cases = [
        (
            &own,
            "disable",
            vec![],
            "your own account",
            "deinem eigenen Konto",
        ),
        (
            &own,
            "roles",
            vec![],
            "last administrator",
            "die letzte Person in der Verwaltung",
        ),
        (
            &path,
            "roles",
            vec![("role.king", "true")],
            "no such role",
            "Eine solche Rolle",
        ),
        (
            &path,
            "update",
            vec![("email", "root@example.com")],
            "has this address",
            "hat diese Adresse",
        ),
        (
            &path,
            "update",
            vec![("name", ""), ("email", "x")],
            "email address",
            "keine E-Mail-Adresse",
        ),
    ];
    for language in ["en", "de"] {
        let query = format!(
            "mutation {{ updateProfile(input: {{ locale: \"{language}\" }}) {{ userErrors {{ code }} }} }}"
        );
        admin.query(&query).await.data("updateProfile");
        for (path, form, fields, english, german) in &cases {
            let answer = post(&admin, path, &format!("{path}/{form}"), fields).await;
            assert_eq!(answer.status.as_u16(), 422, "{form}: {}", answer.text);
            let text = if language == "de" { german } else { english };
            assert!(answer.text.contains(text), "{form} {text}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn nobody_acts_on_an_account_that_may_more() {
    let app = TestApp::start().await;
    with_roles(&app, "root", &["admin"]).await;
    let manager = proven(&app, "eve", &["manager"]).await;
    let path = path_of(&app, "root").await;
    let page = get(&manager, &path).await.text;
    assert!(
        page.contains("permits more than you may do yourself") && !page.contains("<form method=\"post\""),
        "{page}"
    );
    let answer = post(&manager, "/admin/invite", &format!("{path}/disable"), &[]).await;
    assert_eq!(answer.status.as_u16(), 403);
    assert!(answer.text.contains("permits more than you may do yourself"));
}

#[tokio::test]
async fn a_proof_that_has_expired_is_asked_for_and_leads_back() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let admin = proven(&app, "root", &["admin"]).await;
    let path = path_of(&app, "ada").await;
    app.pass(std::time::Duration::from_mins(11));
    let answer = post(&admin, &path, &format!("{path}/disable"), &[]).await;
    let encoded = path.replace('/', "%2F");
    assert_eq!(
        location(&answer),
        format!("/reauthenticate?next={encoded}&notice=confirm-first")
    );
    prove(&admin, &path).await;
    let answer = post(&admin, &path, &format!("{path}/disable"), &[]).await;
    assert_eq!(location(&answer), format!("{path}?notice=person-disabled"));
}

#[tokio::test]
async fn a_hostile_name_is_text_on_every_page() {
    let app = TestApp::start().await;
    let name = "\"><svg onload=alert(1)>";
    let ada = app.user("ada").await;
    app.disable("ada@example.com").await;
    app.enable("ada@example.com").await;
    let row = app.row(&ada.email).await.unwrap();
    app.sql(&format!(
        "UPDATE users SET name = '{name}' WHERE email_key = '{}'",
        row.email_key
    ))
    .await;
    let admin = proven(&app, "root", &["admin"]).await;
    let path = path_of(&app, "ada").await;
    post(&admin, &path, &format!("{path}/disable"), &[("reason", name)]).await;
    for path in [
        path.as_str(),
        "/admin",
        "/admin?search=%22%3E%3Csvg%3E",
        "/admin/audit?person=%22%3E%3Csvg%3E&since=%22%3E%3Csvg%3E",
        "/admin/audit",
    ] {
        let page = get(&admin, path).await;
        assert_eq!(page.status.as_u16(), 200);
        assert!(!page.text.contains("<svg"), "{path}: {}", page.text);
        assert!(page.text.len() < 30_000, "{path}: {}", page.text.len());
    }
}
