//! Who may ask.

use std::time::Duration;

use reqwest::Method;

use super::{
    GATEWAY, NEXT_OF_SHOP, SHOP, VERIFY, assert_unknown_caller, check_of_proxy, form, question, server,
    service_token, with_callers, with_services,
};
use crate::support::{Answer, Client, PASSWORD, TestApp};

/// The status for a caller with this name and secret.
async fn status(client: &Client, token: &str, name: &str, secret: &str) -> u16 {
    let request = question(client, token).basic_auth(name, Some(secret));
    Answer::of(request).await.status.as_u16()
}

#[tokio::test]
async fn only_a_named_caller_with_its_own_secret_gets_an_answer() {
    let app = server().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    let longer = format!("{SHOP}a");
    for token in [service_token(&ada), "a.b.c"] {
        for (name, secret) in [
            ("shop", ""),
            ("", SHOP),
            ("", ""),
            ("nobody", SHOP),
            ("Shop", SHOP),
            // Another caller's.
            ("shop", GATEWAY),
            ("gateway", SHOP),
            ("shop", &SHOP[..SHOP.len() - 1]),
            ("shop", longer.as_str()),
            ("shop", &SHOP.to_lowercase()),
            ("shop", ada.token.as_str()),
            (&ada.email, PASSWORD),
        ] {
            let request = question(&client, token).basic_auth(name, Some(secret));
            assert_unknown_caller(&Answer::of(request).await);
        }
        assert_unknown_caller(&Answer::of(question(&client, token)).await);
        assert_unknown_caller(&Answer::of(question(&client, token).bearer_auth(service_token(&ada))).await);
        let twice = question(&client, token).basic_auth("shop", Some(SHOP));
        let twice = twice.header("authorization", "Basic c2hvcDpzaG9w");
        assert_unknown_caller(&Answer::of(twice).await);
        for text in ["Basic", "Basic !", "Basic c2hvcA==", "Basic /w==", "shop"] {
            let request = question(&client, token).header("authorization", text);
            assert_unknown_caller(&Answer::of(request).await);
        }
    }
}

#[tokio::test]
async fn a_secret_in_the_form_or_in_the_field_of_proxies_does_not_count() {
    let app = server().await;
    let ada = app.user("ada").await;
    let body = format!(
        "token={}&client_id=gateway&client_secret={GATEWAY}",
        service_token(&ada)
    );
    let request = form(&app.anonymous(), body).header("portcullis-caller", format!("gateway:{GATEWAY}"));
    assert_unknown_caller(&Answer::of(request).await);
}

#[tokio::test]
async fn both_secrets_of_a_caller_work() {
    let app = server().await;
    let ada = app.user("ada").await;
    let client = app.anonymous();
    for (name, secret) in [("shop", SHOP), ("shop", NEXT_OF_SHOP), ("gateway", GATEWAY)] {
        assert_eq!(status(&client, service_token(&ada), name, secret).await, 200);
    }
}

/// RFC 6749, section 2.3.1, has clients encode both as in a form; many do not.
#[tokio::test]
async fn an_encoded_secret_works_as_well_as_a_plain_one() {
    let app = server().await;
    let ada = app.user("ada").await;
    let encoded = NEXT_OF_SHOP.replace('/', "%2F").replace('+', "%2b");
    assert_ne!(encoded, NEXT_OF_SHOP);
    assert_eq!(
        status(&app.anonymous(), service_token(&ada), "%73hop", &encoded).await,
        200
    );
    let wrong = encoded.replace("%2F", "%2E");
    assert_eq!(
        status(&app.anonymous(), service_token(&ada), "shop", &wrong).await,
        401
    );
}

#[tokio::test]
async fn secrets_cannot_be_guessed_at_speed() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(with_services)
        .start()
        .await;
    let ada = app.user_at("ada", "192.0.2.1").await;
    let token = service_token(&ada);
    let (guesser, shop) = (
        app.anonymous().at("203.0.113.7"),
        app.anonymous().at("198.51.100.9"),
    );
    for _ in 0..app.app.config.login_burst {
        assert_eq!(status(&guesser, token, "shop", GATEWAY).await, 401);
    }
    for secret in [GATEWAY, SHOP] {
        let request = question(&guesser, token).basic_auth("shop", Some(secret));
        let answer = Answer::of(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (429, vec!["RATE_LIMITED"])
        );
        assert!(answer.header("retry-after").is_some());
    }
    let of_proxy = Answer::of(check_of_proxy(&guesser, token)).await;
    assert_eq!(of_proxy.status, 429, "it is one count for both doors");
    assert_eq!(status(&shop, token, "shop", SHOP).await, 200);
    app.pass(Duration::from_secs(3));
    assert_eq!(status(&guesser, token, "shop", SHOP).await, 200);
}

