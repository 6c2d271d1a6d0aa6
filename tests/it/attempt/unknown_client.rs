//! What clients may try that a trusted proxy names in other forms, or not at all.

use super::{Tried, WRONG, fail, login, rows};
use crate::support::{Answer, Client, PASSWORD, Program, TestApp};

const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// How proxies name the client 203.0.113.5, and 203.0.113.6 as another one.
const NAMED: [(&str, &str, &str); 5] = [
    (X_FORWARDED_FOR, "203.0.113.5", "203.0.113.6"),
    (X_FORWARDED_FOR, "203.0.113.5:1234", "203.0.113.6:1234"),
    (X_FORWARDED_FOR, "[2001:db8:5::1]:1234", "[2001:db8:6::1]:1234"),
    (
        "forwarded",
        "for=203.0.113.5;proto=https",
        "for=203.0.113.6;proto=https",
    ),
    (
        "forwarded",
        "for=\"[2001:db8:5::1]:1234\"",
        "for=\"[2001:db8:6::1]:1234\"",
    ),
];

/// What proxies write, or pass on, that names nobody.
const UNNAMED: [(&str, &str); 8] = [
    (X_FORWARDED_FOR, "unknown"),
    (X_FORWARDED_FOR, ""),
    (X_FORWARDED_FOR, "203.0.113.5,"),
    (X_FORWARDED_FOR, "fe80::1%eth0"),
    (X_FORWARDED_FOR, "203.0.113.05"),
    ("forwarded", "for=_hidden"),
    ("forwarded", "for=203.0.113.5;by=\""),
    ("x-real-ip", "203.0.113.5"),
];

/// Of sixty wrong passwords, each at another account, how many were looked at.
async fn tried(client: &Client) -> usize {
    let mut looked_at = 0;
    for number in 0..60 {
        let tried = login(client, &format!("nobody{number}@example.com"), WRONG).await;
        looked_at += usize::from(!tried.is_too_many());
    }
    looked_at
}

#[tokio::test]
async fn a_client_is_limited_however_its_proxy_names_it() {
    for (header, text, neighbour) in NAMED {
        let app = TestApp::behind_proxy().await;
        assert_eq!(
            tried(&app.anonymous().behind(header, text)).await,
            10,
            "{header}: {text}"
        );
        // Another client has a limit of its own.
        let other = app.anonymous().behind(header, neighbour);
        assert_eq!(login(&other, "nobody@example.com", WRONG).await, Tried::Wrong);
        assert_eq!(app.app.metrics.requests_of_unknown_clients.get(), 0);
    }
}

#[tokio::test]
async fn clients_whom_a_proxy_does_not_name_share_one_limit() {
    for (header, text) in UNNAMED {
        let app = TestApp::behind_proxy().await;
        assert_eq!(
            tried(&app.anonymous().behind(header, text)).await,
            10,
            "{header}: {text}"
        );
        assert_eq!(app.app.metrics.requests_of_unknown_clients.get(), 60);
        assert_eq!(tried(&app.anonymous()).await, 0);
        for (header, text) in UNNAMED {
            let other = app.anonymous().behind(header, text);
            assert!(login(&other, "nobody@example.com", WRONG).await.is_too_many());
        }
        // Named clients are not affected.
        let named = app.anonymous().at("203.0.113.5");
        assert_eq!(login(&named, "nobody@example.com", WRONG).await, Tried::Wrong);
    }
}

#[tokio::test]
async fn two_headers_that_contradict_each_other_name_nobody() {
    let app = TestApp::behind_proxy().await;
    let mut looked_at = 0;
    for number in 0..60 {
        let query =
            "mutation ($e: String!) { login(input: { email: $e, password: \"x\" }) { userErrors { code } } }";
        let variables = serde_json::json!({ "e": format!("nobody{number}@example.com") });
        let request = app.anonymous().request(reqwest::Method::POST, "/graphql");
        let request = request
            .header(X_FORWARDED_FOR, "203.0.113.5")
            .header("forwarded", format!("for=198.51.100.{number}"))
            .json(&serde_json::json!({ "query": query, "variables": variables }));
        looked_at += usize::from(!Tried::of(&Answer::of(request).await).is_too_many());
    }
    assert_eq!(looked_at, 10);
}

#[tokio::test]
async fn strangers_do_not_keep_an_owner_out_however_the_proxy_names_both() {
    for (header, home, elsewhere) in NAMED {
        let app = TestApp::behind_proxy().await;
        let owner = app.anonymous().behind(header, home);
        let signup = serde_json::json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
        owner.signup(signup).await.tokens("signup");
        let stranger = app.anonymous().behind(header, elsewhere);
        fail(&stranger, "ada@example.com", 5).await;
        assert!(login(&stranger, "ada@example.com", WRONG).await.is_too_many());
        assert_eq!(
            login(&owner, "ada@example.com", PASSWORD).await,
            Tried::Right,
            "{home}"
        );
    }
}

#[tokio::test]
async fn no_account_knows_the_unknown_clients() {
    let app = TestApp::behind_proxy().await;
    let unnamed = app.anonymous().behind(X_FORWARDED_FOR, "unknown");
    let signup = serde_json::json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let answer = unnamed.signup(signup).await;
    answer.tokens("signup");
    assert_eq!(
        answer.data("signup")["session"]["ipAddress"],
        serde_json::Value::Null
    );
    assert_eq!(login(&unnamed, "ada@example.com", PASSWORD).await, Tried::Right);
    assert_eq!(rows(&app).await.len(), 0);
    // Their failures are those of all strangers, and their successes forgive none of them.
    fail(&unnamed, "ada@example.com", 3).await;
    assert_eq!(login(&unnamed, "ada@example.com", PASSWORD).await, Tried::Right);
    fail(&app.anonymous().at("203.0.113.5"), "ada@example.com", 2).await;
    assert_eq!(
        login(&unnamed, "ada@example.com", PASSWORD).await,
        Tried::TooMany(900)
    );
}

#[tokio::test]
async fn a_client_that_a_proxy_calls_this_machine_is_limited() {
    let app = TestApp::behind_proxy().await;
    assert_eq!(tried(&app.anonymous().at("127.0.0.1")).await, 10);
    assert_eq!(
        tried(&app.anonymous().behind("forwarded", "for=\"[::1]\"")).await,
        10
    );
}

#[tokio::test]
async fn the_log_says_once_that_a_proxy_names_nobody() {
    let program = Program::new().await.with("TRUSTED_PROXIES", "127.0.0.1,::1");
    let server = program.serve().await;
    let warnings = || {
        let log = server.log();
        log.lines()
            .filter(|line| line.contains("trusted_proxies"))
            .count()
    };
    // A proxy's own requests have no client behind them.
    server.client().get("/healthz").await;
    for (header, text, _) in NAMED {
        server.client().behind(header, text).me().await;
    }
    assert_eq!(warnings(), 0, "{}", server.log());
    for (header, text) in UNNAMED {
        server.client().behind(header, text).me().await;
        assert_eq!(warnings(), 1, "{}", server.log());
    }
}
