//! `mail`: the outbox at the command line. It never shows what a mail says.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Answer, PASSWORD, Program, Running, Script, SmtpServer, Speaks, until};

/// The mails that `list` shows, with these further arguments.
fn listed(program: &Program, arguments: &[&str]) -> Vec<Value> {
    let list = program.done(&[&["mail", "list", "--json"], arguments].concat());
    serde_json::from_str(&list).unwrap()
}

/// Waits for a mail of this kind in this state.
async fn mail(program: &Program, kind: &str, state: &str) -> Value {
    let find = || {
        listed(program, &["--state", state])
            .into_iter()
            .find(|mail| mail["kind"] == kind)
    };
    until("the mail is there", async || find().is_some()).await;
    find().unwrap()
}

async fn ask_for_reset(server: &Running, email: &str) {
    let input = json!({ "email": email });
    let answer = server.client().call("requestPasswordReset", "email", input).await;
    answer.data("requestPasswordReset");
}

fn create(program: &Program, email: &str, further: &[&str]) -> Value {
    let command = [
        "user",
        "create",
        "--name",
        "Ada",
        "--email",
        email,
        "--password-stdin",
        "--json",
    ];
    let made = program.run_with_input(&[&command, further].concat(), PASSWORD);
    assert_eq!(made.status, Some(0), "{made:?}");
    serde_json::from_str(&made.out).unwrap()
}

/// A program that sends its mails to this port.
async fn sending_to(port: u16) -> Program {
    Program::new()
        .await
        .with("SMTP_SERVER", &format!("127.0.0.1:{port}"))
        .with("SMTP_SECURITY", "none")
        .with("MAIL_FROM", "accounts@example.com")
}

/// The address of the development outbox in the log.
fn outbox(server: &Running) -> (String, String) {
    let log = server.log();
    let (_, rest) = log.split_once("development outbox: ").expect("no such line");
    let address = rest.split(['"', '\n', ' ']).next().unwrap();
    let (address, key) = address.split_once("?key=").unwrap();
    (address.to_owned(), key.to_owned())
}

#[tokio::test]
async fn the_address_in_the_log_opens_the_outbox_and_is_logged_once() {
    let program = Program::new().await;
    let server = program.serve().await;
    let (address, key) = outbox(&server);
    assert_eq!(key.len(), 22, "128 bits");
    let port = server.url().rsplit_once(':').unwrap().1;
    assert_eq!(address, format!("http://localhost:{port}/dev/outbox"));
    let path = format!("/dev/outbox?key={key}");
    let page = Answer::of(server.client().request(Method::GET, &path)).await;
    assert!(page.text.contains("No mail yet"), "{}", page.text);
    let other = Answer::of(server.client().request(Method::GET, "/dev/outbox?key=canary")).await;
    assert_eq!(other.status.as_u16(), 404);
    let log = server.log();
    assert_eq!(log.matches(&key).count(), 1, "{log}");
    assert!(log.contains("/dev/outbox") && !log.contains("canary"), "{log}");
}

#[tokio::test]
async fn where_no_mail_is_sent_the_start_says_so() {
    let program = Program::new()
        .await
        .with("PUBLIC_URL", "https://accounts.example.com");
    let log = program.serve().await.log();
    assert!(
        log.contains("no mail is sent") && log.contains("smtp_server"),
        "{log}"
    );
    assert!(!log.contains("outbox"), "{log}");
    for (setting, value) in [("EMAIL_VERIFICATION", "required"), ("EMAIL_LOGIN", "true")] {
        let refused = program.clone().with(setting, value).run(&["serve"]);
        let line = refused.complaint(78);
        let key = setting.to_lowercase();
        assert!(
            line.starts_with(&key) && line.contains("set smtp_server"),
            "{line}"
        );
        let fine = program
            .clone()
            .with("PUBLIC_URL", "http://localhost:8000")
            .with(setting, value);
        fine.done(&["config"]);
    }
}

#[tokio::test]
async fn a_mail_is_listed_and_shown_without_what_it_says() {
    let program = Program::new().await;
    let server = program.serve().await;
    create(&program, "ada@example.com", &["--verified"]);
    ask_for_reset(&server, "ada@example.com").await;
    let kept = mail(&program, "reset_password", "kept").await;
    let id = kept["id"].as_str().unwrap();
    assert_eq!(
        (&kept["state"], &kept["to"]),
        (&json!("KEPT"), &json!("ada@example.com"))
    );
    assert_eq!(
        (&kept["attempts"], &kept["lastProblem"], &kept["dueAt"]),
        (&json!(1), &json!(null), &json!(null))
    );
    let names: Vec<_> = kept.as_object().unwrap().keys().collect();
    let wanted = [
        "attempts",
        "createdAt",
        "dueAt",
        "endedAt",
        "id",
        "kind",
        "lastProblem",
        "state",
        "to",
    ];
    assert_eq!(names, wanted);
    assert!(kept["createdAt"].is_string() && kept["endedAt"].is_string());

    let query = json!({ "query": "{ devOutbox { link subject } }" });
    let request = server.client().request(Method::POST, "/graphql").json(&query);
    let answer = Answer::of(request.header("portcullis-outbox-key", outbox(&server).1)).await;
    let newest = &answer.data("devOutbox")[0];
    let token = newest["link"]
        .as_str()
        .unwrap()
        .split_once("token=")
        .unwrap()
        .1
        .to_owned();

    let shown = [
        program.done(&["mail", "list"]),
        program.done(&["mail", "list", "--json"]),
        program.done(&["mail", "list", "--state", "kept"]),
        program.done(&["mail", "show", id]),
        program.done(&["mail", "show", id, "--json"]),
        program.run(&["mail", "retry", id]).complaint(1).to_owned(),
    ];
    for text in &shown {
        assert!(!text.contains(&token) && !text.contains("http"), "{text}");
        assert!(!text.contains(newest["subject"].as_str().unwrap()), "{text}");
    }
    let words: Vec<_> = shown[3].split_whitespace().take(6).collect();
    assert_eq!(
        words,
        [id, "kept", "reset_password", "ada@example.com", "tried", "once,"]
    );
    assert_eq!(
        shown[5],
        "nothing to try again: this mail stays in the development outbox"
    );
    assert_eq!(listed(&program, &["--state", "waiting"]), [json!(null); 0]);
    assert_eq!(program.done(&["mail", "list", "--state", "sent"]), "");
}

