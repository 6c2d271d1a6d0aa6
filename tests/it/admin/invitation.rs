//! Invitations: what they give, to whom, and what kills them.

use std::time::Duration;

use super::*;
use crate::page::{
    location,
    mailed::{open, press},
};

/// Invites somebody. The answer.
async fn invite(client: &Client, email: &str, roles: &[&str]) -> Answer {
    let input = json!({ "name": "Eve", "email": email, "roles": roles });
    client
        .call(
            "createUser",
            "user { id status isEmailVerified hasPassword roles }",
            input,
        )
        .await
}

async fn accept(app: &TestApp, token: &str, password: &str) -> Vec<String> {
    let input = json!({ "token": token, "newPassword": password });
    let answer = app
        .anonymous()
        .call("acceptInvitation", "isAccepted", input)
        .await;
    let found = codes(&answer);
    assert_eq!(answer.data("acceptInvitation")["isAccepted"], found.is_empty());
    found
}

async fn invitation(app: &TestApp, email: &str) -> String {
    app.mail(email, "invitation").await.token()
}

#[tokio::test]
async fn an_invited_person_sets_a_password_and_then_has_the_roles() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let invited = invite(&ada.client, "Eve@example.com", &["staff", "auditor"]).await;
    assert_eq!(codes(&invited), [""; 0], "{}", invited.text);
    let user = &invited.data("createUser")["user"];
    assert_eq!(
        (
            &user["status"],
            &user["isEmailVerified"],
            &user["hasPassword"],
            &user["roles"]
        ),
        (&json!("ACTIVE"), &json!(false), &json!(false), &json!([]))
    );
    let login = app.anonymous().login("eve@example.com", PASSWORD).await;
    assert_eq!(codes(&login), ["INVALID_CREDENTIALS"]);
    let token = invitation(&app, "Eve@example.com").await;
    assert_eq!(accept(&app, &token, "short").await, ["PASSWORD_TOO_SHORT"]);
    assert_eq!(accept(&app, "pct_nonsense", PASSWORD).await, ["TOKEN_INVALID"]);
    let mut watch = crate::audit::Watch::new(&app).await;
    assert_eq!(accept(&app, &token, PASSWORD).await, [""; 0]);
    let kinds: Vec<_> = watch.take().await.into_iter().map(|row| row.kind).collect();
    assert_eq!(kinds, ["email_verified", "invitation_accepted", "roles_changed"]);
    assert_eq!(
        accept(&app, &token, "another lantern in the snow").await,
        ["TOKEN_INVALID"]
    );
    let eve = app.sign_in("eve@example.com").await;
    let me = eve.client.me().await;
    assert_eq!(me.data("me")["roles"], json!(["auditor", "staff"]));
    assert_eq!(me.data("me")["isEmailVerified"], true);
}

#[tokio::test]
async fn an_invitation_works_for_three_days_and_its_last_one_alone() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let invited = invite(&ada.client, "eve@example.com", &["staff"]).await;
    let id = invited.data("createUser")["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let first = invitation(&app, "eve@example.com").await;
    // Sent again: with the same roles, and the first one is dead.
    let again = ("sendPasswordReset", json!({ "userId": id }));
    assert_eq!(codes(&change(&ada.client, &again).await), [""; 0]);
    let second = invitation(&app, "eve@example.com").await;
    assert_eq!(accept(&app, &first, PASSWORD).await, ["TOKEN_INVALID"]);
    app.pass(Duration::from_hours(72));
    assert_eq!(accept(&app, &second, PASSWORD).await, ["TOKEN_EXPIRED"]);
    let ada = stepped_up(&app, &app.sign_in("ada@example.com").await.client).await;
    assert_eq!(codes(&change(&ada, &again).await), [""; 0]);
    let third = invitation(&app, "eve@example.com").await;
    app.pass(Duration::from_hours(71));
    assert_eq!(accept(&app, &third, PASSWORD).await, [""; 0]);
    let eve = app.sign_in("eve@example.com").await;
    assert_eq!(eve.client.me().await.data("me")["roles"], json!(["staff"]));
    // Now it is an account like any other.
    let ada = stepped_up(&app, &app.sign_in("ada@example.com").await.client).await;
    assert_eq!(codes(&change(&ada, &again).await), [""; 0]);
    app.mail("eve@example.com", "reset_password").await;
}

