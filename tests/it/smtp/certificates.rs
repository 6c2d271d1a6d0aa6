//! Servers that are not who they say.

use portcullis::platform::mail::{Kind, Smtp, Step};

use super::{LONG, attempt, mail, settings};
use crate::support::{Script, Shows, SmtpServer, Speaks};

#[tokio::test]
async fn no_word_of_a_mail_goes_to_a_server_with_a_wrong_certificate() {
    for speaks in [Speaks::Tls, Speaks::Starttls] {
        for (shows, reason) in [
            (Shows::WrongName, "for another name"),
            (Shows::Expired, "has expired"),
            (Shows::SelfSigned, "not from a trusted authority"),
            (Shows::Forged, "not acceptable"),
        ] {
            let script = Script {
                shows,
                ..Script::new(speaks)
            };
            let (server, outcome) = attempt(script, LONG).await;
            let error = outcome.unwrap_err();
            let case = format!("{speaks:?} {shows:?}: {error}");
            assert_eq!(
                (error.step, error.kind, error.code),
                (Step::Tls, Kind::Temporary, None),
                "{case}"
            );
            assert!(
                error.operator_message().contains(reason),
                "{}",
                error.operator_message()
            );
            let said: &[&str] = match speaks {
                Speaks::Starttls => &["EHLO accounts.example.com", "STARTTLS"],
                _ => &[],
            };
            assert_eq!(server.lines(), said, "{case}");
            assert_eq!(server.accepted(), []);
        }
    }
}

#[tokio::test]
async fn a_private_authority_is_trusted_only_if_the_settings_name_it() {
    for speaks in [Speaks::Tls, Speaks::Starttls] {
        let server = SmtpServer::start(Script::new(speaks)).await;
        let other = SmtpServer::start(Script::new(speaks)).await;
        let mut settings = settings(&server, speaks);
        Smtp::new(&settings).unwrap().send(&mail()).await.unwrap();
        settings.ca_file = Some(other.ca_file());
        let error = Smtp::new(&settings).unwrap().send(&mail()).await.unwrap_err();
        assert_eq!(error.step, Step::Tls);
        assert_eq!(server.accepted().len(), 1);
    }
}

#[tokio::test]
async fn the_name_in_the_settings_is_checked_and_not_the_address_it_has() {
    for speaks in [Speaks::Tls, Speaks::Starttls] {
        let server = SmtpServer::start(Script::new(speaks)).await;
        let mut settings = settings(&server, speaks);
        // The certificate is for `localhost` alone.
        settings.host = "127.0.0.1".to_owned();
        let error = Smtp::new(&settings).unwrap().send(&mail()).await.unwrap_err();
        assert_eq!((error.step, server.accepted().len()), (Step::Tls, 0));
    }
}
