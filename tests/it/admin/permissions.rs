//! Which role may use which field: found in the schema itself, so that no field is forgotten.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::schema::{items, text, type_named, types};

/// Roles and what they may do, as the tests set them.
const HOLDERS: [(&str, &[&str]); 8] = [
    ("nobody", &[]),
    ("editor", &[]),
    ("support", &["read_users", "read_audit"]),
    ("manager", &["read_users", "manage_users"]),
    ("granter", &["manage_roles"]),
    ("auditor", &["read_audit"]),
    ("importer", &["import_users"]),
    ("mover", &["import_users", "manage_roles"]),
];

/// The fields of the schema whose description says that they need a permission, with that permission.
async fn guarded(app: &TestApp) -> BTreeMap<String, String> {
    let types = types(app).await;
    let mut found = BTreeMap::new();
    for root in ["Query", "Mutation"] {
        for field in items(type_named(&types, root), "fields") {
            let description = text(field, "description").replace('\n', " ");
            if let Some((_, rest)) = description.split_once("Needs permission `") {
                let (permission, _) = rest.split_once('`').unwrap();
                found.insert(text(field, "name").to_owned(), permission.to_owned());
            }
        }
    }
    found
}

/// A call of each guarded field that would succeed for somebody with the permission.
async fn call(client: &Client, field: &str, id: &str) -> Answer {
    match field {
        "user" => {
            client
                .run(
                    "query ($id: ID!) { user(by: { id: $id }) { id } }",
                    json!({ "id": id }),
                )
                .await
        }
        "users" => client.query("{ users(first: 1) { nodes { id } } }").await,
        "createUser" => {
            let input = json!({ "name": "Guest", "email": format!("guest-{id}@example.com") });
            client.call(field, "user { id }", input).await
        }
        "importUsers" => {
            let user = json!({ "name": "New", "email": format!("new-{id}@example.com") });
            let input = json!({ "users": [user] });
            client.call(field, "results { userErrors { code } }", input).await
        }
        _ => {
            let calls = changes_of(id);
            let it = calls.iter().find(|(name, _)| *name == field);
            change(client, it.unwrap_or_else(|| panic!("{field} is not tried here"))).await
        }
    }
}

#[tokio::test]
async fn each_field_is_open_to_its_permission_and_to_nobody_else() {
    let app = TestApp::with(|config| {
        config.account_writes = 0;
        config.mfa_required_roles = Vec::new();
    })
    .await;
    let fields = guarded(&app).await;
    let expected: BTreeSet<_> = changes_of("")
        .iter()
        .map(|(name, _)| (*name).to_owned())
        .collect();
    let expected: BTreeSet<_> = expected
        .into_iter()
        .chain(["user", "users", "createUser", "importUsers"].map(str::to_owned))
        .collect();
    assert_eq!(fields.keys().cloned().collect::<BTreeSet<_>>(), expected);
    let mut allowed = 0;
    for (number, (role, permissions)) in HOLDERS.into_iter().enumerate() {
        let roles: &[&str] = if role == "nobody" { &[] } else { &[role] };
        let admin = Admin::with(&app, &format!("holder{number}"), roles).await;
        for (field, permission) in &fields {
            let target = app
                .user(&format!("target{number}-{}", field.to_lowercase()))
                .await;
            let answer = call(&admin.client, field, &target.id).await;
            let is_open = permissions.contains(&permission.as_str());
            let denied = answer.codes() == ["FORBIDDEN"];
            assert_eq!(is_open, !denied, "{role} {field}: {}", answer.text);
            allowed += usize::from(is_open);
            if !is_open {
                assert!(answer.body["data"][field].is_null(), "{}", answer.text);
                assert_eq!(
                    app.row(&target.email).await.unwrap().name,
                    target.email.split('@').next().unwrap()
                );
            }
        }
    }
    // Two readers of two fields each, one manager of the eight others, two who may give roles, and two who may import.
    assert_eq!(allowed, 2 * 2 + 8 + 2 + 2);
    for field in fields.keys() {
        assert_eq!(
            call(&app.anonymous(), field, "x").await.codes(),
            ["UNAUTHENTICATED"],
            "{field}"
        );
    }
}

