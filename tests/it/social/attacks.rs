//! Attacks on sign-in with other providers.

use std::{sync::Arc, time::Duration};

use futures_util::future::join_all;
use portcullis::platform::{
    clock::{Clock, SystemClock},
    config::LoginRedirectUrl,
};
use reqwest::Method;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, TransactionTrait as _,
};
use serde_json::{Value, json};

use super::{
    EMAIL, Social, TRUSTED, codes, come_back, confirm_all, get, stepped_up, stepped_up_browser, submit, who,
};
use crate::{
    email_change::{change, undo},
    mfa::WithTotp,
    page::location,
    support::{
        Authenticator, Browser, Client, Misbehavior, PASSWORD, Program, StubProvider, TestApp,
        with_unsent_mail,
    },
};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0";

/// Whether somebody got into this account by the provider.
async fn gets_in(social: &Social, email: &str) -> bool {
    let browser = social.app.browser();
    social.sign_in(&browser).await;
    who(&browser).await["email"] == email
}

/// Links the person of the provider to the account that is signed in here.
async fn link(social: &Social, browser: &Browser) {
    let callback = social.consent(browser, "/oauth/corp/start?link").await;
    let linked = come_back(browser, &callback).await;
    assert_eq!(location(&linked), "/account/security?notice=identity-linked");
}

async fn identity_ids(client: &Client) -> Vec<Value> {
    let me = client.query("{ me { identities { id } } }").await;
    let all = me.data("me")["identities"].as_array().unwrap();
    all.iter().map(|identity| identity["id"].clone()).collect()
}

async fn unlink(client: &Client, id: &Value) -> Vec<String> {
    let input = json!({ "identityId": id });
    codes(&client.call("unlinkIdentity", "removedIdentityId", input).await)
}

/// Proves by a mailed code who the person in this browser is, who has no password.
async fn stepped_up_by_mail(app: &TestApp, browser: &Browser, email: &str) -> Client {
    let client = app.bearer(&browser.cookie("portcullis-access"));
    let started = client
        .query("mutation { startReauthentication { methods challengeToken } }")
        .await;
    let token = started.data("startReauthentication")["challengeToken"].clone();
    let code = app.mail(email, "identity_code").await.code();
    let proof = json!({ "emailCode": { "challengeToken": token, "code": code } });
    let proven = client
        .call("reauthenticate", "tokens { accessToken }", proof)
        .await;
    let token = proven.data("reauthenticate")["tokens"]["accessToken"].as_str();
    app.bearer(token.unwrap_or_else(|| panic!("{}", proven.text)))
}

/// Ada, whose account at the provider is in a thief's hands, and who has disconnected it. Returns her client.
async fn disconnected(social: &Social) -> Client {
    let ada = social.app.user("ada").await;
    confirm_all(&social.app).await;
    assert!(gets_in(social, EMAIL).await);
    let client = stepped_up(&social.app, &ada.client).await;
    let ids = identity_ids(&client).await;
    assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
    assert!(
        !gets_in(social, EMAIL).await,
        "it never links by its address again"
    );
    client
}

/// D21: what was unlinked never links by its address again. The thief connects it to an account of his own for a moment.
#[tokio::test]
async fn a_disconnected_account_is_not_forgotten_by_way_of_another_account_that_is_deleted() {
    let social = Social::start().await;
    disconnected(&social).await;
    let app = &social.app;
    let mallory = app.user("mallory").await;
    let browser = stepped_up_browser(app, "mallory@example.com").await;
    link(&social, &browser).await;
    let left = mallory
        .client
        .call(
            "deleteAccount",
            "deletedUserId",
            json!({ "currentPassword": PASSWORD }),
        )
        .await;
    assert_eq!(codes(&left), [""; 0]);
    assert!(
        !gets_in(&social, EMAIL).await,
        "the thief is in Ada's account again"
    );
}