#[tokio::test]
async fn a_change_of_address_or_roles_or_a_closed_account_kills_an_invitation() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    for (number, it) in [
        ("updateUser", json!({ "email": "elsewhere@example.com" })),
        ("updateUserRoles", json!({ "roles": ["editor"] })),
        ("disableUser", json!({})),
        ("deleteUser", json!({})),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("eve{number}@example.com");
        let invited = invite(&ada.client, &email, &["staff"]).await;
        let id = invited.data("createUser")["user"]["id"].clone();
        let token = invitation(&app, &email).await;
        let (field, mut input) = it;
        input["userId"] = id.clone();
        assert_eq!(
            codes(&change(&ada.client, &(field, input)).await),
            [""; 0],
            "{field}"
        );
        assert_eq!(accept(&app, &token, PASSWORD).await, ["TOKEN_INVALID"], "{field}");
        match field {
            // Other roles come with another invitation.
            "updateUserRoles" => {
                let token = invitation(&app, &email).await;
                assert_eq!(accept(&app, &token, PASSWORD).await, [""; 0]);
                let eve = app.sign_in(&email).await;
                assert_eq!(eve.client.me().await.data("me")["roles"], json!(["editor"]));
            }
            "disableUser" => {
                let enable = ("enableUser", json!({ "userId": id }));
                assert_eq!(codes(&change(&ada.client, &enable).await), [""; 0]);
                assert_eq!(accept(&app, &token, PASSWORD).await, ["TOKEN_INVALID"]);
            }
            _ => {}
        }
    }
}

#[tokio::test]
async fn whoever_proves_the_mailbox_another_way_has_none_of_the_roles() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    invite(&ada.client, "eve@example.com", &["admin"]).await;
    let token = invitation(&app, "eve@example.com").await;
    let input = json!({ "email": "eve@example.com" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    let reset = app.mail("eve@example.com", "reset_password").await.token();
    let input = json!({ "token": reset, "newPassword": PASSWORD });
    assert_eq!(
        codes(&app.anonymous().call("resetPassword", "isReset", input).await),
        [""; 0]
    );
    let eve = app.sign_in("eve@example.com").await;
    assert_eq!(eve.client.me().await.data("me")["roles"], json!([]));
    assert_eq!(
        accept(&app, &token, "another lantern in the snow").await,
        ["TOKEN_INVALID"]
    );
}

#[tokio::test]
async fn nobody_invites_somebody_to_what_they_lack() {
    let app = TestApp::start().await;
    let manager = Admin::with(&app, "manager", &["manager"]).await;
    let both = Admin::with(&app, "both", &["manager", "granter"]).await;
    for (number, (who, roles, expected)) in [
        (&manager, vec![], vec![]),
        (&manager, vec!["staff"], vec!["FORBIDDEN"]),
        (&both, vec!["staff"], vec![]),
        (&both, vec!["manager", "granter"], vec![]),
        (&both, vec!["admin"], vec!["FORBIDDEN"]),
        (&both, vec!["auditor"], vec!["FORBIDDEN"]),
        (&both, vec!["root"], vec!["INVALID_ROLE"]),
    ]
    .into_iter()
    .enumerate()
    {
        let email = format!("guest{number}@example.com");
        let answer = invite(&who.client, &email, &roles).await;
        assert_eq!(codes(&answer), expected, "{roles:?}: {}", answer.text);
        assert_eq!(app.row(&email).await.is_some(), expected.is_empty());
    }
    // Nor sends the invitation of somebody who gets more.
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let invited = invite(&ada.client, "eve@example.com", &["admin"]).await;
    let again = (
        "sendPasswordReset",
        json!({ "userId": invited.data("createUser")["user"]["id"] }),
    );
    assert_eq!(codes(&change(&both.client, &again).await), ["FORBIDDEN"]);
}

#[tokio::test]
async fn an_invitation_gives_what_its_sender_can_still_give() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    for (number, end) in [
        None,
        Some(("updateUserRoles", json!({ "roles": ["manager"] }))),
        Some(("deleteUser", json!({}))),
    ]
    .into_iter()
    .enumerate()
    {
        let both = Admin::with(&app, &format!("both{number}"), &["manager", "granter"]).await;
        let email = format!("eve{number}@example.com");
        assert_eq!(codes(&invite(&both.client, &email, &["manager"]).await), [""; 0]);
        let expected = if end.is_none() {
            json!(["manager"])
        } else {
            json!([])
        };
        if let Some((field, mut input)) = end {
            input["userId"] = json!(both.person.id);
            assert_eq!(codes(&change(&ada.client, &(field, input)).await), [""; 0]);
        }
        let token = invitation(&app, &email).await;
        assert_eq!(accept(&app, &token, PASSWORD).await, [""; 0]);
        let eve = app.sign_in(&email).await;
        assert_eq!(eve.client.me().await.data("me")["roles"], expected, "{number}");
    }
}

