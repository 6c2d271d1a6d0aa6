//! What arrives.

use portcullis::platform::mail::{Kind, OutgoingMail, Smtp, Step};

use super::{
    LONG, attempt, mail,
    mime::{Entity, words},
    settings,
};
use crate::support::{At, Fault, Script, SmtpServer, Speaks};

#[tokio::test]
async fn a_mail_arrives_with_both_parts_however_the_connection_is_encrypted() {
    for speaks in [Speaks::Plain, Speaks::Tls, Speaks::Starttls] {
        let (server, outcome) = attempt(Script::new(speaks), LONG).await;
        outcome.unwrap();
        let accepted = server.accepted();
        assert_eq!(accepted.len(), 1, "{speaks:?}");
        assert_eq!(accepted[0].from, "accounts@example.com");
        assert_eq!(accepted[0].to, ["ada@example.org"]);

        let whole = Entity::parse(&accepted[0].data);
        let names: Vec<_> = whole.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "From",
                "Reply-To",
                "To",
                "Subject",
                "Date",
                "Message-ID",
                "Auto-Submitted",
                "MIME-Version",
                "Content-Type"
            ]
        );
        assert_eq!(
            words(whole.header("From")),
            "Müller & Söhne <accounts@example.com>"
        );
        assert_eq!(whole.header("Reply-To"), "help@example.com");
        assert_eq!(whole.header("To"), "ada@example.org");
        assert_eq!(words(whole.header("Subject")), mail().subject);
        assert_eq!(whole.header("Date"), "Sun, 29 Nov 2026 08:05:09 +0000");
        assert_eq!(whole.header("Message-ID"), "<0197f2.1@example.com>");
        assert_eq!(whole.header("Auto-Submitted"), "auto-generated");
        assert!(whole.header("Content-Type").starts_with("multipart/alternative;"));

        let parts = whole.parts();
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0].header("Content-Type"), "text/plain; charset=utf-8");
        assert_eq!(parts[0].text(), mail().text);
        assert_eq!(parts[1].header("Content-Type"), "text/html; charset=utf-8");
        assert_eq!(parts[1].text(), mail().html);
    }
}

#[tokio::test]
async fn texts_of_every_kind_arrive_unchanged() {
    let server = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let smtp = Smtp::new(&settings(&server, Speaks::Plain)).unwrap();
    let long = "a ".repeat(5000);
    let texts = [
        "plain\n",
        ".\n",
        "..\n.\n\n.\n",
        "=3D = \ttrailing \n",
        "From here\n",
        "Ääh\n",
        "漢字 🎉🎉\n",
        &long,
    ];
    for text in texts {
        let mail = OutgoingMail {
            text: text.to_owned(),
            html: text.to_owned(),
            subject: text.trim().replace(['\n', '\t'], " "),
            ..mail()
        };
        smtp.send(&mail).await.unwrap();
        let whole = Entity::parse(&server.accepted().pop().unwrap().data);
        for part in whole.parts() {
            assert_eq!(part.text(), text);
        }
        assert_eq!(words(whole.header("Subject")), mail.subject);
    }
    assert_eq!(server.accepted().len(), texts.len());
}

#[tokio::test]
async fn what_is_said_to_the_server_is_this_and_nothing_else() {
    let (server, outcome) = attempt(Script::new(Speaks::Starttls), LONG).await;
    outcome.unwrap();
    let lines = server.lines();
    assert!(lines[3].starts_with("AUTH PLAIN "));
    let others: Vec<_> = lines.iter().filter(|line| !line.starts_with("AUTH")).collect();
    assert_eq!(
        others,
        [
            "EHLO accounts.example.com",
            "STARTTLS",
            "EHLO accounts.example.com",
            "MAIL FROM:<accounts@example.com>",
            "RCPT TO:<ada@example.org>",
            "DATA",
            "QUIT"
        ]
    );
}

#[tokio::test]
async fn a_server_without_auth_plain_gets_the_password_by_auth_login() {
    let script = Script {
        offers: vec!["auth LOGIN"],
        ..Script::new(Speaks::Tls)
    };
    let (server, outcome) = attempt(script, LONG).await;
    outcome.unwrap();
    assert_eq!(server.accepted().len(), 1);

    let script = Script {
        offers: vec!["AUTH GSSAPI CRAM-MD5"],
        ..Script::new(Speaks::Tls)
    };
    let (server, outcome) = attempt(script, LONG).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.step, error.kind, error.code),
        (Step::Login, Kind::Temporary, None)
    );
    assert_eq!(server.lines(), ["EHLO accounts.example.com"]);
}

#[tokio::test]
async fn without_a_user_nobody_signs_in() {
    let server = SmtpServer::start(Script::new(Speaks::Tls)).await;
    let mut settings = settings(&server, Speaks::Tls);
    settings.login = None;
    Smtp::new(&settings).unwrap().send(&mail()).await.unwrap();
    assert!(server.lines().iter().all(|line| !line.starts_with("AUTH")));
    assert_eq!(server.accepted().len(), 1);
}

#[tokio::test]
async fn a_subject_with_a_line_break_is_not_sent_and_does_not_connect() {
    let server = SmtpServer::start(Script::new(Speaks::Plain)).await;
    let smtp = Smtp::new(&settings(&server, Speaks::Plain)).unwrap();
    let mail = OutgoingMail {
        subject: "Hello\r\nBcc: eve@example.com".to_owned(),
        ..mail()
    };
    let error = smtp.send(&mail).await.unwrap_err();
    assert_eq!(
        (error.step, error.kind, error.code),
        (Step::Content, Kind::Permanent, None)
    );
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn an_accepted_mail_is_sent_even_if_the_goodbye_fails() {
    for fault in [Fault::Reply("421 no"), Fault::HangUp, Fault::Silence] {
        let (server, outcome) = attempt(Script::new(Speaks::Tls).with(At::Quit, fault), LONG).await;
        outcome.unwrap();
        assert_eq!(server.accepted().len(), 1, "{fault:?}");
    }
}
