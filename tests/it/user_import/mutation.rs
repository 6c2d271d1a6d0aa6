//! `importUsers`: what it creates.

use std::time::Duration;

use entity::UserId;

use super::*;
use crate::{
    admin::Admin,
    support::{PASSWORD, TestApp},
};

#[tokio::test(flavor = "multi_thread")]
async fn imported_people_sign_in_with_the_password_that_they_had() {
    let app = TestApp::patient().await;
    let admin = Admin::with(&app, "joe", &["importer", "support"]).await;
    let people = [
        ("flask-scrypt", "Werkzeug scrypt:16384:8:1", "scrypt"),
        ("flask-pbkdf2", "Werkzeug pbkdf2:sha256:150000", "pbkdf2-sha256"),
        ("weak", "Werkzeug pbkdf2:sha256:1000", "pbkdf2-sha256"),
        ("django", "Django scrypt of Django 4", "scrypt"),
        ("auth0", "bcrypt, Auth0", "bcrypt"),
        ("keycloak", "Keycloak pbkdf2-sha256 27500", "pbkdf2-sha256"),
        ("supabase", "Firebase, Supabase", "firebase-scrypt"),
    ];
    let users: Vec<_> = people
        .iter()
        .map(|(name, vector, _)| with_hash(name, &hash_of(vector)))
        .collect();
    let answer = import(&admin.client, users.into()).await;
    assert_eq!(outcomes(&answer), vec![Vec::<String>::new(); people.len()]);
    let results = &answer.data("importUsers")["results"];
    for (number, (name, _, format)) in people.into_iter().enumerate() {
        let email = format!("{name}@example.com");
        let result = &results[number];
        assert_eq!(result["hashFormat"], format, "{name}");
        assert_eq!(
            result["user"],
            json!({ "id": result["user"]["id"], "email": email, "roles": [], "isEmailVerified": false,
                "createdAt": "2026-11-22T12:00:00.000Z" })
        );
        let stored = app.row(&email).await.unwrap().password_hash.unwrap();
        assert!(!stored.starts_with("$argon2id$"), "{stored}");
        assert_eq!(
            stored.starts_with("$portcullis-wrapped$"),
            ["weak", "keycloak"].contains(&name),
            "nothing weak lies there: {stored}"
        );
        let answer = app.anonymous().login(&email, "not the password").await;
        assert_eq!(answer.user_errors("login")[0].0, "INVALID_CREDENTIALS");
        let answer = app.anonymous().login(&email, PASSWORD).await;
        assert_eq!(
            answer.data("login")["user"]["id"],
            result["user"]["id"],
            "{}",
            answer.text
        );
        let ours = app.row(&email).await.unwrap().password_hash.unwrap();
        assert!(ours.starts_with("$argon2id$v=19$"), "{ours}");
    }
    let total = people.len().to_string();
    assert_eq!(events(&app).await, [json!({ "total": total, "created": total })]);
}

#[tokio::test]
async fn a_second_run_skips_those_who_exist_and_changes_nothing() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["mover"]).await;
    let first = json!([user("ada"), user("bob")]);
    assert_eq!(outcomes(&import(&admin.client, first).await), [[""; 0]; 2]);
    let before = rows(&app).await;
    app.pass(Duration::from_secs(1));
    let second = json!([
        { "name": "Not Ada", "email": "ADA@example.com", "passwordHash": hash_of("bcrypt 8"), "roles": ["staff"],
            "isEmailVerified": true },
        user("eve"),
        user("bob"),
    ]);
    let answer = import(&admin.client, second).await;
    assert_eq!(
        outcomes(&answer),
        [vec!["EMAIL_TAKEN"], vec![], vec!["EMAIL_TAKEN"]]
    );
    let errors = &answer.data("importUsers")["results"][2]["userErrors"];
    assert_eq!(errors[0]["field"], json!(["users", "2", "email"]));
    let after = rows(&app).await;
    assert_eq!(after.len(), before.len() + 1);
    for row in &before {
        assert!(after.contains(row), "{row:?}");
    }
    let details = |created| json!({ "total": if created == "2" { "2" } else { "3" }, "created": created });
    assert_eq!(events(&app).await, [details("2"), details("1")]);
}