#[tokio::test]
async fn what_a_thief_sent_is_void_when_the_owner_takes_the_account_back() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let both = Admin::with(&app, "both", &["manager", "granter"]).await;
    crate::email_change::change(&app, &both.client, "thief@example.org").await;
    let link = app.mail(&both.person.email, "address_changed").await.token();
    let thief = stepped_up(&app, &app.sign_in("thief@example.org").await.client).await;
    assert_eq!(
        codes(&invite(&thief, "eve@example.com", &["manager"]).await),
        [""; 0]
    );
    let token = invitation(&app, "eve@example.com").await;
    assert_eq!(crate::email_change::undo(&app, &link).await, [""; 0]);
    assert_eq!(accept(&app, &token, PASSWORD).await, ["TOKEN_INVALID"]);

    // The same when an administrator stops somebody, also for a while.
    let joe = Admin::with(&app, "joe", &["manager", "granter"]).await;
    assert_eq!(
        codes(&invite(&joe.client, "bob@example.com", &["manager"]).await),
        [""; 0]
    );
    let token = invitation(&app, "bob@example.com").await;
    for field in ["disableUser", "enableUser"] {
        let it = (field, json!({ "userId": joe.person.id }));
        assert_eq!(codes(&change(&ada.client, &it).await), [""; 0]);
    }
    assert_eq!(accept(&app, &token, PASSWORD).await, ["TOKEN_INVALID"]);
}

#[tokio::test]
async fn an_owner_who_has_confirmed_the_address_loses_no_role_by_an_invitation() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let both = Admin::with(&app, "both", &["manager", "granter"]).await;
    let eve = app.user("eve").await;
    let confirm = app.mail(&eve.email, "confirm_address").await.token();
    app.set_roles(&eve, &["editor"]).await;
    let it = (
        "updateUserRoles",
        json!({ "userId": eve.id, "roles": ["editor", "manager"] }),
    );
    assert_eq!(codes(&change(&both.client, &it).await), [""; 0]);
    let token = invitation(&app, &eve.email).await;
    let confirm = crate::email_verification::token(&confirm);
    assert_eq!(
        crate::email_verification::verify(&eve.client, confirm).await,
        [""; 0]
    );
    let it = (
        "updateUserRoles",
        json!({ "userId": both.person.id, "roles": ["manager"] }),
    );
    assert_eq!(codes(&change(&ada.client, &it).await), [""; 0]);
    assert_eq!(accept(&app, &token, PASSWORD).await, [""; 0]);
    let eve = app.sign_in(&eve.email).await;
    assert_eq!(eve.client.me().await.data("me")["roles"], json!(["editor"]));
}

#[tokio::test]
async fn roles_are_taken_when_no_mail_is_left() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let invited = invite(&ada.client, "eve@example.com", &["staff"]).await;
    let id = &invited.data("createUser")["user"]["id"];
    let again = ("sendPasswordReset", json!({ "userId": id }));
    for _ in 0..2 {
        assert_eq!(codes(&change(&ada.client, &again).await), [""; 0]);
    }
    let token = invitation(&app, "eve@example.com").await;
    assert_eq!(change(&ada.client, &again).await.codes(), ["RATE_LIMITED"]);
    let it = ("updateUserRoles", json!({ "userId": id, "roles": [] }));
    assert_eq!(codes(&change(&ada.client, &it).await), [""; 0]);
    assert_eq!(accept(&app, &token, PASSWORD).await, ["TOKEN_INVALID"]);
}

#[tokio::test]
async fn a_reminder_that_races_with_other_roles_never_brings_the_former_ones() {
    let app = TestApp::with(|config| config.account_writes = 0).await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    for number in 0..12 {
        let email = format!("eve{number}@example.com");
        let invited = invite(&ada.client, &email, &["staff"]).await;
        let id = &invited.data("createUser")["user"]["id"];
        let others = ("updateUserRoles", json!({ "userId": id, "roles": [] }));
        let again = ("sendPasswordReset", json!({ "userId": id }));
        let (others, again) = tokio::join!(change(&ada.client, &others), change(&ada.client, &again));
        assert_eq!((codes(&others), codes(&again)), (vec![], vec![]));
        // Whichever of the three still works.
        for letter in app.mails().await {
            if letter.to == email && letter.kind == "invitation" {
                accept(&app, &letter.token(), PASSWORD).await;
            }
        }
        let eve = app.sign_in(&email).await;
        assert_eq!(eve.client.me().await.data("me")["roles"], json!([]), "{number}");
    }
}

