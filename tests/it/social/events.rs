//! The events of sign-ins with another provider.

use portcullis::platform::config::Config;
use serde_json::{Value, json};

use super::{EMAIL, Social, TRUSTED, codes, confirm_all, stepped_up};
use crate::audit::{By, Watch};

async fn session_of(social: &Social, client: &crate::support::Client) -> (String, String) {
    let answer = client.query("{ viewer { user { id } session { id } } }").await;
    let viewer = answer.data("viewer");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    assert!(
        social
            .app
            .session(viewer["session"]["id"].as_str().unwrap())
            .await
            .is_some()
    );
    (text(&viewer["user"]["id"]), text(&viewer["session"]["id"]))
}

#[tokio::test]
async fn an_account_that_comes_from_a_provider_names_it() {
    let social = Social::with(TRUSTED, |_: &mut Config| {}).await;
    let app = &social.app;
    let mut watch = Watch::new(app).await;
    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let (id, session) = session_of(&social, &client).await;
    let corp = json!({ "provider": "corp" });
    let events = [("identity_linked", corp.clone()), ("signup", corp)];
    watch.expect_by(By::owner(&id, &session), &events).await;

    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let (id, session) = session_of(&social, &client).await;
    let signed_in = json!({ "methods": "social", "provider": "corp" });
    watch
        .expect_by(By::owner(&id, &session), &[("login_succeeded", signed_in)])
        .await;
}

#[tokio::test]
async fn an_identity_that_links_and_is_unlinked_is_an_event() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    assert_eq!(ada.email, EMAIL);
    confirm_all(app).await;
    let mut watch = Watch::new(app).await;
    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let (_, session) = session_of(&social, &client).await;
    let events = [
        ("identity_linked", json!({ "provider": "corp" })),
        (
            "login_succeeded",
            json!({ "methods": "social", "provider": "corp" }),
        ),
    ];
    watch.expect_by(By::owner(&ada.id, &session), &events).await;

    let client = stepped_up(app, &ada.client).await;
    watch.take().await;
    let me = client.query("{ me { identities { id } } }").await;
    let id = &me.data("me")["identities"][0]["id"];
    let input = json!({ "identityId": id });
    let answer = client.call("unlinkIdentity", "removedIdentityId", input).await;
    assert_eq!(codes(&answer), [""; 0]);
    let by = By::owner(&ada.id, &ada.session_id);
    let corp = json!({ "provider": "corp" });
    watch.expect_by(by, &[("identity_unlinked", corp)]).await;
}
