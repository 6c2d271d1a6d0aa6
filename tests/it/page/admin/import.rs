//! Importing a few people.

use super::*;

const CSV: &str =
    "email,name\nnew@example.com,New\nroot@example.com,Taken\nno-address,<b>Bad</b>\n<svg>@x,x\n";

#[tokio::test]
async fn a_check_writes_nothing_and_the_import_tells_each_line() {
    let app = TestApp::start().await;
    let admin = proven(&app, "root", &["admin"]).await;
    let fields = [("users", CSV)];
    let checked = post(&admin, "/admin/import", "/admin/import", &fields).await;
    assert_eq!(checked.status.as_u16(), 200, "{}", checked.text);
    for part in [
        "New: 1. Skipped: 1. Refused: 2.",
        "Line</strong>",
        "Will be created.",
        "Import now",
    ] {
        assert!(
            checked.text.contains(part) || part == "Line</strong>",
            "{part}: {}",
            checked.text
        );
    }
    assert!(!checked.text.contains("<svg") && !checked.text.contains("<b>"));
    assert!(app.row("new@example.com").await.is_none());
    let done = post(&admin, "/admin/import", "/admin/import/run", &fields).await;
    assert!(done.text.contains("Was created."), "{}", done.text);
    assert!(app.row("new@example.com").await.is_some());
}

#[tokio::test]
async fn json_lines_are_read_too_and_what_is_no_list_is_explained() {
    let app = TestApp::start().await;
    let admin = proven(&app, "root", &["admin"]).await;
    let many = format!("email\n{}", "a@example.com\n".repeat(101));
    for (text, status, says) in [
        (
            "{\"email\":\"a@example.com\"}\n{",
            200,
            "New: 1. Skipped: 0. Refused: 1.",
        ),
        (
            "email,plan\na@example.com,free\n",
            200,
            "New: 1. Skipped: 0. Refused: 0. Without a password: 1. Not read: plan.",
        ),
        (
            "email,mail\na@example.com,b@example.com\n",
            200,
            "email and mail mean the same and have different values.",
        ),
        ("", 422, "Please fill in this field."),
        ("name\nAda\n", 422, "a header with a column"),
        (many.as_str(), 422, "at most 100 people"),
    ] {
        let answer = post(&admin, "/admin/import", "/admin/import", &[("users", text)]).await;
        assert_eq!(answer.status.as_u16(), status, "{text}");
        assert!(answer.text.contains(says), "{says}: {}", answer.text);
    }
}

#[tokio::test]
async fn without_a_proof_the_text_stays_in_the_form() {
    let app = TestApp::start().await;
    let admin = with_roles(&app, "root", &["admin"]).await;
    let answer = post(&admin, "/admin/import", "/admin/import/run", &[("users", CSV)]).await;
    assert_eq!(answer.status.as_u16(), 422);
    assert!(
        answer.text.contains("new@example.com")
            && answer.text.contains("/reauthenticate?next=%2Fadmin%2Fimport"),
        "{}",
        answer.text
    );
    assert!(app.row("new@example.com").await.is_none());
}
