//! Attacks on the page that asks for an address, and on its mailed code.

use std::time::Duration;

use portcullis::platform::config::LoginRedirectUrl;
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Statement,
    TransactionTrait as _,
};
use serde_json::{Value, json};
use url::Url;

use super::super::{
    EMAIL, Social, TRUSTED, codes, come_back, confirm_all, get, stepped_up, stepped_up_browser, submit, who,
};
use super::{gets_in, link};
use crate::{
    mfa::WithTotp,
    page::location,
    support::{PASSWORD, until},
};

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
    // Each code lasts ten minutes from when it is asked for, but the answer does not.
    for wait in [
        Duration::from_mins(9),
        Duration::from_mins(9),
        Duration::from_secs(119),
    ] {
        let asked = submit(&thief, "/oauth/address", &[("email", "mallory@example.com")]).await;
        assert_eq!(location(&asked), "/oauth/code");
        app.pass(wait);
    }
    let cookie = thief.cookie("portcullis-social");
    for path in ["/oauth/address", "/oauth/code"] {
        assert_eq!(get(&thief, path).await.status, 200, "{path} at 19:59");
    }
    app.pass(Duration::from_secs(1));
    for path in ["/oauth/address", "/oauth/code"] {
        // Also with a cookie that the browser should have dropped.
        thief.put("portcullis-social", &cookie);
        assert_eq!(get(&thief, path).await.status, 410, "{path} at 20:00");
    }
    // Ada has her account at the provider back, and connects it.
    app.user("ada").await;
    confirm_all(app).await;
    let ada = stepped_up_browser(app, EMAIL).await;
    link(&social, &ada).await;
    for path in ["/oauth/address", "/oauth/code"] {
        thief.put("portcullis-social", &cookie);
        assert_eq!(get(&thief, path).await.status, 410, "{path}");
    }
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
        let url = Url::parse(location(&started)).unwrap();
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
        "redirectUrl": super::super::REDIRECT,
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
    let (_, query) = super::super::left_to(&come_back(&browser, &callback).await);
    // Ada comes with her own account there, and proves her mailbox.
    social.says_person("ada", EMAIL);
    let ada = app.browser();
    assert_eq!(location(&social.sign_in(&ada).await), "/oauth/code");
    let code = app.mail(EMAIL, "address_code").await.code();
    submit(&ada, "/oauth/code", &[("code", &code)]).await;
    assert_eq!(who(&ada).await["email"], EMAIL);
    // He goes on.
    come_back(&page, &on_page).await;
    let input = json!({ "code": query["code"], "codeVerifier": super::super::client::VERIFIER });
    let late = client
        .call("finishIdentityLink", "identity { id }", input.clone())
        .await;
    assert!(late.body["errors"].is_array(), "{}", late.text);
    app.anonymous()
        .call("finishSocialLogin", "user { id }", input)
        .await;
    social.says_person("mallory", "mallory@example.com");
    assert!(
        gets_in(&social, "mallory@example.com").await,
        "he has an account of his own"
    );
    assert_eq!(who(&ada).await["identities"].as_array().unwrap().len(), 1);
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
        "redirectUrl": super::super::REDIRECT,
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
    let (_, query) = super::super::left_to(&submit(&browser, "/oauth/code", &[("code", &mail)]).await);
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
    let (watched, statements) = {
        let providers = app.app.config.providers.clone();
        app.another_watched(|config| config.providers = providers).await
    };
    let client = watched.anonymous();
    let code = query["code"].clone();
    statements.take();
    let finishing = tokio::spawn(async move {
        super::super::client::finish(&client, &code, super::super::client::VERIFIER).await
    });
    until("the account is read", async || {
        let is_account = |it: &Statement| it.sql.starts_with("SELECT") && it.to_string().contains(EMAIL);
        statements.take().iter().any(is_account)
    })
    .await;
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
    assert_eq!(who(&remembered).await["email"], EMAIL);
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
