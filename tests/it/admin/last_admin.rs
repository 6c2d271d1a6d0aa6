//! One administrator always remains, in every race.

use futures_util::future::join_all;

use super::*;
use crate::support::rounds;

const RACERS: usize = 16;

#[tokio::test]
async fn the_last_administrator_keeps_the_role_the_account_and_the_address() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let joe = Admin::with(&app, "joe", &["admin"]).await;
    app.set_roles(&joe.person, &["manager", "granter", "auditor", "admin"])
        .await;
    // She does not count while nobody can sign in as her, or her address is not confirmed.
    for (cannot, can) in [
        ("email_verified_at = NULL", "email_verified_at = 1"),
        ("status = 'disabled'", "status = 'active'"),
        ("deletes_at = 9000000000000", "deletes_at = NULL"),
    ] {
        app.sql(&format!(
            "UPDATE users SET {cannot} WHERE email_key = 'ada@example.com'"
        ))
        .await;
        let leave = (
            "updateUserRoles",
            json!({ "userId": joe.person.id, "roles": ["staff"] }),
        );
        assert_eq!(
            codes(&change(&joe.client, &leave).await),
            ["LAST_ADMIN"],
            "{cannot}"
        );
        app.sql(&format!(
            "UPDATE users SET {can} WHERE email_key = 'ada@example.com'"
        ))
        .await;
    }
    app.put_hash("ada@example.com", None).await;
    let leave = (
        "updateUserRoles",
        json!({ "userId": joe.person.id, "roles": ["staff"] }),
    );
    assert_eq!(codes(&change(&joe.client, &leave).await), ["LAST_ADMIN"]);
    for it in changes_of(&joe.person.id) {
        // Ada, who does not count, acts on the last one who does.
        let expected: &[&str] = match it.0 {
            "disableUser" | "deleteUser" | "updateUserRoles" => &["LAST_ADMIN"],
            "updateUser" if it.1.get("email").is_some() => &["LAST_ADMIN"],
            _ => continue,
        };
        assert_eq!(codes(&change(&ada.client, &it).await), expected, "{}", it.0);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_administrators_who_all_remove_each_other_one_stays() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let other = app.another(|config| config.account_writes = 0).await;
    for round in 0..rounds(1) {
        app.sql("DELETE FROM user_roles").await;
        let mut admins = Vec::new();
        for number in 0..RACERS {
            admins.push(Admin::with(&app, &format!("ada{round}-{number}"), &["admin"]).await);
        }
        let calls = admins.iter().enumerate().map(|(number, admin)| {
            // In a ring: everybody removes the next one, in every way there is.
            let id = &admins[(number + 1) % RACERS].person.id;
            let it = match number % 3 {
                0 => ("updateUserRoles", json!({ "userId": id, "roles": [] })),
                1 => ("disableUser", json!({ "userId": id })),
                _ => ("deleteUser", json!({ "userId": id })),
            };
            let server = [&app, &other][number % 2];
            let client = admin.client.on(server);
            async move { change(&client, &it).await }
        });
        let answers = join_all(calls).await;
        let done = answers
            .iter()
            .filter(|answer| answer.codes().is_empty() && codes(answer).is_empty());
        let done = done.count();
        let left = {
            let mut left = 0;
            for admin in &admins {
                let row = app.row(&admin.person.email).await;
                let is_open = row.is_some_and(|row| row.status == entity::user::Status::Active);
                left += usize::from(is_open && has_admin(&app, &admin.person.id).await);
            }
            left
        };
        assert_eq!(left, RACERS - done, "{round}");
        assert!(left >= 1, "{round}: nobody is left");
    }
}

async fn has_admin(app: &TestApp, id: &str) -> bool {
    let id = id.parse().unwrap();
    portcullis::features::user::roles(&app.app.db, id)
        .await
        .unwrap()
        .contains(&"admin".to_owned())
}