#[tokio::test]
async fn an_address_counts_once_in_a_batch_whatever_its_capitals() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let users = json!([
        // Not valid, so the next one has the address.
        with_hash("ada", "nothing that we know"),
        user("ada"),
        { "name": "Other", "email": "Ada@EXAMPLE.com" },
    ]);
    let answer = import(&admin.client, users).await;
    assert_eq!(
        outcomes(&answer),
        [vec!["PASSWORD_HASH_INVALID"], vec![], vec!["EMAIL_TAKEN"]]
    );
    assert_eq!(app.row("ada@example.com").await.unwrap().name, "ada");
}

#[tokio::test]
async fn an_address_that_can_be_taken_back_is_taken() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    for (address, until) in [
        ("kept@example.com", 9_000_000_000_000_i64),
        ("free@example.com", 1),
    ] {
        app.sql(&format!(
            "INSERT INTO address_reservations (email_key, user_id, reserved_until) \
             SELECT '{address}', id, {until} FROM users WHERE email_key = 'joe@example.com'"
        ))
        .await;
    }
    let users = json!([user("kept"), user("free")]);
    let answer = run(&admin.client, json!({ "users": users, "isDryRun": true })).await;
    assert_eq!(outcomes(&answer), [vec!["EMAIL_TAKEN"], vec![]]);
    let past = json!({ "name": "free", "email": "free@example.com", "createdAt": "1970-01-01T00:00:00Z" });
    let answer = import(&admin.client, json!([user("kept"), past])).await;
    assert_eq!(outcomes(&answer), [vec!["EMAIL_TAKEN"], vec![]]);
    assert!(app.row("kept@example.com").await.is_none());
}

#[tokio::test]
async fn an_address_that_is_taken_after_it_was_looked_up_costs_its_own_user_only() {
    let app = TestApp::start().await;
    app.user("joe").await;
    app.sql(
        "INSERT INTO address_reservations (email_key, user_id, reserved_until) \
         SELECT 'kept@example.com', id, 9000000000000 FROM users",
    )
    .await;
    let emails = [
        "zoe@example.com",
        "joe@example.com",
        "kept@example.com",
        "ada@example.com",
    ];
    let before = rows(&app).await;
    assert_eq!(
        insert(&app, &emails, &["staff", "editor"]).await,
        [true, false, false, true]
    );
    let after = rows(&app).await;
    assert!(after.len() == 3 && after.contains(&before[0]));
    for name in ["zoe", "ada"] {
        let row = app.row(&format!("{name}@example.com")).await.unwrap();
        let roles = portcullis::features::user::roles(&app.app.db, row.id)
            .await
            .unwrap();
        assert_eq!(roles, ["editor", "staff"]);
    }
}

#[tokio::test]
async fn a_dry_run_says_what_would_happen_and_creates_nobody() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["mover"]).await;
    let users = json!([
        { "name": "ada", "email": "ada@example.com", "roles": ["staff"], "isEmailVerified": true,
            "passwordHash": hash_of("bcrypt 4") },
        user("joe"),
        user("ADA"),
        with_hash("bob", "$2x$10$MIy3g2prFGIQpYL5O16QWuZ2ksfj8ZbtoBz5AoQdYl05y342WelP6"),
    ]);
    // What the request itself writes about its session is there already.
    run(&admin.client, json!({ "users": [], "isDryRun": true })).await;
    let before = everything(&app).await;
    let answer = run(&admin.client, json!({ "users": users, "isDryRun": true })).await;
    assert_eq!(
        outcomes(&answer),
        [
            vec![],
            vec!["EMAIL_TAKEN"],
            vec!["EMAIL_TAKEN"],
            vec!["PASSWORD_HASH_INVALID"]
        ]
    );
    let first = &answer.data("importUsers")["results"][0];
    assert_eq!(
        (&first["user"], &first["hashFormat"]),
        (&Value::Null, &json!("bcrypt"))
    );
    assert_eq!(everything(&app).await, before);
    let answer = import(&admin.client, users).await;
    assert_eq!(outcomes(&answer).concat().len(), 3);
    assert_ne!(everything(&app).await, before);
}

