//! Attacks by way of what was disconnected, reported or undone.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::super::{EMAIL, Social, codes, confirm_all, stepped_up, stepped_up_browser, who};
use super::{
    FIREFOX, assert_kept_out, disconnected, gets_in, identity_ids, link, stepped_up_by_mail, unlink,
};
use crate::{
    email_change::{change, undo},
    page::location,
    support::PASSWORD,
};

/// D21: what was unlinked never links by its address again. The thief connects it to an account of his own for a moment.
#[tokio::test]
async fn a_disconnected_account_is_not_forgotten_by_way_of_another_account_that_is_deleted() {
    let social = Social::start().await;
    disconnected(&social).await;
    let app = &social.app;
    let mallory = app.user("mallory").await;
    let browser = stepped_up_browser(app, "mallory@example.com").await;
    link(&social, &browser).await;
    let left = mallory
        .client
        .call(
            "deleteAccount",
            "deletedUserId",
            json!({ "currentPassword": PASSWORD }),
        )
        .await;
    assert_eq!(codes(&left), [""; 0]);
    assert_kept_out(&social, "the thief is in Ada's account again").await;
}

/// The same without deleting anything: the account of the thief loses its identities to a proof by mail alone.
#[tokio::test]
async fn a_disconnected_account_is_not_forgotten_by_way_of_another_account_that_is_reset() {
    let social = Social::start().await;
    disconnected(&social).await;
    let app = &social.app;
    let email = "mallory@example.com";
    app.user("mallory").await;
    let browser = stepped_up_browser(app, email).await;
    link(&social, &browser).await;
    app.anonymous()
        .call("requestPasswordReset", "email", json!({ "email": email }))
        .await;
    let token = app.mail(email, "reset_password").await.token();
    let input = json!({ "token": token, "newPassword": "seven quiet lanterns" });
    assert_eq!(
        codes(&app.anonymous().call("resetPassword", "isReset", input).await),
        [""; 0]
    );
    assert_kept_out(&social, "the thief is in Ada's account again").await;
}

/// The link in the mail "disconnects it". The thief just clicks again.
#[tokio::test]
async fn a_connection_that_its_owner_reported_is_not_made_again_by_the_next_sign_in() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    assert!(gets_in(&social, EMAIL).await);
    let token = app.mail(EMAIL, "identity_linked").await.token();
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(ended.data("endReportedSession")["isEnded"], true);
    assert!(social.identities().await.is_empty());
    assert_kept_out(&social, "the thief is in Ada's account again").await;
}

/// D10: the link in the notice of a sign-in takes the way in away. For a password it does.
#[tokio::test]
async fn a_reported_sign_in_ends_the_identity_that_it_came_with() {
    let social = Social::start().await;
    let app = &social.app;
    assert!(
        gets_in(&social, EMAIL).await,
        "Ada's account begins with the provider"
    );
    app.pass(Duration::from_hours(24 * 30));
    // Her account at the provider is stolen.
    let thief = app.browser();
    let callback = social.consent(&thief, "/oauth/corp/start").await;
    let path = format!("{}?{}", callback.url().path(), callback.url().query().unwrap());
    let request = thief.request(Method::GET, &path).header("user-agent", FIREFOX);
    assert_eq!(location(&thief.send(request).await), "/account");
    let token = app.mail(EMAIL, "new_sign_in").await.token();
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(ended.data("endReportedSession")["isEnded"], true);
    assert_kept_out(&social, "the thief signs in as before").await;
}

/// D18: each change of factors ends the other sessions, as removing a passkey does.
#[tokio::test]
async fn disconnecting_ends_the_sessions_that_the_connection_began() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    confirm_all(app).await;
    let thief = app.browser();
    social.sign_in(&thief).await;
    assert_eq!(who(&thief).await["email"], EMAIL);
    let client = stepped_up(app, &ada.client).await;
    let ids = identity_ids(&client).await;
    assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
    assert_eq!(who(&thief).await, Value::Null, "the thief's session goes on");
}

/// D5: the undo of a changed address takes away what the thief has. He came by Ada's account at the provider.
#[tokio::test]
async fn an_undo_ends_the_identity_by_which_the_thief_came() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    assert!(gets_in(&social, EMAIL).await);
    app.pass(Duration::from_hours(24 * 30));
    let thief = app.browser();
    social.sign_in(&thief).await;
    assert_eq!(who(&thief).await["email"], EMAIL);
    // He proves himself by the password, which he knows, too.
    let client = app.bearer(&thief.cookie("portcullis-access"));
    change(app, &client, "mallory@example.com").await;
    let link = app.mail(EMAIL, "address_changed").await.token();
    assert_eq!(undo(app, &link).await, [""; 0]);
    assert_kept_out(&social, "the thief is in again").await;
}

/// The last way in stays: an account of a provider that the settings no longer name is none.
#[tokio::test]
async fn an_account_of_a_removed_provider_is_no_way_in() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    stepped_up_by_mail(app, &browser, EMAIL).await;
    let client = stepped_up_by_mail(app, &browser, EMAIL).await;
    // A second one, of a provider that the administrator has removed since.
    app.sql(
        "INSERT INTO identities (id, user_id, provider, subject_key, issuer, subject, created_at) \
         SELECT user_id, user_id, 'gone', 'x', 'https://gone.example', 'x', 1 FROM identities",
    )
    .await;
    let ids = identity_ids(&client).await;
    assert_eq!(ids.len(), 2);
    assert_eq!(unlink(&client, &ids[1]).await, ["LAST_CREDENTIAL"]);
}
