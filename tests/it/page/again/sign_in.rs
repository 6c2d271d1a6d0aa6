//! Sign-up and sign-in, sent again.

use super::{Filled, sessions};
use crate::{
    page::{get, location, sign_up},
    support::{PASSWORD, TestApp},
};

const REFRESH: &str = "portcullis-refresh";

#[tokio::test]
async fn a_sign_up_whose_answer_was_lost_signs_in_to_the_session_that_it_began() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    assert_eq!(location(&form.send_and_lose(&browser).await), "/account");
    assert!(!browser.cookies().contains_key(REFRESH));
    assert_eq!(location(&form.send(&browser).await), "/account");
    assert_eq!(sessions(&app).await, 1);
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
    let traded = browser.refresh().await;
    assert_eq!(traded.user_errors("refreshSession"), []);
    assert_eq!(browser.me().await.data("me")["name"], "ada");
}

#[tokio::test]
async fn a_login_whose_answer_was_lost_signs_in_to_the_session_that_it_began() {
    let app = TestApp::start().await;
    app.user("ada").await;
    let browser = app.browser();
    let form = Filled::login(&browser, "ada").await;
    let lost = browser.copy();
    form.send(&lost).await;
    assert_eq!(location(&form.send(&browser).await), "/account");
    // One of the sign-up, one of the login.
    assert_eq!(sessions(&app).await, 2);
    assert_eq!(browser.cookie(REFRESH), lost.cookie(REFRESH));
    assert!(get(&browser, "/account").await.text.contains("Welcome, ada"));
}

#[tokio::test]
async fn one_that_is_sent_again_with_the_cookies_of_the_first_changes_nothing() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await;
    form.send(&browser).await;
    let before = browser.cookie(REFRESH);
    assert_eq!(location(&form.send(&browser).await), "/account");
    assert_eq!((browser.cookie(REFRESH), sessions(&app).await), (before, 1));
    let here = app.browser();
    let form = Filled::login(&here, "ada").await;
    form.send(&here).await;
    assert_eq!(location(&form.send(&here).await), "/account");
    assert_eq!(sessions(&app).await, 2);
}

#[tokio::test]
async fn it_leads_where_the_first_one_led() {
    const APP: &str = "https://app.example.com/welcome";
    let app = TestApp::with(|config| config.redirect_urls = vec![APP.to_owned()]).await;
    let browser = app.browser();
    let form = Filled::sign_up(&browser, "ada").await.with("next", APP);
    for _ in 0..2 {
        assert_eq!(location(&form.send_and_lose(&browser).await), APP);
    }
}

#[tokio::test]
async fn cookies_that_were_used_since_are_given_to_nobody_again() {
    let app = TestApp::start().await;
    sign_up(&app.browser(), "ada").await;
    for ends in [false, true] {
        let browser = app.browser();
        let form = Filled::login(&browser, "ada").await;
        let holder = browser.copy();
        form.send(&holder).await;
        if ends {
            holder.logout().await.data("logout");
        } else {
            holder.refresh().await.data("refreshSession");
        }
        let before = sessions(&app).await;
        let answer = form.send(&browser).await;
        assert_eq!(location(&answer), "/login?next=%2Faccount");
        assert!(!browser.cookies().contains_key(REFRESH));
        assert_eq!(sessions(&app).await, before);
        // The one who has them keeps them.
        if !ends {
            let kept = holder.cookie(REFRESH);
            assert_eq!(location(&form.send(&holder).await), "/account");
            assert_eq!(holder.cookie(REFRESH), kept);
        }
    }
}

#[tokio::test]
async fn a_browser_that_signed_in_to_another_account_since_stays_there() {
    let app = TestApp::start().await;
    sign_up(&app.browser(), "ada").await;
    sign_up(&app.browser(), "eve").await;
    let browser = app.browser();
    let first = Filled::login(&browser, "ada").await;
    first.send_and_lose(&browser).await;
    let fields = [("email", "eve@example.com"), ("password", PASSWORD)];
    let second = Filled::load(&browser, "/login", "/login", &fields).await;
    second.send(&browser).await;
    assert_eq!(location(&first.send(&browser).await), "/account");
    assert_eq!(browser.me().await.data("me")["name"], "eve");
}