#[tokio::test]
async fn a_service_that_asked_before_is_not_delayed_by_its_neighbours_and_visitors_of_a_proxy_are_no_service()
{
    let app = TestApp::builder()
        .behind_proxy()
        .config(with_services)
        .start()
        .await;
    let ada = app.user_at("ada", "192.0.2.1").await;
    let token = service_token(&ada);
    let (shop, visitor) = (
        app.anonymous().at("198.51.100.9"),
        app.anonymous().at("203.0.113.7"),
    );
    assert_eq!(status(&shop, token, "shop", SHOP).await, 200);
    assert_eq!(Answer::of(check_of_proxy(&visitor, token)).await.status, 200);
    for client in [&shop, &visitor] {
        for _ in 0..app.app.config.login_burst {
            assert_eq!(status(client, token, "shop", GATEWAY).await, 401);
        }
    }
    assert_eq!(status(&shop, token, "shop", SHOP).await, 200);
    assert_eq!(status(&visitor, token, "shop", SHOP).await, 429);
}

#[tokio::test]
async fn right_secrets_are_not_counted_and_sign_ins_are_counted_apart() {
    let app = TestApp::builder()
        .behind_proxy()
        .config(with_services)
        .start()
        .await;
    let ada = app.user_at("ada", "192.0.2.1").await;
    let client = app.anonymous().at("198.51.100.9");
    for _ in 0..5 * app.app.config.login_burst {
        assert_eq!(status(&client, service_token(&ada), "shop", SHOP).await, 200);
    }
    let mut login = client.login("nobody@example.com", PASSWORD).await;
    for _ in 0..app.app.config.login_burst {
        login = client.login("nobody@example.com", PASSWORD).await;
    }
    assert_eq!(login.codes(), ["RATE_LIMITED"]);
    assert_eq!(status(&client, service_token(&ada), "shop", SHOP).await, 200);
}

#[tokio::test]
async fn without_callers_there_is_no_such_address() {
    let app = TestApp::start().await;
    let ada = app.user("ada").await;
    let known = app.anonymous().get("/nothing/here").await;
    for method in [Method::GET, Method::POST, Method::OPTIONS] {
        let request = app.anonymous().request(method.clone(), VERIFY);
        let answer = Answer::of(request.basic_auth("shop", Some(SHOP))).await;
        assert_eq!(answer.status, 404, "{method}");
        assert_eq!(answer.header("www-authenticate"), None);
    }
    let answer = Answer::of(check_of_proxy(&app.anonymous(), &ada.token)).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (known.status, known.header("content-type"))
    );
}

#[tokio::test]
async fn a_proxy_that_is_not_known_learns_nothing_and_no_client_hears_that_its_token_is_bad() {
    let app = TestApp::with(with_callers).await;
    let ada = app.user("ada").await;
    let get = || {
        app.anonymous()
            .request(Method::GET, VERIFY)
            .bearer_auth(&ada.token)
    };
    let as_caller = |value: String| get().header("portcullis-caller", value);
    for (about, request) in [
        ("nobody", get()),
        ("no colon", as_caller(GATEWAY.to_owned())),
        ("another's secret", as_caller(format!("gateway:{SHOP}"))),
        ("an unknown name", as_caller(format!("nobody:{GATEWAY}"))),
        ("as Basic", as_caller("Basic c2hvcDpzaG9w".to_owned())),
        (
            "twice",
            as_caller(format!("gateway:{GATEWAY}")).header("portcullis-caller", "gateway:a"),
        ),
        (
            "the caller where the person belongs",
            app.anonymous()
                .request(Method::GET, VERIFY)
                .basic_auth("gateway", Some(GATEWAY)),
        ),
    ] {
        let answer = Answer::of(request).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (403, vec!["FORBIDDEN"]),
            "{about}"
        );
        assert_eq!(answer.header("www-authenticate"), None, "{about}");
        assert_eq!(answer.header("portcullis-user"), None, "{about}");
    }
}