#[tokio::test]
async fn everything_wrong_is_told_at_once_and_a_taken_address_by_its_name() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let input = json!({ "name": "", "email": "nobody", "roles": ["root"] });
    let answer = ada.client.call("createUser", "user { id }", input).await;
    assert_eq!(codes(&answer), ["REQUIRED", "INVALID_EMAIL", "INVALID_ROLE"]);
    let taken = invite(&ada.client, "ADA@example.com", &[]).await;
    assert_eq!(codes(&taken), ["EMAIL_TAKEN"]);
    let plain = invite(&app.user("joe").await.client, "eve@example.com", &[]).await;
    assert_eq!(codes(&plain), ["FORBIDDEN"]);
}

#[tokio::test]
async fn without_mail_nobody_is_invited() {
    let app = TestApp::with(|config| {
        config.public_url =
            portcullis::platform::config::PublicUrl::parse("https://accounts.example.com").unwrap();
    })
    .await;
    let person = app.admin("ada").await;
    let ada = stepped_up(&app, &person.client).await;
    assert_eq!(
        codes(&invite(&ada, "eve@example.com", &[]).await),
        ["FEATURE_DISABLED"]
    );
}

#[tokio::test]
async fn the_page_of_the_link_sets_the_password_and_leads_to_the_sign_in() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    invite(&ada.client, "eve@example.com", &["staff"]).await;
    let letter = app.mail("eve@example.com", "invitation").await;
    let browser = app.browser();
    let page = open(&browser, &letter).await;
    assert!(page.text.contains("eve@example.com") && !page.text.contains(&letter.token()));
    let refused = press(&browser, &page, "/invitation", &[("new_password", "short")]).await;
    assert_eq!(refused.status, 422);
    let done = press(&browser, &page, "/invitation", &[("new_password", PASSWORD)]).await;
    assert_eq!(
        location(&done),
        "/login?notice=password-set-sign-in",
        "{}",
        done.text
    );
    app.sign_in("eve@example.com").await;
    let used = open(&app.browser(), &letter).await;
    assert_eq!(used.status, 404);
}

#[tokio::test]
async fn nobody_floods_a_mailbox_by_any_field() {
    let app = TestApp::start().await;
    let ada = Admin::with(&app, "ada", &["admin"]).await;
    let joe = Admin::with(&app, "joe", &["admin"]).await;
    let bob = app.user("bob").await;
    let victim = "eve@example.com";
    // One mail each.
    assert_eq!(codes(&invite(&ada.client, victim, &[]).await), [""; 0]);
    let id = app.row(victim).await.unwrap().id.to_string();
    let again = ("sendPasswordReset", json!({ "userId": id }));
    assert_eq!(codes(&change(&ada.client, &again).await), [""; 0]);
    let roles = ("updateUserRoles", json!({ "userId": id, "roles": ["staff"] }));
    assert_eq!(codes(&change(&ada.client, &roles).await), [""; 0]);
    // The account goes, the mailbox is the same.
    let gone = ("deleteUser", json!({ "userId": id }));
    assert_eq!(codes(&change(&ada.client, &gone).await), [""; 0]);
    assert_eq!(invite(&ada.client, victim, &[]).await.codes(), ["RATE_LIMITED"]);
    let renamed = ("updateUser", json!({ "userId": bob.id, "email": victim }));
    assert_eq!(change(&ada.client, &renamed).await.codes(), ["RATE_LIMITED"]);
    assert_eq!(app.row(&bob.email).await.unwrap().email, bob.email);
    // Others get theirs, and she uses up nobody else's.
    assert_eq!(codes(&invite(&ada.client, "kim@example.com", &[]).await), [""; 0]);
    assert_eq!(codes(&change(&joe.client, &renamed).await), [""; 0]);
    // An hour later there is one more.
    app.pass(Duration::from_hours(1));
    let answer = app.anonymous().login(&ada.person.email, PASSWORD).await;
    let ada = app.bearer(&answer.tokens("login").access);
    let ada = stepped_up(&app, &ada).await;
    let again = ("sendPasswordReset", json!({ "userId": bob.id }));
    assert_eq!(codes(&change(&ada, &again).await), [""; 0]);
    assert_eq!(change(&ada, &again).await.codes(), ["RATE_LIMITED"]);
}