#[tokio::test]
async fn a_mail_that_waits_is_tried_again_at_once() {
    // Nobody listens there.
    let program = sending_to(1).await;
    let server = program.serve().await;
    create(&program, "ada@example.com", &[]);
    ask_for_reset(&server, "ada@example.com").await;
    until("sending has failed", async || {
        listed(&program, &[])
            .iter()
            .any(|mail| mail["lastProblem"].is_string())
    })
    .await;
    drop(server);
    let waiting = mail(&program, "reset_password", "waiting").await;
    assert_eq!(
        (&waiting["state"], &waiting["endedAt"]),
        (&json!("WAITING"), &json!(null))
    );
    let problem = waiting["lastProblem"].as_str().unwrap();
    assert!(
        problem.contains("check host and port in smtp_server"),
        "{problem}"
    );
    let id = waiting["id"].as_str().unwrap();
    assert_eq!(
        program.done(&["mail", "retry", id]),
        format!("mail {id} is due now; a running server sends it")
    );
    let again: Value = serde_json::from_str(&program.done(&["mail", "show", id, "--json"])).unwrap();
    assert!(
        again["dueAt"].as_str() < waiting["dueAt"].as_str(),
        "{again} {waiting}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_suppressed_address_gets_no_mail_in_any_spelling() {
    let smtp = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let program = sending_to(smtp.port).await;
    let server = program.serve().await;
    create(&program, "Ada@bücher.example", &[]);
    assert_eq!(
        program.done(&["mail", "suppress", "ADA@BÜCHER.example"]),
        "ADA@xn--bcher-kva.example gets no mail from now on"
    );
    ask_for_reset(&server, "ada@xn--bcher-kva.example").await;
    let failed = mail(&program, "reset_password", "failed").await;
    assert_eq!(failed["lastProblem"], "the address is suppressed");
    assert_eq!(smtp.accepted(), []);
    let refused = program.run(&["mail", "retry", failed["id"].as_str().unwrap()]);
    assert!(
        refused.complaint(1).contains("its text was deleted"),
        "{refused:?}"
    );

    let printed = program.done(&["mail", "unsuppress", "ada@bücher.example", "--json"]);
    let wanted = json!({ "address": "ada@xn--bcher-kva.example", "isSuppressed": false });
    assert_eq!(serde_json::from_str::<Value>(&printed).unwrap(), wanted);
    ask_for_reset(&server, "ada@bücher.example").await;
    let sent = mail(&program, "reset_password", "sent").await;
    assert_eq!(smtp.accepted()[0].to, ["Ada@xn--bcher-kva.example"]);
    let refused = program.run(&["mail", "retry", sent["id"].as_str().unwrap()]);
    assert_eq!(refused.complaint(1), "nothing to try again: this mail was sent");
    let refused = program.run(&["mail", "unsuppress", "ada@bücher.example"]);
    assert_eq!(refused.complaint(1), "this address is not suppressed");
}

#[tokio::test]
async fn unknown_mails_and_bad_addresses_are_refused() {
    let program = Program::new().await;
    program.done(&["migrate", "up"]);
    for command in ["show", "retry"] {
        let refused = program.run(&["mail", command, "019aab6e-0d3c-7c11-b3d4-0242ac120002"]);
        assert_eq!(refused.complaint(1), "there is no such mail");
        let refused = program.run(&["mail", command, "reset_password"]);
        assert!(
            refused.complaint(1).starts_with("name the mail by its id"),
            "{refused:?}"
        );
    }
    for command in ["suppress", "unsuppress"] {
        let refused = program.run(&["mail", command, "ada"]);
        assert!(
            refused.complaint(1).starts_with("Enter an email address"),
            "{refused:?}"
        );
    }
    assert_eq!(program.run(&["mail", "list", "--state", "lost"]).status, Some(2));
}

#[tokio::test]
async fn the_owner_of_a_disabled_account_is_told_once() {
    let program = Program::new().await;
    let server = program.serve().await;
    let ada = create(&program, "ada@example.com", &["--verified"]);
    assert_eq!(ada["isEmailVerified"], true);
    let eve = create(&program, "eve@example.com", &[]);
    assert_eq!(eve["isEmailVerified"], false);
    for email in ["eve@example.com", "ada@example.com", "ada@example.com"] {
        program.done(&["user", "disable", email]);
    }
    let notice = mail(&program, "account_disabled", "kept").await;
    assert_eq!(notice["to"], "ada@example.com");
    drop(server);
    assert_eq!(
        listed(&program, &[]).len(),
        1,
        "nobody else gets a mail, and nobody gets two"
    );
}
