//! Attacks on sign-in with other providers.

mod address;
mod disconnected;
mod flow;
mod last_way_in;
mod linking;
mod log;

use serde_json::{Value, json};

use super::{EMAIL, Social, codes, come_back, confirm_all, stepped_up, who};
use crate::{
    page::location,
    support::{Browser, Client, TestApp},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// Whether somebody got into this account by the provider.
async fn gets_in(social: &Social, email: &str) -> bool {
    let browser = social.app.browser();
    social.sign_in(&browser).await;
    who(&browser).await["email"] == email
}

/// The provider's person is told that the account exists, and does not get in.
async fn assert_kept_out(social: &Social, failure: &str) {
    let browser = social.app.browser();
    let answer = social.sign_in(&browser).await;
    assert_eq!(answer.status, 409, "{failure}: {}", answer.text);
    assert_eq!(who(&browser).await, Value::Null, "{failure}");
}

/// Links the person of the provider to the account that is signed in here.
async fn link(social: &Social, browser: &Browser) {
    let callback = social.consent(browser, "/oauth/corp/start?link").await;
    let linked = come_back(browser, &callback).await;
    assert_eq!(location(&linked), "/account/security?notice=identity-linked");
}

async fn identity_ids(client: &Client) -> Vec<Value> {
    let me = client.query("{ me { identities { id } } }").await;
    let all = me.data("me")["identities"].as_array().unwrap();
    all.iter().map(|identity| identity["id"].clone()).collect()
}

async fn unlink(client: &Client, id: &Value) -> Vec<String> {
    let input = json!({ "identityId": id });
    codes(&client.call("unlinkIdentity", "removedIdentityId", input).await)
}

/// Proves by a mailed code who the person in this browser is, who has no password.
async fn stepped_up_by_mail(app: &TestApp, browser: &Browser, email: &str) -> Client {
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let started = client
        .query("mutation { startReauthentication { methods challengeToken } }")
        .await;
    let token = started.data("startReauthentication")["challengeToken"].clone();
    let code = app.mail(email, "identity_code").await.code();
    let proof = json!({ "emailCode": { "challengeToken": token, "code": code } });
    let proven = client
        .call("reauthenticate", "tokens { accessToken }", proof)
        .await;
    let token = proven.data("reauthenticate")["tokens"]["accessToken"].as_str();
    app.bearer(token.unwrap_or_else(|| panic!("{}", proven.text)))
}

/// Ada, whose account at the provider is in a thief's hands, and who has disconnected it. Returns her client.
async fn disconnected(social: &Social) -> Client {
    let ada = social.app.user("ada").await;
    confirm_all(&social.app).await;
    assert!(gets_in(social, EMAIL).await);
    let client = stepped_up(&social.app, &ada.client).await;
    let ids = identity_ids(&client).await;
    assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
    assert_kept_out(social, "it never links by its address again").await;
    client
}
