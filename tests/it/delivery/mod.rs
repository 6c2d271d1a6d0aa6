//! Mails on their way: what becomes of each when the mail server takes it, refuses it, or is not there.

mod age;
mod faults;
mod servers;
mod suppression;

use entity::mail::{Model, State};
use portcullis::{
    features::mail::{self, Round},
    platform::config::PublicUrl,
};
use serde_json::json;

use crate::support::{Script, SmtpServer, Speaks, TestApp, with_mail_server};

/// A server, and the mail server that it sends to.
async fn start() -> (TestApp, SmtpServer) {
    let smtp = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let app = TestApp::with(|config| with_mail_server(config, smtp.port)).await;
    (app, smtp)
}

/// Sends what is due.
async fn deliver(app: &TestApp) -> Round {
    app.post_office.deliver(&app.app, &|| false).await.unwrap()
}

/// Puts a mail into the outbox: somebody unknown to the mail server signs up.
async fn write_to(app: &TestApp, name: &str) {
    app.user(name).await;
}

/// The mails, the oldest first.
async fn outbox(app: &TestApp) -> Vec<Model> {
    let mut rows = mail::list(&app.app, None, 10_000).await.unwrap();
    rows.reverse();
    rows
}

async fn states(app: &TestApp) -> Vec<State> {
    outbox(app).await.into_iter().map(|mail| mail.state).collect()
}

/// The value of a header of a mail.
fn header<'a>(data: &'a str, name: &str) -> &'a str {
    let line = data.lines().find(|line| line.starts_with(&format!("{name}: ")));
    line.unwrap_or_else(|| panic!("no {name}: {data}"))
        .split_once(": ")
        .unwrap()
        .1
}

#[tokio::test]
async fn a_mail_is_sent_and_its_content_is_forgotten() {
    let (app, smtp) = start().await;
    write_to(&app, "ada").await;
    assert_eq!(deliver(&app).await, Round::Busy);
    assert_eq!(deliver(&app).await, Round::Idle);
    let accepted = smtp.accepted();
    assert_eq!(accepted.len(), 1);
    assert_eq!(accepted[0].to, ["ada@example.com"]);
    assert_eq!(accepted[0].from, "accounts@example.com");
    let mail = outbox(&app).await.remove(0);
    assert_eq!(
        header(&accepted[0].data, "Message-ID"),
        format!("<{}@localhost>", mail.id)
    );
    assert_eq!(header(&accepted[0].data, "Auto-Submitted"), "auto-generated");
    // The link still works: nothing of it stays in the database.
    assert_eq!(
        (mail.state, mail.sealed_content, mail.attempts),
        (State::Sent, None, 1)
    );
    assert_eq!(app.app.metrics.mails_sent.get(), 1);
}

#[tokio::test]
async fn a_request_for_an_unknown_address_leaves_no_row_behind() {
    let (app, smtp) = start().await;
    let input = json!({ "email": "nobody@example.com" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    assert_eq!(states(&app).await, [State::Waiting]);
    deliver(&app).await;
    assert_eq!(states(&app).await, []);
    assert!(smtp.accepted().is_empty());
}

#[tokio::test]
async fn forged_hosts_never_change_a_link() {
    let (app, smtp) = start().await;
    app.user("ada").await;
    let query = "mutation { requestPasswordReset(input: { email: \"ada@example.com\" }) { email } }";
    let forged = [
        ("x-forwarded-host", "evil.example"),
        ("forwarded", "host=evil.example;proto=http"),
        ("x-original-host", "evil.example"),
        ("origin", "http://localhost:3000"),
    ];
    for (name, value) in forged.into_iter().take(3) {
        let request = app
            .anonymous()
            .request(reqwest::Method::POST, "/graphql")
            .header(name, value)
            .header("content-type", "application/json")
            .body(json!({ "query": query }).to_string());
        let answer = crate::support::Answer::of(request).await;
        assert_eq!(
            answer.data("requestPasswordReset")["email"],
            "ada@example.com",
            "{name}"
        );
    }
    deliver(&app).await;
    let accepted = smtp.accepted();
    assert_eq!(accepted.len(), 4);
    for mail in accepted {
        assert!(!mail.data.contains("evil.example"));
        assert!(mail.data.contains("http://localhost:8000/"), "{}", mail.data);
    }
}

#[tokio::test]
async fn mail_goes_to_the_stored_address_and_not_to_the_text_of_the_request() {
    let (app, smtp) = start().await;
    let input =
        json!({ "name": "Ada", "email": "Ada@b\u{fc}cher.example", "password": crate::support::PASSWORD });
    app.anonymous().signup(input).await;
    let input = json!({ "email": "ADA@xn--bcher-kva.EXAMPLE" });
    app.anonymous().call("requestPasswordReset", "email", input).await;
    deliver(&app).await;
    let to: Vec<_> = smtp.accepted().into_iter().flat_map(|mail| mail.to).collect();
    assert_eq!(to, ["Ada@xn--bcher-kva.example", "Ada@xn--bcher-kva.example"]);
}

/// Such a host has brackets and colons, which no `Message-ID` of ours has.
#[tokio::test]
async fn a_server_whose_host_is_an_ipv6_address_sends_mail() {
    let (first, smtp) = start().await;
    write_to(&first, "ada").await;
    let app = first
        .another(|config| {
            with_mail_server(config, smtp.port);
            config.public_url = PublicUrl::parse("http://[::1]:8000").unwrap();
        })
        .await;
    deliver(&app).await;
    assert_eq!(smtp.accepted().len(), 1);
}
