//! Every step fails in every way.

use std::time::Duration;

use futures_util::future::join_all;
use portcullis::platform::mail::{Kind, Smtp, Step};
use tokio::{net::TcpListener, time::Instant};

use super::{LONG, attempt, mail, settings};
use crate::support::{At, Fault, Script, SmtpServer, Speaks};

/// Long enough for steps that succeed while other tests run.
const SHORT: Duration = Duration::from_secs(5);

const STEPS: [(At, Step); 7] = [
    (At::Greeting, Step::Hello),
    (At::Ehlo, Step::Hello),
    (At::Auth, Step::Login),
    (At::Mail, Step::Sender),
    (At::Rcpt, Step::Recipient),
    (At::Data, Step::Content),
    (At::End, Step::Content),
];

/// Sends a mail to a server with this fault, and checks the failure.
async fn check(speaks: Speaks, at: At, step: Step, fault: Fault, kind: Kind, code: Option<u16>) {
    let limit = if fault == Fault::Silence { SHORT } else { LONG };
    let begun = Instant::now();
    let (server, outcome) = attempt(Script::new(speaks).with(at, fault), limit).await;
    let case = format!("{speaks:?} {at:?} {fault:?}");
    let error = outcome.expect_err(&case);
    assert_eq!((error.step, error.kind, error.code), (step, kind, code), "{case}");
    let took = begun.elapsed();
    if fault == Fault::Silence {
        assert!(took < SHORT * 2, "{case} took {took:?}");
    } else {
        assert!(took < LONG / 2, "{case} took {took:?}");
    }
    assert_eq!(server.accepted(), [], "{case}");
    let message = error.operator_message();
    assert!(
        message.is_ascii() && message.ends_with('.') && message.contains(": "),
        "{message}"
    );
}

#[tokio::test]
async fn each_step_fails_in_each_way_with_its_name_and_within_the_limit() {
    let mut checks = Vec::new();
    for speaks in [Speaks::Plain, Speaks::Tls, Speaks::Starttls] {
        let tls = [(At::Starttls, Step::Tls)];
        let steps = STEPS
            .iter()
            .chain(tls.iter().filter(|_| speaks == Speaks::Starttls));
        for (at, step) in steps {
            for (fault, kind, code) in [
                (Fault::Reply("451 4.3.0 later"), Kind::Temporary, Some(451)),
                (Fault::Reply("421 closing"), Kind::Temporary, Some(421)),
                (
                    Fault::Reply("550-5.7.1 no,\r\n550 5.7.1 never"),
                    Kind::Permanent,
                    Some(550),
                ),
                (Fault::Reply("what?"), Kind::Temporary, None),
                (Fault::HangUp, Kind::Temporary, None),
                (Fault::Silence, Kind::Temporary, None),
            ] {
                checks.push(check(speaks, *at, *step, fault, kind, code));
            }
        }
        if speaks != Speaks::Plain {
            for fault in [Fault::HangUp, Fault::Silence] {
                checks.push(check(
                    speaks,
                    At::Handshake,
                    Step::Tls,
                    fault,
                    Kind::Temporary,
                    None,
                ));
            }
        }
    }
    join_all(checks).await;
}

#[tokio::test]
async fn a_reply_of_the_wrong_kind_is_no_success() {
    let mut checks = Vec::new();
    for (at, step, reply, code) in [
        (At::Greeting, Step::Hello, "354 go on", 354),
        (At::Auth, Step::Login, "334 more", 334),
        (At::Mail, Step::Sender, "354 go on", 354),
        (At::Data, Step::Content, "250 kept", 250),
        (At::End, Step::Content, "354 go on", 354),
    ] {
        let fault = Fault::Reply(reply);
        checks.push(check(Speaks::Plain, at, step, fault, Kind::Temporary, Some(code)));
    }
    join_all(checks).await;
}

#[tokio::test]
async fn a_slow_server_is_waited_for_until_the_limit_for_the_whole_mail() {
    let slow = |time| {
        let fault = Fault::Slow(time);
        STEPS.iter().fold(Script::new(Speaks::Plain), |script, (at, _)| {
            script.with(*at, fault)
        })
    };
    let (server, outcome) = attempt(slow(Duration::from_millis(50)), LONG).await;
    outcome.unwrap();
    assert_eq!(server.accepted().len(), 1);

    // No single step takes as long as the limit.
    let begun = Instant::now();
    let (_, outcome) = attempt(slow(Duration::from_millis(200)), Duration::from_millis(700)).await;
    assert_eq!(outcome.unwrap_err().kind, Kind::Temporary);
    assert!(begun.elapsed() < SHORT);
}

#[tokio::test]
async fn a_wrong_password_is_a_permanent_failure_of_the_sign_in() {
    let script = Script {
        user: ("accounts", "another"),
        ..Script::new(Speaks::Tls)
    };
    let (server, outcome) = attempt(script, LONG).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.step, error.kind, error.code),
        (Step::Login, Kind::Permanent, Some(535))
    );
    assert_eq!(
        error.operator_message(),
        "The mail server replied 535 5.7.8 at the sign-in: check smtp_username and smtp_password."
    );
    assert!(server.lines().iter().all(|line| !line.starts_with("MAIL")));
}

#[tokio::test]
async fn nobody_there_is_a_failure_to_connect() {
    let server = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let mut settings = settings(&server, Speaks::Plain);
    // Bound and closed again, so that nobody listens there.
    settings.port = TcpListener::bind("127.0.0.1:0")
        .await
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let error = Smtp::new(&settings).unwrap().send(&mail()).await.unwrap_err();
    assert_eq!(
        (error.step, error.kind, error.code),
        (Step::Connect, Kind::Temporary, None)
    );
    assert!(
        error.operator_message().contains("connection refused"),
        "{}",
        error.operator_message()
    );

    settings.host = "no-such-host.invalid".to_owned();
    let error = Smtp::new(&settings).unwrap().send(&mail()).await.unwrap_err();
    assert_eq!((error.step, error.kind), (Step::Connect, Kind::Temporary));
}
