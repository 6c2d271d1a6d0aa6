//! Attempts to get a mail without TLS, or to get words into TLS.

use portcullis::platform::mail::{Kind, Step};

use super::{LONG, attempt};
use crate::support::{At, Fault, Script, Speaks};

#[tokio::test]
async fn a_server_that_does_not_offer_starttls_gets_nothing() {
    let script = Script {
        offers_starttls: false,
        ..Script::new(Speaks::Starttls)
    };
    let (server, outcome) = attempt(script, LONG).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.step, error.kind, error.code),
        (Step::Tls, Kind::Temporary, None)
    );
    assert!(error.operator_message().contains("does not offer STARTTLS"));
    assert_eq!(server.lines(), ["EHLO accounts.example.com"]);
}

#[tokio::test]
async fn words_behind_the_consent_to_tls_break_the_connection() {
    const WORDS: &str = "250-mail.test greets you\r\n250 AUTH PLAIN";
    for fault in [
        Fault::Inject(WORDS),
        Fault::Inject("."),
        Fault::InjectLater(WORDS),
    ] {
        let (server, outcome) = attempt(Script::new(Speaks::Starttls).with(At::Starttls, fault), LONG).await;
        let error = outcome.unwrap_err();
        assert_eq!(
            (error.step, error.kind, error.code),
            (Step::Tls, Kind::Temporary, None),
            "{fault:?}"
        );
        assert_eq!(server.lines(), ["EHLO accounts.example.com", "STARTTLS"]);
    }
}

#[tokio::test]
async fn words_behind_the_offer_of_tls_break_the_connection() {
    // Read as the reply to STARTTLS; the real one is then behind it.
    let fault = Fault::Inject("220 go ahead");
    let (server, outcome) = attempt(Script::new(Speaks::Starttls).with(At::Ehlo, fault), LONG).await;
    assert_eq!(outcome.unwrap_err().step, Step::Tls);
    assert!(
        server
            .lines()
            .iter()
            .all(|line| !line.starts_with("AUTH") && !line.starts_with("MAIL"))
    );
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_gets_nothing() {
    let server = crate::support::SmtpServer::start(Script::new(Speaks::Plain)).await;
    let smtp = portcullis::platform::mail::Smtp::new(&super::settings(&server, Speaks::Tls)).unwrap();
    let error = smtp.send(&super::mail()).await.unwrap_err();
    assert_eq!((error.step, error.kind), (Step::Tls, Kind::Temporary));
    assert!(
        server
            .lines()
            .iter()
            .all(|line| !line.contains("AUTH") && !line.contains("MAIL"))
    );
}