/// The same without deleting anything: the account of the thief loses its identities to a proof by mail alone.
#[tokio::test]
async fn a_disconnected_account_is_not_forgotten_by_way_of_another_account_that_is_reset() {
    let social = Social::start().await;
    disconnected(&social).await;
    let app = &social.app;
    let email = "mallory@example.com";
    app.user("mallory").await;
    let browser = stepped_up_browser(app, email).await;
    link(&social, &browser).await;
    app.anonymous()
        .call("requestPasswordReset", "email", json!({ "email": email }))
        .await;
    let token = app.mail(email, "reset_password").await.token();
    let input = json!({ "token": token, "newPassword": "seven quiet lanterns" });
    assert_eq!(
        codes(&app.anonymous().call("resetPassword", "isReset", input).await),
        [""; 0]
    );
    assert!(
        !gets_in(&social, EMAIL).await,
        "the thief is in Ada's account again"
    );
}

/// The link in the mail "disconnects it". The thief just clicks again.
#[tokio::test]
async fn a_connection_that_its_owner_reported_is_not_made_again_by_the_next_sign_in() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    assert!(gets_in(&social, EMAIL).await);
    let token = app.mail(EMAIL, "identity_linked").await.token();
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(ended.data("endReportedSession")["isEnded"], true);
    assert!(social.identities().await.is_empty());
    assert!(
        !gets_in(&social, EMAIL).await,
        "the thief is in Ada's account again"
    );
}

/// D10: the link in the notice of a sign-in takes the way in away. For a password it does.
#[tokio::test]
async fn a_reported_sign_in_ends_the_identity_that_it_came_with() {
    let social = Social::start().await;
    let app = &social.app;
    assert!(
        gets_in(&social, EMAIL).await,
        "Ada's account begins with the provider"
    );
    app.pass(Duration::from_hours(24 * 30));
    // Her account at the provider is stolen.
    let thief = app.browser();
    let callback = social.consent(&thief, "/oauth/corp/start").await;
    let path = format!("{}?{}", callback.url().path(), callback.url().query().unwrap());
    let request = thief.request(Method::GET, &path).header("user-agent", FIREFOX);
    assert_eq!(location(&thief.send(request).await), "/account");
    let token = app.mail(EMAIL, "new_sign_in").await.token();
    let ended = app
        .anonymous()
        .call("endReportedSession", "isEnded", json!({ "token": token }))
        .await;
    assert_eq!(ended.data("endReportedSession")["isEnded"], true);
    assert!(!gets_in(&social, EMAIL).await, "the thief signs in as before");
}

/// D18: each change of factors ends the other sessions, as removing a passkey does.
#[tokio::test]
async fn disconnecting_ends_the_sessions_that_the_connection_began() {
    let social = Social::start().await;
    let app = &social.app;
    let ada = app.user("ada").await;
    confirm_all(app).await;
    let thief = app.browser();
    social.sign_in(&thief).await;
    assert_eq!(who(&thief).await["email"], EMAIL);
    let client = stepped_up(app, &ada.client).await;
    let ids = identity_ids(&client).await;
    assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
    assert_eq!(who(&thief).await, Value::Null, "the thief's session goes on");
}

/// "An answer counts in the browser that began, once", for ten minutes.
#[tokio::test]
async fn one_answer_of_a_provider_signs_in_once_also_where_an_address_is_asked_for() {
    let social = Social::with("", |_| {}).await;
    let app = &social.app;
    let browser = app.browser();
    assert_eq!(location(&social.sign_in(&browser).await), "/oauth/address");
    let copy = browser.copy();
    submit(&browser, "/oauth/address", &[("email", EMAIL)]).await;
    let first = app.mail(EMAIL, "address_code").await.code();
    let other = "other@example.com";
    submit(&copy, "/oauth/address", &[("email", other)]).await;
    let second = app.mail(other, "address_code").await.code();
    submit(&browser, "/oauth/code", &[("code", &first)]).await;
    assert_eq!(who(&browser).await["email"], EMAIL);
    submit(&copy, "/oauth/code", &[("code", &second)]).await;
    assert_eq!(
        who(&copy).await,
        Value::Null,
        "the same answer, and the proof of another mailbox, signed in a second time"
    );
}

