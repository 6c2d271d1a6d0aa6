//! Attacks on second factors, recovery codes, passkeys and step-up.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use portcullis::platform::{clock::Clock as _, config::EmailVerification};
use sea_orm::{ConnectionTrait as _, Database, TransactionTrait as _};
use serde_json::{Value, json};

use super::{SIGNED_IN, WithTotp, challenge, codes, passkey_login, register, set_up, step_up, text, verify};
use crate::{
    email_change::{change, proven},
    page::{Filled, location},
    support::{PASSWORD, TestApp, totp_code, with_unsent_mail},
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const OTHER: &str = "a candle behind thick glass";

async fn reset(app: &TestApp, token: &str) {
    let input = json!({ "token": token, "newPassword": OTHER });
    let answer = app.anonymous().call("resetPassword", "isReset", input).await;
    assert_eq!(codes(&answer), [""; 0]);
}

#[tokio::test]
async fn ending_a_reported_sign_in_ends_the_passkey_that_its_thief_added() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    // Somebody has the password of an account without a second factor.
    let thief = app
        .anonymous()
        .agent(FIREFOX)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    let thief = step_up(&app, &app.bearer(&thief.access), json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    // The owner: "that was not me".
    let link = app.mail(&ada.email, "new_sign_in").await.token();
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": link }))
        .await;
    assert_eq!(codes(&ended), [""; 0]);
    let back = passkey_login(&app.anonymous(), &mut passkey).await;
    assert_eq!(
        codes(&back),
        ["PASSKEY_REJECTED"],
        "the thief is back: {}",
        back.text
    );
}

#[tokio::test]
async fn ending_a_reported_sign_in_lets_its_owner_in_again() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    let thief = app
        .anonymous()
        .agent(FIREFOX)
        .login(&ada.email, PASSWORD)
        .await
        .tokens("login");
    let thief = step_up(&app, &app.bearer(&thief.access), json!({ "password": PASSWORD })).await;
    set_up(&app, &thief).await;
    let link = app.mail(&ada.email, "new_sign_in").await.token();
    app.anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": link }))
        .await;
    reset(&app, &app.mail(&ada.email, "session_ended").await.token()).await;
    let input = json!({ "email": ada.email, "password": OTHER });
    let login = app.anonymous().call("login", SIGNED_IN, input).await;
    assert!(
        login.data("login")["tokens"].is_object(),
        "the owner is asked for the app of the thief: {}",
        login.text
    );
}

#[tokio::test]
async fn who_does_what_the_notice_of_a_new_passkey_says_is_rid_of_its_thief() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(1));
    // From a network and with a device that the account knows, so that no sign-in is reported.
    let thief = app.sign_in(&ada.email).await;
    let thief = step_up(&app, &thief.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    // "If it was not you, sign out all devices with the link."
    let link = app.mail(&ada.email, "passkey_added").await.token();
    let input = json!({ "token": link });
    let ended = app.anonymous().call("endReportedSession", "isEnded", input).await;
    assert_eq!(codes(&ended), [""; 0]);
    reset(&app, &app.mail(&ada.email, "session_ended").await.token()).await;
    let back = passkey_login(&app.anonymous(), &mut passkey).await;
    assert_eq!(
        codes(&back),
        ["PASSKEY_REJECTED"],
        "the thief is back: {}",
        back.text
    );
}

#[tokio::test]
async fn a_thief_who_sets_an_app_up_before_changing_the_address_does_not_disarm_the_undo() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(720));
    // The password is all that the thief has.
    let thief = app.sign_in(&ada.email).await;
    let thief = step_up(&app, &thief.client, json!({ "password": PASSWORD })).await;
    let (secret, _) = set_up(&app, &thief).await;
    app.pass(Duration::from_secs(30));
    let code = totp_code(&secret, app.clock.now().as_second());
    let thief = step_up(&app, &thief, json!({ "totpCode": code })).await;
    change(&app, &thief, "thief@example.com").await;
    let link = app.mail(&ada.email, "address_changed").await.token();
    let input = json!({ "token": link });
    let undone = app.anonymous().call("undoEmailChange", "isUndone", input).await;
    assert_eq!(
        codes(&undone),
        [""; 0],
        "the owner is asked for a code of the thief's app"
    );
}

