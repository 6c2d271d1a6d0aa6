//! Forms of the address that are sent twice: both end alike.

use super::{
    EMAIL, REDIRECT, Social,
    client::{VERIFIER, start_input},
    come_back, get, left_to, submit, who,
};
use crate::{
    page::{Filled, location},
    support::{Browser, TestApp, rounds},
};

/// A browser that was asked for an address, which the provider's word does not prove.
async fn asked(social: &Social, path: &str) -> Browser {
    let browser = social.app.browser();
    let callback = social.consent(&browser, path).await;
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
    browser
}

/// The form with the mailed code.
async fn with_code(social: &Social, browser: &Browser) -> Filled {
    assert_eq!(
        location(&submit(browser, "/oauth/address", &[("email", EMAIL)]).await),
        "/oauth/code"
    );
    let code = social.app.mail(EMAIL, "address_code").await.code();
    Filled::load(browser, "/oauth/code", "/oauth/code", &[("code", &code)]).await
}

#[tokio::test]
async fn a_client_hears_of_a_code_that_was_sent_again() {
    let social = Social::with("", |_| {}).await;
    let started = social
        .app
        .anonymous()
        .call("startSocialLogin", "authorizationUrl", start_input(VERIFIER))
        .await;
    let url = started.data("startSocialLogin")["authorizationUrl"]
        .as_str()
        .unwrap();
    let browser = asked(&social, url.strip_prefix("http://localhost:8000").unwrap()).await;
    let form = with_code(&social, &browser).await;
    let same = browser.copy();
    let (to, query) = left_to(&form.send(&browser).await);
    assert_eq!(to, REDIRECT);
    assert!(query.contains_key("code"), "{query:?}");
    let (to, query) = left_to(&form.send(&same).await);
    assert_eq!(to, REDIRECT);
    assert_eq!(query["error"], "TOKEN_INVALID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_servers_both_forms_lead_on() {
    let social = Social::with("", |_| {}).await;
    let providers = social.app.app.config.providers.clone();
    let other = TestApp::builder()
        .sharing_database_of(&social.app)
        .config(|config| {
            config.providers = providers;
            config.account_writes = 0;
            config.logins_per_network = 0;
        })
        .start()
        .await;
    for nth in 0..rounds(4) {
        // Each address gets so many mails only.
        let email = format!("person-{nth}@example.com");
        social.says_person(&format!("person-{nth}"), &email);
        let here = asked(&social, "/oauth/corp/start").await;
        let there = here.at(&other);
        let form = Filled::load(&here, "/oauth/address", "/oauth/address", &[("email", &email)]).await;
        let answers = tokio::join!(form.send(&here), form.send(&there));
        assert_eq!([location(&answers.0), location(&answers.1)], ["/oauth/code"; 2]);

        // One of the two has the secret of the challenge.
        let waiting = get(&here, "/oauth/code").await;
        let holder = if waiting.status == 200 { &here } else { &there };
        let code = social.app.mail(&email, "address_code").await.code();
        let form = Filled::load(holder, "/oauth/code", "/oauth/code", &[("code", &code)]).await;
        let (here, there) = (holder.copy(), holder.at(&other));
        let answers = tokio::join!(form.send(&here), form.send(&there));
        assert_eq!([location(&answers.0), location(&answers.1)], ["/account"; 2]);
        assert_eq!(who(&here).await["email"], email.as_str());
        assert_eq!(social.counts().await, (1, 1, 1));
        social.app.sql("DELETE FROM users").await;
    }
}