/// The same: who once had Ada's account at the provider keeps a way in for as long as he likes.
#[tokio::test]
async fn who_waits_for_an_address_is_forgotten_twenty_minutes_after_the_answer() {
    let social = Social::with("", |_| {}).await;
    let app = &social.app;
    let thief = app.browser();
    assert_eq!(location(&social.sign_in(&thief).await), "/oauth/address");
    for hour in 0..12 {
        if get(&thief, "/oauth/address").await.status == 410 {
            break;
        }
        let email = format!("mallory{hour}@example.com");
        submit(&thief, "/oauth/address", &[("email", &email)]).await;
        app.pass(Duration::from_mins(9));
    }
    // Ada has her account at the provider back, and connects it.
    app.user("ada").await;
    confirm_all(app).await;
    let ada = stepped_up_browser(app, EMAIL).await;
    link(&social, &ada).await;
    assert_eq!(get(&thief, "/oauth/address").await.status, 410);
    assert_eq!(get(&thief, "/oauth/code").await.status, 410);
}

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
    let count = social.identities().await.len();
    assert!(count <= 20, "{count} accounts are connected");
}

/// Everything at its longest legal length, and the longest address of a client.
#[tokio::test]
async fn the_longest_legal_person_can_be_asked_for_an_address() {
    let redirect = format!("https://app.example.com/{}", "a".repeat(488));
    assert_eq!(redirect.len(), 512);
    let url = LoginRedirectUrl::parse(&redirect).unwrap();
    let mut failed = Vec::new();
    for (case, character) in [("ASCII", 'a'), ("quotes", '"'), ("beyond the BMP", '\u{2070e}')] {
        let url = url.clone();
        let social = Social::with("", |config| config.login_redirect_urls = vec![url]).await;
        let subject = character.to_string().repeat(255);
        let name = character.to_string().repeat(100);
        social.provider.answers(move |claims| {
            claims["sub"] = json!(subject);
            claims["name"] = json!(name);
            claims["email"] = json!(format!(
                "{}@{}.{}.example.com",
                "a".repeat(64),
                "b".repeat(63),
                "c".repeat(63)
            ));
        });
        let input = json!({
            "provider": "corp",
            "redirectUrl": redirect,
            "codeChallenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
        });
        let started = social
            .app
            .anonymous()
            .call("startSocialLogin", "authorizationUrl", input)
            .await;
        let url = started.data("startSocialLogin")["authorizationUrl"]
            .as_str()
            .unwrap();
        let browser = social.app.browser();
        let path = url.strip_prefix("http://localhost:8000").unwrap();
        let callback = social.consent(&browser, path).await;
        let answer = come_back(&browser, &callback).await;
        if answer.status != 303 {
            failed.push(format!("{case}: {}", answer.status));
            continue;
        }
        let email = "ada@example.com";
        let asked = submit(&browser, "/oauth/address", &[("email", email)]).await;
        if asked.status != 303 {
            failed.push(format!("{case}, code: {}", asked.status));
        }
        let length = browser.cookie("portcullis-social").len();
        assert!(
            length < 3_600,
            "{case}: {length} bytes, and an issuer has more than 22 characters"
        );
    }
    assert_eq!(failed, [""; 0]);
}

/// The last way in stays: an account of a provider that the settings no longer name is none.
#[tokio::test]
async fn an_account_of_a_removed_provider_is_no_way_in() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    stepped_up_by_mail(app, &browser, EMAIL).await;
    let client = stepped_up_by_mail(app, &browser, EMAIL).await;
    // A second one, of a provider that the administrator has removed since.
    app.sql(
        "INSERT INTO identities (id, user_id, provider, subject_key, issuer, subject, created_at) \
         SELECT user_id, user_id, 'gone', 'x', 'https://gone.example', 'x', 1 FROM identities",
    )
    .await;
    let ids = identity_ids(&client).await;
    assert_eq!(ids.len(), 2);
    assert_eq!(unlink(&client, &ids[1]).await, ["LAST_CREDENTIAL"]);
}

