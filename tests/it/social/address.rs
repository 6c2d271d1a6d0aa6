//! Where no trusted provider vouches for an address, our own mail proves one, and the pages tell nothing.

use std::time::Duration;

use portcullis::platform::config::Config;

use super::{EMAIL, Social, come_back, confirm_all, get, submit, who};
use crate::{
    page::{form_token, location},
    support::{Answer, Browser},
};

/// A browser that waits for its address.
async fn waiting(social: &Social) -> Browser {
    let browser = social.app.browser();
    assert_eq!(location(&social.sign_in(&browser).await), "/oauth/address");
    browser
}

/// The part of a page that people read, without what differs between any two.
fn what_it_says(answer: &Answer) -> String {
    let (_, main) = answer.text.split_once("<main>").unwrap();
    let (main, _) = main.split_once("</main>").unwrap();
    main.replace(&form_token(answer), "")
}

#[tokio::test]
async fn taken_and_free_addresses_get_the_same_pages() {
    let social = Social::with("", |_| {}).await;
    social.app.user("taken").await;
    confirm_all(&social.app).await;
    let mut pages = Vec::new();
    for email in ["taken@example.com", "free@example.com"] {
        let browser = waiting(&social).await;
        let asked = submit(&browser, "/oauth/address", &[("email", email)]).await;
        assert_eq!(location(&asked), "/oauth/code");
        let shown = get(&browser, "/oauth/code").await;
        let refused = submit(&browser, "/oauth/code", &[("code", "0000-0000")]).await;
        pages.push(
            [shown, refused].map(|answer| (answer.status, what_it_says(&answer).replace(email, "ADDRESS"))),
        );
    }
    assert_eq!(pages[0], pages[1]);
    let mails = social.app.mails().await;
    let of = |email: &str| -> Vec<String> {
        let mails = mails.iter().filter(|mail| mail.to == email);
        mails.map(|mail| mail.kind.clone()).collect()
    };
    assert_eq!(of("free@example.com"), ["address_code"]);
    assert!(of("taken@example.com").contains(&"account_exists".to_owned()));
    assert!(!of("taken@example.com").contains(&"address_code".to_owned()));
}

#[tokio::test]
async fn a_code_counts_for_its_person_five_tries_and_ten_minutes() {
    let social = Social::with("", |_| {}).await;
    let browser = waiting(&social).await;
    submit(&browser, "/oauth/address", &[("email", EMAIL)]).await;
    let code = social.app.mail(EMAIL, "address_code").await.code();
    // The code of another person counts for nobody else.
    social.says_person("mallory", "mallory@example.com");
    let mallory = waiting(&social).await;
    let mine = submit(&mallory, "/oauth/address", &[("email", "mallory@example.com")]).await;
    assert_eq!(location(&mine), "/oauth/code");
    assert_eq!(
        submit(&mallory, "/oauth/code", &[("code", &code)]).await.status,
        422
    );
    for _ in 0..4 {
        assert_eq!(
            submit(&mallory, "/oauth/code", &[("code", "0000-0000")])
                .await
                .status,
            422
        );
    }
    assert_eq!(
        submit(&mallory, "/oauth/code", &[("code", "0000-0000")])
            .await
            .status,
        410
    );
    assert_eq!(submit(&browser, "/oauth/code", &[("code", "")]).await.status, 422);
    let thief = browser.copy();
    assert_eq!(
        location(&submit(&browser, "/oauth/code", &[("code", &code)]).await),
        "/account"
    );
    assert_eq!(who(&browser).await["email"], EMAIL);
    let again = submit(&thief, "/oauth/code", &[("code", &code)]).await;
    assert_eq!(again.status, 410, "a code counts once");

    social.says_person("carol", "carol@example.com");
    let carol = waiting(&social).await;
    submit(&carol, "/oauth/address", &[("email", "carol@example.com")]).await;
    let code = social.app.mail("carol@example.com", "address_code").await.code();
    social.app.pass(Duration::from_mins(10));
    assert_eq!(
        submit(&carol, "/oauth/code", &[("code", &code)]).await.status,
        410
    );
    // There is still time for another one.
    let address = [("email", "carol@example.com")];
    assert_eq!(
        location(&submit(&carol, "/oauth/address", &address).await),
        "/oauth/code"
    );
    let code = social.app.mail("carol@example.com", "address_code").await.code();
    assert_eq!(
        location(&submit(&carol, "/oauth/code", &[("code", &code)]).await),
        "/account"
    );
}

#[tokio::test]
async fn an_account_of_a_squatter_is_taken_over_with_nothing_left() {
    let social = Social::start().await;
    let app = &social.app;
    let squatter = app.user("ada").await;
    let browser = app.browser();
    assert_eq!(
        location(&social.sign_in(&browser).await),
        "/oauth/code",
        "its mail proves the address first"
    );
    let before = social.counts().await;
    assert_eq!((before.0, before.1), (1, 0), "nothing changed yet");
    let code = app.mail(EMAIL, "address_code").await.code();
    assert_eq!(
        location(&submit(&browser, "/oauth/code", &[("code", &code)]).await),
        "/account"
    );
    let ada = who(&browser).await;
    assert_eq!(ada["id"], squatter.id.as_str());
    assert_eq!(ada["hasPassword"], false);
    let me = squatter.client.query("{ me { id } }").await;
    assert_eq!(me.body["errors"][0]["extensions"]["reason"], "SESSION_REVOKED");
    let login = app.anonymous().login(EMAIL, crate::support::PASSWORD).await;
    assert_eq!(super::codes(&login), ["INVALID_CREDENTIALS"]);
}

#[tokio::test]
async fn a_server_without_mail_says_what_is_missing() {
    // Behind a proxy, there is no outbox for development.
    let proxies = |config: &mut Config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let social = Social::with("", proxies).await;
    let answer = social.sign_in(&social.app.browser()).await;
    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("this server cannot mail a code"));
}

#[tokio::test]
async fn forms_of_other_pages_and_browsers_have_no_effect() {
    let social = Social::with("", |_| {}).await;
    let browser = waiting(&social).await;
    let request = browser.request(reqwest::Method::POST, "/oauth/address");
    let foreign = browser.send(request.form(&[("email", EMAIL)])).await;
    assert_eq!(foreign.status, 403);
    for path in ["/oauth/address", "/oauth/code"] {
        assert_eq!(get(&social.app.browser(), path).await.status, 410, "{path}");
    }
    assert!(social.app.mails().await.is_empty());
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
}
