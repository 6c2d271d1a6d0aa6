//! Whom an administrator may act on: nobody lifts themselves, by any field.

use super::*;
use crate::audit::Watch;

#[tokio::test]
async fn nobody_acts_on_an_account_that_holds_a_permission_they_lack() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let manager = Admin::with(&app, "manager", &["manager"]).await;
    let granter = Admin::with(&app, "granter", &["granter"]).await;
    for role in ["admin", "auditor", "support", "granter", "manager"] {
        let target = Admin::with(&app, &format!("target-{role}"), &[role]).await;
        for it in changes_of(&target.person.id) {
            let actor = match needed(it.0) {
                Permission::ManageRoles => &granter,
                _ => &manager,
            };
            // A manager may act on managers, and a granter on granters.
            let is_equal = match needed(it.0) {
                Permission::ManageRoles => role == "granter",
                _ => role == "manager",
            };
            if is_equal {
                continue;
            }
            let before = traces(&app).await;
            let answer = change(&actor.client, &it).await;
            assert_eq!(codes(&answer), ["FORBIDDEN"], "{role} {}: {}", it.0, answer.text);
            assert_eq!(traces(&app).await, before, "{role} {}", it.0);
            let row = app.row(&target.person.email).await.unwrap();
            assert_eq!(row.name, format!("target-{role}"));
        }
    }
}

#[tokio::test]
async fn nobody_grants_a_permission_they_lack() {
    let app = TestApp::start().await;
    let granter = Admin::with(&app, "granter", &["granter"]).await;
    let eve = crate::email_change::proven(&app, "eve").await;
    for (roles, expected) in [
        (vec!["staff", "editor"], vec![]),
        (vec!["granter"], vec![]),
        (vec!["admin"], vec!["FORBIDDEN"]),
        (vec!["staff", "auditor"], vec!["FORBIDDEN"]),
        (vec!["support"], vec!["FORBIDDEN"]),
        (vec!["manager"], vec!["FORBIDDEN"]),
        (vec!["root"], vec!["INVALID_ROLE"]),
        (vec!["Admin"], vec!["INVALID_ROLE"]),
        (vec![""], vec!["INVALID_ROLE"]),
    ] {
        for id in [&eve.id, &granter.person.id] {
            app.set_roles(&eve, &[]).await;
            app.set_roles(&granter.person, &["granter"]).await;
            let it = ("updateUserRoles", json!({ "userId": id, "roles": roles }));
            assert_eq!(codes(&change(&granter.client, &it).await), expected, "{roles:?}");
        }
    }
    app.set_roles(&granter.person, &["granter"]).await;
    let admin = Admin::with(&app, "ada", &["admin"]).await;
    let it = (
        "updateUserRoles",
        json!({ "userId": eve.id, "roles": ["staff", "admin", "staff"] }),
    );
    let answer = admin.client.call("updateUserRoles", "user { roles }", it.1).await;
    assert_eq!(
        answer.data("updateUserRoles")["user"]["roles"],
        json!(["admin", "staff"])
    );
}

#[tokio::test]
async fn nobody_closes_their_own_account_this_way_or_loses_their_own_factors() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    Admin::with(&app, "joe", &["admin"]).await;
    for it in changes_of(&ada.person.id) {
        let expected: &[&str] = match it.0 {
            "disableUser" | "deleteUser" | "resetUserMfa" => &["CANNOT_TARGET_SELF"],
            "updateUser" if it.1.get("email").is_some() => &["CANNOT_TARGET_SELF"],
            "updateUser" | "enableUser" | "sendPasswordReset" => &[],
            // These end what she acts with.
            _ => continue,
        };
        assert_eq!(codes(&change(&ada.client, &it).await), expected, "{}", it.0);
    }
    let leave = ("updateUserRoles", json!({ "userId": ada.person.id, "roles": [] }));
    assert_eq!(codes(&change(&ada.client, &leave).await), [""; 0]);
    assert_eq!(codes(&change(&ada.client, &leave).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn whoever_is_not_there_is_not_found_whatever_the_id() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let gone = app.user("gone").await;
    let delete = ("deleteUser", json!({ "userId": gone.id }));
    assert_eq!(codes(&change(&ada.client, &delete).await), [""; 0]);
    let upper = ada.person.id.to_uppercase();
    for id in [
        gone.id.as_str(),
        "",
        "x",
        "%",
        upper.as_str(),
        ada.person.session_id.as_str(),
    ] {
        for it in changes_of(id) {
            assert_eq!(
                codes(&change(&ada.client, &it).await),
                ["NOT_FOUND"],
                "{} {id}",
                it.0
            );
        }
        let query = "query ($id: ID!) { user(by: { id: $id }) { id } }";
        let found = ada.client.run(query, json!({ "id": id })).await;
        assert_eq!(found.data("user"), &Value::Null);
    }
}

#[tokio::test]
async fn a_disabled_user_is_out_told_once_and_comes_back_when_enabled() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = crate::email_change::proven(&app, "eve").await;
    for _ in 0..2 {
        let input = json!({ "userId": eve.id, "reason": "spam" });
        let answer = ada
            .client
            .call("disableUser", "user { id status roles }", input)
            .await;
        assert_eq!(
            answer.data("disableUser")["user"]["status"],
            "DISABLED",
            "{}",
            answer.text
        );
    }
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");
    let told = app.kinds_to(&eve.email).await;
    assert_eq!(told.iter().filter(|kind| *kind == "account_disabled").count(), 1);
    let login = app.anonymous().login(&eve.email, PASSWORD).await;
    assert_eq!(codes(&login), ["ACCOUNT_DISABLED"]);
    assert_eq!(
        codes(&change(&ada.client, &("enableUser", json!({ "userId": eve.id }))).await),
        [""; 0]
    );
    app.sign_in(&eve.email).await;
    let long = json!({ "userId": eve.id, "reason": "r".repeat(501) });
    assert_eq!(
        codes(&change(&ada.client, &("disableUser", long)).await),
        ["TOO_LONG"]
    );
}

