//! Attacks on linking: who gets an identity that is not theirs.

use futures_util::future::join_all;
use serde_json::{Value, json};

use super::super::{
    EMAIL, Social, codes, come_back, confirm_all, stepped_up, stepped_up_browser, submit, who,
};
use super::{assert_kept_out, gets_in, identity_ids, link, unlink};
use crate::{mfa::WithTotp, page::location, support::PASSWORD};

/// D21: accounts with roles never link by address, also if the role comes while the second factor is outstanding.
#[tokio::test]
async fn an_account_that_got_a_role_meanwhile_is_not_linked_by_its_address() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    let factor = WithTotp::of(app, ada).await;
    confirm_all(app).await;
    let browser = app.browser();
    let waits = social.sign_in(&browser).await;
    assert!(location(&waits).starts_with("/login/mfa"));
    app.sql("INSERT INTO user_roles (user_id, role) SELECT id, 'editor' FROM users")
        .await;
    let code = factor.next_code(app);
    submit(&browser, "/login/mfa", &[("code", &code)]).await;
    assert_eq!(social.identities().await.len(), 0, "it is linked");
}

#[tokio::test]
async fn an_account_has_twenty_connected_accounts_however_they_came() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    for number in 0..22 {
        social.says_person(&format!("person-{number}"), EMAIL);
        social.sign_in(&app.browser()).await;
    }
    assert_eq!(social.identities().await.len(), 20);
}

/// D17: who lacks the factor that a role needs connects nothing, by page or by the API.
#[tokio::test]
async fn a_session_that_lacks_a_required_factor_connects_nothing() {
    let social = Social::with("", |config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let app = &social.app;
    let admin = app.user("ada").await;
    confirm_all(app).await;
    let browser = stepped_up_browser(app, EMAIL).await;
    // Her session has proven who she is before the role came: that alone would do.
    app.sql("INSERT INTO user_roles (user_id, role) SELECT id, 'admin' FROM users")
        .await;
    let callback = social.consent(&browser, "/oauth/corp/start?link").await;
    let linked = come_back(&browser, &callback).await;
    assert_eq!(location(&linked), "/account/security?notice=mfa-required");
    assert_eq!(social.identities().await.len(), 0);
    let input = json!({
        "provider": "corp",
        "redirectUrl": super::super::REDIRECT,
        "codeChallenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    });
    let start = "mutation ($input: StartSocialLoginInput!) {
        startIdentityLink(input: $input) { authorizationUrl userErrors { code } }
    }";
    let refused = admin.client.run(start, json!({ "input": input })).await;
    assert_eq!(
        refused.body["errors"][0]["extensions"]["reason"], "MFA_REQUIRED",
        "{}",
        refused.text
    );
}

/// Nothing that a thief began outlives what its owner does about it.
#[tokio::test]
async fn a_challenge_ends_with_its_identity() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    confirm_all(app).await;
    assert!(gets_in(&social, EMAIL).await);
    let factor = WithTotp::of(app, ada).await;
    let thief = app.browser();
    assert!(location(&social.sign_in(&thief).await).starts_with("/login/mfa"));
    app.sql("DELETE FROM identities").await;
    let code = factor.next_code(app);
    let answer = submit(&thief, "/login/mfa", &[("code", &code)]).await;
    assert_ne!(answer.status, 303);
    assert_eq!(who(&thief).await, Value::Null);
}

/// A challenge that waits to link does not link what belongs to somebody else by then.
#[tokio::test]
async fn a_challenge_does_not_take_what_another_account_got_meanwhile() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    let factor = WithTotp::of(app, ada).await;
    app.user("eve").await;
    confirm_all(app).await;
    let browser = app.browser();
    assert!(location(&social.sign_in(&browser).await).starts_with("/login/mfa"));
    let eve = stepped_up_browser(app, "eve@example.com").await;
    link(&social, &eve).await;
    let code = factor.next_code(app);
    let answer = submit(&browser, "/login/mfa", &[("code", &code)]).await;
    assert_ne!(answer.status, 500);
    assert_eq!(who(&browser).await, Value::Null);
    assert_eq!(who(&eve).await["identities"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unlinking_beats_sign_ins_under_way() {
    for _ in 0..4 {
        let social = Social::start().await;
        let app = &social.app;
        let ada = app.user("ada").await;
        confirm_all(app).await;
        assert!(gets_in(&social, EMAIL).await);
        let client = stepped_up(app, &ada.client).await;
        let ids = identity_ids(&client).await;
        let browsers: Vec<_> = (0..8).map(|_| app.browser()).collect();
        let mut callbacks = Vec::new();
        for browser in &browsers {
            callbacks.push(social.consent(browser, "/oauth/corp/start").await);
        }
        let pairs = browsers.iter().zip(&callbacks);
        let sign_ins = join_all(pairs.map(|(browser, callback)| come_back(browser, callback)));
        let (answers, unlinked) = tokio::join!(sign_ins, unlink(&client, &ids[0]));
        assert_eq!(unlinked, [""; 0]);
        for answer in answers {
            assert!([303, 409].contains(&answer.status.as_u16()), "{}", answer.status);
        }
        let left = social.identities().await;
        assert!(left.is_empty());
        assert_kept_out(&social, "it is linked again").await;
    }
}

/// The owner and the thief at once: his account at the provider must not stay linked to an account that is gone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn linking_and_deleting_at_once_leave_nothing_behind() {
    for _ in 0..6 {
        let social = Social::start().await;
        let app = &social.app;
        let ada = app.user("ada").await;
        confirm_all(app).await;
        let browser = app.browser();
        let callback = social.consent(&browser, "/oauth/corp/start").await;
        let delete = ada.client.call(
            "deleteAccount",
            "deletedUserId",
            json!({ "currentPassword": PASSWORD }),
        );
        let (answer, deleted) = tokio::join!(come_back(&browser, &callback), delete);
        assert!([303, 409].contains(&answer.status.as_u16()), "{}", answer.status);
        // Signing in changes nothing about her session or password.
        assert_eq!(codes(&deleted), [""; 0], "{}", deleted.text);
        let (users, identities, _) = social.counts().await;
        assert_eq!(users, identities, "{}", answer.status);
    }
}
