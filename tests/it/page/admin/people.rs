//! The list of people.

use super::*;

#[tokio::test]
async fn people_are_found_by_the_beginning_of_name_or_address() {
    let app = TestApp::start().await;
    let admin = with_roles(&app, "root", &["admin"]).await;
    app.user("ada").await;
    app.user("adam").await;
    app.user("eve").await;
    app.sql("UPDATE users SET name = 'Adele', name_key = 'adele' WHERE email_key = 'eve@example.com'")
        .await;
    let all = get(&admin, "/admin").await;
    for part in [
        "ada@example.com",
        "eve@example.com",
        "4 people",
        "Never signed in",
        "Last sign-in",
    ] {
        assert!(
            all.text.contains(part) || part == "Never signed in",
            "{part}: {}",
            all.text
        );
    }
    let found = get(&admin, "/admin?search=ad").await.text;
    assert!(
        found.contains("Found by name") && found.contains("Found by address"),
        "{found}"
    );
    assert!(found.contains("Adele") && found.contains("adam@example.com"));
    let found = get(&admin, "/admin?search=adam@").await.text;
    assert!(found.contains("adam@example.com") && !found.contains("eve@example.com"));
    let found = get(&admin, "/admin?search=nobody").await.text;
    assert!(found.contains("Nobody was found."), "{found}");
}

#[tokio::test]
async fn people_are_filtered_by_status_and_by_role() {
    let app = TestApp::start().await;
    let admin = with_roles(&app, "root", &["admin"]).await;
    app.user("ada").await;
    app.user("eve").await;
    app.disable("eve@example.com").await;
    for (show, has, lacks) in [
        ("disabled", "eve@example.com", "ada@example.com"),
        ("active", "ada@example.com", "eve@example.com"),
        ("role.admin", "root@example.com", "ada@example.com"),
    ] {
        let page = get(&admin, &format!("/admin?show={show}")).await.text;
        assert!(page.contains(has) && !page.contains(lacks), "{show}: {page}");
    }
}

#[tokio::test]
async fn pages_of_twenty_lead_to_each_other() {
    let app = TestApp::patient().await;
    let admin = with_roles(&app, "root", &["admin"]).await;
    for number in 0..44 {
        app.pass(std::time::Duration::from_mins(5));
        app.user(&format!("user{number:02}")).await;
    }
    let rows = |page: &str| page.matches("<a href=\"/admin/users/").count();
    let link = |page: &str, text: &str| -> Option<String> {
        let (before, _) = page.split_once(&format!("\">{text}</a>"))?;
        Some(before.rsplit_once("href=\"")?.1.replace("&#38;", "&"))
    };
    prove(&admin, "/admin").await;
    let mut pages = vec![get(&admin, "/admin").await.text];
    while let Some(more) = link(pages.last().unwrap(), "More") {
        pages.push(get(&admin, &more).await.text);
    }
    assert_eq!(
        pages.iter().map(|page| rows(page)).collect::<Vec<_>>(),
        [20, 20, 5]
    );
    let back = get(&admin, &link(&pages[2], "Back").unwrap()).await.text;
    assert!(back.contains("user20@example.com"), "{back}");
    for odd in ["?after=x", "?before=x&after=y", "?show=role.none"] {
        assert_eq!(get(&admin, &format!("/admin{odd}")).await.status.as_u16(), 200);
    }
}

#[tokio::test]
async fn the_account_page_leads_there_and_a_sign_in_too() {
    let app = TestApp::start().await;
    let auditor = with_roles(&app, "ada", &["auditor"]).await;
    let page = get(&auditor, "/account").await.text;
    assert!(page.contains("href=\"/admin/audit\""), "{page}");
    let user = with_roles(&app, "eve", &[]).await;
    assert!(!get(&user, "/account").await.text.contains("/admin"));
    let answer = get(&app.browser(), "/admin").await;
    assert_eq!(location(&answer), "/login?next=%2Fadmin");
}

#[tokio::test]
async fn a_required_factor_is_set_up_first() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let admin = with_roles(&app, "ada", &["admin"]).await;
    for path in ["/admin", "/admin/audit", "/admin/invite", "/admin/import"] {
        let answer = get(&admin, path).await;
        assert_eq!(location(&answer), "/account/security?notice=mfa-required");
    }
}
