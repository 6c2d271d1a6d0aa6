//! Roles that need a second factor.

use serde_json::json;

use super::{START, WithTotp, client_of, codes, set_up, step_up, token_of};
use crate::{
    email_change::proven,
    support::{Client, PASSWORD, TestApp},
};

async fn start() -> TestApp {
    TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await
}

async fn reason(client: &Client) -> serde_json::Value {
    let viewer = client
        .query("{ viewer { isAuthenticated forbiddenReason user { id } } }")
        .await;
    viewer.data("viewer")["forbiddenReason"].clone()
}

#[tokio::test]
async fn a_session_without_the_level_may_do_little_and_is_told_why() {
    let app = start().await;
    let ada = app.user("ada").await;
    assert_eq!(reason(&ada.client).await, json!(null));
    app.set_roles(&ada, &["admin"]).await;
    assert_eq!(reason(&ada.client).await, json!("MFA_REQUIRED"));
    let me = ada.client.me().await;
    assert_eq!(me.codes(), ["FORBIDDEN"]);
    assert_eq!(me.body["errors"][0]["extensions"]["reason"], "MFA_REQUIRED");
    assert_eq!(me.body["data"], json!({ "me": null }));
    for refused in [
        "mutation { revokeOtherSessions { revokedSessionIds } }",
        "mutation { updateProfile(input: { name: \"Eve\" }) { user { id } } }",
        "mutation { deleteAccount(input: {}) { deletedUserId } }",
        "mutation { regenerateRecoveryCodes { recoveryCodes } }",
        "mutation { removePassword { user { id } } }",
        "mutation { renamePasskey(input: { passkeyId: \"x\", name: \"y\" }) { passkey { id } } }",
        "mutation { cancelEmailChange { user { id } } }",
    ] {
        assert_eq!(
            ada.client.query(refused).await.codes(),
            ["FORBIDDEN"],
            "{refused}"
        );
    }
    let node = ada
        .client
        .query(&format!("{{ node(id: \"{}\") {{ id }} }}", ada.id))
        .await;
    assert_eq!(node.codes(), ["FORBIDDEN"]);
    // What is allowed.
    assert!(
        ada.client
            .query("{ serverInfo { version } }")
            .await
            .codes()
            .is_empty()
    );
    assert!(
        app.anonymous()
            .refresh(&ada.refresh_token)
            .await
            .codes()
            .is_empty()
    );
    assert!(
        ada.client.logout().await.data("logout")["wasSignedIn"]
            .as_bool()
            .unwrap()
    );
}

#[tokio::test]
async fn a_forced_enrolment_needs_a_mailed_code_beside_the_password() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    app.set_roles(&ada, &["admin"]).await;
    // The thief of the password gets this far, and no further.
    let thief = app.sign_in(&ada.email).await;
    let answer = thief
        .client
        .call("reauthenticate", "validUntil", json!({ "password": PASSWORD }))
        .await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
    for start in ["startTotpSetup", "startPasskeyRegistration"] {
        let answer = thief
            .client
            .query(&format!("mutation {{ {start} {{ userErrors {{ code }} }} }}"))
            .await;
        assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"], "{start}");
    }
    // The owner reads her mail.
    let started = ada.client.query(START).await;
    let started = started.data("startReauthentication");
    assert_eq!(started["methods"], json!(["EMAIL_CODE"]));
    let code = app.mail(&ada.email, "identity_code").await.code();
    let proof = json!({ "emailCode": { "challengeToken": started["challengeToken"], "code": code } });
    let client = step_up(&app, &ada.client, proof).await;
    assert_eq!(client.me().await.codes(), ["FORBIDDEN"]);
    set_up(&app, &client).await;
    assert_eq!(reason(&client).await, json!(null));
    assert!(client.me().await.codes().is_empty());
}

#[tokio::test]
async fn a_proof_from_before_the_role_does_not_enrol() {
    let app = start().await;
    let ada = proven(&app, "ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    app.set_roles(&ada, &["admin"]).await;
    let answer = client
        .query("mutation { startTotpSetup { userErrors { code } } }")
        .await;
    assert_eq!(codes(&answer), ["REAUTHENTICATION_REQUIRED"]);
}

#[tokio::test]
async fn the_gate_reads_the_level_of_the_session_not_what_the_account_has() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    // A session from before the factor, as if it had been kept.
    app.sql("UPDATE sessions SET auth_methods = 'password'").await;
    app.set_roles(&ada.person, &["admin"]).await;
    let strict = app
        .another(|config| config.mfa_required_roles = vec!["admin".to_owned()])
        .await;
    let refreshed = ada.client.query("{ viewer { session { id } } }").await;
    assert!(refreshed.codes().is_empty());
    let client = ada.sign_in(&strict).await;
    assert!(client.me().await.codes().is_empty(), "signed in with both");
    app.sql("UPDATE sessions SET auth_methods = 'password'").await;
    let strict = app
        .another(|config| config.mfa_required_roles = vec!["admin".to_owned()])
        .await;
    let older = strict.bearer(&token_of(&client));
    assert_eq!(older.me().await.codes(), ["FORBIDDEN"]);
    // It can be raised by the second factor alone.
    let raised = step_up(&strict, &older, json!({ "totpCode": ada.next_code(&app) })).await;
    assert!(raised.me().await.codes().is_empty());
}

#[tokio::test]
async fn other_roles_and_people_without_roles_are_not_asked() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["auditor".to_owned()]).await;
    let ada = app.admin("ada").await;
    assert!(ada.client.me().await.codes().is_empty());
    let bob = app.user("bob").await;
    assert!(bob.client.me().await.codes().is_empty());
}

#[tokio::test]
async fn a_passkey_sign_in_has_the_level() {
    let app = start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = super::register(&client, "ada").await;
    app.set_roles(&ada, &["admin"]).await;
    let done = super::passkey_login(&app.anonymous(), &mut passkey).await;
    let client = client_of(&app, &done, "finishPasskeyLogin");
    assert!(client.me().await.codes().is_empty());
}
