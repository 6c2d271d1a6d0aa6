//! A mail server that fails.

use std::time::Duration;

use entity::mail::State;
use portcullis::features::mail::Round;
use serde_json::json;

use super::{deliver, header, outbox, start, states, write_to};
use crate::support::{At, Fault, TestApp, with_unsent_mail};

#[tokio::test]
async fn whatever_fails_for_now_is_tried_again_with_the_same_message_id_and_link() {
    for at in [At::Greeting, At::Ehlo, At::Mail, At::Rcpt, At::Data, At::End] {
        for fault in [Fault::Reply("451 4.3.0 try later"), Fault::HangUp] {
            let (app, smtp) = start().await;
            write_to(&app, "ada").await;
            smtp.change(|script| {
                script.faults.insert(at, fault);
            });
            deliver(&app).await;
            let mail = outbox(&app).await.remove(0);
            assert_eq!(
                (mail.state, mail.attempts),
                (State::Waiting, 1),
                "{at:?} {fault:?}"
            );
            assert!(mail.last_problem.is_some() && mail.sealed_content.is_some());
            // Not at once.
            assert_eq!(deliver(&app).await, Round::Idle);
            smtp.change(|script| script.faults.clear());
            app.pass(Duration::from_secs(20));
            deliver(&app).await;
            assert_eq!(states(&app).await, [State::Sent], "{at:?} {fault:?}");
            let accepted = smtp.accepted();
            let ids: Vec<_> = accepted
                .iter()
                .map(|mail| header(&mail.data, "Message-ID"))
                .collect();
            assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
            assert!(accepted.iter().all(|mail| mail.data == accepted[0].data));
        }
    }
}

#[tokio::test]
async fn a_mail_that_is_refused_for_good_ends_and_no_other_one_with_it() {
    for (at, kind) in [
        (At::Rcpt, "550 5.1.1 no such user"),
        (At::End, "554 5.7.1 not here"),
    ] {
        let (app, smtp) = start().await;
        write_to(&app, "ada").await;
        smtp.change(|script| {
            script.faults.insert(at, Fault::Reply(kind));
        });
        deliver(&app).await;
        let mail = outbox(&app).await.remove(0);
        assert_eq!((mail.state, mail.sealed_content), (State::Failed, None), "{at:?}");
        let problem = mail.last_problem.unwrap();
        assert!(problem.contains(&kind[..3]), "{problem}");
        smtp.change(|script| script.faults.clear());
        app.pass(Duration::from_millis(1));
        write_to(&app, "eve").await;
        deliver(&app).await;
        assert_eq!(states(&app).await, [State::Failed, State::Sent]);
    }
}

#[tokio::test]
async fn a_wrong_setting_loses_no_mail() {
    let (app, smtp) = start().await;
    write_to(&app, "ada").await;
    smtp.change(|script| {
        script.faults.insert(
            At::Mail,
            Fault::Reply("550 5.7.1 you may not send as accounts@example.com"),
        );
    });
    assert_eq!(deliver(&app).await, Round::Blocked);
    smtp.change(|script| script.faults.clear());
    app.pass(Duration::from_secs(20));
    deliver(&app).await;
    assert_eq!(states(&app).await, [State::Sent]);
}

#[tokio::test]
async fn a_mail_server_that_is_away_delays_mail_until_its_link_is_dead() {
    let app = TestApp::with(with_unsent_mail).await;
    write_to(&app, "ada").await;
    let mut tries = 0;
    // As long as the link lives.
    for _ in 0..120 {
        let round = deliver(&app).await;
        tries += u32::from(round == Round::Blocked);
        app.pass(Duration::from_secs(30));
    }
    assert!((6..=12).contains(&tries), "{tries}");
    deliver(&app).await;
    let mail = outbox(&app).await.remove(0);
    assert_eq!((mail.state, mail.sealed_content), (State::Failed, None));
    assert_eq!(app.app.metrics.mails_failed.get(), 1);
}

#[tokio::test]
async fn a_change_that_is_rolled_back_sends_nothing() {
    let (app, smtp) = start().await;
    app.user("ada").await;
    let input = json!({ "name": "Eve", "email": "ada@example.com", "password": crate::support::PASSWORD });
    let answer = app.anonymous().signup(input).await;
    assert_eq!(answer.user_errors("signup")[0].0, "EMAIL_TAKEN");
    deliver(&app).await;
    assert_eq!(smtp.accepted().len(), 1);
}

#[tokio::test]
async fn a_server_that_stops_finishes_the_mail_in_hand_and_begins_no_other() {
    let (app, smtp) = start().await;
    for name in ["ada", "bob", "eve"] {
        write_to(&app, name).await;
    }
    let begun = std::sync::atomic::AtomicU32::new(0);
    // It is asked before each mail.
    let is_stopping = || begun.fetch_add(1, std::sync::atomic::Ordering::Relaxed) > 0;
    app.post_office.deliver(&app.app, &is_stopping).await.unwrap();
    assert_eq!(smtp.accepted().len(), 1);
    let waiting = states(&app)
        .await
        .into_iter()
        .filter(|state| *state == State::Waiting);
    assert_eq!(waiting.count(), 2);
}

#[tokio::test]
async fn a_mail_that_was_altered_in_the_database_keeps_no_other_one_waiting() {
    let (app, smtp) = start().await;
    write_to(&app, "ada").await;
    app.sql("UPDATE mails SET sealed_content = 'v1.a.b.c'").await;
    app.pass(Duration::from_millis(1));
    write_to(&app, "eve").await;
    deliver(&app).await;
    assert_eq!(smtp.accepted().len(), 1);
    assert_eq!(states(&app).await, [State::Waiting, State::Sent]);
    let problem = outbox(&app).await.remove(0).last_problem.unwrap();
    assert!(problem.contains("log"), "{problem}");
}
