//! The same form twice at once, on one server and on two.

use super::{Filled, NEW, opens, sessions};
use crate::{
    page::{location, sign_up},
    support::{Answer, Browser, PASSWORD, TestApp, rounds},
};

/// Both answers to a form that is sent twice at once.
async fn twice(form: &Filled, here: &Browser, there: &Browser) -> [Answer; 2] {
    let (one, other) = tokio::join!(form.send(here), form.send(there));
    [one, other]
}

#[track_caller]
fn assert_both_lead_to(answers: &[Answer; 2], target: &str) {
    assert_eq!(answers.each_ref().map(location), [target; 2]);
}

/// One life of an account, in which every form is sent twice.
async fn live(app: &TestApp, other: &TestApp) {
    let here = app.browser();
    let form = Filled::sign_up(&here, "ada").await;
    let there = here.at(other);
    assert_both_lead_to(&twice(&form, &here, &there).await, "/account");
    assert_eq!(sessions(app).await, 1);
    for browser in [&here, &there] {
        assert_eq!(browser.me().await.data("me")["name"], "ada");
    }

    let here = app.browser();
    let form = Filled::login(&here, "ada").await;
    let there = here.at(other);
    assert_both_lead_to(&twice(&form, &here, &there).await, "/account");
    assert_eq!(sessions(app).await, 2);
    for browser in [&here, &there] {
        assert_eq!(browser.me().await.data("me")["name"], "ada");
    }

    let ended = app.sign_in("ada@example.com").await;
    let form = Filled::end_of(&here, &ended.session_id).await;
    let there = here.at(other);
    let answers = twice(&form, &here, &there).await;
    assert_both_lead_to(&answers, "/account?notice=session-ended");
    assert_eq!(sessions(app).await, 2);

    let form = Filled::new_password(&here).await;
    let there = here.at(other);
    let answers = twice(&form, &here, &there).await;
    assert_both_lead_to(&answers, "/account?notice=password-changed");
    assert!(opens(app, NEW).await && !opens(app, PASSWORD).await);

    let form = Filled::deletion(&here).await.with("current_password", NEW);
    let there = here.at(other);
    let answers = twice(&form, &here, &there).await;
    assert_both_lead_to(&answers, "/login?notice=account-deleted");
    assert_eq!((app.row("ada@example.com").await, sessions(app).await), (None, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_one_server_the_second_waits_for_the_first_and_ends_like_it() {
    let app = TestApp::patient().await;
    for _ in 0..rounds(2) {
        live(&app, &app).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_two_servers_one_of_them_counts_and_both_end_alike() {
    let app = TestApp::patient().await;
    let other = TestApp::builder()
        .sharing_database_of(&app)
        .patient()
        .start()
        .await;
    for _ in 0..rounds(4) {
        live(&app, &other).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_second_costs_no_hash() {
    let app = TestApp::start().await;
    sign_up(&app.browser(), "ada").await;
    let browser = app.browser();
    let form = Filled::login(&browser, "ada").await;
    let verified = || app.app.metrics.password_verifications.get();
    let before = verified();
    let answers = twice(&form, &browser, &browser).await;
    assert_both_lead_to(&answers, "/account");
    assert_eq!(verified() - before, 1);
}

#[tokio::test]
async fn two_that_differ_do_not_wait_for_each_other() {
    let app = TestApp::start().await;
    sign_up(&app.browser(), "ada").await;
    let (here, there) = (app.browser(), app.browser());
    let (one, other) = tokio::join!(Filled::login(&here, "ada"), Filled::login(&there, "ada"));
    let (first, second) = tokio::join!(one.send(&here), other.send(&there));
    assert_eq!([location(&first), location(&second)], ["/account"; 2]);
    assert_eq!(sessions(&app).await, 3);
}
