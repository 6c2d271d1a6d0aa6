//! Who may import, and whom.

use super::*;
use crate::{
    admin::{Admin, codes},
    support::TestApp,
};

/// What a user of the input has.
fn verified() -> Value {
    json!({ "isEmailVerified": true })
}

fn roles(names: &[&str]) -> Value {
    json!({ "roles": names })
}

#[tokio::test]
async fn nobody_gives_by_an_import_what_they_could_not_give_otherwise() {
    let app = TestApp::with(|config| {
        config.account_writes = 0;
        config.mfa_required_roles = Vec::new();
    })
    .await;
    let plain = json!({});
    let cases: [(&str, Value, bool); 18] = [
        ("staff", plain.clone(), false),
        ("manager", plain.clone(), false),
        ("granter", plain.clone(), false),
        ("importer", plain.clone(), true),
        ("importer", roles(&[]), true),
        (
            "importer",
            json!({ "isEmailVerified": false, "roles": null }),
            true,
        ),
        ("importer", verified(), false),
        ("importer", roles(&["staff"]), false),
        ("importer", roles(&["importer"]), false),
        ("mover", verified(), true),
        ("mover", roles(&["staff"]), true),
        ("mover", roles(&["importer", "granter"]), true),
        ("mover", roles(&["support"]), false),
        ("mover", roles(&["staff", "manager"]), false),
        ("mover", roles(&["admin"]), false),
        ("mover", roles(&["auditor"]), false),
        ("admin", roles(&["admin", "auditor"]), true),
        ("admin", verified(), true),
    ];
    for (number, (role, given, may)) in cases.into_iter().enumerate() {
        let admin = Admin::with(&app, &format!("holder{number}"), &[role]).await;
        for is_dry_run in [true, false] {
            let mut lifted = user(&format!("lifted{number}"));
            for (key, value) in given.as_object().unwrap() {
                lifted[key] = value.clone();
            }
            // One of them is enough to deny the whole.
            let users = json!([user(&format!("plain{number}")), lifted]);
            let before = rows(&app).await.len();
            let answer = run(&admin.client, json!({ "users": users, "isDryRun": is_dry_run })).await;
            if may {
                assert_eq!(outcomes(&answer), [[""; 0]; 2], "{role} {given}");
            } else {
                assert_eq!(answer.codes(), ["FORBIDDEN"], "{role} {given}: {}", answer.text);
                assert!(answer.body["data"].is_null(), "{}", answer.text);
            }
            let created = if may && !is_dry_run { 2 } else { 0 };
            assert_eq!(rows(&app).await.len(), before + created, "{role} {given}");
        }
        let row = app.row(&format!("lifted{number}@example.com")).await;
        let is_verified = row.is_some_and(|row| row.email_verified_at.is_some());
        assert_eq!(
            is_verified,
            may && given["isEmailVerified"] == true,
            "{role} {given}"
        );
    }
}

#[tokio::test]
async fn an_import_needs_a_proof_of_identity_and_a_document_of_its_own() {
    let app = TestApp::start().await;
    let joe = app.admin("joe").await;
    app.set_roles(&joe, &["importer"]).await;
    let answer = import(&joe.client, json!([user("ada")])).await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
    assert_eq!(answer.data("importUsers")["results"], json!([]));
    let answer = import(&app.anonymous(), json!([user("ada")])).await;
    assert_eq!(answer.codes(), ["UNAUTHENTICATED"]);
    let proven = crate::admin::stepped_up(&app, &joe.client).await;
    let twice = "mutation { a: importUsers(input: { users: [] }) { userErrors { code } }
        b: importUsers(input: { users: [] }) { userErrors { code } } }";
    assert_eq!(proven.query(twice).await.codes(), ["QUERY_LIMIT_EXCEEDED"]);
    assert_eq!(outcomes(&import(&proven, json!([user("ada")])).await), [[""; 0]]);
    app.pass(std::time::Duration::from_mins(11));
    let answer = import(&proven, json!([user("bob")])).await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
    assert_eq!(rows(&app).await.len(), 2);
}

#[tokio::test]
async fn an_imported_administrator_has_confirmed_nothing_that_was_not_confirmed() {
    let app = TestApp::with(|config| config.mfa_required_roles = Vec::new()).await;
    let admin = Admin::with(&app, "joe", &["admin"]).await;
    let users = json!([{ "name": "Ada", "email": "ada@example.com", "roles": ["staff", "admin", "staff"] }]);
    let answer = import(&admin.client, users).await;
    let created = &answer.data("importUsers")["results"][0]["user"];
    assert_eq!(created["roles"], json!(["admin", "staff"]));
    assert_eq!(created["isEmailVerified"], false);
}
