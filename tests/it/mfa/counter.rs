//! Wrong codes: counted by user over all challenges, and without locking the owner out.

use std::time::Duration;

use serde_json::json;

use super::{HOME, WithTotp, at_home, challenge, codes, reset_password, step_up, verify};
use portcullis::platform::clock::Clock as _;

use crate::support::{Client, TestApp, rounds, told};

/// Somebody who has the password, in a network that the account does not know.
fn thief(app: &TestApp) -> Client {
    app.anonymous().at("203.0.113.66")
}

/// Tries a wrong code with a new challenge. The code of the refusal.
async fn guess(client: &Client, email: &str, code: &str) -> String {
    let waiting = challenge(client, email).await;
    codes(&verify(client, &waiting, json!({ "totpCode": code })).await).remove(0)
}

/// A server behind a proxy, and one that shows its mails.
async fn start() -> (TestApp, TestApp, WithTotp) {
    let (app, person) = at_home().await;
    let ada = WithTotp::of(&app, person).await;
    let post = app.another(|_| {}).await;
    (app, post, ada)
}

#[tokio::test]
async fn five_wrong_codes_are_enough_whatever_challenge_they_came_with_and_across_restarts() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    for _ in 0..5 {
        assert_eq!(guess(&thief(&app), email, "000000").await, "MFA_CODE_INVALID");
    }
    assert_eq!(guess(&thief(&app), email, "000000").await, "RATE_LIMITED");
    let restarted = app
        .another(|config| config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()])
        .await;
    let code = ada.next_code(&app);
    let waiting = challenge(&thief(&restarted), email).await;
    let answer = verify(&thief(&restarted), &waiting, json!({ "totpCode": code })).await;
    assert_eq!(
        codes(&answer),
        ["RATE_LIMITED"],
        "a right code comes too late as well"
    );
}

#[tokio::test]
async fn waits_double_up_to_one_hour() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    for minutes in [15, 30, 60, 60, 60] {
        for _ in 0..5 {
            assert_eq!(guess(&thief(&app), email, "000000").await, "MFA_CODE_INVALID");
        }
        app.pass(Duration::from_secs(minutes * 60 - 1));
        assert_eq!(
            guess(&thief(&app), email, "000000").await,
            "RATE_LIMITED",
            "{minutes}"
        );
        app.pass(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_right_password_does_not_clear_wrong_codes_and_they_do_not_count_as_passwords() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    for _ in 0..5 {
        guess(&thief(&app), email, "000000").await;
    }
    // The password is still looked at, and right.
    challenge(&thief(&app), email).await;
    assert_eq!(guess(&thief(&app), email, "000000").await, "RATE_LIMITED");
}

#[tokio::test]
async fn the_owner_gets_in_from_a_network_where_she_fully_signed_in_before() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    let home = app.anonymous().at(HOME);
    ada.sign_in_from(&app, &home).await;
    for _ in 0..6 {
        guess(&thief(&app), email, "000000").await;
    }
    ada.sign_in_from(&app, &home).await;
    // Which does not help the thief.
    assert_eq!(guess(&thief(&app), email, "000000").await, "RATE_LIMITED");
}

#[tokio::test]
async fn recovery_codes_have_no_part_in_the_count() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    for _ in 0..6 {
        guess(&thief(&app), email, "000000").await;
    }
    let waiting = challenge(&thief(&app), email).await;
    for _ in 0..8 {
        let wrong = json!({ "recoveryCode": "0000-0000-0000-0000" });
        assert_eq!(
            codes(&verify(&thief(&app), &waiting, wrong).await),
            ["MFA_CODE_INVALID"]
        );
    }
    let right = json!({ "recoveryCode": ada.recovery_codes[0] });
    assert_eq!(codes(&verify(&thief(&app), &waiting, right).await), [""; 0]);
}

#[tokio::test]
async fn a_right_code_that_was_used_counts_as_one_failure_however_often_it_comes_back() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    let client = thief(&app);
    let used = ada.next_code(&app);
    let waiting = challenge(&client, email).await;
    assert_eq!(
        codes(&verify(&client, &waiting, json!({ "totpCode": used })).await),
        [""; 0]
    );
    for _ in 0..10 {
        assert_eq!(guess(&client, email, &used).await, "MFA_CODE_INVALID");
    }
    // One of them counted: four wrong ones are left.
    for _ in 0..4 {
        assert_eq!(guess(&client, email, "000000").await, "MFA_CODE_INVALID");
    }
    assert_eq!(guess(&client, email, "000000").await, "RATE_LIMITED");
}

#[tokio::test]
async fn five_wrong_codes_after_a_right_password_are_mailed_once() {
    let (app, post, ada) = start().await;
    let email = &ada.person.email;
    let reports = async || {
        let kinds = post.kinds_to(email).await;
        kinds.iter().filter(|kind| *kind == "codes_refused").count()
    };
    for _ in 0..4 {
        guess(&thief(&app), email, "000000").await;
    }
    assert_eq!(reports().await, 0);
    guess(&thief(&app), email, "000000").await;
    assert_eq!(reports().await, 1);
    app.pass(Duration::from_mins(15));
    for _ in 0..5 {
        guess(&thief(&app), email, "000000").await;
    }
    assert_eq!(reports().await, 1, "each further wait would be a mail");
}