#[tokio::test]
async fn changes_need_a_proof_of_identity_and_reads_do_not() {
    let app = TestApp::start().await;
    let admin = app.admin("ada").await;
    let target = app.user("eve").await;
    for it in changes_of(&target.id) {
        let answer = change(&admin.client, &it).await;
        assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"], "{}", it.0);
    }
    for field in ["user", "users"] {
        assert_eq!(call(&admin.client, field, &target.id).await.codes(), [""; 0]);
    }
    // The proof is that of the tokens that it returned, and lasts for some minutes.
    let proven = stepped_up(&app, &admin.client).await;
    let rename = ("updateUser", json!({ "userId": target.id, "name": "Eva" }));
    assert_eq!(
        codes(&change(&admin.client, &rename).await),
        ["REAUTHENTICATION_REQUIRED"]
    );
    assert_eq!(codes(&change(&proven, &rename).await), [""; 0]);
    app.pass(std::time::Duration::from_mins(11));
    assert_eq!(
        codes(&change(&proven, &rename).await),
        ["REAUTHENTICATION_REQUIRED"]
    );
}

#[tokio::test]
async fn a_role_that_was_taken_away_does_nothing_any_more() {
    let app = TestApp::start().await;
    let other = app
        .another(|config| config.session_cache = std::time::Duration::from_secs(5))
        .await;
    let admin = Admin::with(&app, "ada", &["admin"]).await;
    let client = admin.client.on(&other);
    assert_eq!(call(&client, "users", "").await.codes(), [""; 0]);
    app.set_roles(&admin.person, &["editor"]).await;
    // Also where the caller is cached.
    assert_eq!(call(&client, "users", "").await.codes(), ["FORBIDDEN"]);
    let eve = app.user("eve").await;
    let rename = ("updateUser", json!({ "userId": eve.id, "name": "Eva" }));
    assert_eq!(codes(&change(&client, &rename).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn a_session_without_the_factor_that_a_role_needs_administers_nothing() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let admin = app.admin("ada").await;
    let eve = app.user("eve").await;
    for field in ["user", "users", "disableUser"] {
        let answer = call(&admin.client, field, &eve.id).await;
        assert_eq!(answer.codes(), ["FORBIDDEN"], "{}", answer.text);
        assert_eq!(answer.body["errors"][0]["extensions"]["reason"], "MFA_REQUIRED");
    }
}

#[test]
fn the_roles_of_the_tests_permit_what_the_matrix_says() {
    let roles = Roles::parse(crate::support::ROLES).unwrap();
    for (role, permissions) in HOLDERS {
        let may = roles.permissions_of(&[role.to_owned()]);
        let words = Permission::WORDS
            .iter()
            .filter(|(_, permission)| may.contains(permission));
        let words: BTreeSet<_> = words.map(|(word, _)| *word).collect();
        assert_eq!(words, permissions.iter().copied().collect(), "{role}");
    }
}

#[tokio::test]
async fn who_may_change_accounts_and_not_read_them_sees_none() {
    let roles = Roles::parse("changer:manage_users").unwrap();
    let app = TestApp::with(|config| config.roles = roles).await;
    let manager = Admin::with(&app, "manager", &["changer"]).await;
    let admin = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    for (field, input) in changes_of(&eve.id) {
        if needed(field) != Permission::ManageUsers
            || ["deleteUser", "revokeUserSessions", "sendPasswordReset"].contains(&field)
        {
            continue;
        }
        for (client, is_reader) in [(&manager.client, false), (&admin.client, true)] {
            let answer = client.call(field, "user { email }", input.clone()).await;
            assert_eq!(codes(&answer), [""; 0], "{field}: {}", answer.text);
            assert_eq!(
                answer.data(field)["user"].is_object(),
                is_reader,
                "{field}: {}",
                answer.text
            );
        }
    }
}

#[tokio::test]
async fn who_administered_once_keeps_no_facts_about_others() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    let it = (
        "disableUser",
        json!({ "userId": eve.id, "reason": "a private reason" }),
    );
    assert_eq!(codes(&change(&admin.client, &it).await), [""; 0]);
    let events = "{ auditEvents { nodes { type details { value } } } }";
    let seen = admin.client.query(events).await;
    assert!(seen.text.contains("a private reason"), "{}", seen.text);
    app.set_roles(&admin.person, &[]).await;
    let seen = admin.client.query(events).await;
    assert!(seen.text.contains("USER_DISABLED"), "{}", seen.text);
    assert!(!seen.text.contains("a private reason"), "{}", seen.text);
}
