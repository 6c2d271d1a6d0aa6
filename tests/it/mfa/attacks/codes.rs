//! Attacks on the codes of an app, and on the sign-in that waits for one.

use std::time::Duration;

use portcullis::platform::clock::Clock as _;
use sea_orm::{ConnectionTrait as _, Database, TransactionTrait as _};
use serde_json::json;

use super::super::{
    HOME, SIGNED_IN, WithTotp, at_home, challenge, codes, interrupted::Here, set_up, step_up, verify,
    without_other_limits,
};
use crate::{
    email_change::proven,
    page::{Filled, location},
    support::{PASSWORD, TestApp, totp_code, until},
};

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a connection of the test's own holds the lock"
)]
async fn a_wrong_code_counts_when_its_caller_hangs_up_and_the_fifth_is_mailed() {
    let here = Here::start().await;
    let app = &here.app;
    let ada = WithTotp::of(app, proven(app, "ada").await).await;
    let email = &ada.person.email;
    let waiting = challenge(&app.anonymous(), email).await;
    let observer = Database::connect(&app.database.url).await.unwrap();
    let is_mailed = async || app.kinds_to(email).await.contains(&"codes_refused".to_owned());
    let wrong = json!({ "totpCode": "000000" });
    // How often the clock is asked before a failure is counted, found out with the code of somebody else.
    let eve = WithTotp::of(app, proven(app, "eve").await).await;
    let of_eve = challenge(&app.anonymous(), &eve.person.email).await;
    let before = app.clock.asked();
    assert_eq!(here.verify(&of_eve, &wrong).await, ["MFA_CODE_INVALID"]);
    let to_judge = app.clock.asked() - before;
    for round in 0..5 {
        assert!(!is_mailed().await, "{round}");
        // Another transaction holds the counts, so the failure waits, and the caller does not.
        let transaction = observer.begin().await.unwrap();
        transaction
            .execute_unprepared("UPDATE attempt_streaks SET failures = failures")
            .await
            .unwrap();
        let before = app.clock.asked();
        let is_judged = async || app.clock.asked() >= before + to_judge;
        tokio::select! {
            answer = here.verify(&waiting, &wrong) => panic!("{round}: {answer:?}"),
            () = until("the code is judged", is_judged) => {}
        }
        transaction.rollback().await.unwrap();
        app.until_database_is_idle().await;
    }
    until("the owner gets the mail of the fifth", is_mailed).await;
    let next = here.verify(&waiting, &wrong).await;
    assert_eq!(next, ["RATE_LIMITED"], "five guesses were free");
}

#[tokio::test]
async fn a_thief_of_the_password_does_not_lock_the_owner_out_where_she_set_the_app_up() {
    let (app, person) = at_home().await;
    // She signed up at home, and set the app up there.
    let client = step_up(&app, &person.client, json!({ "password": PASSWORD })).await;
    let (secret, _) = set_up(&app, &client.at(HOME)).await;
    let thief = app.anonymous().at("203.0.113.66");
    let waiting = challenge(&thief, &person.email).await;
    for _ in 0..5 {
        verify(&thief, &waiting, json!({ "totpCode": "000000" })).await;
    }
    app.pass(Duration::from_secs(30));
    let home = app.anonymous().at(HOME);
    let waiting = challenge(&home, &person.email).await;
    let code = totp_code(&secret, app.clock.now().as_second());
    let done = verify(&home, &waiting, json!({ "totpCode": code })).await;
    assert_eq!(codes(&done), [""; 0], "the owner waits for the thief");
}

#[tokio::test]
async fn a_foreign_page_does_not_get_the_cookies_of_a_second_factor_that_is_sent_again() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let attacker = app.browser();
    let query = format!("mutation ($input: LoginInput!) {{ login(input: $input) {{ {SIGNED_IN} }} }}");
    let input = json!({ "email": ada.person.email, "password": PASSWORD, "tokenDelivery": "COOKIE" });
    let waiting = attacker.run(&query, json!({ "input": input })).await;
    let token = waiting.data("login")["mfaChallenge"]["challengeToken"].clone();
    let input = json!({ "challengeToken": token, "factor": { "totpCode": ada.next_code(&app) } });
    let query = format!(
        "mutation ($input: VerifyMfaInput!) {{ verifyMfa(input: $input) {{ {SIGNED_IN} userErrors {{ code }} }} }}"
    );
    let done = attacker.run(&query, json!({ "input": input })).await;
    assert!(done.data("verifyMfa")["session"].is_object(), "{}", done.text);
    // The same call from a foreign page in the browser of a victim: login CSRF.
    for headers in [
        vec![
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
        vec![("origin", "https://evil.example")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("origin", "null"), ("sec-fetch-site", "cross-site")],
    ] {
        let victim = app.browser().on(&headers);
        let again = victim.run(&query, json!({ "input": input })).await;
        assert!(
            again.set_cookies().is_empty(),
            "{headers:?} {}: {:?}",
            again.text,
            again.set_cookies()
        );
    }
}

#[tokio::test]
async fn typos_between_full_sign_ins_from_changing_networks_do_not_add_up() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(without_other_limits)
        .start()
        .await;
    let ada = WithTotp::new(&app, "ada").await;
    // A phone: another network each time. She mistypes the code, moves on, and then signs in with everything.
    for round in 0..100 {
        let here = app.anonymous().at(&format!("198.18.{round}.1"));
        let waiting = challenge(&here, &ada.person.email).await;
        let wrong = verify(&here, &waiting, json!({ "totpCode": "000000" })).await;
        assert_eq!(codes(&wrong), ["MFA_CODE_INVALID"]);
        let there = app.anonymous().at(&format!("198.19.{round}.1"));
        let right = verify(&there, &waiting, json!({ "totpCode": ada.next_code(&app) })).await;
        assert_eq!(codes(&right), [""; 0], "round {round}");
        app.pass(Duration::from_hours(48));
    }
    let there = app.anonymous().at("203.0.113.99");
    let waiting = challenge(&there, &ada.person.email).await;
    let right = verify(&there, &waiting, json!({ "totpCode": ada.next_code(&app) })).await;
    assert_eq!(codes(&right), [""; 0], "{}", right.text);
}

#[tokio::test]
async fn a_mailed_code_that_is_sent_twice_leads_to_the_second_factor() {
    let app = TestApp::with(|config| config.email_login = true).await;
    let ada = WithTotp::of(&app, proven(&app, "ada").await).await;
    let browser = app.browser();
    let email = ada.person.email.as_str();
    Filled::load(&browser, "/login/email", "/login/email", &[("email", email)])
        .await
        .send(&browser)
        .await;
    let code = app.mail(email, "sign_in_code").await.code();
    let path = "/login/email/code";
    let form = Filled::load(&browser, path, path, &[("code", &code)]).await;
    assert_eq!(location(&form.send(&browser).await), "/login/mfa");
    // A double click: the browser shows the second answer.
    assert_eq!(location(&form.send(&browser).await), "/login/mfa");
}
