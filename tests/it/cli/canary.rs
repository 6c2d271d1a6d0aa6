//! A whole life of an account, by API and by pages, with a log that tells everything: no secret is left behind
//! anywhere.

use std::{collections::BTreeSet, fs, path::Path};

use reqwest::Method;
use serde_json::json;

use crate::{
    page::{form_token, get, location, send},
    support::{Browser, Client, Program},
};

const PASSWORD: &str = "zebra-canary-first";
const NEXT: &str = "zebra-canary-second";
const WRONG: &str = "zebra-canary-wrong";

/// What must be nowhere but with its owner.
#[derive(Default)]
struct Secrets(BTreeSet<String>);

impl Secrets {
    /// A token; of a JWT, the parts that are not the same in all.
    fn note(&mut self, token: &str) {
        let parts = token.split('.').skip(usize::from(token.contains('.')));
        self.0.extend(parts.map(str::to_owned));
    }

    fn note_cookies(&mut self, browser: &Browser) {
        browser
            .cookies()
            .into_values()
            .for_each(|cookie| self.note(&cookie));
    }

    fn assert_not_in(&self, place: &str, content: &[u8]) {
        assert!(self.0.len() > 15, "{}", self.0.len());
        for secret in self.0.iter().map(String::as_str).chain(["zebra", "pcr_"]) {
            let found = content
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} is in {place}");
        }
    }
}

#[tokio::test]
async fn no_secret_is_in_the_log_or_in_a_file() {
    let program = Program::new()
        .await
        .with("LOG_LEVEL", "trace,sqlx=trace,sqlx::query=trace,sea_orm=trace");
    let server = program.serve().await;
    let mut secrets = Secrets::default();
    by_api(&server.client(), server.url(), &mut secrets).await;
    by_pages(&Browser::new(server.url(), "http://localhost:8000"), &mut secrets).await;

    let log = server.log();
    assert!(log.contains("answered"), "{log}");
    secrets.assert_not_in("the log", log.as_bytes());
    let folder = program.data_dir();
    // Only SQLite needs files.
    let files: Vec<_> = fs::read_dir(&folder).into_iter().flatten().collect();
    assert_eq!(files.is_empty(), !program.database_url().starts_with("sqlite"));
    for file in files {
        let path = file.unwrap().path();
        // The server's own secret, which those above are made with.
        if path.file_name().unwrap() != "secret.key" {
            secrets.assert_not_in(&path.display().to_string(), &fs::read(&path).unwrap());
        }
    }
    assert_own_secret_is_in_its_file_alone(&folder, &log);
}

/// Where the server has made its secret itself.
fn assert_own_secret_is_in_its_file_alone(folder: &Path, log: &str) {
    let Ok(secret) = fs::read_to_string(folder.join("secret.key")) else {
        return;
    };
    let secret = secret.trim();
    assert!(secret.len() >= 32 && !log.contains(secret));
    for file in fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let content = fs::read(&path).unwrap();
        let has = content
            .windows(secret.len())
            .any(|window| window == secret.as_bytes());
        assert_eq!(has, path.ends_with("secret.key"), "{}", path.display());
    }
}

async fn by_api(client: &Client, url: &str, secrets: &mut Secrets) {
    let email = "ada@example.com";
    let answer = client
        .signup(json!({ "name": "Ada", "email": email, "password": PASSWORD }))
        .await;
    let first = answer.tokens("signup");
    client.login(email, WRONG).await;
    let second = client.login(email, PASSWORD).await.tokens("login");
    let third = client.refresh(&first.refresh).await.tokens("refreshSession");
    let ada = Client::new(url.to_owned(), Some(third.access.clone()));
    let change = "mutation ($now: String!, $next: String!) { changePassword(input: {
        currentPassword: $now, newPassword: $next }) { userErrors { code } } }";
    let input = |now: &str| json!({ "now": now, "next": NEXT });
    ada.run(change, input(WRONG)).await;
    assert_eq!(
        ada.run(change, input(PASSWORD))
            .await
            .user_errors("changePassword"),
        []
    );
    // Stolen, and refused.
    client.agent("a thief").refresh(&first.refresh).await;
    assert_eq!(ada.me().await.reason(), "SESSION_REVOKED");
    for tokens in [first, second, third] {
        secrets.note(&tokens.access);
        secrets.note(&tokens.refresh);
    }
}

async fn by_pages(browser: &Browser, secrets: &mut Secrets) {
    let fields = [
        ("name", "Eve"),
        ("email", "eve@example.com"),
        ("password", PASSWORD),
    ];
    let answer = send(browser, "/signup", "/signup", &fields).await;
    assert_eq!(location(&answer), "/account");
    secrets.note_cookies(browser);
    secrets.note(&form_token(&get(browser, "/account").await));
    let change = [("current_password", PASSWORD), ("new_password", NEXT)];
    let answer = send(browser, "/account", "/account/password", &change).await;
    assert_eq!(location(&answer), "/account?notice=password-changed");
    secrets.note_cookies(browser);
    secrets.note(&form_token(&get(browser, "/account").await));
    // Broken forms, with the password in places where none belongs.
    for (path, body) in [
        ("/login", format!("email=%ff&password={WRONG}")),
        (
            "/account/password",
            format!("{{\"current_password\":\"{WRONG}\"}}"),
        ),
    ] {
        let request = browser.request(Method::POST, path);
        browser
            .send(
                request
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(body),
            )
            .await;
    }
    get(browser, &format!("/login?password={WRONG}&next={WRONG}")).await;
    let answer = send(browser, "/account", "/logout", &[]).await;
    assert_eq!(location(&answer), "/login?notice=signed-out");
    secrets.note_cookies(browser);
    secrets.note(&form_token(&get(browser, "/login").await));
}