// What held.

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_two_ways_in_one_stays_whoever_is_faster() {
    let social = Social::start().await;
    let app = &social.app;
    let browser = app.browser();
    social.sign_in(&browser).await;
    let client = stepped_up_by_mail(app, &browser, EMAIL).await;
    app.sql(
        "INSERT INTO identities (id, user_id, provider, subject_key, issuer, subject, created_at) \
         SELECT user_id, user_id, 'corp', 'x', 'https://gone.example', 'x', 1 FROM identities",
    )
    .await;
    let ids = identity_ids(&client).await;
    let racers = (0..16).map(|number| {
        let (client, ids) = (&client, &ids);
        async move { unlink(client, &ids[number % 2]).await }
    });
    join_all(racers).await;
    let left = social.identities().await;
    assert_eq!(left.len(), 1);
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
        assert!(!gets_in(&social, EMAIL).await);
    }
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

/// Cookies of one kind do not open as another, and neither is a link.
#[tokio::test]
async fn sealed_texts_do_not_change_their_kind() {
    let social = Social::with("", |_| {}).await;
    let browser = social.app.browser();
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let flow = browser.cookie("portcullis-social");
    assert_eq!(get(&browser, "/oauth/address").await.status, 410);
    assert_eq!(get(&browser, "/oauth/code").await.status, 410);
    let as_request = get(&browser, &format!("/oauth/corp/start?request={flow}")).await;
    assert_eq!(as_request.status, 410);
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
    assert_eq!(
        come_back(&browser, &callback).await.status,
        410,
        "a waiting browser has no flow"
    );
    let waiting = browser.cookie("portcullis-social");
    let as_request = get(&browser, &format!("/oauth/corp/start?request={waiting}")).await;
    assert_eq!(as_request.status, 410);
}

/// What the server does for a taken address is what it does for a free one, statement by statement.
#[tokio::test]
async fn the_database_is_asked_the_same_for_taken_and_free_addresses() {
    let social = Social::with("", |_| {}).await;
    social.app.user("taken").await;
    confirm_all(&social.app).await;
    social.app.user("squatted").await;
    let (app, statements) = {
        let providers = social.app.app.config.providers.clone();
        social
            .app
            .another_watched(|config| {
                config.providers = providers;
                config.logins_per_network = 0;
            })
            .await
    };
    let mut seen = Vec::new();
    for email in ["taken@example.com", "free@example.com", "squatted@example.com"] {
        let browser = app.browser();
        let started = get(&browser, "/oauth/corp/start").await;
        let url = url::Url::parse(location(&started)).unwrap();
        let callback = social.provider.sign_in(&url);
        assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/address");
        statements.take();
        let asked = submit(&browser, "/oauth/address", &[("email", email)]).await;
        assert_eq!(location(&asked), "/oauth/code");
        let wrong = submit(&browser, "/oauth/code", &[("code", "0000-0000")]).await;
        assert_eq!(wrong.status, 422);
        let texts: Vec<_> = statements.take().into_iter().map(|it| it.sql).collect();
        seen.push(texts);
    }
    assert!(seen[0].len() > 4, "{seen:?}");
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[1], seen[2]);
}

