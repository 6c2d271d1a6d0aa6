//! Unlinking keeps the last way in, and is for good.

use serde_json::{Value, json};

use super::{EMAIL, Social, codes, come_back, confirm_all, stepped_up, stepped_up_browser, submit, who};
use crate::{mfa::WithTotp, page::location, support::Client};

async fn first_identity(client: &Client) -> Value {
    let me = client.query("{ me { identities { id } } }").await;
    me.data("me")["identities"][0]["id"].clone()
}

async fn unlink(client: &Client, id: &Value) -> crate::support::Answer {
    let fields = "removedIdentityId user { identities { id } }";
    client
        .call("unlinkIdentity", fields, json!({ "identityId": id }))
        .await
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let id = first_identity(&client).await;
    assert_eq!(codes(&unlink(&client, &id).await), ["REAUTHENTICATION_REQUIRED"]);
    // Without a password, a mailed code proves who she is.
    let started = client
        .query("mutation { startReauthentication { methods challengeToken } }")
        .await;
    let started = started.data("startReauthentication");
    assert_eq!(started["methods"], json!(["EMAIL_CODE"]));
    let code = app.mail(EMAIL, "identity_code").await.code();
    let proof = json!({ "emailCode": { "challengeToken": started["challengeToken"], "code": code } });
    let proven = client
        .call("reauthenticate", "tokens { accessToken }", proof)
        .await;
    let client = app.bearer(
        proven.data("reauthenticate")["tokens"]["accessToken"]
            .as_str()
            .unwrap(),
    );
    assert_eq!(codes(&unlink(&client, &id).await), ["LAST_CREDENTIAL"]);
    assert_eq!(codes(&unlink(&client, &json!("0")).await), ["NOT_FOUND"]);
    assert_eq!(first_identity(&client).await, id);
}

#[tokio::test]
async fn what_was_unlinked_is_reported_and_opens_the_account_no_more() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    confirm_all(app).await;
    social.sign_in(&app.browser()).await;
    let client = stepped_up(app, &ada.client).await;
    let id = first_identity(&client).await;
    let answer = unlink(&client, &id).await;
    assert_eq!(codes(&answer), [""; 0]);
    assert_eq!(
        answer.data("unlinkIdentity"),
        &json!({ "removedIdentityId": id, "user": { "identities": [] }, "userErrors": [] })
    );
    assert!(app.mail(EMAIL, "identity_unlinked").await.text.contains("Corp"));
    let again = social.sign_in(&app.browser()).await;
    assert_eq!(again.status, 409, "it never links by its address again");
    assert_eq!(codes(&unlink(&client, &id).await), ["NOT_FOUND"]);
    // For somebody with another address, it is as good as new.
    social.says("lovelace@example.com");
    let browser = app.browser();
    assert_eq!(location(&social.sign_in(&browser).await), "/account");
    assert_eq!(who(&browser).await["email"], "lovelace@example.com");
}

#[tokio::test]
async fn nobody_unlinks_what_belongs_to_another() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    confirm_all(app).await;
    social.sign_in(&app.browser()).await;
    let id = first_identity(&ada.client).await;
    let eve = app.user("eve").await;
    let client = stepped_up(app, &eve.client).await;
    assert_eq!(codes(&unlink(&client, &id).await), ["NOT_FOUND"]);
    let node = client
        .run("query ($id: ID!) { node(id: $id) { id } }", json!({ "id": id }))
        .await;
    assert_eq!(node.data("node"), &Value::Null);
}

#[tokio::test]
async fn what_was_unlinked_opens_no_account_that_was_waiting_for_a_factor() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    let factor = WithTotp::of(app, ada).await;
    let eve = app.user("eve").await;
    confirm_all(app).await;
    let waiting = app.browser();
    assert!(location(&social.sign_in(&waiting).await).starts_with("/login/mfa"));

    let browser = stepped_up_browser(app, &eve.email).await;
    let callback = social.consent(&browser, "/oauth/corp/start?link").await;
    assert_eq!(
        location(&come_back(&browser, &callback).await),
        "/account/security?notice=identity-linked"
    );
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let id = first_identity(&client).await;
    assert_eq!(codes(&unlink(&client, &id).await), [""; 0]);

    let code = factor.next_code(app);
    let answer = submit(&waiting, "/login/mfa", &[("code", &code)]).await;
    assert_eq!(answer.status, 410);
    assert_eq!(social.counts().await.1, 0);
}
