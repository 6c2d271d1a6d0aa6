//! What an export contains, and what it must not contain.

use entity::{one_time_token, recovery_code, session, totp_factor};
use portcullis::features::data_export::{Coverage, TABLES};
use sea_orm::{EntityTrait as _, sea_query::Expr};
use serde_json::{Value, json};

use super::{document, export, stepped_up};
use crate::{
    email_change::{change, proven},
    mfa::WithTotp,
    support::{PASSWORD, TestApp},
};

#[tokio::test]
async fn it_contains_what_is_held_on_its_owner() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let roles = ["editor".to_owned(), "staff".to_owned()];
    app.try_set_roles(&ada.email, &roles).await.unwrap();
    change(&app, &ada.client, "new@example.org").await;
    let input = json!({ "newEmail": "newer@example.org", "currentPassword": PASSWORD });
    ada.client
        .call("requestEmailChange", "user { pendingEmail }", input)
        .await;
    app.user("eve").await;
    let client = stepped_up(&app, &ada.client).await;
    app.anonymous().login("new@example.org", "wrong").await;
    let data = document(&export(&client).await);
    assert_eq!(data["version"], 1);
    assert!(data["exportedAt"].as_str().unwrap().ends_with('Z'));
    let profile = &data["profile"];
    assert_eq!(profile["id"], ada.id);
    assert_eq!(profile["email"], "new@example.org");
    assert_eq!(profile["pendingEmail"], "newer@example.org");
    assert_eq!(profile["hasPassword"], true);
    assert_eq!(data["roles"], json!(["editor", "staff"]));
    assert_eq!(data["formerAddresses"][0]["email"], "ada@example.com");
    assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
    assert_eq!(data["sessions"][0]["id"], ada.session_id);
    assert_eq!(data["sessions"][0]["ipAddress"], "127.0.0.1");
    let networks = data["networks"].as_array().unwrap();
    assert!(
        networks.iter().any(|network| network["failures"] == 1),
        "{networks:?}"
    );
    let mails = data["mails"].to_string();
    assert!(
        mails.contains("address_changed") && mails.contains("ada@example.com"),
        "{mails}"
    );
    let tokens = data["tokens"].to_string();
    assert!(tokens.contains("undo") && tokens.contains("change"), "{tokens}");
    let events = data["events"].to_string();
    for kind in ["signup", "email_changed", "roles_changed", "reauthenticated"] {
        assert!(events.contains(kind), "{kind}: {events}");
    }
    let text = data.to_string();
    assert!(!text.contains("eve@"), "{text}");
    for (table, coverage) in TABLES {
        if let Coverage::As(name) = coverage {
            assert!(data.get(*name).is_some(), "{table}: {name}");
        }
    }
}

#[tokio::test]
async fn events_of_administrators_name_neither_their_session_nor_their_network() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let root = app.admin("root").await;
    let view = "query ($id: ID!) { user(by: { id: $id }) { email } }";
    root.client.run(view, json!({ "id": ada.id })).await.data("user");
    let client = stepped_up(&app, &ada.client).await;
    let data = document(&export(&client).await);
    let events = data["events"].as_array().unwrap();
    let viewed = events
        .iter()
        .find(|event| event["kind"] == "user_viewed")
        .unwrap();
    for hidden in ["sessionId", "ipAddress", "userAgent"] {
        assert_eq!(viewed[hidden], Value::Null, "{hidden}");
    }
    assert_eq!(viewed["actorId"], json!(root.id));
    let own = events.iter().find(|event| event["kind"] == "signup").unwrap();
    assert_eq!(own["sessionId"], json!(ada.session_id));
}

#[tokio::test]
async fn it_contains_no_secret_and_no_hash() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let answer = export(&ada.stepped_up()).await;
    let data = document(&answer);
    assert!(data["authenticatorApp"]["createdAt"].is_string(), "{data}");
    assert_eq!(data["recoveryCodes"].as_array().unwrap().len(), 10);
    let db = app.app.db.writer();
    let mut secrets = vec![app.row("ada@example.com").await.unwrap().password_hash.unwrap()];
    for row in session::Entity::find().all(db).await.unwrap() {
        secrets.extend([row.refresh_salt, row.refresh_key_id]);
        secrets.extend(row.form_cookie);
    }
    for row in totp_factor::Entity::find().all(db).await.unwrap() {
        secrets.push(row.sealed_secret);
    }
    for row in recovery_code::Entity::find().all(db).await.unwrap() {
        secrets.push(row.code_key);
    }
    for row in one_time_token::Entity::find().all(db).await.unwrap() {
        secrets.push(row.secret_key);
        secrets.extend(row.sealed_payload);
    }
    for row in entity::mail::Entity::find().all(db).await.unwrap() {
        secrets.extend(row.sealed_content);
    }
    for row in entity::audit_event::Entity::find().all(db).await.unwrap() {
        secrets.push(row.mac);
        let parts = [row.actor_hash, row.actor_salt, row.subject_hash, row.subject_salt];
        secrets.extend(parts.into_iter().flatten());
    }
    for row in entity::attempt_streak::Entity::find().all(db).await.unwrap() {
        secrets.push(row.account_key);
        secrets.push(row.network_key);
    }
    assert!(secrets.len() > 20, "{}", secrets.len());
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        assert!(!answer.text.contains(secret.as_str()), "{secret}");
    }
}