#[tokio::test]
async fn an_undo_ends_the_passkey_that_its_thief_added_just_before_the_change() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    app.pass(Duration::from_hours(720));
    let thief = app.sign_in(&ada.email).await;
    let thief = step_up(&app, &thief.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&thief, "thief").await;
    app.pass(Duration::from_secs(5));
    let input = json!({ "newEmail": "thief@example.com" });
    assert_eq!(
        codes(&thief.call("requestEmailChange", "user { id }", input).await),
        [""; 0]
    );
    let token = app.mail("thief@example.com", "confirm_new_address").await.token();
    let input = json!({ "token": token });
    assert_eq!(
        codes(&thief.call("verifyEmail", "isVerified", input).await),
        [""; 0]
    );
    // With new codes, none is older than the change, so the undo asks for none.
    let renewed = thief
        .query("mutation { regenerateRecoveryCodes { userErrors { code } } }")
        .await;
    assert_eq!(codes(&renewed), [""; 0]);
    let link = app.mail(&ada.email, "address_changed").await.token();
    let input = json!({ "token": link });
    let undone = app.anonymous().call("undoEmailChange", "isUndone", input).await;
    assert_eq!(codes(&undone), [""; 0]);
    let back = passkey_login(&app.anonymous(), &mut passkey).await;
    assert_eq!(
        codes(&back),
        ["PASSKEY_REJECTED"],
        "the thief is back: {}",
        back.text
    );
}

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "a connection of the test's own holds the lock"
)]
async fn a_wrong_code_counts_when_its_caller_hangs_up() {
    let app = TestApp::with(|config| config.logins_per_network = 0).await;
    let ada = WithTotp::new(&app, "ada").await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let observer = Database::connect(&app.database.url).await.unwrap();
    for round in 0..5 {
        // Another transaction is transaction, so the failure waits, and the caller does not.
        let transaction = observer.begin().await.unwrap();
        transaction
            .execute_unprepared("UPDATE users SET name = name")
            .await
            .unwrap();
        let client = app.anonymous();
        let guess = verify(&client, &waiting, json!({ "totpCode": "000000" }));
        let hung_up = tokio::time::timeout(Duration::from_millis(300), guess).await;
        assert!(
            hung_up.is_err(),
            "{round}: {:?}",
            hung_up.map(|answer| answer.text)
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
        transaction.rollback().await.unwrap();
        app.until_database_is_idle().await;
    }
    let next = verify(&app.anonymous(), &waiting, json!({ "totpCode": "000000" })).await;
    assert_eq!(codes(&next), ["RATE_LIMITED"], "five guesses were free");
}

#[tokio::test]
async fn a_set_up_that_began_with_the_old_password_ends_with_it() {
    let app = TestApp::start().await;
    let ada = proven(&app, "ada").await;
    let thief = app.sign_in(&ada.email).await;
    let thief = step_up(&app, &thief.client, json!({ "password": PASSWORD })).await;
    let begun = thief
        .query("mutation { startTotpSetup { setupToken secret userErrors { code } } }")
        .await;
    let begun = begun.data("startTotpSetup");
    // The owner changes the password; the step-ups of other sessions are forgotten.
    let input = json!({ "currentPassword": PASSWORD, "newPassword": OTHER, "keepOtherSessions": true });
    assert_eq!(
        codes(&ada.client.call("changePassword", "user { id }", input).await),
        [""; 0]
    );
    let started = thief
        .query("mutation { startTotpSetup { userErrors { code } } }")
        .await;
    assert_eq!(codes(&started), ["REAUTHENTICATION_REQUIRED"]);
    let code = totp_code(&text(&begun["secret"]), app.clock.now().as_second());
    let input = json!({ "setupToken": begun["setupToken"], "code": code });
    let confirmed = thief.call("confirmTotpSetup", "user { id }", input).await;
    assert_eq!(
        codes(&confirmed),
        ["MFA_CHALLENGE_EXPIRED"],
        "the thief's app is set up: {}",
        confirmed.text
    );
}

/// The claims of a token.
fn claims(token: &Value) -> Value {
    let token = text(token);
    let part = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}

#[tokio::test]
async fn services_are_not_told_of_a_role_before_its_second_factor_was_given() {
    let app = TestApp::with(|config| {
        config.mfa_required_roles = vec!["admin".to_owned()];
        config.jwt_claims = std::iter::once(portcullis::platform::config::JwtClaim::Roles).collect();
        "https://api.example.com".clone_into(&mut config.audience);
    })
    .await;
    let ada = app.admin("ada").await;
    // Whoever has the password of an administrator.
    let input = json!({ "email": ada.email, "password": PASSWORD });
    let answer = app
        .anonymous()
        .call("login", "tokens { accessToken serviceToken }", input)
        .await;
    let tokens = &answer.data("login")["tokens"];
    let me = app.bearer(&text(&tokens["accessToken"])).me().await;
    assert_eq!(me.codes(), ["FORBIDDEN"]);
    if tokens["serviceToken"].is_null() {
        return;
    }
    let roles = claims(&tokens["serviceToken"])["roles"].clone();
    assert!(
        roles.is_null() || roles == json!([]),
        "every service takes this session for an administrator's: {roles}"
    );
}

#[tokio::test]
async fn who_lacks_the_second_factor_of_a_role_cannot_read_the_sessions_of_its_holder() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let ada = app.admin("ada").await;
    let me = ada
        .client
        .query("{ me { sessions { nodes { ipAddress } } } }")
        .await;
    assert_eq!(me.codes(), ["FORBIDDEN"]);
    let viewer = ada
        .client
        .query("{ viewer { user { sessions { nodes { id ipAddress userAgent } } passkeys { name } } } }")
        .await;
    assert_eq!(viewer.codes(), ["FORBIDDEN"], "{}", viewer.text);
}

