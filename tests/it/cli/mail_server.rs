//! `doctor` about mail: whether the mail server lets this server in.

use serde_json::Value;

use crate::support::{At, Fault, Program, SMTP_PASSWORD, Script, Shows, SmtpServer, Speaks};

/// A program that sends its mails to this server, over TLS and with a sign-in.
async fn sending_to(smtp: &SmtpServer) -> Program {
    Program::new()
        .await
        .with("SMTP_SERVER", &format!("localhost:{}", smtp.port))
        .with("SMTP_USERNAME", "accounts")
        .with("SMTP_PASSWORD", SMTP_PASSWORD)
        .with("SMTP_CA_FILE", smtp.ca_file().to_str().unwrap())
        .with("MAIL_FROM", "accounts@example.com")
}

/// Severity, finding and advice about mail.
fn about_mail(program: &Program) -> (String, String, String) {
    let finished = program.run(&["doctor", "--json"]);
    assert!(!finished.out.contains(SMTP_PASSWORD) && !finished.err.contains(SMTP_PASSWORD));
    let found: Value = serde_json::from_str(&finished.out).unwrap_or_else(|_| panic!("{finished:?}"));
    let findings = found["findings"].as_array().unwrap();
    let mail = findings
        .iter()
        .find(|it| it["about"] == "mail")
        .expect("nothing about mail");
    let text = |name: &str| mail[name].as_str().unwrap_or_default().to_owned();
    (text("severity"), text("seen"), text("todo"))
}

#[tokio::test]
async fn without_a_mail_server_doctor_says_where_mails_go() {
    let program = Program::new().await;
    let (severity, seen, _) = about_mail(&program);
    assert!(
        severity == "ok" && seen.contains("development outbox"),
        "{severity}: {seen}"
    );
    let program = program.with("PUBLIC_URL", "https://accounts.example.com");
    let (severity, seen, advice) = about_mail(&program);
    assert!(
        severity == "warning" && seen.starts_with("off"),
        "{severity}: {seen}"
    );
    assert!(advice.contains("smtp_server"), "{advice}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_signs_in_to_the_mail_server_and_sends_nothing() {
    let smtp = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let program = sending_to(&smtp).await;
    let place = format!("localhost:{}", smtp.port);
    let wanted = format!("{place} accepts the user; nothing was sent");
    assert_eq!(about_mail(&program), ("ok".to_owned(), wanted, String::new()));
    assert_eq!(smtp.lines().last().unwrap(), "QUIT");
    assert_eq!(smtp.accepted(), []);
    for (problem, change, seen_part, advice_part) in [
        (
            "a certificate for another name",
            (|script| script.shows = Shows::WrongName) as fn(&mut Script),
            "TLS with the mail server failed",
            "smtp_server is the name in the certificate",
        ),
        (
            "a certificate of another authority",
            |script| script.shows = Shows::Forged,
            "TLS with the mail server failed",
            "smtp_ca_file",
        ),
        (
            "a refused sign-in",
            |script| *script = Script::new(Speaks::Tls).with(At::Auth, Fault::Reply("535 5.7.8 no: never")),
            "535 5.7.8 at the sign-in",
            "check smtp_username and smtp_password",
        ),
        (
            "a refused greeting",
            |script| *script = Script::new(Speaks::Tls).with(At::Greeting, Fault::Reply("554 go: away")),
            "replied 554 \"go: away\" at the greeting",
            "check that it accepts mail from this machine",
        ),
    ] {
        smtp.change(change);
        let (severity, seen, advice) = about_mail(&program);
        assert_eq!(severity, "error", "{problem}: {seen}");
        assert!(
            seen.starts_with(&place) && seen.contains(seen_part),
            "{problem}: {seen}"
        );
        assert!(advice.contains(advice_part), "{problem}: {advice}");
    }
}

#[tokio::test]
async fn a_mail_server_that_cannot_be_used_is_an_error() {
    let smtp = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let program = sending_to(&smtp).await.with("SMTP_CA_FILE", "/nowhere.pem");
    let (severity, seen, _) = about_mail(&program);
    assert!(
        severity == "error" && seen.contains("smtp_ca_file"),
        "{severity}: {seen}"
    );
    let refused = program.run(&["serve", "--migrate"]);
    assert_eq!(refused.status, Some(78), "{refused:?}");
    assert!(refused.err.contains("smtp_ca_file"), "{refused:?}");
    let program = program
        .with("SMTP_CA_FILE", smtp.ca_file().to_str().unwrap())
        .with("SMTP_SERVER", "localhost:1");
    let (severity, seen, advice) = about_mail(&program);
    assert!(
        severity == "error" && seen.contains("while connecting"),
        "{severity}: {seen}"
    );
    assert!(advice.starts_with("check host and port"), "{advice}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_mail_is_sent_at_once_and_without_the_outbox() {
    let smtp = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let program = sending_to(&smtp).await;
    let printed = program.done(&["doctor", "--send-test", "Ada@bücher.example"]);
    let start = format!(
        "localhost:{} has taken a test mail to Ada@xn--bcher-kva.example",
        smtp.port
    );
    assert!(printed.starts_with(&start), "{printed}");
    let sent: Value =
        serde_json::from_str(&program.done(&["doctor", "--send-test", "ada@example.com", "--json"])).unwrap();
    assert_eq!(sent["to"], "ada@example.com");
    let accepted = smtp.accepted();
    assert_eq!(accepted.len(), 2);
    assert_eq!(accepted[0].to, ["Ada@xn--bcher-kva.example"]);
    let id = sent["messageId"].as_str().unwrap();
    assert!(accepted[1].data.contains(&format!("<{id}>")) && !accepted[0].data.contains(id));
    assert!(!program.data_dir().exists(), "it needs no database");

    smtp.change(|script| *script = script.clone().with(At::Rcpt, Fault::Reply("550 5.1.1 unknown")));
    let refused = program.run(&["doctor", "--send-test", "eve@example.com"]);
    let line = refused.complaint(1);
    assert!(
        line.starts_with("nothing was sent: The mail server replied 550"),
        "{line}"
    );
    assert!(line.contains("check the address"), "{line}");
}

#[tokio::test]
async fn without_a_mail_server_no_test_mail_is_sent() {
    let program = Program::new().await;
    let send = |program: &Program, to: &str| {
        program
            .run(&["doctor", "--send-test", to])
            .complaint(1)
            .to_owned()
    };
    assert_eq!(
        send(&program, "ada@example.com"),
        "nothing was sent: without smtp_server, mails stay in the development outbox"
    );
    let program = program.with("PUBLIC_URL", "https://accounts.example.com");
    assert_eq!(
        send(&program, "ada@example.com"),
        "nothing was sent: mail is off; set smtp_server and mail_from"
    );
    assert!(send(&program, "ada").starts_with("Enter an email address"));
}