#[tokio::test]
async fn hostile_names_stay_text() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let name = "\"},\"x\":[</script>\\ \u{2028}Ä𝄞";
    // Not as text of SQL, in which a backslash means something else on MariaDB.
    let renamed = entity::user::Entity::update_many().col_expr(entity::user::Column::Name, Expr::value(name));
    renamed.exec(app.app.db.writer()).await.unwrap();
    let hostile = ada.client.agent("Mozilla/5.0 \"\\}]{[,");
    hostile.login(&ada.email, PASSWORD).await.tokens("login");
    let client = stepped_up(&app, &ada.client).await;
    let data = document(&export(&client).await);
    assert_eq!(data["profile"]["name"], name);
    assert_eq!(data["sessions"][1]["userAgent"], "Mozilla/5.0 \"\\}]{[,");
}

#[tokio::test]
async fn what_an_administrator_did_is_shown_without_their_network_and_the_address_of_others_is_left_out() {
    let app = TestApp::behind_proxy().await;
    let ada = app.user_at("ada", "198.51.100.7").await;
    app.set_roles(&ada, &["admin"]).await;
    let eve = app.user_at("eve", "203.0.113.9").await;
    let admin = stepped_up(&app, &ada.client).await.at("198.51.100.7");
    let input = json!({ "userId": eve.id, "email": "eve@new.example" });
    admin.call("updateUser", "user { id }", input).await;
    let client = stepped_up(&app, &eve.client).await.at("203.0.113.9");
    let answer = export(&client).await;
    let data = document(&answer);
    assert!(
        data["events"].to_string().contains("user_updated"),
        "{}",
        answer.text
    );
    assert!(!answer.text.contains("198.51.100.7"), "{}", answer.text);
    // Nor does the administrator take the addresses of others along.
    let data = document(&export(&admin).await).to_string();
    assert!(data.contains("user_updated") && !data.contains("eve@"), "{data}");
}

#[tokio::test]
async fn it_is_recorded_and_needs_a_proof_of_identity() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    assert_eq!(
        app.anonymous().query(super::EXPORT).await.codes(),
        ["UNAUTHENTICATED"]
    );
    let answer = export(&ada.client).await;
    assert_eq!(
        answer.user_errors("exportMyData")[0].0,
        "REAUTHENTICATION_REQUIRED"
    );
    assert_eq!(answer.data("exportMyData")["data"], Value::Null);
    let client = stepped_up(&app, &ada.client).await;
    document(&export(&client).await);
    // A token without the proof shares nothing of it.
    let answer = export(&ada.client).await;
    assert_eq!(
        answer.user_errors("exportMyData")[0].0,
        "REAUTHENTICATION_REQUIRED"
    );
    app.pass(std::time::Duration::from_mins(11));
    let answer = export(&client).await;
    assert_eq!(
        answer.user_errors("exportMyData")[0].0,
        "REAUTHENTICATION_REQUIRED"
    );
    let events = ada
        .client
        .query("{ auditEvents(first: 50) { nodes { type } } }")
        .await;
    assert_eq!(events.text.matches("DATA_EXPORTED").count(), 1, "{}", events.text);
}

#[tokio::test]
async fn an_account_has_few_exports_in_an_hour() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = stepped_up(&app, &ada.client).await;
    for _ in 0..5 {
        document(&export(&client).await);
    }
    let answer = export(&client).await;
    assert_eq!(answer.codes(), ["RATE_LIMITED"], "{}", answer.text);
    app.pass(std::time::Duration::from_mins(6));
    document(&export(&client).await);
    // Others are not affected.
    let eve = app.user("eve").await;
    document(&export(&stepped_up(&app, &eve.client).await).await);
}
