//! What is never shown.

use portcullis::platform::mail::{Smtp, Step};

use super::{LONG, attempt, mail, settings};
use crate::support::{At, Fault, SMTP_PASSWORD, Script, SmtpServer, Speaks};

#[tokio::test]
async fn the_password_and_the_mail_are_in_no_error_even_if_the_server_repeats_them() {
    for (at, step, repeats_is_shown) in [
        (At::Auth, Step::Login, false),
        (At::Data, Step::Content, false),
        (At::End, Step::Content, false),
        (At::Rcpt, Step::Recipient, true),
    ] {
        let fault = Fault::Reply("550 5.7.1 hunter2 correct horse https://accounts.example.com/link");
        let (_, outcome) = attempt(Script::new(Speaks::Tls).with(at, fault), LONG).await;
        let error = outcome.unwrap_err();
        assert_eq!(error.step, step);
        let message = error.operator_message();
        assert!(message.contains("550") && message.contains("5.7.1"), "{message}");
        assert_eq!(message.contains("link"), repeats_is_shown, "{message}");
        for text in [format!("{error:?}"), error.to_string()] {
            assert!(!text.contains("hunter2") && !text.contains("link"), "{text}");
        }
    }
}

#[tokio::test]
async fn the_password_is_in_no_debug_output() {
    let server = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let settings = settings(&server, Speaks::Tls);
    let smtp = Smtp::new(&settings).unwrap();
    let session = smtp.connect().await.unwrap();
    for text in [
        format!("{settings:?}"),
        format!("{smtp:?}"),
        format!("{session:?}"),
        format!("{:?}", mail()),
    ] {
        assert!(!text.contains(SMTP_PASSWORD) && !text.contains("Hallo"), "{text}");
    }
}
