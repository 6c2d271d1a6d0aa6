//! Cookies whose names become ours only when a reader drops or folds more than browsers do. To a browser such a name has no
//! `__Host-` prefix, so any host of the same site can set it for this one.

use portcullis::platform::config::PublicUrl;
use reqwest::Method;
use serde_json::json;

use crate::{
    page::{form_token, get, location},
    support::{Browser, PASSWORD, Program, TestApp},
};

const ACCESS: &str = "__Host-portcullis-access";
const REFRESH: &str = "__Host-portcullis-refresh";
const FORM: &str = "__Host-portcullis-form";

const ADDRESS: &str = "https://accounts.example.com";

/// What a page of a sibling domain can call a cookie so that it resembles `name`.
fn look_alikes(name: &str) -> Vec<String> {
    // A header cannot hold ASCII's control characters; browsers drop space and tab when they store a cookie.
    let spaces = ('\u{80}'..=char::MAX).filter(|character| character.is_whitespace());
    let mut names: Vec<String> = spaces
        .flat_map(|space| [format!("{space}{name}"), format!("{name}{space}")])
        .collect();
    names.push(name.to_ascii_uppercase());
    names.push(name.to_ascii_lowercase());
    names
}

async fn server() -> TestApp {
    TestApp::with(|config| config.public_url = PublicUrl::parse(ADDRESS).unwrap()).await
}

/// Whether the server calls this browser signed in.
async fn is_signed_in(browser: &Browser) -> bool {
    let answer = browser.query("{ viewer { isAuthenticated } }").await;
    answer.data("viewer")["isAuthenticated"] == true
}

#[tokio::test]
async fn a_planted_one_signs_nobody_in() {
    let app = server().await;
    let attacker = app.browser();
    attacker.signup("eve").await;
    for (name, value) in [
        (ACCESS, attacker.cookie(ACCESS)),
        (REFRESH, attacker.cookie(REFRESH)),
    ] {
        for planted in look_alikes(name) {
            let victim = app.browser();
            victim.put(&planted, &value);
            assert!(!is_signed_in(&victim).await, "{planted:?}");
            let refreshed = victim.refresh().await;
            assert_eq!(refreshed.set_cookies(), Vec::<&str>::new(), "{planted:?}");
            let answer = get(&victim, "/account").await;
            assert_eq!(location(&answer), "/login?next=%2Faccount", "{planted:?}");
            let session = [ACCESS, REFRESH].map(|name| victim.cookies().remove(name));
            assert_eq!(session, [None, None], "{planted:?}");
        }
    }
    assert!(
        is_signed_in(&attacker).await,
        "nothing of that used up the session"
    );
}

#[tokio::test]
async fn a_planted_one_signs_nobody_out() {
    let app = server().await;
    let person = app.browser();
    person.signup("ada").await;
    get(&person, "/account").await;
    let genuine = person.cookies();
    assert_eq!(genuine.len(), 3);
    for name in [ACCESS, REFRESH, FORM] {
        for planted in look_alikes(name) {
            let person = person.copy();
            person.put(&planted, "x");
            assert!(is_signed_in(&person).await, "{planted:?}");
            let page = get(&person, "/account").await;
            assert_eq!(page.status.as_u16(), 200, "{planted:?}: {}", page.text);
            assert_eq!(page.set_cookies(), Vec::<&str>::new(), "{planted:?}");
        }
    }
}

#[tokio::test]
async fn a_form_counts_by_the_browsers_own_cookie_alone() {
    let app = server().await;
    app.user("ada").await;
    let attacker = app.browser();
    let token = form_token(&get(&attacker, "/login").await);
    for planted in look_alikes(FORM) {
        let victim = app.browser();
        victim.put(&planted, &attacker.cookie(FORM));
        let fields = [
            ("email", "ada@example.com"),
            ("password", PASSWORD),
            ("form_token", &token),
        ];
        let request = victim.request(Method::POST, "/login").form(&fields);
        let answer = victim.send(request).await;
        assert_ne!(
            answer.status.as_u16(),
            303,
            "{planted:?}: a form of another browser ran"
        );
        assert_ne!(victim.cookie(FORM), attacker.cookie(FORM), "{planted:?}");
        assert!(!is_signed_in(&victim).await, "{planted:?}");
    }
}

#[tokio::test]
async fn the_log_says_once_that_one_came_and_nothing_of_it() {
    let program = Program::new().await.with("PUBLIC_URL", ADDRESS);
    let server = program.serve().await;
    let browser = Browser::new(server.url(), ADDRESS);
    browser.signup("ada").await;
    is_signed_in(&browser).await;
    let warnings = || {
        let log = server.log();
        let lines = log.lines().filter(|line| line.contains("resembles"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(warnings(), Vec::<String>::new());
    for planted in look_alikes(REFRESH) {
        let planting = browser.copy();
        planting.put(&planted, "zebra");
        let query = json!({ "query": "{ __typename }" });
        let request = planting.request(Method::POST, "/graphql").json(&query);
        planting.send(request).await;
    }
    let [warning] = &warnings()[..] else {
        panic!("one warning: {:?}", warnings());
    };
    assert!(
        !warning.contains("zebra") && !warning.contains("refresh"),
        "{warning}"
    );
}
