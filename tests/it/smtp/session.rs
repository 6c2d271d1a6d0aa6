//! Several mails on one connection.

use std::time::Duration;

use portcullis::platform::mail::{Kind, OutgoingMail, Smtp, SmtpSession, Step};
use tokio::time::timeout;

use super::{LONG, mail, settings};
use crate::support::{At, Fault, Script, SmtpServer, Speaks};

async fn session(speaks: Speaks, limit: Duration) -> (SmtpServer, SmtpSession) {
    let server = SmtpServer::start(Script::new(speaks)).await;
    let mut settings = settings(&server, speaks);
    settings.time_limit = limit;
    let session = Smtp::new(&settings).unwrap().connect().await.unwrap();
    (server, session)
}

fn to(address: &str) -> OutgoingMail {
    OutgoingMail {
        to: address.to_owned(),
        ..mail()
    }
}

fn recipients(server: &SmtpServer) -> Vec<String> {
    server.accepted().into_iter().flat_map(|mail| mail.to).collect()
}

#[tokio::test]
async fn several_mails_use_one_connection() {
    for speaks in [Speaks::Plain, Speaks::Tls, Speaks::Starttls] {
        let (server, mut session) = session(speaks, LONG).await;
        let all = ["a@example.org", "b@example.org", "c@example.org"];
        for address in all {
            session.send(&to(address)).await.unwrap();
        }
        session.quit().await;
        assert_eq!(recipients(&server), all);
        assert_eq!(server.connections(), 1);
        let logins = server
            .lines()
            .iter()
            .filter(|line| line.starts_with("AUTH"))
            .count();
        assert_eq!(logins, 1);
        assert_eq!(server.lines().last().unwrap(), "QUIT");
    }
}

#[tokio::test]
async fn a_refused_mail_leaves_nothing_behind_for_the_next_one() {
    for at in [At::Mail, At::Rcpt, At::Data, At::End] {
        let (server, mut session) = session(Speaks::Plain, LONG).await;
        server.change(|script| *script = script.clone().with(at, Fault::Reply("550 no")));
        let error = session.send(&to("a@example.org")).await.unwrap_err();
        assert_eq!((error.kind, error.code), (Kind::Permanent, Some(550)));
        server.change(|script| script.faults.clear());
        session.send(&to("b@example.org")).await.unwrap();
        assert_eq!(recipients(&server), ["b@example.org"]);
        assert_eq!(server.connections(), 1, "{at:?}");
        assert!(server.lines().contains(&"RSET".to_owned()));
    }
}

#[tokio::test]
async fn after_a_broken_connection_the_next_mail_opens_another() {
    for (at, fault) in [
        (At::Rcpt, Fault::HangUp),
        (At::Rcpt, Fault::Silence),
        (At::Rcpt, Fault::Reply("421 closing")),
        (At::Rcpt, Fault::Reply("what?")),
        (At::Data, Fault::Reply("250 kept")),
        (At::End, Fault::HangUp),
        (At::End, Fault::Silence),
        (At::End, Fault::Reply("354 go on")),
    ] {
        let (server, mut session) = session(Speaks::Tls, Duration::from_secs(2)).await;
        server.change(|script| *script = script.clone().with(at, fault));
        session.send(&to("a@example.org")).await.unwrap_err();
        server.change(|script| script.faults.clear());
        session.send(&to("b@example.org")).await.unwrap();
        assert_eq!(recipients(&server), ["b@example.org"], "{at:?} {fault:?}");
        assert_eq!(server.connections(), 2, "{at:?} {fault:?}");
    }
}

#[tokio::test]
async fn a_connection_that_the_server_has_closed_meanwhile_is_replaced() {
    let (server, mut session) = session(Speaks::Tls, LONG).await;
    session.send(&to("a@example.org")).await.unwrap();
    server.change(|script| *script = script.clone().with(At::Rset, Fault::HangUp));
    session.send(&to("b@example.org")).await.unwrap();
    assert_eq!(recipients(&server), ["a@example.org", "b@example.org"]);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_mail_that_is_dropped_half_way_does_not_mix_with_the_next_one() {
    let (server, mut session) = session(Speaks::Plain, LONG).await;
    server.change(|script| *script = script.clone().with(At::Rcpt, Fault::Silence));
    let dropped = timeout(Duration::from_millis(300), session.send(&to("a@example.org"))).await;
    assert!(dropped.is_err());
    server.change(|script| script.faults.clear());
    session.send(&to("b@example.org")).await.unwrap();
    assert_eq!(recipients(&server), ["b@example.org"]);
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn a_mail_that_cannot_be_written_costs_no_connection() {
    let (server, mut session) = session(Speaks::Plain, LONG).await;
    let error = session.send(&to("a@example.org\r\nDATA")).await.unwrap_err();
    assert_eq!((error.step, error.kind), (Step::Recipient, Kind::Permanent));
    session.send(&to("b@example.org")).await.unwrap();
    assert_eq!((recipients(&server).len(), server.connections()), (1, 1));
}
