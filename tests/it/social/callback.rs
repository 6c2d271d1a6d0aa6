//! The answer of a provider counts once, in the browser that began, and at the callback of its own provider.

use std::time::Duration;

use serde_json::{Value, json};

use super::{EMAIL, Social, come_back, get, who};
use crate::page::location;

#[tokio::test]
async fn a_click_and_a_consent_make_an_account_without_a_password() {
    let social = Social::start().await;
    let browser = social.app.browser();
    let login = get(&browser, "/login?next=%2Faccount%2Fsecurity").await;
    let link = "/oauth/corp/start?next=%2Faccount%2Fsecurity";
    assert!(login.text.contains(&format!("href=\"{link}\"")), "{}", login.text);
    assert!(login.text.contains("Continue with Corp"));
    assert!(get(&browser, "/signup").await.text.contains("Continue with Corp"));

    let callback = social.consent(&browser, link).await;
    assert_eq!(
        location(&come_back(&browser, &callback).await),
        "/account/security"
    );
    let ada = who(&browser).await;
    assert_eq!(
        (&ada["email"], &ada["hasPassword"]),
        (&json!(EMAIL), &json!(false))
    );
    let row = social.app.row(EMAIL).await.unwrap();
    assert_eq!(row.name, "Ada Lovelace");
    assert!(row.email_verified_at.is_some() && row.password_hash.is_none());
    let session = browser.query("{ viewer { session { authMethods } } }").await;
    assert_eq!(
        session.data("viewer")["session"]["authMethods"],
        json!(["SOCIAL"])
    );
    // The same person the next time, also if the provider calls her otherwise by then.
    social.says("lovelace@example.com");
    let elsewhere = social.app.browser();
    assert_eq!(location(&social.sign_in(&elsewhere).await), "/account");
    assert_eq!(who(&elsewhere).await["id"], ada["id"]);
    assert_eq!(
        social.app.row(EMAIL).await.unwrap().email,
        EMAIL,
        "a sign-in never changes our address"
    );
    assert_eq!(social.counts().await, (1, 1, 2));
}

#[tokio::test]
async fn an_answer_counts_in_the_browser_that_began_and_nowhere_else() {
    let social = Social::start().await;
    let (mallory, ada) = (social.app.browser(), social.app.browser());
    let callback = social.consent(&mallory, "/oauth/corp/start").await;
    // Mallory's answer in Ada's browser: without a flow, and with a flow of her own.
    assert_eq!(come_back(&ada, &callback).await.status, 410);
    social.consent(&ada, "/oauth/corp/start").await;
    assert_eq!(come_back(&ada, &callback).await.status, 410);
    assert_eq!(who(&ada).await, Value::Null);
    assert_eq!(social.counts().await, (0, 0, 0));
    assert_eq!(location(&come_back(&mallory, &callback).await), "/account");
}

#[tokio::test]
async fn an_answer_counts_for_ten_minutes_and_once() {
    let social = Social::start().await;
    let in_time = social.app.browser();
    let callback = social.consent(&in_time, "/oauth/corp/start").await;
    social.app.pass(Duration::from_secs(599));
    assert_eq!(location(&come_back(&in_time, &callback).await), "/account");
    assert_eq!(who(&in_time).await["email"], EMAIL);

    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let late = browser.copy();
    let cookies = late.cookies();
    social.app.pass(Duration::from_mins(10));
    assert_eq!(come_back(&browser, &callback).await.status, 410);
    // Not even with a cookie that the browser should have dropped.
    late.put("portcullis-social", &cookies["portcullis-social"]);
    assert_eq!(come_back(&late, &callback).await.status, 410);

    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let thief = browser.copy();
    social.provider.takes_codes_again();
    assert_eq!(location(&come_back(&browser, &callback).await), "/account");
    assert_eq!(
        location(&come_back(&browser, &callback).await),
        "/account",
        "a reload leads on"
    );
    // Even if the provider takes the code again.
    let traded = social.provider.hits("/token");
    assert_eq!(come_back(&thief, &callback).await.status, 410);
    assert_eq!(social.provider.hits("/token"), traded + 1);
    assert_eq!(who(&thief).await, Value::Null);
}

#[tokio::test]
async fn who_declines_or_is_refused_reads_a_sentence() {
    let social = Social::start().await;
    for (error, status, text) in [
        ("access_denied", 200, "You cancelled at Corp"),
        ("server_error", 400, "Corp refused"),
        ("<script>", 400, "Corp refused"),
    ] {
        let browser = social.app.browser();
        let mut callback = social.consent(&browser, "/oauth/corp/start").await;
        callback.parameters.remove("code");
        callback.parameters.insert("error".to_owned(), error.to_owned());
        let answer = come_back(&browser, &callback).await;
        assert_eq!(answer.status, status, "{error}");
        assert!(
            answer.text.contains(text) && !answer.text.contains("<script>"),
            "{error}"
        );
        // The flow is over.
        assert_eq!(come_back(&browser, &callback).await.status, 410, "{error}");
    }
    assert_eq!(social.counts().await, (0, 0, 0));
}

#[tokio::test]
async fn a_closed_server_signs_its_people_in_and_makes_no_accounts() {
    let social = Social::with(super::TRUSTED, |config| config.signup_enabled = false).await;
    let answer = social.sign_in(&social.app.browser()).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("There is no account for this sign-in"));
    assert_eq!(social.counts().await, (0, 0, 0));

    let closed = Social::with("", |config| config.signup_enabled = false).await;
    assert_eq!(
        closed.sign_in(&closed.app.browser()).await.status,
        403,
        "it asks for no address"
    );
}

#[tokio::test]
async fn a_disabled_account_stays_closed() {
    let social = Social::start().await;
    let browser = social.app.browser();
    social.sign_in(&browser).await;
    social.app.disable(EMAIL).await;
    let answer = social.sign_in(&social.app.browser()).await;
    assert_eq!(answer.status, 403);
    assert!(answer.text.contains("disabled"));
}

#[tokio::test]
async fn where_pages_are_off_the_flow_is_for_clients_alone() {
    let social = Social::with(super::TRUSTED, |config| config.pages = false).await;
    let browser = social.app.browser();
    for path in ["/login", "/oauth/corp/start", "/oauth/corp/start?link"] {
        assert_eq!(get(&browser, path).await.status, 404, "{path}");
    }
    let code = super::client::code_of(&social).await;
    let answer = super::client::finish(&social.app.anonymous(), &code, super::client::VERIFIER).await;
    assert_eq!(answer.data("finishSocialLogin")["user"]["email"], EMAIL);
}