#[tokio::test]
async fn ended_sessions_a_mailed_reset_and_a_deletion_do_what_they_say() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = crate::email_change::proven(&app, "eve").await;
    app.sign_in(&eve.email).await;
    let input = json!({ "userId": eve.id });
    let ended = ada
        .client
        .call("revokeUserSessions", "revokedSessionCount", input.clone())
        .await;
    assert_eq!(ended.data("revokeUserSessions")["revokedSessionCount"], 2);
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");

    let sent = ada
        .client
        .call("sendPasswordReset", "isQueued", input.clone())
        .await;
    assert_eq!(sent.data("sendPasswordReset")["isQueued"], true);
    let mail = app.mail(&eve.email, "reset_password").await;
    assert!(
        !mail.text.contains("127.0.0.1"),
        "the administrator's network: {}",
        mail.text
    );
    let reset = json!({ "token": mail.token(), "newPassword": "another lantern in the snow" });
    let answer = app.anonymous().call("resetPassword", "isReset", reset).await;
    assert_eq!(codes(&answer), [""; 0]);

    let deleted = ada.client.call("deleteUser", "deletedUserId", input).await;
    assert_eq!(deleted.data("deleteUser")["deletedUserId"], eve.id.as_str());
    assert!(app.row(&eve.email).await.is_none());
}

#[tokio::test]
async fn what_an_administrator_deletes_no_former_address_takes_back() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = crate::email_change::proven(&app, "eve").await;
    crate::email_change::change(&app, &eve.client, "thief@example.com").await;
    let link = app.mail(&eve.email, "address_changed").await.token();
    let input = json!({ "userId": eve.id });
    let answer = ada.client.call("deleteUser", "deletedUserId", input).await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    assert_eq!(eve.client.me().await.reason(), "SESSION_REVOKED");
    assert_eq!(crate::email_change::undo(&app, &link).await, ["TOKEN_INVALID"]);
    assert!(app.row("thief@example.com").await.is_none());
}

#[tokio::test]
async fn another_reason_is_recorded_and_mails_nothing() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    let mut watch = Watch::new(&app).await;
    for reason in ["first", "second"] {
        let it = ("disableUser", json!({ "userId": eve.id, "reason": reason }));
        assert_eq!(codes(&change(&ada.client, &it).await), [""; 0]);
        let kinds: Vec<_> = watch.take().await.into_iter().map(|row| row.kind).collect();
        assert_eq!(kinds, ["user_disabled"], "{reason}");
    }
    let it = ("disableUser", json!({ "userId": eve.id }));
    assert_eq!(codes(&change(&ada.client, &it).await), [""; 0]);
    let kinds: Vec<_> = watch.take().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(
        kinds,
        ["user_viewed"],
        "nothing changed, but the answer shows the account"
    );
}

#[tokio::test]
async fn an_account_that_waits_for_its_deletion_can_be_deleted_at_once() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let eve = app.user("eve").await;
    app.sql("UPDATE users SET deletes_at = 9000000000000 WHERE email_key = 'eve@example.com'")
        .await;
    let input = json!({ "userId": eve.id });
    let answer = ada.client.call("deleteUser", "deletedUserId", input).await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    assert!(app.row(&eve.email).await.is_none());
}

#[tokio::test]
async fn a_reason_is_a_line_of_text_that_is_kept_whole() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let admin = Admin::with(&app, "root", &["admin"]).await;
    let eve = app.user("eve").await;
    let disable = async |reason: &str| {
        let input = json!({ "userId": eve.id, "reason": reason });
        codes(
            &admin
                .client
                .call("disableUser", "userErrors { code }", input)
                .await,
        )
    };
    for reason in ["a\nb", "a\0b", "a\u{1b}[2Jb", "a\u{202e}b", "a\u{2066}b"] {
        assert_eq!(disable(reason).await, ["INVALID_CHARACTERS"], "{reason:?}");
    }
    assert_eq!(disable(&"😀".repeat(501)).await, ["TOO_LONG"]);
    let mut watch = Watch::new(&app).await;
    let longest = "😀".repeat(500);
    assert_eq!(disable(&format!(" {longest} ")).await, [""; 0]);
    let facts = watch.take().await.remove(0).subject_facts.unwrap();
    let facts: Value = serde_json::from_str(&facts).unwrap();
    assert_eq!(facts["reason"], json!(longest));
    assert_eq!(disable(" ").await, [""; 0]);
    let kinds: Vec<_> = watch.take().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["user_viewed"], "no reason");
}