#[tokio::test]
async fn lists_by_creation_have_imported_accounts_where_they_belong() {
    let app = TestApp::start().await;
    app.pass(Duration::from_hours(1));
    let admin = Admin::with(&app, "joe", &["importer", "support"]).await;
    let at = |name: &str, at: &str| json!({ "name": name, "email": format!("{name}@example.com"), "createdAt": at });
    let users = json!([
        at("new", "2026-11-22T12:30:00.000Z"),
        at("old", "2012-03-04T05:06:07.089Z"),
        at("first", "1970-01-01T00:00:00Z"),
    ]);
    let answer = import(&admin.client, users).await;
    assert_eq!(outcomes(&answer), [[""; 0]; 3]);
    let old = app.row("old@example.com").await.unwrap();
    assert_eq!(old.created_at, 1_330_837_567_089);
    let UserId(id) = old.id;
    assert_eq!(id.get_timestamp().unwrap().to_unix(), (1_330_837_567, 89_000_000));
    assert!(old.updated_at > old.created_at, "it was written now");
    let list = admin
        .client
        .query("{ users(first: 9, orderBy: { direction: ASC }) { nodes { name } } }")
        .await;
    let names = &list.data("users")["nodes"];
    assert_eq!(
        *names,
        json!([{ "name": "first" }, { "name": "old" }, { "name": "new" }, { "name": "joe" }])
    );
}

#[tokio::test]
async fn a_user_without_a_hash_sets_a_password_by_mail() {
    let app = TestApp::start().await;
    let admin = Admin::with(&app, "joe", &["importer"]).await;
    let users = json!([user("ada"), with_hash("bob", ""), with_hash("eve", "!unusable")]);
    assert_eq!(outcomes(&import(&admin.client, users).await), [[""; 0]; 3]);
    for name in ["ada", "bob", "eve"] {
        let email = format!("{name}@example.com");
        assert_eq!(app.row(&email).await.unwrap().password_hash, None);
        for password in ["", "!unusable", PASSWORD] {
            let answer = app.anonymous().login(&email, password).await;
            assert!(answer.data("login")["user"].is_null(), "{}", answer.text);
        }
        let input = json!({ "email": email });
        app.anonymous().call("requestPasswordReset", "email", input).await;
        let token = app.mail(&email, "reset_password").await.token();
        let input = json!({ "token": token, "newPassword": PASSWORD });
        let answer = app.anonymous().call("resetPassword", "isReset", input).await;
        assert_eq!(answer.data("resetPassword")["isReset"], true, "{}", answer.text);
        app.anonymous().login(&email, PASSWORD).await.tokens("login");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_of_the_same_users_create_each_once() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let one = Admin::with(&app, "joe", &["importer"]).await;
    let two = Admin::with(&app, "jim", &["importer"]).await;
    let names: Vec<_> = (0..100).map(|number| format!("user{number}")).collect();
    let forwards: Vec<_> = names.iter().map(|name| user(name)).collect();
    let backwards: Vec<_> = forwards.iter().rev().cloned().collect();
    for round in 0..4 {
        let (first, second) = tokio::join!(
            import(&one.client, forwards.clone().into()),
            import(&two.client, backwards.clone().into()),
        );
        let mut codes = [outcomes(&first), outcomes(&second)].concat();
        codes.retain(Vec::is_empty);
        assert_eq!(codes.len(), 100, "round {round}");
        assert_eq!(rows(&app).await.len(), 102);
        app.sql("DELETE FROM users WHERE email_key LIKE 'user%'").await;
    }
}