#[tokio::test]
async fn a_passkey_does_not_sign_in_where_the_address_must_be_confirmed_first() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let client = step_up(&app, &ada.client, json!({ "password": PASSWORD })).await;
    let (mut passkey, _) = register(&client, "ada").await;
    let strict = app
        .another(|config| config.email_verification = EmailVerification::Required)
        .await;
    let login = strict.anonymous().login(&ada.email, PASSWORD).await;
    assert_eq!(codes(&login), ["EMAIL_NOT_VERIFIED"]);
    let by_passkey = passkey_login(&strict.anonymous(), &mut passkey).await;
    assert_eq!(codes(&by_passkey), ["EMAIL_NOT_VERIFIED"], "{}", by_passkey.text);
}

#[tokio::test]
async fn a_thief_of_the_password_does_not_lock_the_owner_out_where_she_set_the_app_up() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(|config| {
            with_unsent_mail(config);
            config.logins_per_network = 0;
            config.account_writes = 0;
        })
        .start()
        .await;
    // She signed up at home, and set the app up there.
    let home = "198.51.100.1";
    let person = app.user_at("ada", home).await;
    app.sql("UPDATE users SET email_verified_at = 1").await;
    let client = step_up(&app, &person.client, json!({ "password": PASSWORD }))
        .await
        .at(home);
    let (secret, _) = set_up(&app, &client).await;
    let thief = app.anonymous().at("203.0.113.66");
    let waiting = challenge(&thief, &person.email).await;
    for _ in 0..5 {
        verify(&thief, &waiting, json!({ "totpCode": "000000" })).await;
    }
    app.pass(Duration::from_secs(30));
    let home = app.anonymous().at(home);
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
        .config(|config| {
            config.logins_per_network = 0;
            config.account_writes = 0;
        })
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
async fn one_document_asks_the_database_for_the_factors_once() {
    let app = TestApp::start().await;
    let ada = WithTotp::new(&app, "ada").await;
    let (watched, statements) = app.another_watched(|_| {}).await;
    let waiting = challenge(&app.anonymous(), &ada.person.email).await;
    let done = verify(
        &app.anonymous(),
        &waiting,
        json!({ "totpCode": ada.next_code(&app) }),
    )
    .await;
    let client = watched.bearer(&text(&done.data("verifyMfa")["tokens"]["accessToken"]));
    let fields: Vec<String> = (0..15)
        .map(|number| format!("a{number}: mfa {{ isEnabled isTotpEnabled recoveryCodesRemaining }} "))
        .collect();
    let fields = fields.join(" ");
    client.me().await;
    statements.take();
    let answer = client.query(&format!("{{ me {{ {fields} }} }}")).await;
    assert!(answer.codes().is_empty(), "{}", answer.text);
    let asked = statements.take().len();
    assert!(asked <= 10, "{asked} statements for one small document");
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

#[tokio::test]
async fn the_holder_of_a_role_confirms_the_address_before_the_second_factor() {
    let app = TestApp::with(|config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let ada = app.admin("ada").await;
    let token = app.mail(&ada.email, "confirm_address").await.token();
    let input = json!({ "token": token });
    let answer = ada
        .client
        .call("verifyEmail", "isVerified user { id }", input)
        .await;
    assert_eq!(codes(&answer), [""; 0], "{}", answer.text);
    assert_eq!(answer.data("verifyEmail")["isVerified"], true);
}
