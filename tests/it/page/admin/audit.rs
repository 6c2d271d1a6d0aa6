//! The audit log.

use super::*;

#[tokio::test]
async fn events_are_filtered_by_kind_person_and_day() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    app.pass(std::time::Duration::from_hours(24));
    app.user("eve").await;
    app.disable("eve@example.com").await;
    let admin = with_roles(&app, "root", &["admin"]).await;
    let created = |page: &str| page.matches("<strong>The account was created.").count();
    let all = get(&admin, "/admin/audit").await.text;
    assert_eq!(created(&all), 3, "{all}");
    assert!(all.contains("><bdi>ada</bdi></a>") && all.contains("command line"));
    let since = app.row("eve@example.com").await.unwrap().created_at;
    let day = portcullis::platform::clock::from_millis(since)
        .strftime("%Y-%m-%d")
        .to_string();
    for (query, count) in [
        (format!("person={}", ada.id), 1),
        ("person=ada@example.com".to_owned(), 1),
        ("person=nobody".to_owned(), 0),
        ("type=signup".to_owned(), 3),
        ("type=logout".to_owned(), 0),
        (format!("since={day}"), 2),
        (format!("since={day}&type=signup"), 2),
        (format!("type=signup&person={}", ada.id), 1),
    ] {
        let page = get(&admin, &format!("/admin/audit?{query}")).await;
        assert_eq!(created(&page.text), count, "{query}: {}", page.text);
    }
}

#[tokio::test]
async fn an_auditor_sees_ids_and_no_names() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let auditor = with_roles(&app, "eve", &["auditor"]).await;
    let page = get(&auditor, "/admin/audit").await.text;
    assert!(page.contains(&ada.id) && !page.contains(">ada<"), "{page}");
    assert!(!page.contains("href=\"/admin/users/"));
}
