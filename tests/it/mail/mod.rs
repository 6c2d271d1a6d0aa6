//! Mail: the development outbox, and what operators do with mails.

mod attacks;
mod outbox;
mod queries;

use std::time::Duration;

use portcullis::platform::config::{self, Config, Flag, Inputs, PublicUrl};
use reqwest::Method;
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::support::{Answer, TestApp};

/// Header with the key of the outbox.
const KEY_HEADER: &str = "portcullis-outbox-key";

/// Headers by which a proxy shows itself.
const PROXY_HEADERS: [(&str, &str); 6] = [
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "localhost"),
    ("x-forwarded-proto", "http"),
    ("x-real-ip", "127.0.0.1"),
    ("forwarded", "for=127.0.0.1"),
    ("via", "1.1 nginx"),
];

/// A change of the settings that switches the outbox off.
type Change = fn(&mut Config);

/// Settings under which there is no outbox.
const WITHOUT_OUTBOX: [(&str, Change); 6] = [
    ("listen on all addresses", |config| {
        config.listen = vec!["0.0.0.0:8000".parse().unwrap()];
    }),
    ("listen on one more address", |config| {
        config.listen.push("192.0.2.1:8000".parse().unwrap());
    }),
    ("a trusted proxy", |config| {
        config.trusted_proxies = vec!["192.0.2.1/32".parse().unwrap()];
    }),
    ("a public address", |config| {
        config.public_url = PublicUrl::parse("https://accounts.example.com").unwrap();
    }),
    ("a proxy with TLS on this machine", |config| {
        config.public_url = PublicUrl::parse("https://localhost:8443").unwrap();
    }),
    ("a mail server", |config| {
        let sending = sending();
        config.smtp_server = sending.smtp_server;
        config.mail_from = sending.mail_from;
    }),
];

/// Settings with a mail server.
fn sending() -> Config {
    let given = ["smtp_server=mail.example.com", "mail_from=accounts@example.com"];
    let flags = given.map(|pair| Flag::from_pair("--set", pair).unwrap()).to_vec();
    let inputs = Inputs {
        flags,
        ..Inputs::default()
    };
    config::load(inputs).unwrap().config
}

/// The key of the outbox.
fn key(app: &TestApp) -> String {
    app.app.outbox_key.as_ref().unwrap().expose_secret().to_owned()
}

/// Asks for a link to reset the password of an address.
async fn ask_for_reset(app: &TestApp, email: &str) {
    // Ids of the same millisecond are in no order.
    app.pass(Duration::from_secs(1));
    let input = json!({ "email": email });
    let answer = app.anonymous().call("requestPasswordReset", "email", input).await;
    answer.data("requestPasswordReset");
}

/// Loads a page of the outbox with the right key.
async fn load(app: &TestApp, path: &str) -> Answer {
    let path = format!("/dev/outbox{path}?key={}", key(app));
    Answer::of(app.anonymous().request(Method::GET, &path)).await
}