#[tokio::test]
async fn a_reset_of_the_password_gives_five_tries() {
    let (app, post, ada) = start().await;
    let email = &ada.person.email;
    for _ in 0..6 {
        guess(&thief(&app), email, "000000").await;
    }
    reset_password(&post, email).await;
    for _ in 0..5 {
        assert_eq!(guess(&thief(&app), email, "000000").await, "MFA_CODE_INVALID");
    }
    assert_eq!(guess(&thief(&app), email, "000000").await, "RATE_LIMITED");
}

/// A hundred wrong codes of a stranger in a row: after them, codes from unknown networks are restricted.
async fn a_hundred_fail(app: &TestApp, email: &str) {
    for _ in 0..20 {
        for _ in 0..5 {
            assert_eq!(guess(&thief(app), email, "000000").await, "MFA_CODE_INVALID");
        }
        app.pass(Duration::from_hours(1));
    }
}

/// A right code from here is refused: the password must be reset first.
async fn assert_reset_comes_first(app: &TestApp, client: &Client, ada: &WithTotp) {
    let waiting = challenge(client, &ada.person.email).await;
    let answer = verify(client, &waiting, json!({ "totpCode": ada.next_code(app) })).await;
    let (code, message, _) = answer.user_errors("verifyMfa")[0].clone();
    assert_eq!(code, "MFA_CODE_INVALID");
    assert!(message.contains("reset your password"), "{message}");
}

#[tokio::test]
async fn after_a_hundred_in_a_row_a_reset_comes_first_except_where_she_is_known() {
    let (app, post, ada) = start().await;
    let email = &ada.person.email;
    a_hundred_fail(&app, email).await;
    // A month later, too: these failures are not forgotten.
    app.pass(Duration::from_hours(720));
    assert_reset_comes_first(&app, &thief(&app), &ada).await;
    reset_password(&post, email).await;
    ada.sign_in_from(&app, &thief(&app)).await;
}

#[tokio::test]
async fn what_the_owner_gives_where_she_is_known_does_not_clear_the_failures_of_strangers() {
    let (app, _, ada) = start().await;
    let home = app.anonymous().at(HOME);
    ada.sign_in_from(&app, &home).await;
    a_hundred_fail(&app, &ada.person.email).await;
    let client = ada.sign_in_from(&app, &home).await.at(HOME);
    assert_reset_comes_first(&app, &thief(&app), &ada).await;
    // Nor does a proof.
    step_up(&app, &client, json!({ "totpCode": ada.next_code(&app) })).await;
    assert_reset_comes_first(&app, &thief(&app), &ada).await;
    let other_stranger = app.anonymous().at("192.0.2.7");
    assert_reset_comes_first(&app, &other_stranger, &ada).await;
    ada.sign_in_from(&app, &home).await;
}

#[tokio::test]
async fn failures_of_an_unknown_network_are_forgiven_when_she_fully_signs_in_there() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    let abroad = app.anonymous().at("192.0.2.7");
    for _ in 0..3 {
        assert_eq!(guess(&abroad, email, "000000").await, "MFA_CODE_INVALID");
    }
    assert_eq!(guess(&thief(&app), email, "000000").await, "MFA_CODE_INVALID");
    ada.sign_in_from(&app, &abroad).await;
    // The stranger's own one still counts, and hers no longer do.
    for _ in 0..4 {
        assert_eq!(guess(&thief(&app), email, "000000").await, "MFA_CODE_INVALID");
    }
    assert_eq!(guess(&thief(&app), email, "000000").await, "RATE_LIMITED");
    ada.sign_in_from(&app, &abroad).await;
}

/// The long form is 10,000 guesses: `PORTCULLIS_MFA_GUESSES`.
#[tokio::test]
#[expect(clippy::print_stderr, reason = "the long form shows its figures")]
async fn of_many_guesses_with_the_right_password_few_reach_a_comparison_and_the_owner_still_gets_in() {
    let (app, _, ada) = start().await;
    let email = &ada.person.email;
    let home = app.anonymous().at(HOME);
    ada.sign_in_from(&app, &home).await;
    let guesses = told("PORTCULLIS_MFA_GUESSES").unwrap_or_else(|| rounds(40));
    let (mut compared, began) = (0_u64, app.clock.now().as_second());
    let mut waiting = challenge(&thief(&app), email).await;
    for guess in 0..guesses {
        if guess % 10 == 0 {
            waiting = challenge(&thief(&app), email).await;
        }
        // A different code each time; a guess a second.
        let code = format!("{:06}", (guess * 7_919) % 1_000_000);
        let answer = verify(&thief(&app), &waiting, json!({ "totpCode": code })).await;
        match codes(&answer)[0].as_str() {
            "MFA_CODE_INVALID" if !answer.text.contains("reset your password") => compared += 1,
            "MFA_CODE_INVALID" | "RATE_LIMITED" => {}
            other => panic!("{other}"),
        }
        app.pass(Duration::from_secs(1));
    }
    let hours = (app.clock.now().as_second() - began) / 3_600;
    let allowed = 5 * (3 + u64::try_from(hours).unwrap());
    assert!(
        compared <= allowed.min(100),
        "{compared} of {guesses} were compared, {allowed} allowed"
    );
    ada.sign_in_from(&app, &home).await;
    // Shown by the long form.
    eprintln!("{guesses} guesses, {compared} compared");
}