/// D17: who lacks the factor that a role needs connects nothing, by page or by the API.
#[tokio::test]
async fn a_session_that_lacks_a_required_factor_connects_nothing() {
    let social = Social::with("", |config| config.mfa_required_roles = vec!["admin".to_owned()]).await;
    let app = &social.app;
    let admin = app.admin("ada").await;
    confirm_all(app).await;
    let browser = stepped_up_browser(app, EMAIL).await;
    let started = get(&browser, "/oauth/corp/start?link").await;
    if started.status == 303 && location(&started).starts_with("http://127.0.0.1") {
        let callback = social
            .provider
            .sign_in(&url::Url::parse(location(&started)).unwrap());
        come_back(&browser, &callback).await;
    }
    assert_eq!(social.identities().await.len(), 0);
    let input = json!({
        "provider": "corp",
        "redirectUrl": super::REDIRECT,
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

/// A second use of a code, from many places at once, leaves no session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_many_redeem_at_once_starts_at_most_one_session() {
    let social = Social::start().await;
    let code = super::client::code_of(&social).await;
    let client = social.app.anonymous();
    let all = join_all((0..16).map(|_| super::client::finish(&client, &code, super::client::VERIFIER))).await;
    let tokens: Vec<_> = all
        .iter()
        .filter_map(|it| it.data("finishSocialLogin")["tokens"]["accessToken"].as_str())
        .collect();
    assert_eq!(tokens.len(), 1);
    let me = social.app.bearer(tokens[0]).query("{ me { email } }").await;
    assert_eq!(me.body["errors"][0]["extensions"]["reason"], "SESSION_REVOKED");
    assert_eq!(social.counts().await.1, 1);
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
        let (answer, _) = tokio::join!(come_back(&browser, &callback), delete);
        assert!([303, 409].contains(&answer.status.as_u16()), "{}", answer.status);
        let (users, identities, _) = social.counts().await;
        assert_eq!(users, identities, "{}", answer.status);
    }
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

/// Login CSRF.
#[tokio::test]
async fn an_answer_in_one_browser_is_nothing_in_another() {
    let social = Social::start().await;
    let (ada, mallory) = (social.app.browser(), social.app.browser());
    let of_mallory = social.consent(&mallory, "/oauth/corp/start").await;
    social.consent(&ada, "/oauth/corp/start").await;
    assert_eq!(come_back(&ada, &of_mallory).await.status, 410, "login CSRF");
    assert_eq!(come_back(&social.app.browser(), &of_mallory).await.status, 410);
    assert_eq!(social.counts().await, (0, 0, 0));
}

/// A stranger has one flow, and comes back with it again and again.
#[tokio::test]
async fn a_stranger_makes_the_server_ask_a_provider_as_often_as_a_network_can_sign_in() {
    let social = Social::with("", |config| {
        config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
        config.logins_per_network = 10;
        with_unsent_mail(config);
    })
    .await;
    let browser = social.app.browser().on(&[
        ("sec-fetch-site", "same-origin"),
        ("x-forwarded-for", "203.0.113.9"),
    ]);
    let callback = social.consent(&browser, "/oauth/corp/start").await;
    let state = callback.get("state").unwrap().to_owned();
    let iss = social.provider.url.clone();
    for number in 0..60 {
        let path = format!("/oauth/corp/callback?state={state}&code=x{number}&iss={iss}");
        get(&browser.copy(), &path).await;
    }
    assert!(
        social.provider.hits("/token") <= 12,
        "{}",
        social.provider.hits("/token")
    );
    // And where the provider fails, one start in ten seconds asks it.
    let other = social.app.browser();
    social.app.pass(Duration::from_hours(48));
    let path = social.provider.discovery_path();
    social.provider.fails(&path, Misbehavior::Status(500));
    let before = social.provider.hits(&path);
    for _ in 0..20 {
        get(&other, "/oauth/corp/start").await;
    }
    assert_eq!(social.provider.hits(&path) - before, 1);
}

/// D8: using one code kills the others. These were asked for by the same person, for the same address.
#[tokio::test]
async fn using_one_code_ends_the_others_for_the_same_address() {
    let social = Social::with("", |_| {}).await;
    let app = &social.app;
    let browsers = [app.browser(), app.browser()];
    let mut all = Vec::new();
    for browser in &browsers {
        social.sign_in(browser).await;
        submit(browser, "/oauth/address", &[("email", EMAIL)]).await;
        all.push(app.mail(EMAIL, "address_code").await.code());
    }
    submit(&browsers[0], "/oauth/code", &[("code", &all[0])]).await;
    assert_eq!(who(&browsers[0]).await["email"], EMAIL);
    submit(&browsers[1], "/oauth/code", &[("code", &all[1])]).await;
    assert_eq!(who(&browsers[1]).await, Value::Null);
}

/// What a squatter prepared is gone after the mailed code, also what he has only begun.
#[tokio::test]
async fn nothing_that_a_squatter_began_survives_the_mailed_code() {
    let social = Social::start().await;
    let app = &social.app;
    let squatter = app.user("ada").await;
    // He is about to connect his own account: at the provider already, and back with a code for his client.
    social.says_person("mallory", "mallory@example.com");
    let page = stepped_up_browser(app, EMAIL).await;
    let on_page = social.consent(&page, "/oauth/corp/start?link").await;
    let client = stepped_up(app, &squatter.client).await;
    let start = "mutation ($input: StartSocialLoginInput!) {
        startIdentityLink(input: $input) { authorizationUrl userErrors { code } }
    }";
    let input = json!({
        "provider": "corp",
        "redirectUrl": super::REDIRECT,
        "codeChallenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    });
    let started = client.run(start, json!({ "input": input })).await;
    let url = started.data("startIdentityLink")["authorizationUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    let browser = app.browser();
    let callback = social
        .consent(&browser, url.strip_prefix("http://localhost:8000").unwrap())
        .await;
    let (_, query) = super::left_to(&come_back(&browser, &callback).await);
    // Ada comes with her own account there, and proves her mailbox.
    social.says_person("ada", EMAIL);
    let ada = app.browser();
    assert_eq!(location(&social.sign_in(&ada).await), "/oauth/code");
    let code = app.mail(EMAIL, "address_code").await.code();
    submit(&ada, "/oauth/code", &[("code", &code)]).await;
    assert_eq!(who(&ada).await["email"], EMAIL);
    // He goes on.
    come_back(&page, &on_page).await;
    let input = json!({ "code": query["code"], "codeVerifier": super::client::VERIFIER });
    let late = client
        .call("finishIdentityLink", "identity { id }", input.clone())
        .await;
    assert!(late.body["errors"].is_array(), "{}", late.text);
    app.anonymous()
        .call("finishSocialLogin", "user { id }", input)
        .await;
    social.says_person("mallory", "mallory@example.com");
    assert!(!gets_in(&social, EMAIL).await);
    assert_eq!(who(&ada).await["identities"].as_array().unwrap().len(), 1);
}

/// A log that tells everything, of a whole sign-in, tells no secret and no person.
#[tokio::test]
async fn the_log_has_no_code_state_token_or_person() {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let provider = StubProvider::oidc(clock).await;
    provider.answers(|claims| {
        claims["email"] = json!("zebra@example.com");
        claims["name"] = json!("Zebra Canary");
        claims["sub"] = json!("zebra-subject");
    });
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,hyper=trace,reqwest=trace");
    let file = program.database.folder().join("providers.toml");
    std::fs::write(&file, provider.table(TRUSTED)).unwrap();
    let program = program.with("PROVIDERS", file.to_str().unwrap());
    let server = program.serve().await;
    let browser = Browser::new(server.url(), "http://localhost:8000");
    let mut secrets = vec![
        "zebra".to_owned(),
        "Zebra".to_owned(),
        "s%c+r".to_owned(),
        "s%25c%2Br".to_owned(),
    ];
    for is_honest in [false, true] {
        let started = get(&browser, "/oauth/corp/start").await;
        let url = url::Url::parse(location(&started)).unwrap();
        let state = url
            .query_pairs()
            .find(|(name, _)| name == "state")
            .unwrap()
            .1
            .into_owned();
        let nonce = url
            .query_pairs()
            .find(|(name, _)| name == "nonce")
            .unwrap()
            .1
            .into_owned();
        let mut callback = provider.sign_in(&url);
        let cookie = browser.cookie("portcullis-social");
        if !is_honest {
            callback
                .parameters
                .insert("code".to_owned(), "zebra-code".to_owned());
        }
        let code = callback.get("code").unwrap().to_owned();
        let answer = come_back(&browser, &callback).await;
        assert_eq!(answer.status == 303, is_honest, "{}", answer.text);
        secrets.extend([state, nonce, cookie]);
        if code.len() > 8 {
            secrets.push(code);
        }
    }
    assert_eq!(who(&browser).await["email"], "zebra@example.com");
    let log = server.log();
    assert!(log.contains("answered"));
    for secret in secrets {
        let line = log.lines().find(|line| line.contains(&secret));
        assert_eq!(line, None, "{secret}");
    }
}

/// D21: an account whose address is confirmed, and that has a role, by the time at which the mailed code takes effect.
#[expect(clippy::disallowed_methods, reason = "another program holds the account")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mailed_code_takes_nothing_over_that_was_confirmed_meanwhile() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    let input = json!({
        "provider": "corp",
        "redirectUrl": super::REDIRECT,
        "codeChallenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    });
    let started = app
        .anonymous()
        .call("startSocialLogin", "authorizationUrl", input)
        .await;
    let url = started.data("startSocialLogin")["authorizationUrl"]
        .as_str()
        .unwrap()
        .to_owned();
    let browser = app.browser();
    let callback = social
        .consent(&browser, url.strip_prefix("http://localhost:8000").unwrap())
        .await;
    assert_eq!(location(&come_back(&browser, &callback).await), "/oauth/code");
    let mail = app.mail(EMAIL, "address_code").await.code();
    let (_, query) = super::left_to(&submit(&browser, "/oauth/code", &[("code", &mail)]).await);
    // Somebody holds the account while the client comes, and confirms it: what was read before is out of date.
    let other = sea_orm::Database::connect(app.database.url_for_servers.clone())
        .await
        .unwrap();
    let held = other.begin().await.unwrap();
    held.execute_unprepared("UPDATE users SET email_verified_at = 1")
        .await
        .unwrap();
    held.execute_unprepared("INSERT INTO user_roles (user_id, role) SELECT id, 'editor' FROM users")
        .await
        .unwrap();
    let client = app.anonymous();
    let code = query["code"].clone();
    let finishing =
        tokio::spawn(async move { super::client::finish(&client, &code, super::client::VERIFIER).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    held.commit().await.unwrap();
    let answer = finishing.await.unwrap();
    assert_eq!(codes(&answer), ["ACCOUNT_EXISTS"], "{}", answer.text);
    assert_eq!(social.identities().await.len(), 0);
}

/// What a squatter has, in every corner, ends at this door as at the others (D2).
#[tokio::test]
async fn the_mailed_code_leaves_nothing_of_a_squatter() {
    let social = Social::with(TRUSTED, |config| config.mfa_remember_browser = true).await;
    let app = &social.app;
    let squatter = app.user("ada").await;
    let factor = WithTotp::of(app, squatter).await;
    app.sql("INSERT INTO user_roles (user_id, role) SELECT id, 'editor' FROM users")
        .await;
    app.sql("UPDATE users SET pending_email = 'mallory@example.com'")
        .await;
    // A browser that his account remembers, and a sign-in that waits for its code.
    let remembered = app.browser();
    submit(&remembered, "/login", &[("email", EMAIL), ("password", PASSWORD)]).await;
    let code = factor.next_code(app);
    submit(
        &remembered,
        "/login/mfa",
        &[("code", &code), ("remember", "true")],
    )
    .await;
    let ada = app.browser();
    assert_eq!(location(&social.sign_in(&ada).await), "/oauth/code");
    let code = app.mail(EMAIL, "address_code").await.code();
    assert_eq!(
        location(&submit(&ada, "/oauth/code", &[("code", &code)]).await),
        "/account"
    );
    let me = ada
        .query("{ viewer { user { email roles hasPassword pendingEmail mfa { isEnabled } passkeys { id } identities { id } } } }")
        .await;
    let user = &me.data("viewer")["user"];
    assert_eq!(user["hasPassword"], false, "{}", me.text);
    assert_eq!(user["roles"], json!([]));
    assert_eq!(user["pendingEmail"], Value::Null);
    assert_eq!(user["mfa"]["isEnabled"], false);
    assert_eq!(user["identities"].as_array().unwrap().len(), 1);
    assert_eq!(who(&remembered).await, Value::Null);
    let live = entity::one_time_token::Entity::find()
        .filter(entity::one_time_token::Column::UserId.is_not_null())
        .filter(entity::one_time_token::Column::UsedAt.is_null())
        .all(app.app.db.writer())
        .await
        .unwrap();
    let purposes: Vec<_> = live.iter().map(|it| it.purpose).collect();
    // Those of the notices to Ada herself.
    assert!(
        purposes
            .iter()
            .all(|it| *it == entity::one_time_token::Purpose::SessionReport),
        "{purposes:?}"
    );
}

/// D5: the undo of a changed address takes away what the thief has. He came by Ada's account at the provider.
#[tokio::test]
async fn an_undo_ends_the_identity_by_which_the_thief_came() {
    let social = Social::start().await;
    let app = &social.app;
    app.user("ada").await;
    confirm_all(app).await;
    assert!(gets_in(&social, EMAIL).await);
    app.pass(Duration::from_hours(24 * 30));
    let thief = app.browser();
    social.sign_in(&thief).await;
    assert_eq!(who(&thief).await["email"], EMAIL);
    // He proves himself by the password, which he knows, too.
    let client = app.bearer(&thief.cookie("portcullis-access"));
    change(app, &client, "mallory@example.com").await;
    let link = app.mail(EMAIL, "address_changed").await.token();
    assert_eq!(undo(app, &link).await, [""; 0]);
    assert!(!gets_in(&social, EMAIL).await, "the thief is in again");
}

/// Nobody is left without a way in: of the last identity and the last passkey, one stays, in both orders and at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_the_last_identity_and_the_last_passkey_one_stays() {
    for round in 0..4 {
        let social = Social::start().await;
        let app = &social.app;
        let browser = app.browser();
        social.sign_in(&browser).await;
        let client = stepped_up_by_mail(app, &browser, EMAIL).await;
        let mut passkey = Authenticator::new("http://localhost:8000", "ada");
        let started = client
            .query("mutation { startPasskeyRegistration { challengeToken options userErrors { code } } }")
            .await;
        let started = started.data("startPasskeyRegistration");
        let credential: Value =
            serde_json::from_str(&passkey.create(&started["options"].to_string())).unwrap();
        let input = json!({ "challengeToken": started["challengeToken"], "credential": credential });
        let added = client
            .call("finishPasskeyRegistration", "passkey { id }", input)
            .await;
        assert_eq!(codes(&added), [""; 0], "{}", added.text);
        let passkey_id = added.data("finishPasskeyRegistration")["passkey"]["id"].clone();
        let ids = identity_ids(&client).await;
        let remove = async || {
            let input = json!({ "passkeyId": passkey_id });
            codes(&client.call("removePasskey", "removedPasskeyId", input).await)
        };
        match round {
            0 => {
                assert_eq!(unlink(&client, &ids[0]).await, [""; 0]);
                assert_eq!(remove().await, ["LAST_CREDENTIAL"]);
            }
            1 => {
                assert_eq!(remove().await, [""; 0]);
                assert_eq!(unlink(&client, &ids[0]).await, ["LAST_CREDENTIAL"]);
            }
            _ => {
                let unlinks = join_all((0..8).map(|_| unlink(&client, &ids[0])));
                let removals = join_all((0..8).map(|_| remove()));
                let (unlinked, removed) = tokio::join!(unlinks, removals);
                let done = unlinked.iter().chain(&removed).filter(|it| it.is_empty()).count();
                assert_eq!(done, 1, "{unlinked:?} {removed:?}");
            }
        }
    }
}
